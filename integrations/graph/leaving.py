"""What an account is just saying: it comes back by webhook, perhaps before it is written down that it left.

Meta puts an answer to an answer below the comment above both, so what comes back names another comment than was answered: it
must not be taken for a colleague's answer to that one. Of this copy of the bot only, and for a while.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.ports import Answered, Clock, Item

COMES_BACK_WITHIN = timedelta(minutes=5)


class Leaving:
    """The words that left a moment ago."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until: dict[str, datetime] = {}

    def note(self, words: str) -> None:
        """These are about to leave."""
        now = self._clock.now()
        self._until = {known: until for known, until in self._until.items() if until > now}
        self._until[alike(words)] = now + COMES_BACK_WITHIN

    def without(self, items: Iterable[Item]) -> tuple[Item, ...]:
        """The items, but for answers with these words. A colleague who says the same is heard of by a later read."""
        return tuple(one for one in items if not (isinstance(one, Answered) and self._is_own(one.text)))

    def _is_own(self, words: str) -> bool:
        until = self._until.get(alike(words))
        return until is not None and self._clock.now() < until


def alike(words: str) -> str:
    """Words as Meta shows them, whose blanks may be others."""
    return " ".join(words.split())
