"""The people that a command names, by their staff ids."""

from collections.abc import Mapping
from dataclasses import replace

from bot.errors import NotYours, Refused
from integrations.viva_engage.heard import Words, named_in, with_staff
from integrations.viva_engage.people import People


class Named:
    """Looks up who is named."""

    def __init__(self, people: People) -> None:
        self._people = people

    async def in_text(self, text: str) -> str:
        """The words of a verb that takes people. Raises OutsideError."""
        return with_staff(text, await self._staff_in(text))

    async def in_words(self, words: Words) -> Words:
        """An answer that is nothing but people; anything else stays as it was written. Raises OutsideError."""
        named = named_in(words.marked)
        if not named or with_staff(words.marked, dict.fromkeys(named, "")).replace("<@>", "").strip(" ,\n@"):
            return words
        return replace(words, plain=await self.in_text(words.marked))

    async def _staff_in(self, text: str) -> Mapping[int, str]:
        """The staff ids of those named; whoever is no member of staff has none."""
        found = {}
        for user in named_in(text):
            try:
                found[user] = (await self._people.who_sent(user)).id
            except (NotYours, Refused):
                continue
        return found
