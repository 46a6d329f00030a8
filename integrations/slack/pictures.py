"""Pictures in blocks: Slack fetches each itself, and refuses all the blocks when one cannot be had."""

from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any

Json = Mapping[str, Any]

MOST = 200
AN_HOUR = 3600.0


class Pictures:
    """Remembers which addresses stood in what Slack refused, and leaves those out for an hour."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._bad: dict[str, float] = {}

    def without_bad(self, thing: Any) -> Any:
        """The same without the pictures that may be why Slack refused something before."""
        now = self._now()
        bad = frozenset(url for url, until in self._bad.items() if until > now)
        return without(thing, bad) if bad else thing

    def without_any(self, thing: Json) -> Json | None:
        """The same without pictures, which for a while are not trusted; None when there were none in it."""
        found = pictures_in(thing)
        if not found:
            return None
        until = self._now() + AN_HOUR
        self._bad = dict([*self._bad.items(), *((url, until) for url in found)][-MOST:])
        left: Json = without(thing, found)
        return left


def pictures_in(thing: Any) -> frozenset[str]:
    """The addresses of all pictures inside."""
    if isinstance(thing, list):
        return frozenset().union(*(pictures_in(one) for one in thing))
    if not isinstance(thing, dict):
        return frozenset()
    own = frozenset([str(thing["image_url"])]) if thing.get("type") == "image" and "image_url" in thing else frozenset()
    return own.union(*(pictures_in(one) for one in thing.values()))


def without(thing: Any, bad: frozenset[str]) -> Any:
    """The same without those pictures, and without what would be empty then. What is no picture is left alone."""
    if isinstance(thing, list):
        return [one for one in (without(each, bad) for each in thing) if not is_empty(one, bad)]
    if isinstance(thing, dict):
        return {key: without(value, bad) for key, value in thing.items()}
    return thing


def is_empty(thing: Any, bad: frozenset[str]) -> bool:
    """Whether it is such a picture, or a line of small print that held nothing else."""
    if not isinstance(thing, dict):
        return False
    return thing.get("image_url") in bad or (thing.get("type") == "context" and not thing.get("elements"))
