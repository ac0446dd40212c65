"""How things show themselves in a notebook and on a page."""
