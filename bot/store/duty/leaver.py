"""Letting go of what somebody who leaves has, and handing it on: each claim and right by a move, all of it on the record."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, select

from bot.duty.rota import Override, Turn
from bot.errors import NotAllowed
from bot.house import House
from bot.mention import Action, Mention, Move
from bot.store import mentions, moves, schema
from bot.store.duty import falling_due, rights_due
from bot.store.duty.covers import Cover, ask_cover
from bot.store.duty.held import held_by
from bot.store.duty.rota import place, snapshot, tell
from bot.store.executor import savepoint
from bot.store.intake import watches
from bot.store.proof import record
from bot.store.proof.personal import BEGUN
from bot.store.replying import saved_owners
from bot.words.rota import turn_line, turns_of

OFFER_LASTS = timedelta(days=1)
"""How long a colleague may think about what a leaver had. Until they accept, the lead who handed it on has it."""

HANDED_ON = "handed_on"
"""The event in a person's own record."""

DAYS_AHEAD, MOST_TURNS = 60, 100
"""How far ahead a leaver's turns on duty are looked for."""


@dataclass(frozen=True, slots=True)
class LetGo:
    """The references of what a person has no longer."""

    claims: tuple[str, ...] = ()
    asleep: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.claims or self.asleep or self.offers)


def release_all(conn: Connection, person: str, by: str, why: str, *, house: House, now: datetime) -> LetGo:
    """Put back what a person holds, and turn down what they were offered. What sleeps sleeps on, and is nobody's.

    ``by`` is the lead who says so, or SYSTEM for one whom the chat no longer knows; ``why`` stands in each record. Asked
    again it finds nothing to do. Drafts are kept, and a reply on its way goes out.
    """
    held = held_by(conn, person, lock=True)
    for mention in held.offers:
        moves.make(conn, Move(mention, Action.DECLINE, by=by, note=why, overrides=True), house=house, now=now)
    for mention in (*held.claims, *held.asleep):
        moves.make(conn, Move(mention, Action.RELEASE, by=by, note=why, overrides=True), house=house, now=now)
    return LetGo(refs(held.claims), refs(held.asleep), refs(held.offers))


def refs(found: tuple[Mention, ...]) -> tuple[str, ...]:
    """Their references."""
    return tuple(mention.ref for mention in found)


class Turns(StrEnum):
    """What becomes of a leaver's coming turns on duty."""

    LEFT = "left"
    COLLEAGUE = "colleague"
    COVER = "cover"


@dataclass(frozen=True, slots=True)
class Parting:
    """How a lead wants a leaver's work handed on. ``offered`` are the claims ``to`` is offered; the rest is put back."""

    person: str
    by: str
    why: str
    key: str
    to: str = ""
    offered: frozenset[str] = frozenset()
    readable: frozenset[str] = frozenset()
    """The mentions ``to`` may read: what was promised or claimed in others is the lead's."""
    notes: bool = False
    """Whether what the leaver began to write goes under each card, as a note among staff."""
    turns: Turns = Turns.LEFT

    def heir(self, ref: str) -> str:
        """Who has a promise or a right of a mention from now on: nobody who could neither read nor end it."""
        return self.to if ref in self.readable else self.by


@dataclass(frozen=True, slots=True)
class HandedOn:
    """What went where: ``offered`` to the colleague, ``noted`` drafts, ``turns`` to others; ``refused`` says why not."""

    gone: LetGo = LetGo()
    offered: tuple[str, ...] = ()
    noted: int = 0
    turns: tuple[Turn, ...] = ()
    refused: tuple[str, ...] = ()
    owed: tuple[str, ...] = ()
    """The mentions of what they owed, which is the colleague's now."""
    watched: tuple[str, ...] = ()
    """The watches they had, which are the colleague's now."""
    saved: tuple[str, ...] = ()
    rights: tuple[str, ...] = ()
    """The mentions of the rights they had, which are the colleague's now."""


def hand_on(conn: Connection, parting: Parting, *, house: House, now: datetime) -> HandedOn | None:
    """Hand on what a leaver has, in one transaction; None when the same key has done it before.

    A claim is put into nobody's hands unasked: what a colleague is offered is the lead's until they accept. A turn that
    cannot be handed on, because of another change to the rota, stays and is said.
    """
    if not mentions.first_time(conn, parting.key, now):
        return None
    held = held_by(conn, parting.person, lock=True)
    gone = release_all(conn, parting.person, parting.by, parting.why, house=house, now=now)
    offered = tuple(ref for ref in gone.claims if ref in parting.offered)
    for ref in offered:
        offer(conn, ref, parting, house=house, now=now)
    for draft in held.drafts if parting.notes else ():
        note_draft(conn, draft, parting, house=house, now=now)
    turns, refused = pass_turns(conn, parting, house, now)
    done = HandedOn(gone, offered, len(held.drafts) if parting.notes else 0, tuple(turns), tuple(refused))
    done = given_away(conn, parting, done, house=house, now=now)
    told = {**told_of(conn, parting, done, house), "turns": len(turns)}
    record.append(conn, f"staff:{parting.person}", HANDED_ON, at=now, actor=parting.by, changes=told, note=parting.why)
    return done


def given_away(conn: Connection, parting: Parting, done: HandedOn, *, house: House, now: datetime) -> HandedOn:
    """What is no mention's own is the colleague's now, or the lead's: tasks, watches, saved replies, rights."""
    person, to, by = parting.person, parting.to or parting.by, parting.by
    return replace(
        done,
        owed=falling_due.hand_on(conn, person, parting.heir, by, house=house, now=now),
        watched=watches.hand_on(conn, person, to, by, house=house, now=now),
        saved=saved_owners.hand_on(conn, person, to, by, house=house, now=now),
        rights=rights_due.hand_on(conn, person, parting.heir, by, house=house, now=now),
    )


def told_of(conn: Connection, parting: Parting, done: HandedOn, house: House) -> dict[str, object]:
    """What the record holds of it, by reference: with it, what only the settings can change is looked for later."""
    gone, name = done.gone, mentions.names(conn, {parting.person})[parting.person]
    told: dict[str, object] = {"to": parting.to or None, "claims": gone.claims, "asleep": gone.asleep, "offers": gone.offers}
    also = {"owed": done.owed, "watched": done.watched, "saved": done.saved, "rights": done.rights}
    told |= {"offered": done.offered, **{what: refs for what, refs in also.items() if refs}}
    return {**told, **by_hand_of(parting.person, name, house)}


def by_hand_of(person: str, name: str, house: House) -> dict[str, object]:
    """The accounts a person holds, and the settings that name them, where there are any."""
    accounts = [kept.name for kept in house.register if kept.is_held_by(person, name)]
    settings = [setting for setting, people in house.named_in.items() if person in people]
    return {**({"accounts": accounts} if accounts else {}), **({"settings": settings} if settings else {})}


def offer(conn: Connection, ref: str, parting: Parting, *, house: House, now: datetime) -> None:
    """The lead takes it, and offers it to the colleague unless that is the lead."""
    moves.make(conn, Move(ref, Action.CLAIM, by=parting.by), house=house, now=now)
    if parting.to != parting.by:
        until = now + OFFER_LASTS
        give = Move(ref, Action.GIVE, by=parting.by, to=parting.to, until=until, note=parting.why)
        moves.make(conn, give, house=house, now=now)


def note_draft(conn: Connection, draft: str, parting: Parting, *, house: House, now: datetime) -> None:
    """What the leaver began to write, under its card for whoever answers; once, however often they are handed on."""
    r = schema.reply.c
    begun = conn.execute(select(r.number, r.text).where(r.id == draft)).one()
    name = mentions.names(conn, {parting.person})[parting.person]
    note = f"{name} had begun to answer: {begun.text}"
    key = f"begun:{draft}"
    move = Move(f"M-{begun.number}", Action.NOTE, by=parting.by, note=note, detail={BEGUN: draft}, key=key)
    moves.make(conn, move, house=house, now=now)


def coming_turns(conn: Connection, person: str, house: House, now: datetime) -> list[Turn]:
    """A person's turns in the next 60 days, in any role, also when they have left; the one under way is the first."""
    here = snapshot(conn, house, now)
    return turns_of(replace(here, gone=here.gone - {person}), person, now, most=MOST_TURNS, within=DAYS_AHEAD)


def pass_turns(conn: Connection, parting: Parting, house: House, now: datetime) -> tuple[list[Turn], list[str]]:
    """Each turn to the colleague, or asked to be covered; those that went, and why others did not."""
    passed: list[Turn] = []
    refused: list[str] = []
    for turn in coming_turns(conn, parting.person, house, now) if parting.turns is not Turns.LEFT else ():
        try:
            with savepoint(conn):
                pass_turn(conn, turn, parting, house=house, now=now)
            passed.append(turn)
        except NotAllowed as reason:
            refused.append(f"{turn_line(turn, house.zone)}: {reason}")
    if passed and parting.turns is Turns.COLLEAGUE and parting.to != parting.by:
        name = mentions.names(conn, {parting.by})[parting.by]
        text = "\n".join([f"{name} put you on duty: {parting.why}", *(turn_line(turn, house.zone) for turn in passed)])
        tell(conn, f"leaver:{parting.key}:{parting.to}", parting.to, text, house=house, now=now)
    return passed, refused


def pass_turn(conn: Connection, turn: Turn, parting: Parting, *, house: House, now: datetime) -> None:
    """One turn. Raises NotAllowed where the rota does not allow it."""
    person, start, end = parting.person, turn.start, turn.end
    if parting.turns is Turns.COVER:
        asked = Cover("", turn.role, person, start, end, parting.why, parting.by)
        ask_cover(conn, asked, house=house, now=now)
        return
    change = Override("", turn.role, parting.to, start, end, parting.why, parting.by)
    place(conn, change, house=house, now=now, instead_of=person)


def everybody(conn: Connection) -> Mapping[str, str]:
    """Every member of staff who was ever met and has not left, by name."""
    c = schema.staff.c
    rows = conn.execute(select(c.id, c.name).where(c.departed_at.is_(None)).order_by(c.name, c.id))
    return {row.id: row.name for row in rows}
