"""Many cards in one message: a line each, by which each is found again, and how to take one."""

import re
from datetime import timedelta

from bot.card import Card, Digest
from bot.form import units
from bot.words.helping import each_so_often
from integrations.viva_engage.draw import first_line, holder
from integrations.viva_engage.parse import POLL
from integrations.viva_engage.text import LIMIT, MARK, MARK_LENGTH, cut, mark, one_line

HEAD = "{} mentions have come in. To take one, write here with its number: claim {}. It then gets a thread of its own."
TAIL = "You can also write: reply {0} your words · close {0} why · show {0} · help. It is read within {1}."
END = "digest {}"
ENDS = re.compile(rf"\b{END.format(MARK.format(f'[A-Z2-7]{{{MARK_LENGTH}}}'))}$")
MARKED = "({})"
LONGEST, SHORTEST = 380, 120
EXCERPT = 160


def digest_text(digest: Digest, key: str, each: timedelta = POLL) -> str:
    """The digest: what came in, a line each; what is said under it is read ``each`` so often."""
    example = digest.cards[0][0].ref.removeprefix("M-")
    head, tail = HEAD.format(len(digest.cards), example), TAIL.format(example, each_so_often(each))
    taken = sum(units(line) + 2 for line in (head, tail, END.format(mark(key))))
    room = max(SHORTEST, min(LONGEST, (LIMIT - taken) // len(digest.cards) - 1))
    lines = [card_line(card, key_of_card, room) for card, key_of_card in digest.cards]
    return "\n".join([head, "", *lines, "", tail, END.format(mark(key))])


def card_line(card: Card, key: str, room: int) -> str:
    """One card: which, from whom, where and when, who has it if somebody does, what; ends in its mark."""
    ending = MARKED.format(mark(key))
    said = " · ".join(one for one in (first_line(card), holder(card)) if one)
    words = cut(one_line(card.quote), EXCERPT)
    return f"{cut(f'{said} · “{words}”', room - units(ending) - 2)}  {ending}"


def holds(text: str, key: str) -> bool:
    """Whether one of our messages is the post with this key, or a digest in which its card stands."""
    said, wanted = text.rstrip(), mark(key)
    return said.endswith(wanted) or (is_digest(said) and MARKED.format(wanted) in said)


def is_digest(text: str) -> bool:
    """Whether one of our messages holds several cards: by its last line, which is never anybody else's."""
    return ENDS.search(text.rstrip()) is not None
