"""A reply in another language than the one it answers. Pure: who can tell languages apart is given in the rules."""

from collections.abc import Iterator

from bot.replying.draft import Draft
from bot.replying.findings import Check, Finding, Rules

SHORTEST = 40
"""Letters from which on a language is told with some certainty."""
NOT_SAID = frozenset({"", "und", "qme", "qst", "qht", "zxx", "mul", "art"})
"""What networks write when they do not know."""
NAMES = {
    "en": "English",
    "cy": "Welsh",
    "gd": "Gaelic",
    "ga": "Irish",
    "sco": "Scots",
    "pl": "Polish",
    "ur": "Urdu",
    "uk": "Ukrainian",
    "ro": "Romanian",
    "pt": "Portuguese",
    "es": "Spanish",
    "fr": "French",
    "de": "German",
    "ar": "Arabic",
    "bn": "Bengali",
    "pa": "Punjabi",
    "gu": "Gujarati",
    "so": "Somali",
    "lt": "Lithuanian",
}
ALIKE = {"sco": "en", "gv": "ga"}
"""Languages whose speakers are answered in another by custom."""


def language(draft: Draft, rules: Rules) -> Iterator[Finding]:
    """A reply none of whose languages is that of the mention; short texts say nothing."""
    if not (tell := rules.language_of):
        return
    spoken = {told(tell(text)) for text in draft.posts if is_long(text)} - {""}
    mention = draft.story.mention
    asked = told(tell(mention.text)) if is_long(mention.text) else told(mention.language)
    if spoken and asked and asked not in spoken:
        yield rules.found(
            Check.LANGUAGE,
            f"They wrote in {name(asked)}, and this is in {' and '.join(name(one) for one in sorted(spoken))}.",
            f"Answer in {name(asked)} where you can, or in both; a colleague may help.",
        )


def is_long(text: str) -> bool:
    """Whether there is enough of a text to tell."""
    return sum(map(str.isalpha, text)) >= SHORTEST


def told(code: str) -> str:
    """A language by its own code, without a country; empty when it was not said."""
    plain = code.strip().lower().replace("_", "-").partition("-")[0]
    return "" if plain in NOT_SAID or "+" in plain else ALIKE.get(plain, plain)


def name(code: str) -> str:
    """What staff call a language."""
    return NAMES.get(code, f"another language ({code})")
