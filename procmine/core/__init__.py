"""The ground everything stands on: words, errors, specs, the engine, the log, and its results."""
