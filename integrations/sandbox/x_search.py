"""A stand-in for X: enough of its search language to find posts by words, phrases, authors, NOT and OR."""

import re

from integrations.sandbox.x_posts import StandInPost

TERM = re.compile(r'-?(?:"[^"]*"|[^\s()]+)')
GROUP = re.compile(r"\(([^()]*)\)")


def matches(query: str, post: StandInPost) -> bool:
    """Whether a post is found: one side of every OR in brackets, and all the terms of one side of an OR outside them."""
    groups, rest = GROUP.findall(query), GROUP.sub(" ", query)
    return all(matches(group, post) for group in groups) and any(
        all(holds(term, post) for term in TERM.findall(side)) for side in re.split(r"\sOR\s", rest)
    )


def holds(term: str, post: StandInPost) -> bool:
    """Whether one term is true of a post."""
    if term.startswith("-") and len(term) > 1:
        return not holds(term[1:], post)
    if term.startswith("from:"):
        return post.author.lower() == term[5:].lower()
    if term == "is:retweet":
        return bool(post.reposts)
    wanted = term.strip('"').lower()
    return re.search(rf"(?<!\w){re.escape(wanted)}(?!\w)", post.text.lower()) is not None
