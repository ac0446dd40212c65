"""The notebooks of a project: copies of ours, a person's own, and which of them may run."""
