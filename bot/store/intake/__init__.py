"""What comes in, and what is remembered of each account it comes in by."""
