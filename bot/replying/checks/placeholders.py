"""Gaps of a standard answer that nobody filled in: ``Hi [NAME]``, ``{first name}``, ``XXXX``. Pure."""

import re
from collections.abc import Iterator

from bot.replying.draft import Draft
from bot.replying.findings import Check, Finding, Rules

ASKED_FOR = (
    r"(?:insert|enter|add|your|their|customer|resident|tenant|patient|first|full|last|sur)?[ _.-]?"
    r"(?:name|link|url|date|day|time|place|location|street|address|postcode|number|no|ref|reference|phone|e-?mail|issue|topic"
    r"|amount|reason|department|team|service|handle|username|initials|text|details)"
)
GAP = re.compile(
    rf"\[(?:[A-Z][A-Z0-9 _/'’.-]{{2,40}}|(?i:{ASKED_FOR}|(?:insert|enter|add|your) [^\[\]\n]{{1,40}}))\](?!\()"
    rf"|<(?:[A-Z][A-Z0-9 _/'’.-]{{2,40}}|(?i:{ASKED_FOR}|(?:insert|enter|add|your) [^<>\n]{{1,40}}))>"
    r"|\{\{?\s?[^\W\d_][\w .'’-]{0,40}\}\}?|%[A-Z][A-Z_]{2,40}%"
    r"|\bXX(?:[/:.-]X{2,4}){1,3}\b|\bX{4,}\b|(?<=\w )_{3,}|_{3,}(?= \w)"
    r"|\b(?:INSERT|ENTER) [A-Z]{2,20}(?: [A-Z]{2,20}){0,3} HERE\b|\b[Ll]orem ipsum\b"
)
TAGS = re.compile(
    r"sic|cym(?:raeg)?|eng(?:lish)?|updated?|resolved|(?:re)?opened|closed|edit(?:ed)?|thread|alert|warning|news|video|audio"
    r"|pdf|bsl|gb|uk",
    re.IGNORECASE,
)
"""What stands in brackets and is meant to."""


def placeholders(draft: Draft, rules: Rules) -> Iterator[Finding]:
    """What was to be replaced by something, and is still there."""
    for text in draft.texts:
        for gap in GAP.finditer(text):
            if not TAGS.fullmatch(gap[0].strip("[]<>")):
                yield rules.found(
                    Check.PLACEHOLDERS,
                    "This looks like a gap of a standard answer that was not filled in.",
                    "Put in what belongs there, or take it out.",
                    excerpt=gap[0],
                )
