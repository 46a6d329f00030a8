"""Replies from the first draft to the tick, and what else an account does in public."""
