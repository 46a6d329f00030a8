"""The gaps of a saved reply: those Tolbooth fills, and those a person fills before it can go. Pure."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.finding.reworded import undecorated
from bot.house import House
from bot.mention import Mention
from bot.reply import Audience, Written
from bot.saving.saved import Saved, read_mark

GAP = re.compile(r"\{\s?([^\W\d_][^{}\n]{0,60}?)\s?\}")
NAMED = re.compile(r"[^\W\d_]+(?:[ '’-][^\W\d_]+){0,3}")
LONGEST_NAME = 20
GREETED = re.compile(r"(?im)^(\s*(?:hi|hello|hey|helo|shwmae|good (?:morning|afternoon|evening))),? \{\s?name\s?\}")
OURS = ("name", "ref", "account", "organisation", "date")
"""What is filled in without a person: who asked, the mention, our account and organisation, and today."""


def values(mention: Mention, house: House, now: datetime) -> Mapping[str, str]:
    """What stands for each of ``OURS``; what is not known is left out, and stays a gap for a person.

    So does the name of an author that does not look like one: whatever somebody calls themselves would be our public words.
    """
    today = now.astimezone(house.zone)
    known = {
        "name": short_name(mention.author.name),
        "ref": mention.ref,
        "account": house.account_of(mention).speaks_as,
        "organisation": house.organisation,
        "date": f"{today.day} {today:%B}",
    }
    return {name: value for name, value in known.items() if value}


def short_name(name: str) -> str:
    """The first of a few words of letters: ``Lou`` of ``Lou Smith 🌻``. Empty for links, handles, shouts and braces."""
    bare = undecorated(name)
    first = bare.partition(" ")[0]
    looks = NAMED.fullmatch(bare) and len(first) <= LONGEST_NAME and not first[0].islower()
    return first if looks and (len(first) == 1 or not first.isupper()) else ""


def filled(text: str, known: Mapping[str, str]) -> str:
    """The words with what is known in the place of its gap; without a name a greeting greets nobody by name."""
    text = text if "name" in known else GREETED.sub(r"\1", text)
    return GAP.sub(lambda gap: known.get(gap[1].casefold(), gap[0]), text)


def begun(saved: Saved, mention: Mention, house: House, now: datetime) -> Written:
    """What a reply begins with."""
    known = values(mention, house, now)
    has_two = bool(house.account_of(mention).languages)
    return Written(filled(saved.text, known), filled(saved.second, known) if has_two else "", drawn_from=saved.mark)


def added_to(before: Written, new: Written) -> Written:
    """New words above what a person had written already: nobody's words are lost, nor that some are of a saved reply."""
    text, second = joined(new.text, before.text), joined(new.second, before.second)
    audience = before.audience if before.text or before.second else Audience.AS_ASKED
    is_held = read_mark(before.drawn_from) and not read_mark(new.drawn_from)
    mark = before.drawn_from if is_held else new.drawn_from
    return replace(before, text=text, second=second, audience=audience, promise_by=None, drawn_from=mark)


def joined(first: str, then: str) -> str:
    """Both, or the one there is; not the same twice."""
    return "\n\n".join(part for part in (first, then if then.strip() != first.strip() else "") if part)


def gaps(text: str) -> tuple[str, ...]:
    """The gaps of a text as they stand in it, each once."""
    return tuple(dict.fromkeys(gap[0] for gap in GAP.finditer(text)))


def left_open(saved_texts: tuple[str, ...], *written: str) -> tuple[str, ...]:
    """Which gaps of the saved words are still in what was written."""
    theirs = {gap for text in saved_texts for gap in gaps(text)}
    return tuple(dict.fromkeys(gap for text in written for gap in gaps(text) if gap in theirs))
