"""YouTube: comments on a channel and its videos, by Google's Data API."""
