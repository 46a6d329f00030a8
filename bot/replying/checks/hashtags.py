"""Hashtags of several words run together in small letters, which screen readers cannot tell apart. Pure.

There is no list of all words here: a tag is taken for several words if it begins or ends with one of those below that
public bodies run together with others, and what is left can be a word. That misses some, and asks rather than tells.
"""

import re
from collections.abc import Iterator

from bot.replying.checks.word_lists import listed
from bot.replying.draft import Draft
from bot.replying.findings import Check, Finding, Rules

TAG = re.compile(r"(?<![\w#&/])#([^\W\d_]{6,100})\d{0,4}(?![^\W_])")
REASON = "A hashtag of several words without capitals is read out as one long word."
VOWEL = re.compile(r"[aeiouyâêîôûŵŷáéíóú]")
WORDS = listed("hashtags")
COMPOUNDS = listed("compounds")
"""One word, though a word of the list is in it; also with an s."""
ENDINGS = re.compile(
    r"(?:able|age|al|ally|ance|ant|ants|ary|ate|ated|ates|ation|ations|cil|cillors?|dom|ed|ee|ees|ence|ent|er|ers|ery|es|ful|"
    r"hood|ian|ians|ibility|ible|ic|ically|ics|ie|ies|ify|ility|ing|ings|ion|ions|ise|ised|isations|isation|ish|ism|ist|ists|ity|ive|"
    r"less|let|ley|lors?|ly|man|ment|ments|ness|nesses|or|ors|ory|ous|ously|ship|ships|some|ster|ting|tion|tions|ton|ture|ty|ual|uate|uates|ure|"
    r"ville|ward|wards|wide|wise|zation)s?"
)
"""What is left of one word when its stem is in the list."""
LONGEST_WORD = 17
LONG_IN_CAPITALS = 9
"""A shorter one in capitals may be an abbreviation."""


def hashtags(draft: Draft, rules: Rules) -> Iterator[Finding]:
    """Each tag in small letters, or in capitals throughout, that seems to be several words."""
    for text in draft.posts:
        for match in TAG.finditer(text):
            words = words_of(match[1])
            if len(words) > 1 or not words:
                example = "".join(word.capitalize() for word in words) or "RoadClosed"
                fix = f"If it is several words, begin each with a capital, like #{example}."
                yield rules.found(Check.HASHTAGS, REASON, fix, excerpt=match[0])


def words_of(tag: str) -> tuple[str, ...]:
    """The words of a tag, as far as they can be told: itself when they show already, nothing when it is too long for one."""
    small = tag.lower()
    shows = not tag[1:].islower() and not (tag.isupper() and len(tag) >= LONG_IN_CAPITALS)
    if shows or len(small) != len(tag) or small in WORDS or {small, small.removesuffix("s")} & COMPOUNDS:
        return (tag,)
    if found := known_words(small) or word_and_rest(small):
        return found
    return () if len(tag) >= LONGEST_WORD else (tag,)


def known_words(small: str) -> tuple[str, ...]:
    """The fewest words of the list that make it up, or nothing."""
    best: list[tuple[str, ...] | None] = [(), *[None] * len(small)]
    for end in range(1, len(small) + 1):
        for start in range(max(0, end - 13), end):
            begun, word = best[start], small[start:end]
            if begun is not None and word in WORDS and (best[end] is None or len(begun) + 1 < len(best[end] or ())):
                best[end] = (*begun, word)
    return best[-1] or ()


def word_and_rest(small: str) -> tuple[str, ...]:
    """The longest word of the list it begins or ends with, where what is left may be a word too; or nothing."""
    for length in range(min(13, len(small) - 4), 3, -1):
        if small[:length] in WORDS and may_be_a_word(small[length:]) and not ENDINGS.fullmatch(small[length:]):
            return small[:length], small[length:]
        if small[-length:] in WORDS and may_be_a_word(small[:-length]):
            return small[:-length], small[-length:]
    return ()


def may_be_a_word(rest: str) -> bool:
    """Whether it is long enough and can be spoken."""
    return len(rest) >= 4 and bool(VOWEL.search(rest))
