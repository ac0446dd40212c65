"""What all times and people rest on: activity instances, steps, clocks, batches, notes."""
