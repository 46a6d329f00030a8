"""What the organisation knows, found again and put to use."""
