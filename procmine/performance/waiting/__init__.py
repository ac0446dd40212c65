"""Where time is lost and why: causes of waiting, bottlenecks, queues, open cases."""
