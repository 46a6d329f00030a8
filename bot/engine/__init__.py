"""The loops of a running bot: listening, delivering, escalating, and keeping the record."""
