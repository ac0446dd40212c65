"""What an analysis returns, and how it shows itself: tables, cards, shares."""
