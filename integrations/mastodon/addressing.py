"""To whom a reply is said and who may read it: the names at its head, its visibility, its length. Pure.

On Mastodon a reply reaches only whom it names, and a private post is read by everybody it names.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.reply import Audience, TextLimits
from bot.replying.counting import linked
from integrations.mastodon.parse import ident, mappings, text

FOR_THE_NAME = 32
"""Kept free for the author's name in front: ``@``, the 30 characters Mastodon allows, and a blank."""
A_NAME = r"@([A-Za-z0-9_](?:[\w.-]*\w)?(?:@[\w-]+(?:\.[\w-]+)*(?::\d+)?)?)"
NAMED = re.compile(rf"(?<![\w/=.@]){A_NAME}")
"""What every server takes for a name."""
MAYBE_NAMED = re.compile(rf"(?<![A-Za-z0-9_/=]){A_NAME}")
"""What some server may take for one; Mastodon itself does after any sign but these, a dot or another @ too:
https://github.com/mastodon/mastodon, Account::MENTION_RE.
"""
AT_THE_HEAD = re.compile(r"\A(?:@[\w.-]+(?:@[\w.:-]+)?\s+)+")
DIRECT = "direct"
SHORTEST_WARNING = 8

Status = Mapping[str, Any]


def limits_for(limit: int) -> TextLimits:
    """How long the words of a reply may be, the author's name in front of them not counted."""
    counted = linked(limit - FOR_THE_NAME)
    return TextLimits(counted.limit, counted.unit, counted.count, in_front)


def in_front(words: str) -> str:
    """What staff see beside the count."""
    return "" if not words or words.startswith("@") else "the author’s @name goes in front"


def visibility(source: Status, audience: Audience, ours: str, *, private: bool = False) -> str:
    """Who may read the reply: never more people than may read what it answers, nor than its whole mention was said to."""
    if private or audience is Audience.AUTHOR:
        return DIRECT
    match source.get("visibility"):
        case "public":
            return ours
        case "unlisted" | "local" as same:
            return str(same)
        case _:
            return DIRECT


def the_one(source: Status, me: str, author_id: str) -> list[str]:
    """The name of the one whom a private reply is for, as what it answers says it; none when it does not."""
    account: Any = source.get("account")
    account = account if isinstance(account, dict) else {}
    wrote = ident(account.get("id"))
    if wrote != me and wrote == (author_id or wrote):
        return [name] if (name := text(account.get("acct"))) else []
    named = [one for one in mappings(source.get("mentions")) if author_id and ident(one.get("id")) == author_id]
    return [name for one in named[:1] if (name := text(one.get("acct")))]


def people(source: Status, me: str, author_id: str) -> list[str]:
    """The names a reply must carry: the author of what it answers; where that is our own post, whom that was said to."""
    account: Any = source.get("account")
    account = account if isinstance(account, dict) else {}
    if ident(account.get("id")) != me:
        return [name] if (name := text(account.get("acct"))) else []
    named = [one for one in mappings(source.get("mentions")) if ident(one.get("id")) != me]
    theirs = [one for one in named if ident(one.get("id")) == author_id]
    return [name for one in theirs or named if (name := text(one.get("acct")))]


def named_in(words: str, host: str) -> set[str]:
    """The names in a text, those of our own server without it."""
    return {plain(name, host) for name in NAMED.findall(words)}


def plain(name: str, host: str) -> str:
    """A name as it is compared."""
    return name.lower().removesuffix(f"@{host.lower()}")


def addressed(words: str, names: Sequence[str], host: str) -> str:
    """The words with the names in front that are not in them yet."""
    there = named_in(words, host)
    missing = [f"@{name}" for name in names if plain(name, host) not in there]
    return " ".join([*missing, words])


def strangers(words: str, names: Sequence[str], host: str) -> list[str]:
    """Whom a private reply would reach besides those it is for; rather one too many than one too few."""
    named = {plain(name, host) for name in MAYBE_NAMED.findall(words)}
    return sorted(named - {plain(name, host) for name in names})


def warning_for(source: Status, room: int) -> str:
    """The content warning of what is answered, as our own; shortened to the room there is, for it counts too."""
    warning = " ".join(text(source.get("spoiler_text")).split())
    if len(warning) <= room:
        return warning
    return f"{warning[: room - 1]}…" if room >= SHORTEST_WARNING else ""
