"""Rights that a person claims, the clocks they start, and the calendars those are counted by: pure, and data."""
