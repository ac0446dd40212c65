"""From a standard and a path to exact alignments and what they say."""
