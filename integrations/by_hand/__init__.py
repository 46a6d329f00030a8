"""Places with no way in for a program: staff bring posts in by their links, and answer on the place's own page."""
