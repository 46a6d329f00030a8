"""Words the organisation does not want to go out. Pure."""

from collections.abc import Iterator

from bot.replying.checks.folded import standing
from bot.replying.draft import Draft
from bot.replying.findings import Check, Finding, Rules

REASON = "Your organisation asks that this is not said in public."
FIX = "Say it in other words, or give the reason why it has to stand."


def blocked_words(draft: Draft, rules: Rules) -> Iterator[Finding]:
    """Each word of the list, however it is spelled: capitals, accents and full-width letters hide none."""
    for text in draft.texts:
        for excerpt in standing(text, rules.blocked_words):
            yield rules.found(Check.BLOCKED_WORDS, REASON, FIX, excerpt=excerpt)
