"""Who is on duty, who is asked, and what is handed over."""
