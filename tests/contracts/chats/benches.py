"""Which chats are under the contract: every module of this folder that has ``open_bench``, and what each offers."""

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.chats.bench import ChatOffers, Opened

HERE = Path(__file__).parent
BENCHES = [path.stem for path in sorted(HERE.glob("*.py")) if "\nasync def open_bench" in path.read_text()]
SELDOM = frozenset({"slack_http", "slack_socket"})
"""What has fast tests of its own for most of this: here it runs where there is time."""
USUAL = "slack_socket"
"""The one of them that what is marked ``always`` runs on each time."""


def opened(name: str) -> Opened:
    """What starts the chat and its stand-in."""
    found: Opened = import_module(f"{__package__}.{name}").open_bench
    return found


def offers(name: str) -> frozenset[ChatOffers]:
    """What a chat has, said before it is opened."""
    found: Any = import_module(f"{__package__}.{name}")
    return frozenset(found.OFFERS)


def offering(*needed: ChatOffers) -> list[str]:
    """The chats that have all of these."""
    return [name for name in BENCHES if set(needed) <= offers(name)]


def on(names: Iterable[str] = BENCHES, *, always: bool = False) -> pytest.MarkDecorator:
    """The test runs on each of these chats; ``bench`` is opened on it. ``always``: each time, but for one of two alike."""
    seldom = SELDOM - {USUAL} if always else SELDOM
    given = [pytest.param(name, marks=pytest.mark.slow) if name in seldom else name for name in names]
    return pytest.mark.parametrize("chat_name", given)
