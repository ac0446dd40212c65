"""How long things take: throughput, processing, waiting, transitions, idle time."""
