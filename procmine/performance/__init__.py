"""Where the time goes: durations, waiting and its causes, queues, bottlenecks, rework, and the people."""
