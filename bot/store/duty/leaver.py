"""What somebody who leaves still has, and letting go of it: claims, snoozes and offers, each by a move on the record."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, select

from bot.duty.rota import Override, Turn
from bot.errors import NotAllowed
from bot.house import House
from bot.mention import OPEN, Action, Mention, Move, State
from bot.reply import ReplyState
from bot.store import mentions, moves, schema
from bot.store.duty import falling_due
from bot.store.duty.covers import Cover, ask_cover
from bot.store.duty.rota import place, snapshot, tell
from bot.store.executor import savepoint
from bot.store.intake import watches
from bot.store.proof import record
from bot.store.proof.personal import BEGUN
from bot.store.replying import tasks
from bot.store.schema import OPEN_ROWS
from bot.words.rota import turn_line, turns_of

OFFER_LASTS = timedelta(days=1)
"""How long a colleague may think about what a leaver had. Until they accept, the lead who handed it on has it."""

DAYS_AHEAD, MOST_TURNS = 60, 100
"""How far ahead a leaver's turns on duty are looked for."""


@dataclass(frozen=True, slots=True)
class Held:
    """What a person still has, oldest first. ``replying`` is left alone: it goes out, or a person is asked about it."""

    claims: tuple[Mention, ...] = ()
    asleep: tuple[Mention, ...] = ()
    offers: tuple[Mention, ...] = ()
    replying: tuple[Mention, ...] = ()
    drafts: tuple[str, ...] = ()
    """The ids of what they began to write for open mentions."""
    owed: tuple[str, ...] = ()
    """The mentions of what they promised, or owe otherwise."""
    watched: tuple[str, ...] = ()
    """The watches that are theirs."""

    def __bool__(self) -> bool:
        return bool(self.claims or self.asleep or self.offers or self.replying or self.drafts or self.owed or self.watched)


@dataclass(frozen=True, slots=True)
class LetGo:
    """The references of what a person has no longer."""

    claims: tuple[str, ...] = ()
    asleep: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.claims or self.asleep or self.offers)


def held_by(conn: Connection, person: str, *, lock: bool = False) -> Held:
    """What a person has now; ``lock`` keeps it so until the transaction ends."""
    c = schema.mention.c
    query = select(schema.mention).where(OPEN_ROWS, (c.owner == person) | (c.offered_to == person)).order_by(c.number)
    rows = conn.execute(query.with_for_update() if lock else query).mappings()
    found = [mentions.mention_from(row) for row in rows]
    theirs = [mention for mention in found if mention.owner == person]
    return Held(
        claims=tuple(mention for mention in theirs if mention.state is State.CLAIMED),
        asleep=tuple(mention for mention in theirs if mention.state is State.SNOOZED),
        offers=tuple(mention for mention in found if mention.offered_to == person),
        replying=tuple(mention for mention in theirs if mention.state is State.REPLYING),
        drafts=tuple(drafts_of(conn, person)),
        owed=tuple(dict.fromkeys(task.ref for task in tasks.find_open(conn, tasks.of_person(person)))),
        watched=tuple(watch.ref for watch in watches.owned_by(conn, person)),
    )


def drafts_of(conn: Connection, person: str) -> list[str]:
    """What a person began to write and did not send, for mentions that are still open."""
    r, m = schema.reply.c, schema.mention.c
    query = select(r.id).join(schema.mention, m.number == r.number)
    mine = (r.by == person) & (r.state == ReplyState.DRAFT) & (r.text != "")
    return list(conn.execute(query.where(m.state.in_(OPEN), mine).order_by(r.number, r.id)).scalars())


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
    notes: bool = False
    """Whether what the leaver began to write goes under each card, as a note among staff."""
    turns: Turns = Turns.LEFT


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


def hand_on(conn: Connection, parting: Parting, *, house: House, now: datetime) -> HandedOn | None:
    """Hand on what a leaver has, in one transaction; None when the same key has done it before.

    A claim is put into nobody's hands unasked: what a colleague is offered is the lead's until they accept. A turn that
    cannot be handed on, because of another change to the rota, stays and is said.
    """
    if not mentions.first_time(conn, parting.key, now):
        return None
    drafts = held_by(conn, parting.person, lock=True).drafts
    gone = release_all(conn, parting.person, parting.by, parting.why, house=house, now=now)
    offered = tuple(ref for ref in gone.claims if ref in parting.offered)
    for ref in offered:
        offer(conn, ref, parting, house=house, now=now)
    for draft in drafts if parting.notes else ():
        note_draft(conn, draft, parting, house=house, now=now)
    owed = falling_due.hand_on(conn, parting.person, parting.to or parting.by, parting.by, house=house, now=now)
    watched = watches.hand_on(conn, parting.person, parting.to or parting.by, parting.by, house=house, now=now)
    turns, refused = pass_turns(conn, parting, house, now)
    told: dict[str, object] = {"to": parting.to or None, "claims": gone.claims, "asleep": gone.asleep, "offers": gone.offers}
    told |= {"offered": offered, "turns": len(turns), **({"owed": owed} if owed else {})}
    told |= {"watched": watched} if watched else {}
    subject = f"staff:{parting.person}"
    record.append(conn, subject, "handed_on", at=now, actor=parting.by, changes=told, note=parting.why)
    return HandedOn(gone, offered, len(drafts) if parting.notes else 0, tuple(turns), tuple(refused), owed, watched)


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
    """Every member of staff who was ever met, by name."""
    rows = conn.execute(select(schema.staff.c.id, schema.staff.c.name).order_by(schema.staff.c.name, schema.staff.c.id))
    return {row.id: row.name for row in rows}
