"""Words that speak as another of the organisation's accounts than the one they go out from. Pure."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from bot.house import BY_HAND, CANARY, Account
from bot.replying.checks.folded import Folded, fold
from bot.replying.draft import Draft
from bot.replying.findings import Check, Finding, Rules

PLACE = re.compile(r" (?:on|via) [^ ]+$")
"""What stands behind a handle when an account says where it speaks: it is spoken as there, not called that."""
SHORTEST = 4
TOUCH = r"contacting|messaging|following|writing to|(?:getting|being) in touch with|reaching out to|cysylltu a"
SPEAKS = (
    rf"(?:we at|of us at|here at|we are|we're|i'm from|this is|on behalf of|speaking for|for (?:{TOUCH})|"
    r"from (?:all|everyone|everybody) (?:at|in)|love from|regards from|yma yn|diolch am gysylltu a|gan bawb yn) (?:the )?"
)
SIGNS_AFTER = frozenset(".!?-–—|,~")
"""What stands before a name at the end that signs: a full stop, a dash; behind "contact" it does not."""
SIGNED = re.compile(r"(?: team)?\W{0,3}(?:\^[a-z]{1,3}\W{0,3})?$")


def another_account(draft: Draft, rules: Rules) -> Iterator[Finding]:
    """Whoever speaks in the draft is called what another account is called. To send people to another account is fine."""
    own = names(draft.account)
    others = {name: other for other in draft.others if is_somebody(other) for name in names(other) if name not in own}
    for text in draft.posts if others else ():
        for name, excerpt in spoken_as(text, others, own):
            yield rules.found(
                Check.ACCOUNT,
                f"This speaks as {others[name].label or name}, and it goes out as {draft.account.speaks_as}.",
                "See which account it should come from. If this one, speak as this one.",
                excerpt=excerpt,
            )


def is_somebody(account: Account) -> bool:
    """Whether the public knows an account: what staff bring in and our own tests come from none."""
    return account.name not in {BY_HAND, CANARY}


def names(account: Account) -> frozenset[str]:
    """What an account is called, folded: its label, and its handle without the network. A "contact form" is no name."""
    called = (one for one in (account.label, account.speaks_as) if one != one.lower() or "@" in one)
    plain = (PLACE.sub("", fold(one).text.strip()) for one in called)
    return frozenset(one for one in plain if len(one) >= SHORTEST)


def spoken_as(text: str, others: Mapping[str, Account], own: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Each name in which the text speaks, and how it stands there."""
    folded = fold(text)
    for match in speaking(tuple(others)).finditer(folded.text):
        name = match["called"] or match["signed"]
        start, end = match.span("called" if match["called"] else "signed")
        if is_part_of(folded.text, own, name, start):
            continue
        if match["called"] or folded.text.startswith(" here", end) or signs(text, folded, start, end):
            first, last = folded.stood(start, end)
            yield name, text[first:last]


@lru_cache(maxsize=64)
def speaking(others: tuple[str, ...]) -> re.Pattern[str]:
    """A pattern for names: said of oneself, or standing by themselves and so perhaps a signature."""
    theirs = "|".join(re.escape(one) for one in sorted(others, key=len, reverse=True))
    name_ends = r"(?![^\W_])(?!'s? )"
    return re.compile(rf"(?<![^\W_])(?:{SPEAKS}(?P<called>{theirs})|(?P<signed>{theirs})){name_ends}")


def is_part_of(text: str, own: frozenset[str], name: str, start: int) -> bool:
    """Whether a name is only a part of the account's own, as Harrowmere Council is of Harrowmere Council Libraries."""
    return any(name in one and start >= one.find(name) and text.startswith(one, start - one.find(name)) for one in own)


def signs(text: str, folded: Folded, start: int, end: int) -> bool:
    """Whether a name ends a text as a signature: on a line of its own, or behind a full stop or a dash."""
    if not SIGNED.match(folded.text, end):
        return False
    place = folded.places[start]
    earlier = text[max(0, place - 50) : place].rstrip(" \t@")
    return not earlier or earlier[-1] in SIGNS_AFTER or earlier[-1] == "\n"
