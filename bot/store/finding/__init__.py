"""What was said and answered, kept so that its words are found."""
