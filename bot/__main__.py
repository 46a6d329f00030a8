"""``python -m bot`` is ``tolbooth``."""

from bot.cli import main

main()
