"""Answers of a network, spoilt on their way to the adapter as a hostile or broken other side would send them."""

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from random import Random
from typing import Any

from integrations.http import Http, HttpAnswer

Spoil = Callable[[bytes], bytes]
WRONG: tuple[Any, ...] = (
    None,
    True,
    -1,
    10**30,
    1.5,
    "",
    "\u202e\u0000\ud800",
    "2999-13-45T99:99:99Z",
    "9999-12-31T23:59:59.999Z",
    [],
    {},
    [[[]]],
    {"$": None},
    "<script>" * 50,
)
NOT_A_POST: tuple[Any, ...] = (None, {}, "post", 7, [])


class SpoilingHttp(Http):
    """The ordinary calls; with ``spoil`` set every answer that was read goes through it."""

    spoil: Spoil | None = None

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.answers: list[bytes] = []

    async def call(self, method: str, url: str, **how: Any) -> HttpAnswer:
        """One call, and its answer as it came or spoilt."""
        answer = await super().call(method, url, **how)
        self.answers.append(answer.body)
        return answer if self.spoil is None else HttpAnswer(answer.status, answer.headers, self.spoil(answer.body))


def mutated(body: bytes, luck: Random) -> bytes:
    """One thing wrong with a body: a value replaced or left out where it is JSON, else bytes changed, cut or doubled."""
    try:
        tree = json.loads(body)
    except ValueError:
        return bytes_changed(body, luck)
    if luck.random() < 0.15 or not isinstance(tree, dict | list) or not tree:
        return bytes_changed(body, luck)
    holder, key = luck.choice(list(places(tree)))
    if luck.random() < 0.3:
        del holder[key]
    else:
        holder[key] = luck.choice(WRONG)
    return json.dumps(tree).encode()


def bytes_changed(body: bytes, luck: Random) -> bytes:
    """Cut, doubled, or with other bytes in it."""
    at = luck.randrange(len(body) + 1)
    return luck.choice([body[:at], body + body, body[:at] + luck.randbytes(3) + body[at + 1 :], b"", b"<html>", b"\xff\xfe"])


def places(tree: Any) -> Iterator[tuple[Any, Any]]:
    """Every value of a JSON tree, as what holds it and where."""
    pairs: Any = list(tree.items()) if isinstance(tree, dict) else list(enumerate(tree))
    for key, value in pairs:
        yield tree, key
        if isinstance(value, dict | list):
            yield from places(value)


def lists(tree: Any) -> Iterator[list[Any]]:
    """Every list of at least two objects."""
    if isinstance(tree, list) and len(tree) > 1 and all(isinstance(one, dict) for one in tree):
        yield tree
    children: Any = tree.values() if isinstance(tree, dict) else tree if isinstance(tree, list) else ()
    for child in children:
        yield from lists(child)


def with_one_wrong(body: bytes) -> Iterator[bytes]:
    """The body with one element of each of its lists replaced by what is no post."""
    try:
        tree = json.loads(body)
    except ValueError:
        return
    for number, found in enumerate(lists(tree)):
        for wrong in NOT_A_POST:
            for place in (0, len(found) - 1):
                other = deepcopy(tree)
                list(lists(other))[number][place] = wrong
                yield json.dumps(other).encode()
