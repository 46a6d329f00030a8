"""Who is on duty, who is pinged when, and what is due at a change of shift."""
