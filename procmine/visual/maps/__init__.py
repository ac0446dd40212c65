"""Process maps: what they show, how they look, how they are drawn."""
