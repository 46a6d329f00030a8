"""Which networks are under the contract: every module of this folder that has ``open_bench``, and what each offers."""

import inspect
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tests.contracts.networks.bench import Offers, Opened

HERE = Path(__file__).parent
BENCHES = {
    path.stem: f"{__package__}.{path.stem}:open_bench"
    for path in sorted(HERE.glob("*.py"))
    if "\nasync def open_bench" in path.read_text()
}


def opened(name: str) -> Opened:
    """What starts the network's stand-in."""
    module, _, function = BENCHES[name].partition(":")
    found: Opened = getattr(import_module(module), function)
    return found


def bench_class(name: str) -> Any:
    """The class of the bench, which says before it is opened what the network offers."""
    module = import_module(BENCHES[name].partition(":")[0])
    own = (one for _, one in inspect.getmembers(module, inspect.isclass) if one.__module__ == module.__name__)
    (found,) = (one for one in own if isinstance(getattr(one, "offers", None), frozenset) and hasattr(one, "outgoing"))
    return found


def offering(*needed: Offers) -> list[str]:
    """The networks that have all of these."""
    return [name for name in BENCHES if set(needed) <= bench_class(name).offers]


def bringing() -> list[str]:
    """The networks by which posts come in at all."""
    return [name for name in BENCHES if {Offers.POLL, Offers.CALLS} & bench_class(name).offers]


def on(names: Iterable[str]) -> pytest.MarkDecorator:
    """The test runs on each of these networks; ``bench`` is opened on it."""
    return pytest.mark.parametrize("network_name", list(names))
