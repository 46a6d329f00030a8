"""Hours, holidays, and by when somebody must have looked and answered."""
