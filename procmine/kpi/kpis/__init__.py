"""KPIs evaluated: values, trends, trees, and the cases that missed."""
