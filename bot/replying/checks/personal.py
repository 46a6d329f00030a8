"""Personal data of others: what lets strangers ring, write to, visit, or pretend to be somebody. Pure."""

import re
from collections.abc import Iterator

from bot.replying.checks.contacts import emails, is_own, phones, postcodes, squeezed
from bot.replying.checks.numbers import bank_accounts, birthdays, cards, insurance_numbers, nhs_numbers
from bot.replying.checks.spans import Kind, Page, Span
from bot.replying.draft import Draft
from bot.replying.findings import Check, Finding, Rules

NOTHING_TO_LOOK_AT = re.compile(
    r"https?://\S+|\bwww\.\S+|[#@](?=\d*[^\W\d])[\w@.-]+|(?<![\w.-])[\w.-]+\.[a-z]{2,24}/\S*", re.IGNORECASE
)
"""Links, hashtags and handles: their digits are nobody's."""
TELLING = 9
"""Letters from the end by which two spellings of one number are the same."""
FIX_IN_PUBLIC = (
    "Take it out and carry on in a private message. If it is your organisation's own, checks.own_contacts can list it."
)
FIX_IN_PRIVATE = "Make sure that it is theirs and not somebody else's, or take it out."


def personal_data(draft: Draft, rules: Rules) -> Iterator[Finding]:
    """What is somebody's own and not the organisation's. In private, what the author wrote themselves may be repeated."""
    asked = squeezed(" ".join(draft.asked))
    for text in draft.texts:
        for span in spans(text, rules.region):
            is_theirs = squeezed(span.text)[-TELLING:] in asked
            if is_own(span, rules.own_contacts, rules.region) or (is_theirs and not draft.is_public):
                continue
            fix = FIX_IN_PUBLIC if draft.is_public else FIX_IN_PRIVATE
            yield rules.found(Check.PERSONAL_DATA, reason(span.kind, draft, is_theirs), fix, excerpt=span.text)


def reason(kind: Kind, draft: Draft, is_theirs: bool) -> str:
    """What it looks like, and why that matters here."""
    what = f"This looks like {'an' if kind.startswith(('a', 'e', 'NHS')) else 'a'} {kind}"
    if is_theirs:
        return f"{what}. They wrote it themselves, but a reply would show it to many more people, and outlive their post."
    if draft.is_public:
        return f"{what}, and everybody could read and copy it."
    return f"{what} that the person you answer did not write here."


def spans(text: str, region: str) -> Iterator[Span]:
    """Everything personal in a text, surest first; links, hashtags and handles are passed over."""
    page = Page(text)
    yield from page.take(emails(text))
    for match in NOTHING_TO_LOOK_AT.finditer(text):
        page.cover(*match.span())
    for look in (insurance_numbers, postcodes, bank_accounts, birthdays, cards, nhs_numbers):
        yield from page.take(look(text))
    yield from page.take(phones(page.rest, region))
