"""Who may do what, in one place: ``authorise(actor, deed, subject)``, which refuses on doubt and says who can."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from bot.command import Role, Staff
from bot.errors import NotYours


class Deed(StrEnum):
    """What somebody wants to do that not everybody may."""

    APPROVE = "approve"
    """Let a colleague's reply go, change it first, or send it back."""
    TRUST = "trust"
    """Say that a person needs no approval on a topic, or needs it again."""
    HIDE = "hide"
    REVIEW = "review"
    """Look at what a colleague hid."""
    TAKE_DOWN = "take down"
    """Delete or correct a reply of ours that is public."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What it is done to. ``writer`` wrote the reply, or hid the post; empty where nobody did."""

    ref: str
    writer: str = ""


BOSSES = frozenset({Role.LEAD, Role.ADMIN})
ROLES: Mapping[Deed, frozenset[Role]] = {
    Deed.APPROVE: BOSSES | {Role.APPROVER},
    Deed.TRUST: BOSSES,
    Deed.HIDE: BOSSES | {Role.APPROVER, Role.DUTY},
    Deed.REVIEW: BOSSES | {Role.APPROVER},
    Deed.TAKE_DOWN: BOSSES | {Role.APPROVER},
}
NEVER_ONES_OWN = frozenset({Deed.APPROVE, Deed.REVIEW})
"""A second pair of eyes belongs to a second person."""


def authorise(actor: Staff, deed: Deed, subject: Subject) -> None:
    """Return, or raise NotYours with who can."""
    if deed in NEVER_ONES_OWN and actor.id == subject.writer:
        raise NotYours(f"You wrote this one for {subject.ref}: a colleague who approves has to look at it.")
    if deed is Deed.TAKE_DOWN and actor.id == subject.writer:
        return
    if not actor.has(*ROLES[deed]):
        who = ", ".join(sorted(role.value for role in ROLES[deed]))
        raise NotYours(f"For {subject.ref} this is for: {who}.")
