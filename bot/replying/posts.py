"""What goes out: the words as written become posts, signed, in one language or two, in one post or several. Pure."""

import re
from dataclasses import dataclass, replace

from bot.house import Account
from bot.reply import Answers, Audience, Post, TextLimits, Written
from bot.replying.counting import composed, graphemes
from bot.replying.splitting import MOST_POSTS, split

SIGNED = re.compile(r"\s\^[^\W\d_]{1,4}\Z")
"""A sign-off that is there already, whoever typed it."""
INITIALS = re.compile(r"[^\W\d_]{1,3}")
BETWEEN_LANGUAGES = "\n\n"


@dataclass(frozen=True, slots=True)
class Composed:
    """The posts, and whether they fit. ``over`` is by how much the longest post is too long; 0 when all fit."""

    posts: tuple[Post, ...]
    limits: TextLimits
    used: int
    """Of the longest post, as ``limits`` counts."""
    over: int = 0
    would_split: int = 0
    """Into how many posts it could be split, where threads exist and it is too long for one; else 0."""


def compose(written: Written, account: Account, initials: str = "") -> Composed:
    """What would go out for an account. Never cut: what is too long is ``over``. ``initials`` sign it where it signs.

    Two languages share a post where they fit, the first of them first; else each has a post of its own.
    """
    limits = limits_of(written, account)
    ending = ending_of(account, initials)
    texts = languages_of(written, account)
    posts = together(texts, limits, ending)
    if not any(limits.over(post.text) for post in posts):
        return measured(posts, limits)
    threads = account.abilities.threads and written.audience is Audience.AS_ASKED
    several = in_threads(texts, limits, ending) if threads else ()
    chosen = several if several and written.split else posts
    return replace(measured(chosen, limits), would_split=len(several))


def limits_of(written: Written, account: Account) -> TextLimits:
    """How long each post may be: a private one has limits of its own."""
    private = account.abilities.private if written.audience is Audience.AUTHOR else None
    return private or account.limits


def ending_of(account: Account, initials: str) -> str:
    """The sign-off of one person, where the account signs; none for what are not a person's initials."""
    return f" ^{initials}" if account.signs and INITIALS.fullmatch(initials) else ""


def languages_of(written: Written, account: Account) -> tuple[Post, ...]:
    """The words in each language they are written in, unsigned; only one when a person decided so."""
    codes = (*account.languages, "", "")[:2]
    texts = (composed(written.text).strip(), composed(written.second).strip())
    found = tuple(Post(text, code) for text, code in zip(texts, codes, strict=True) if text)
    return (found[:1] if written.one_language else found) or (Post(""),)


def together(texts: tuple[Post, ...], limits: TextLimits, ending: str) -> tuple[Post, ...]:
    """One post with every language if it fits, else one for each."""
    whole = Post(signed(BETWEEN_LANGUAGES.join(unsigned(texts)), ending), texts[0].language if len(texts) == 1 else "")
    if len(texts) == 1 or not limits.over(whole.text):
        return (whole,)
    return tuple(replace(one, text=signed(one.text, ending)) for one in texts)


def unsigned(texts: tuple[Post, ...]) -> list[str]:
    """The words in each language, with the sign-off that was typed below each of them only below the last."""
    words = [one.text for one in texts]
    typed = {end.group().strip() for one in words if (end := SIGNED.search(one))}
    if len(words) == 1 or len(typed) != 1:
        return words
    bare = [SIGNED.sub("", one).rstrip() for one in words]
    return [*bare[:-1], f"{bare[-1]} {typed.pop()}"]


def signed(text: str, ending: str) -> str:
    """The words with the sign-off, unless they have one already; nothing is not signed."""
    return text if not text or SIGNED.search(text) else text + ending


def in_threads(texts: tuple[Post, ...], limits: TextLimits, ending: str) -> tuple[Post, ...]:
    """Each language as one post, or as a thread where it is too long for one; none when that is too many posts."""
    posts: list[Post] = []
    for one in texts:
        whole = signed(one.text, ending)
        typed = SIGNED.search(one.text)
        closing = typed.group() if typed else ending
        parts = split(SIGNED.sub("", one.text).rstrip(), limits, closing) if limits.over(whole) else (whole,)
        if not parts:
            return ()
        posts.append(Post(parts[0], one.language))
        posts += [Post(part, one.language, Answers.PREVIOUS) for part in parts[1:]]
    return tuple(posts) if len(posts) <= MOST_POSTS else ()


def measured(posts: tuple[Post, ...], limits: TextLimits) -> Composed:
    """The posts with the length of the longest."""
    used = max(limits.count(post.text) for post in posts)
    return Composed(posts, limits, used, max(0, used - limits.limit))


def parity(first: str, second: str) -> float:
    """How alike in length the two languages of a reply are: the shorter over the longer, 0 when one is missing."""
    lengths = sorted((graphemes(first.strip()), graphemes(second.strip())))
    return lengths[0] / lengths[1] if lengths[1] else 0.0


def initials_of(name: str) -> str:
    """The initials of a person's name, at most three letters: ``PK``."""
    return "".join(word[0] for word in name.split() if word[0].isalpha())[:3].upper()
