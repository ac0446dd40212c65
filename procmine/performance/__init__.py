"""Where the time goes: throughput and rework."""
