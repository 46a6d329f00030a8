"""The record, what proves it, and what may be taken out of it."""
