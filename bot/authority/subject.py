"""What a deed is done to, as far as it was looked up, and when somebody fits what a rule asks for."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from bot.authority.deeds import Who
from bot.command import Role, Staff
from bot.mention import SYSTEM, Mention, State

HELD_STATES = frozenset({State.CLAIMED, State.SNOOZED, State.REPLYING})


@dataclass(frozen=True, slots=True)
class Subject:
    """What it is done to, as far as was looked up: a fact that is not here counts against whoever asks.

    ``writer`` wrote the reply, hid the post, or is the one whose trust it is; empty where nobody did. ``concerned`` are
    those whose it is otherwise: an account's holders, the asker of a cover, the incoming person of a handover.
    """

    ref: str = ""
    writer: str = ""
    owner: str = ""
    is_free: bool = False
    """Whether nobody has it."""
    offered_to: str = ""
    channel: str = ""
    is_member: bool = False
    """Whether the actor is in its channel."""
    is_private: bool = True
    is_held: bool = False
    """A private message that no channel shows."""
    is_pinged: bool = False
    is_on_duty: bool = False
    is_on_rota: bool = False
    is_restricted: bool = True
    """Whether only those named in the settings may publish."""
    is_trusted: bool = False
    """Whether it was settled that what this person writes here needs no approval."""
    concerned: frozenset[str] = frozenset()
    none_named: bool = False
    """Whether the settings name nobody who could."""


def subject_of(mention: Mention, **facts: bool | str) -> Subject:
    """What a mention's own row says; ``facts`` are the others. Raises TypeError for one there is not."""
    has_owner = mention.owner is not None and mention.state in HELD_STATES
    own: dict[str, bool | str] = {
        "ref": mention.ref,
        "owner": mention.owner or "",
        "is_free": not has_owner,
        "offered_to": mention.offered_to or "",
        "is_private": mention.private,
    }
    return Subject(**{**own, **facts})  # type: ignore[arg-type]


BOSSES = frozenset({Role.LEAD, Role.ADMIN})
FITS: Mapping[Who, Callable[[Staff, Subject], bool]] = {
    Who.ANYBODY: lambda _, __: True,
    Who.LEAD: lambda actor, _: actor.has(*BOSSES),
    Who.APPROVER: lambda actor, _: actor.has(Role.APPROVER) and not actor.has(Role.TRAINEE),
    Who.DUTY: lambda actor, about: actor.has(Role.DUTY) or about.is_on_duty,
    Who.PUBLISHER: lambda actor, about: not about.is_restricted or actor.has(Role.PUBLISHER),
    Who.MEMBER: lambda _, about: about.is_member,
    Who.PINGED: lambda _, about: about.is_pinged and (about.is_held or not about.is_private),
    Who.OWNER: lambda actor, about: actor.id == about.owner,
    Who.NOBODYS: lambda _, about: about.is_free,
    Who.OFFERED: lambda actor, about: actor.id == about.offered_to,
    Who.WRITER: lambda actor, about: actor.id == about.writer,
    Who.CONCERNED: lambda actor, about: actor.id in about.concerned,
    Who.ON_ROTA: lambda _, about: about.is_on_rota,
    Who.WITHOUT_ANY: lambda _, about: about.none_named,
    Who.MACHINE: lambda actor, _: actor.id == SYSTEM,
}
