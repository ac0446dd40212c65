"""The command line. Errors are sentences, never tracebacks."""

from procmine.cli.main import main as main
