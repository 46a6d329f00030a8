"""X (formerly Twitter): mentions by polling; replies by hand on X's own page, or through its API."""
