"""Logs that come with the package: to learn on, to show, to test with."""
