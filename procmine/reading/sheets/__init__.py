"""Workbooks and whatever stands in for one: grids of cells, and the table in them."""
