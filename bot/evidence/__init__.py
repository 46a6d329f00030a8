"""Evidence: what is handed to whoever must be sure of what happened, readable and provable without us."""
