"""The standard as a map with lanes, and its document."""
