"""What takes sides while a pre-election period lasts. Pure.

The local government Code of Practice on Publicity, and what the LGA makes of it:
https://www.local.gov.uk/our-support/guidance-and-resources/pre-election-period/pre-election-period-social-media
"""

import re
from collections.abc import Iterator

from bot.replying.checks.folded import fold, standing
from bot.replying.draft import Draft
from bot.replying.findings import Check, Finding, PreElection, Rules

TAKES_SIDES = re.compile(
    r"\b(?:(?:this|the|our|your) (?:administration|ruling group|opposition|coalition|cabinet)"
    r"(?: has| have| is| are| will|'s)\b"
    r"|(?:this|the) (?:council leader|leader of the council|mayor|portfolio holder|cabinet member) (?:has|is|was) (?:\w+ )?"
    r"(?:proud|pleased|delighted|delivered|secured|announced|promised|pledged)"
    r"|(?:thanks to|under) (?:the |our )?(?:leadership|administration|leader|mayor|cabinet)\b"
    r"|(?:vote|voting|canvass(?:ing)?|campaign(?:ing)?) (?:for|against)\b"
    r"|(?:\w+-(?:run|led|controlled)) (?:council|authority|administration|government)"
    r"|(?:election|manifesto|campaign) (?:promise|pledge|commitment)s?|\bmanifesto\b"
    r"|(?:the )?(?:previous|last) administration\b"
    r"|pleidleisiwch (?:dros|i)\b|gweinyddiaeth (?:hon|bresennol|flaenorol)\b)"
)
"""Credit and blame in politics; a council that says what it does is none."""
FIX = "Keep to what the service does, and leave people and parties out. If you are not sure, ask a colleague or your lead."


def pre_election(draft: Draft, rules: Rules) -> Iterator[Finding]:
    """Names of candidates and parties, and political credit, on the days of a period where the organisation is."""
    today = draft.at.astimezone(draft.zone).date()
    for period in rules.pre_election:
        if period.first <= today <= period.last:
            line = period.line or "Public bodies do not take sides then, nor seem to."
            reason = f"There is a pre-election period until {period.last.day} {period.last:%B}. {line}"
            for text in draft.texts:
                for excerpt in dict.fromkeys(political(text, period)):
                    yield rules.found(Check.PRE_ELECTION, reason, FIX, excerpt=excerpt)


def political(text: str, period: PreElection) -> Iterator[str]:
    """Names of the period, then what takes sides, as they stand."""
    yield from standing(text, tuple(name.lstrip("#@") for name in period.names))
    folded = fold(text)
    for match in TAKES_SIDES.finditer(folded.text):
        start, end = folded.stood(*match.span())
        yield text[start:end]
