"""Who does the work: resources, profiles, speed, rhythm, batches."""
