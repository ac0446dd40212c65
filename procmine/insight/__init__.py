"""What it means: what a manager should look at first, and where it comes from."""
