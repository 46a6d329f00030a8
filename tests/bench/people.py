"""The council of the benchmarks: who works there, where cards appear, and its settings."""

from pathlib import Path
from typing import Any

CHANNEL = "mentions"
STAFF = tuple(f"staff{number}" for number in range(50))
HOOK_KEY = bytes(range(32))


def user_id(number: int) -> str:
    """The id of one of the staff, each in turn."""
    return f"U0{STAFF[number % len(STAFF)].upper()}"


def settings(folder: Path, slack: dict[str, Any], secret: str, database_url: str = "") -> Path:
    """A settings file: Slack by HTTP, one web chat, and SQLite in the same folder unless told otherwise."""
    path = folder / "tolbooth.toml"
    path.write_text(f"""
organisation = "Harrowmere Council"
database_url = "{database_url or f"sqlite:///{folder / 'tolbooth.db'}"}"
[web]
port = 0
[slack]
mode = "http"
api_url = "{slack["api_url"]}"
bot_token = "{slack["bot_token"]}"
signing_secret = "{slack["signing_secret"]}"
[[accounts]]
name = "website"
network = "webchat"
channel = "{CHANNEL}"
secret = "{secret}"
""")
    return path
