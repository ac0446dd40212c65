"""Text files: encoding, framing, cleaning, and where the table stands in them."""
