"""Drafts to look over: an answer of the Harrowmere web chat, on a Tuesday morning, by rules that have every check on."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot.reply import Attachment
from bot.replying.findings import Check, Finding, Rules, Says
from bot.replying.look_over import CHECKS, Draft
from tests.bot.council import LONDON, account
from tests.bot.stories import POST, story

TUESDAY = datetime(2026, 11, 17, 9, 30, tzinfo=UTC)
ALL = dict.fromkeys(Check, Says.WARN)
RULES = Rules(says=ALL)


def draft(text: str, *, asked: str = "Is my school shut?", private: bool = False, language: str = "", **other: Any) -> Draft:
    """An answer to a question."""
    mention = replace(POST, text=asked, private=private, language=language)
    fields = {"story": story(mention, *other.pop("replies", ())), "account": account(), "at": TUESDAY, "zone": LONDON}
    return Draft(text, **{**fields, **other})


def rules(**other: Any) -> Rules:
    """Every check on, with these lists."""
    return replace(RULES, **other)


def found(check: Check, text: str, by: Rules = RULES, **other: Any) -> list[Finding]:
    """What one check finds in an answer."""
    return list(CHECKS[check](draft(text, **other), by))


def excerpts(check: Check, text: str, by: Rules = RULES, **other: Any) -> list[str]:
    """The words one check finds."""
    return [finding.excerpt for finding in found(check, text, by, **other)]


def picture(alt: str = "", name: str = "IMG_2031.jpg") -> Attachment:
    """A picture to go with an answer."""
    return Attachment("f1", name, "image/jpeg", 1000, alt)
