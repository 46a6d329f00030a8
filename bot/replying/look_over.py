"""Looks a draft over before it goes: every check that is switched on, each a pure function in ``checks``."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from bot.replying.checks.account import another_account
from bot.replying.checks.audience import audience
from bot.replying.checks.characters import characters
from bot.replying.checks.hashtags import hashtags
from bot.replying.checks.language import language
from bot.replying.checks.links import links
from bot.replying.checks.personal import personal_data
from bot.replying.checks.placeholders import placeholders
from bot.replying.checks.pre_election import pre_election
from bot.replying.checks.promises import promise
from bot.replying.checks.reading import reading_age
from bot.replying.checks.repeated import repeated
from bot.replying.checks.shape import address_only, alt_text, capitals
from bot.replying.checks.words import blocked_words
from bot.replying.draft import Draft
from bot.replying.findings import Check, Finding, Rules, Says

__all__ = ["CHECKS", "MOST", "Draft", "look_over"]

CHECKS: Mapping[Check, Callable[[Draft, Rules], Iterable[Finding]]] = {
    Check.PERSONAL_DATA: personal_data,
    Check.BLOCKED_WORDS: blocked_words,
    Check.ACCOUNT: another_account,
    Check.AUDIENCE: audience,
    Check.READING_AGE: reading_age,
    Check.HASHTAGS: hashtags,
    Check.ALT_TEXT: alt_text,
    Check.CAPITALS: capitals,
    Check.LINKS: links,
    Check.REPEATED: repeated,
    Check.PROMISE: promise,
    Check.PRE_ELECTION: pre_election,
    Check.LANGUAGE: language,
    Check.ADDRESS_ONLY: address_only,
    Check.CHARACTERS: characters,
    Check.PLACEHOLDERS: placeholders,
}
MOST = 5
"""Findings of one check that are shown: who has seen five looks for the sixth."""


def distinct(found: Iterable[Finding]) -> Iterator[Finding]:
    """Each finding once, as they come: a check is not asked for more than is shown."""
    seen: set[Finding] = set()
    for finding in found:
        if finding not in seen:
            seen.add(finding)
            yield finding


def look_over(draft: Draft, rules: Rules) -> tuple[Finding, ...]:
    """What was found, what blocks first. Nothing in it is repeated outside the chat. A check that is OFF costs nothing."""
    found = (
        finding
        for name, check in CHECKS.items()
        if rules.of(name) is not Says.OFF
        for finding in islice(distinct(check(draft, rules)), MOST)
    )
    return tuple(sorted(found, key=lambda one: one.says is not Says.BLOCK))
