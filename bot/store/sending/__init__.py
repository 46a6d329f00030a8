"""The outbox: what the world must be told, and what became of it."""
