"""Watches: saved searches for words, hashtags and places, and why none of them is for a person. Pure."""
