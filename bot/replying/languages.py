"""Tells which language a text is in, where the extra ``language`` is installed; some 130 MB in memory."""

from collections.abc import Callable
from math import exp

from bot.registry import found

RANK = "py3langid:rank"
SURE = 0.9
"""How much likelier than all others together a language has to be."""


def language_teller() -> Callable[[str], str] | None:
    """What tells languages apart, or None where it is not installed. It says nothing of what it is not sure of.

    It is read now, which takes about a second, so that nobody waits for it at their first reply.
    """
    try:
        rank: Callable[[str], list[tuple[str, float]]] = found(RANK)
    except ModuleNotFoundError:
        return None
    rank("")

    def language_of(text: str) -> str:
        """The likeliest language, if it is far likelier than any other."""
        ranked = rank(text[:2_000])
        others = sum(exp(max(-700.0, score - ranked[0][1])) for _, score in ranked[1:])
        likeliest = ranked[0][0].replace("zxx", "")
        return likeliest if 1 / (1 + others) >= SURE else ""

    return language_of
