"""From an export file to an event log: containers, text, sheets, XES, times, shapes, quality."""
