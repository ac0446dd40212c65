"""The standard process as its owner writes it, its faults, and its document."""
