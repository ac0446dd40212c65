"""Times as people and systems write them: formats, columns, and values that are none."""
