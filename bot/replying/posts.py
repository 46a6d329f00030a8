"""What goes out: the words as written become posts, signed, in one language or two, in one post or several. Pure."""

from dataclasses import dataclass

from bot.house import Account
from bot.reply import Audience, Post, TextLimits, Written


@dataclass(frozen=True, slots=True)
class Composed:
    """The posts, and whether they fit. ``over`` is by how much the longest post is too long; 0 when all fit."""

    posts: tuple[Post, ...]
    limits: TextLimits
    used: int
    """Of the longest post, as ``limits`` counts."""
    over: int = 0
    would_split: int = 0
    """Into how many posts it could be split, where threads exist and it is too long for one; else 0."""


def compose(written: Written, account: Account, initials: str = "") -> Composed:
    """What would go out for an account. Never cut: what is too long is ``over``. ``initials`` sign it where it signs."""
    private = account.abilities.private if written.audience is Audience.AUTHOR else None
    limits = private or account.limits
    used = limits.count(written.text)
    return Composed((Post(written.text),), limits, used, max(0, used - limits.limit))


def initials_of(name: str) -> str:
    """The initials of a person's name, at most three letters: ``PK``."""
    return "".join(word[0] for word in name.split() if word[0].isalpha())[:3].upper()
