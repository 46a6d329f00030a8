"""What can be seen of a reply without reading it: no words at all, pictures without a description, capitals. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby

from bot.replying.draft import Draft
from bot.replying.findings import Check, Finding, Rules

ADDRESSES = re.compile(r"https?://\S*|\bwww\.\S*|@[\w@.-]+|\^[^\W\d_]{1,3}\b", re.IGNORECASE)
"""Links, @names and a sign-off: none of them is a word to anybody."""
FILE_NAME = re.compile(r"\S{1,200}\.(?:jpe?g|png|gif|webp|heic|mp4|mov|pdf)", re.IGNORECASE)
SAYS_NOTHING = frozenset({"image", "photo", "picture", "pic", "screenshot", "graphic", "video", "llun", "alt text", "img"})
NO_WORDS = re.compile(rf"{ADDRESSES.pattern}|#\w+", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
UNLISTED = re.compile(r"[^,/&]+")
"""Between these marks stand the parts of a list: BBC, RSPCA and the like."""
IN_A_ROW = 3
LETTERS = 10
"""Of words in capitals in a row, before they are a sentence in capitals and not some abbreviations."""
LONG = 5
"""Letters of a word that is no abbreviation."""


def address_only(draft: Draft, rules: Rules) -> Iterator[Finding]:
    """A post with no words: nothing but an @name, a link, emoji or marks. A picture with its description says something."""
    if any(one.alt.strip() for one in draft.media):
        return
    for text in draft.posts or ("",):
        if not any(one.isalnum() for one in unicodedata.normalize("NFKC", ADDRESSES.sub(" ", text))):
            yield rules.found(
                Check.ADDRESS_ONLY,
                "There are no words in it, so whoever hears or reads it does not know what you mean.",
                "Add a few words, such as what they find behind the link.",
                excerpt=text.strip(),
            )


def alt_text(draft: Draft, rules: Rules) -> Iterator[Finding]:
    """A picture or film that people who cannot see it are told nothing of."""
    for one in draft.media:
        described = one.alt.strip()
        if not described:
            reason = f"{one.name} has no description, so people who cannot see it are left out."
        elif described.casefold() in SAYS_NOTHING or FILE_NAME.fullmatch(described):
            reason = f"The description of {one.name} does not say what is on it."
        else:
            continue
        fix = "Say in a sentence what matters on it, and all the words it holds."
        yield rules.found(Check.ALT_TEXT, reason, fix, excerpt=one.name)


def capitals(draft: Draft, rules: Rules) -> Iterator[Finding]:
    """Sentences in capitals; abbreviations side by side are none."""
    for text in draft.posts:
        for excerpt in loud(text):
            yield rules.found(
                Check.CAPITALS,
                "Words in capitals are hard to read, and some screen readers spell them out letter by letter.",
                "Write them in small letters; to stress something, put it first.",
                excerpt=excerpt,
            )


def loud(text: str) -> Iterator[str]:
    """Stretches of words in capitals that are long enough to be meant as such, and a whole text in capitals."""
    plain = NO_WORDS.sub(lambda found: " " * len(found[0]), text)
    at_least = 2 if plain.isupper() else IN_A_ROW
    for part in UNLISTED.finditer(plain):
        words = WORD.finditer(plain, *part.span())
        for is_upper, row in groupby(words, key=lambda word: word[0].isupper()):
            together = list(row)
            if is_upper and is_loud([len(word[0]) for word in together], at_least):
                yield text[together[0].start() : together[-1].end()]


def is_loud(lengths: list[int], at_least: int) -> bool:
    """Enough words with enough letters, one of which is no abbreviation."""
    return len(lengths) >= at_least and sum(lengths) >= LETTERS and max(lengths) >= LONG
