"""The log: its columns, how it is built, kept and queried, its filters, states and exports, and what reading it found."""
