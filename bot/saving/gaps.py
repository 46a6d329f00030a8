"""The gaps of a saved reply: those Tolbooth fills, and those a person fills before it can go. Pure."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.house import House
from bot.mention import Mention
from bot.reply import Audience, Written
from bot.saving.saved import Saved

GAP = re.compile(r"\{\s?([^\W\d_][^{}\n]{0,60}?)\s?\}")
OURS = ("name", "ref", "account", "organisation", "date")
"""What is filled in without a person: who asked, the mention, our account and organisation, and today."""


def values(mention: Mention, house: House, now: datetime) -> Mapping[str, str]:
    """What stands for each of ``OURS``; what is not known is left out, and stays a gap for a person."""
    today = now.astimezone(house.zone)
    known = {
        "name": mention.author.name or mention.author.handle,
        "ref": mention.ref,
        "account": house.account_of(mention).speaks_as,
        "organisation": house.organisation,
        "date": f"{today.day} {today:%B}",
    }
    return {name: value for name, value in known.items() if value}


def filled(text: str, known: Mapping[str, str]) -> str:
    """The words with what is known in the place of its gap."""
    return GAP.sub(lambda gap: known.get(gap[1].casefold(), gap[0]), text)


def begun(saved: Saved, mention: Mention, house: House, now: datetime) -> Written:
    """What a reply begins with."""
    known = values(mention, house, now)
    has_two = bool(house.account_of(mention).languages)
    return Written(filled(saved.text, known), filled(saved.second, known) if has_two else "", drawn_from=saved.mark)


def added_to(before: Written, new: Written) -> Written:
    """The saved words above what a person had written already: nobody's words are lost."""
    text, second = joined(new.text, before.text), joined(new.second, before.second)
    audience = before.audience if before.text or before.second else Audience.AS_ASKED
    return replace(before, text=text, second=second, audience=audience, promise_by=None, drawn_from=new.drawn_from)


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
