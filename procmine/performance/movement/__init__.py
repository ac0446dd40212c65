"""What is done again and where work goes: rework, returns, ping-pong, handovers."""
