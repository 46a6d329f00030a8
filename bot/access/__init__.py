"""Subject access: all that is held about one person, without what is other people's."""
