"""How far a log is from a model of how it should be."""
