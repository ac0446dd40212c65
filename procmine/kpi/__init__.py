"""Did we meet the targets: KPIs, customers, scorecards."""
