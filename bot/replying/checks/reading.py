"""How old one has to be to read an English text with ease. Pure.

The Flesch-Kincaid grade (Kincaid, Fishburne, Rogers and Chissom, 1975: https://stars.library.ucf.edu/istlibrary/56/) and
five years, the age at which the first grade is over less one. Syllables are counted by the letters, which is off for a
word here and there and evens out over a text; in a short one it does not, so nothing is said of those.
"""

import re
from collections.abc import Iterator

from bot.replying.checks.folded import fold
from bot.replying.checks.sentences import sentences
from bot.replying.checks.word_lists import listed
from bot.replying.draft import Draft
from bot.replying.findings import Check, Finding, Rules

SHORTEST = 30
"""Words below which a figure would mean little."""
SKIPPED = re.compile(r"https?://\S*|\bwww\.\S*|[@#]\w[\w@.-]*|\^[^\W\d_]{1,3}\b", re.IGNORECASE)
WORD = re.compile(r"[a-z]+(?:'[a-z]+)*")
COMMON = listed("common_english")
ENGLISH = 0.15
"""The share of these words from which on a text is taken for English."""
GROUPS = re.compile(r"[aeiouy]+")
SILENT = re.compile(r"(?:[^aeiouyl]|[aeiouy]l)e$|[^aeiouytd]ed$|(?<![aeiouyscgzx])(?<!sh)(?<!ch)es$")
TWICE = re.compile(r"i[ao](?!us)|(?<![qg])u[aeo]|[^aeiou]eo|ying$|ism$")
TO_AGE = 5


def reading_age(draft: Draft, rules: Rules) -> Iterator[Finding]:
    """A text that is harder than the organisation wants to write, with its longest sentence."""
    for text in draft.posts if rules.reading_age else ():
        parts = [(counted, start, part) for start, part in sentences(text) if (counted := words(part))]
        age = age_of([counted for counted, _, _ in parts])
        if age > rules.reading_age:
            _, _, longest = max(parts, key=lambda one: len(one[0]))
            yield rules.found(
                Check.READING_AGE,
                f"This reads like something for people of about {age}; your organisation writes for {rules.reading_age}.",
                "Make two sentences of the longest one, and use shorter words.",
                excerpt=longest.strip(),
            )


def words(sentence: str) -> list[str]:
    """The words of a sentence that are read as words."""
    return WORD.findall(fold(SKIPPED.sub(" ", sentence)).text)


def age_of(parts: list[list[str]]) -> int:
    """The reading age in years of sentences of words; 0 where they are too few, or not English."""
    every = [word for part in parts for word in part]
    if len(every) < SHORTEST or sum(word in COMMON for word in every) < ENGLISH * len(every):
        return 0
    grade = 0.39 * len(every) / len(parts) + 11.8 * sum(map(syllables, every)) / len(every) - 15.59
    return max(TO_AGE, round(grade + TO_AGE))


def syllables(word: str) -> int:
    """About how many syllables an English word has."""
    groups = len(GROUPS.findall(word)) + len(TWICE.findall(word)) - bool(SILENT.search(word))
    return max(1, groups)
