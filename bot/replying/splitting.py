"""A text that is too long for one post, as several: parted between sentences if it can be, never inside a link or name."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from wcwidth import iter_graphemes

from bot.reply import TextLimits

MOST_POSTS = 10
"""More would be a letter, and nobody reads ten posts in a row."""
WHOLE = re.compile(
    r"https?://\S+|www\.\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|@[\w.-]+(?:@[\w.-]+)?|#\w+|[\w-]+(?:\.[\w-]+)+(?:/\S*)?",
    re.IGNORECASE,
)
"""What means nothing in two halves: links, addresses, names, hashtags."""
ENDS_SENTENCE = re.compile(r"[.!?…。！？][\"'”’)\]]*$")
ENOUGH = 0.5
"""A post may be left this empty, but no emptier, so that it ends with a sentence."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What is not parted, with the space that stands before it."""

    space: str
    words: str


def split(text: str, limits: TextLimits, ending: str = "") -> tuple[str, ...]:
    """The fewest numbered posts that hold all of a text, each within its limits; none when 2 to 10 cannot do it.

    ``ending`` closes the last.
    """
    if limits.count(text) > MOST_POSTS * limits.limit:
        return ()
    for most in (9, MOST_POSTS):
        room = Room(limits, f" {most}/{most}", most)
        posts = numbered(room.filled(glued([*pieces_of(text, room)], ending)), ending)
        if len(posts) > 1 and not any(map(limits.over, posts)):
            return posts
    return ()


def numbered(runs: Sequence[str], ending: str) -> tuple[str, ...]:
    """``… 1/2`` and ``… 2/2 ^PK``."""
    most = len(runs)
    posts = [f"{run} {number}/{most}" for number, run in enumerate(runs[:-1], 1)]
    return (*posts, f"{runs[-1].removesuffix(ending)} {most}/{most}{ending}") if runs else ()


def glued(pieces: list[Piece], ending: str) -> list[Piece]:
    """The pieces, the ending kept to the last of them: it never goes out alone."""
    if not pieces:
        return pieces
    return [*pieces[:-1], Piece(pieces[-1].space, pieces[-1].words + ending)]


@dataclass(frozen=True, slots=True)
class Room:
    """How much goes into one post beside its number, and into how many posts at most."""

    limits: TextLimits
    number: str
    most: int

    def holds(self, text: str) -> bool:
        """Whether a text and its number fit."""
        return not self.limits.over(text + self.number)

    def filled(self, pieces: Sequence[Piece]) -> tuple[str, ...]:
        """Post after post, each as full as it can be; none when a piece fits nowhere or there are too many."""
        runs: list[str] = []
        start = 0
        while start < len(pieces):
            end = self.end_of_run(pieces, start)
            if end == start or len(runs) == self.most:
                return ()
            runs.append(joined(pieces[start:end]))
            start = end
        return tuple(runs)

    def end_of_run(self, pieces: Sequence[Piece], start: int) -> int:
        """Up to which piece one post goes: to the end of a sentence if one ends late enough, else as far as they fit."""
        end = start + longest(len(pieces) - start, lambda count: self.holds(joined(pieces[start : start + count])))
        if end in {start, len(pieces)}:
            return end
        sentence = next((stop for stop in range(end, start, -1) if ends_sentence(pieces, stop)), start)
        if sentence > start and self.is_worth_it(joined(pieces[start:sentence])):
            return sentence
        return next((stop for stop in range(end, start, -1) if pieces[stop].space), end)

    def is_worth_it(self, text: str) -> bool:
        """Whether a post with no more than this is full enough."""
        return self.limits.count(text + self.number) >= self.limits.limit * ENOUGH


def ends_sentence(pieces: Sequence[Piece], stop: int) -> bool:
    """Whether a sentence or a line ends before the piece at ``stop``."""
    following = pieces[stop].space
    return "\n" in following or bool(following and ENDS_SENTENCE.search(pieces[stop - 1].words))


def longest(most: int, fits: Callable[[int], bool]) -> int:
    """The largest number up to ``most`` that fits, where whatever is smaller fits too."""
    low, high = 0, 1
    while high <= most and fits(high):
        low, high = high, high * 2
    high = min(high, most + 1)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return low


def joined(pieces: Sequence[Piece]) -> str:
    """The pieces as they stood, without the space before the first."""
    return "".join(piece.space + piece.words for piece in pieces)[len(pieces[0].space) :] if pieces else ""


def pieces_of(text: str, room: Room) -> Iterator[Piece]:
    """A text in words; one that fills more than a post, as in scripts without spaces, in characters as people see them."""
    for space, word in words_of(text):
        if room.holds(word):
            yield Piece(space, word)
            continue
        for number, part in enumerate(parts_of(word)):
            yield Piece(space if not number else "", part)


def words_of(text: str) -> Iterator[tuple[str, str]]:
    """Each word with the space before it. A space with a mark on it is no space."""
    space, word = "", ""
    for one in iter_graphemes(text):
        if not one.isspace():
            word += one
            continue
        if word:
            yield space, word
            space, word = "", ""
        space += one
    if word:
        yield space, word


def parts_of(word: str) -> Iterator[str]:
    """A word in characters as people see them, but for what stays whole."""
    graphemes = list(iter_graphemes(word))
    ends, at = [0], 0
    for one in graphemes:
        at += len(one)
        ends.append(at)
    inside = {at for found in WHOLE.finditer(word) for at in range(found.start() + 1, found.end())}
    cuts = [0, *(end for end in ends[1:-1] if end not in inside), len(word)]
    for start, end in pairwise(cuts):
        yield word[start:end]
