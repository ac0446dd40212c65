"""A KPI as its owner writes it, the closed list of measures, and the statistics of a value."""
