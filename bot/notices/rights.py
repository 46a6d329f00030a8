"""What staff are told about rights and holds: under the card when one begins, and in private as a clock turns. Pure."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.about import About
from bot.card import Button, Line, Notice, Ping, Strong
from bot.mention import SYSTEM
from bot.rights.kinds import Kind
from bot.rights.right import Right
from bot.store.columns import from_ms
from bot.words import holding
from bot.words import rights as words_rights

MOMENTS = frozenset(name for name, field in Right.__dataclass_fields__.items() if "datetime" in str(field.type))


def told(about: About) -> tuple[Right, Kind]:
    """The right as it was when it was said, and its kind."""
    row = about.payload.get("row")
    kept = row if isinstance(row, Mapping) else {}
    columns: dict[str, Any] = {name: moment(value) if name in MOMENTS else value for name, value in kept.items()}
    right = Right(**columns)
    return right, about.house.rights.kind(right.kind)


def moment(value: object) -> datetime | None:
    """A time as the delivery holds it."""
    return from_ms(value) if isinstance(value, int) else None


def right(about: About) -> Notice:
    """Under the card: what was done about one, and by when it is to be answered."""
    one, kind = told(about)
    deed = str(about.payload.get("deed") or "")
    did = words_rights.did({"deed": deed, "row": {"kind": one.kind, "owner": "", "outcome": one.outcome}}, {})
    by = "Tolbooth" if about.by in ("", SYSTEM) else about.by
    why = f" Why: {about.note}" if about.note else ""
    if deed == "ended":
        return Notice(((f"{by} {did}.{why}",),))
    when = words_rights.by_when(one, kind, about.now, about.house.zone)
    is_anothers = any(now.id == one.id and now.owner != one.owner for now in about.story.rights)
    is_news = deed in ("put", "given") and not is_anothers
    whose: Line = (" It is with ", Ping(one.owner, about.story.name(one.owner)), ".") if is_news else ()
    return Notice(((Strong(f"{kind.name}: "), f"{words_rights.short(deed, by)}, {when}.{why}", *whose),))


def right_given(about: About) -> Notice:
    """To the one who has it now."""
    one, kind = told(about)
    when = words_rights.by_when(one, kind, about.now, about.house.zone)
    first: Line = (Strong(about.ref), f": {about.by or 'Tolbooth'} gave you a right with a clock. {kind.name}, {when}.")
    return Notice((first, *words_rights.of_the_kind(kind)), buttons(about))


def right_due(about: About) -> Notice | None:
    """To the one who has it as its clock turns or stands still; to the leads too when late. Nothing once it is over."""
    one, kind = told(about)
    if any(now.id == one.id and (now.ended_at or now.paused_at != one.paused_at) for now in about.story.rights):
        return None
    is_theirs = about.payload.get("person") == one.owner
    first: Line = words_rights.turned(one, kind, now=about.now, zone=about.house.zone)
    whose: Line = () if is_theirs else (f" It is with {about.story.name(one.owner)}.",)
    then = words_rights.go_on(one, kind) if one.paused_at else words_rights.END_IT
    return Notice(((*first, *whose), (then,)), buttons(about))


def buttons(about: About) -> tuple[Button, ...]:
    """What can be done about it."""
    return (Button("Look at It", "show", about.ref), Button("Its Clock", "rights", about.ref))


def kept(about: About) -> Notice:
    """Under the card: a hold."""
    return Notice(((Strong(f"{about.by} put this on hold. "), f"Its words are kept until that ends: {about.note}"),))


def let_go(about: About) -> Notice:
    """Under the card: the hold is over."""
    by = "Tolbooth" if about.by in ("", SYSTEM) else about.by
    return Notice(((f"{by} ended the hold{f': {about.note}' if about.note else ''}.",),))


def gone_but_kept(about: About) -> Notice:
    """Deleted by its author, while something keeps it."""
    return Notice(((*about.owner, holding.GONE_BUT_KEPT),))


OF_RIGHTS: Mapping[str, Callable[[About], Notice | None]] = {
    "right": right,
    "right_given": right_given,
    "right_due": right_due,
    "kept": kept,
    "let_go": let_go,
    "gone_but_kept": gone_but_kept,
}
