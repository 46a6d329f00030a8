"""A morning with a trainee: what is learnt on the job is looked at by a colleague before the public reads it."""

from collections.abc import Sequence
from datetime import timedelta

from integrations.sandbox.planned import Acted, Planned

POSTS: Sequence[tuple[int, str, str]] = (
    (0, "Ines Garbutt", "@harrowmere is the library on Kirk Wynd open on Saturday?"),
    (12, "Owen Dyson", "@harrowmere which week do the brown bins come on Fell Lane?"),
    (24, "Mina Foy", "@harrowmere the swings in Beacon Park are broken again, a chain has snapped"),
)
ACTS: Sequence[tuple[int, str, str]] = (
    (2, "tam", "/claim {card}"),
    (5, "tam", "/reply {card} It is, from 10 to 4. You are very welcome."),
    (7, "farah", "Approve"),
    (14, "tam", "/claim {card}"),
    (17, "tam", "/reply {card} SORRY, they come on Thursday."),
)
"""Farah approves the first; the second waits for whoever looks on."""


def posts() -> tuple[Planned, ...]:
    """What residents write, all of it on X."""
    return tuple(
        Planned(f"t{number}", timedelta(minutes=after), "x", name, name.lower().replace(" ", "_"), text)
        for number, (after, name, text) in enumerate(POSTS)
    )


def acts() -> tuple[Acted, ...]:
    """What staff do."""
    return tuple(Acted(timedelta(minutes=after), handle, deed) for after, handle, deed in ACTS)
