"""Every case judged: order, roles, time and rules, in one table of deviations."""
