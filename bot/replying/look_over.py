"""Looks a draft over before it goes: every check that is switched on, each a pure function in ``checks``."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.house import Account
from bot.reply import Attachment, Audience
from bot.replying.findings import Finding, Rules, Says
from bot.story import Story


@dataclass(frozen=True, slots=True)
class Draft:
    """What is looked over. ``at`` is aware; ``zone`` is the organisation's, in which "Friday" is meant."""

    text: str
    story: Story
    account: Account
    at: datetime
    zone: ZoneInfo
    audience: Audience = Audience.AS_ASKED
    second: str = ""
    media: tuple[Attachment, ...] = ()
    others: tuple[Account, ...] = ()
    """The organisation's other accounts, so that a reply that speaks as another one is noticed."""


CHECKS: tuple[Callable[[Draft, Rules], Iterable[Finding]], ...] = ()


def look_over(draft: Draft, rules: Rules) -> tuple[Finding, ...]:
    """What was found, what blocks first. Nothing in it is repeated outside the chat."""
    found = [finding for check in CHECKS for finding in check(draft, rules)]
    return tuple(sorted(found, key=lambda one: one.says is not Says.BLOCK))
