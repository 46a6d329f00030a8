"""Who may do what, in one place: ``authorise(actor, deed or action, subject)``, which refuses on doubt and says who can."""

from collections.abc import Iterable

from bot.authority.asked import ACTIONS, OF_WHOSE_IT_IS, OVERRIDING, OWNERS_ONLY, VERBS, WAYS
from bot.authority.deeds import Deed, Who
from bot.authority.rules import APPROVERS, COLLEAGUE, DEEDS, NotPermitted, Rule
from bot.authority.subject import FITS, HELD_STATES, Subject, subject_of
from bot.command import Role, Staff
from bot.mention import Action

__all__ = [
    "ACTIONS",
    "DEEDS",
    "HELD_STATES",
    "OWNERS_ONLY",
    "VERBS",
    "WAYS",
    "Deed",
    "NotPermitted",
    "Subject",
    "Who",
    "authorise",
    "is_theirs",
    "permits",
    "subject_of",
]


def authorise(actor: Staff, wanted: Deed | Action, subject: Subject) -> None:
    """Return where the actor may; raise NotPermitted, a NotYours that says who can. Of a move, every deed it takes."""
    for deed in deeds_of(wanted):
        judged = refusal(actor, DEEDS[deed], subject)
        if judged is not None:
            raise judged


def permits(actor: Staff, wanted: Deed | Action, subject: Subject) -> bool:
    """The same as a yes or a no."""
    return all(refusal(actor, DEEDS[deed], subject) is None for deed in deeds_of(wanted))


def deeds_of(wanted: Deed | Action) -> Iterable[Deed]:
    """A deed by itself, or those of a move."""
    return ACTIONS[wanted] if isinstance(wanted, Action) else (wanted,)


def refusal(actor: Staff, judged: Rule, about: Subject) -> NotPermitted | None:
    """Why not; None where the actor may."""
    if judged.own and actor.id == about.writer:
        return NotPermitted(judged.own, about, judged.ask, judged.one)
    if judged.trainees and actor.has(Role.TRAINEE) and not about.is_trusted:
        return NotPermitted(judged.trainees, about, APPROVERS, COLLEAGUE)
    if not any(FITS[who](actor, about) for who in judged.may):
        return NotPermitted(judged.says, about, judged.ask, judged.one)
    return None


def is_theirs(action: Action, by: str, about: Subject, *, overrides: bool) -> bool:
    """Whether a move is this person's to make, as far as it turns on whose the mention is.

    For the transaction that judges the row as it is then: it knows an id, and ``overrides`` stands for the roles that
    were looked up when it was asked.
    """
    actor = Staff(by, by)
    deeds = [deed for deed in ACTIONS[action] if deed in OF_WHOSE_IT_IS]
    return all(refusal(actor, DEEDS[d], about) is None or (overrides and DEEDS[d].may & OVERRIDING) for d in deeds)
