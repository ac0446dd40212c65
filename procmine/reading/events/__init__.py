"""From rows to staged events: which column is what, ids, order, refusals."""
