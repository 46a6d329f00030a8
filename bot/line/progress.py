"""How far a long command is, for whoever watches it at a terminal; nothing anywhere else."""

import sys
import time
from collections.abc import Callable

EVERY = 0.5
"""Seconds between two lines."""


def watched(what: str) -> Callable[[int], None]:
    """Tell it how many are done, as often as you like: it says so now and then, over what it said before."""
    if not sys.stderr.isatty():
        return lambda _done: None
    said = time.monotonic()

    def tell(done: int) -> None:
        nonlocal said
        if time.monotonic() - said >= EVERY:
            said = time.monotonic()
            sys.stderr.write(f"\r{done:,} {what} …\033[K")
            sys.stderr.flush()

    return tell


def wiped() -> None:
    """What was said of it goes, so that the answer stands alone."""
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")
        sys.stderr.flush()
