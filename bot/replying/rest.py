"""What is left to be written of a reply in several posts: its writer's own words, without counters. Pure."""

import re
from collections.abc import Sequence

from bot.reply import Answers, Post
from bot.replying.counting import composed
from bot.replying.posts import SIGNED

COUNTER = re.compile(r" \d{1,2}/\d{1,2}(?=(?:\s\^[^\W\d_]{1,4})?\Z)")


def rest_of(posts: Sequence[Post], wholes: Sequence[str]) -> str:
    """The words of posts in one language as they stand at the end of the text they were made of, one of ``wholes``.

    Where they are in none of these: the words of the posts, without their counters.
    """
    bare = [COUNTER.sub("", post.text) if is_numbered(posts, place) else post.text for place, post in enumerate(posts)]
    whole = "\n\n".join(bare)
    for wanted in (whole, SIGNED.sub("", whole)):
        for text in wholes:
            if found := end_of(composed(text).strip(), "".join(wanted.split())):
                return found
    return whole


def is_numbered(posts: Sequence[Post], place: int) -> bool:
    """Whether a post is one of a thread."""
    following = posts[place + 1 : place + 2]
    return posts[place].answers is Answers.PREVIOUS or any(one.answers is Answers.PREVIOUS for one in following)


def end_of(text: str, letters: str) -> str:
    """The end of a text that has these letters, with the space between them; empty where it ends with others."""
    at, left = len(text), len(letters)
    while at and left:
        at -= 1
        left -= not text[at].isspace()
    return text[at:] if letters and "".join(text[at:].split()) == letters else ""
