"""What each measure of the closed list finds in a log."""
