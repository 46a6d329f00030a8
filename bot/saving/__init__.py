"""Saved replies: approved words with an owner, a review date and, where they have one, an end."""
