"""One log from many files: merged, joined, paired, checked, built and cached."""
