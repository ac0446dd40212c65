"""What systems' exports look like, as data, and the shapes that turn their rows into events."""
