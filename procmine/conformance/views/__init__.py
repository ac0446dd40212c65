"""What is asked of a judgement: rates, groups, months, limits, single cases, maps."""
