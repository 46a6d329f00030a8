"""The council every test here may ask for."""

from tests.bot.council import bench, database, empty_file, sqlite_file

__all__ = ["bench", "database", "empty_file", "sqlite_file"]
