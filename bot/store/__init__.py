"""What is kept: plain functions over a database connection, the same on SQLite and PostgreSQL."""
