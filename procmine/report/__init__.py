"""From notebooks to a report: run them, render offline pages, write tables."""
