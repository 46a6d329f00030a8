"""How saved replies are shown to staff: on a line, and on a page of its own with its record. Pure."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.card import Line, Quote, Strong
from bot.mention import SYSTEM
from bot.saving.saved import Saved, Standing
from bot.words import excerpt, when
from bot.words import saving as words

HISTORY_SHOWN = 8
NEEDS = {
    Standing.EXPIRED: "has expired, and cannot be sent",
    Standing.OWNERLESS: "needs a new owner",
    Standing.WAITS: "waits for approval",
    Standing.REVIEW: "is due for a look",
    Standing.APPROVED: "approved",
    Standing.ENDED: "has ended",
}
"""What each needs, as its line says it."""
DONE = {
    "made": "proposed it",
    "changed": "changed the words",
    "approved": "approved it",
    "withdrawn": "took its approval back",
    "renewed": "renewed it",
    "given": "gave it on",
    "ended": "ended it",
}


def heading(total: int, needing: int) -> Line:
    """How many there are."""
    some = f", {needing} of them {'needs' if needing == 1 else 'need'} somebody" if needing else ""
    return (Strong(f"Saved replies: {total}"), some)


def line(one: Saved, owner: str, now: datetime, gone: Collection[str]) -> Line:
    """One of several."""
    standing = one.standing(now, gone)
    about = f" · {one.topic}" if one.topic else ""
    says: str | Strong = NEEDS[standing] if standing is Standing.APPROVED else Strong(NEEDS[standing])
    return (Strong(one.ref), f" {excerpt(one.title, 60)}{about} · {owner} · ", says)


def used_again(times: int, text: str, ref: str) -> Line:
    """An answer that proved itself, to be saved."""
    return (Strong(words.used_again(times)), f"{excerpt(text, 100)} ({ref}). Save it?")


def page(one: Saved, names: Mapping[str, str], now: datetime, zone: ZoneInfo, *, times: int) -> list[Line | Quote]:
    """All there is to know of one."""
    body: list[Line | Quote] = [(Strong(f"{one.ref}: "), one.title), Quote(one.text)]
    body += [Quote(one.second)] if one.second else []
    body += [(Strong("About: "), one.topic)] if one.topic else []
    body.append((Strong("Whose: "), names.get(one.owner or "", words.NO_OWNER)))
    body.append(approved(one, names, zone))
    body.append((Strong("To be looked at again: "), words.day(one.review_at, zone)))
    body += [(Strong("Cannot be sent after: "), words.end(one.expires_at, zone))] if one.expires_at else []
    body.append((Strong("Used: "), f"{times} {'time' if times == 1 else 'times'}"))
    standing = one.standing(now)
    body += [(Strong(f"It {NEEDS[standing]}."),)] if standing is not Standing.APPROVED else []
    return body


def approved(one: Saved, names: Mapping[str, str], zone: ZoneInfo) -> Line:
    """By whom, and when."""
    if not (one.approved_by and one.approved_at):
        return (Strong("Approved: "), "not yet")
    return (Strong("Approved: "), f"by {names.get(one.approved_by, one.approved_by)}, ", when(one.approved_at, zone))


def history(events: Sequence[Mapping[str, object]], names: Mapping[str, str], zone: ZoneInfo) -> list[Line]:
    """What was done with it, by whom and why, the newest last; the words themselves are not said again."""
    lines: list[Line] = []
    for event in events[-HISTORY_SHOWN:]:
        action, at = str(event["action"]), event["at"]
        who = names.get(str(event["actor"]), "Tolbooth") if event["actor"] != SYSTEM else "Tolbooth"
        why = f": {event['note']}" if event["note"] and action not in ("made", "changed") else ""
        lines.append((when(at, zone) if isinstance(at, datetime) else "", f" · {who} {DONE[action]}{why}"))
    return lines
