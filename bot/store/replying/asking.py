"""Who is asked to approve a reply that waits: told when it is sent in, then the next in turn while nobody has answered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select, update

from bot.delivery import Kind, Rank
from bot.duty.rota import DutyRole
from bot.house import House
from bot.mention import Action, Mention
from bot.reply import Reply, ReplyState
from bot.replying.approval import Circle, circle, next_due
from bot.store import mentions, schema
from bot.store.duty import gone, rota
from bot.store.replying import media, replies
from bot.store.replying.asked import ASKS, asked_of, key_of, waited_on
from bot.store.scene import Scene, redraw
from bot.store.sending import outbox
from bot.store.sending.outbox import Wanted
from bot.words import approvals as words

AT_ONCE = 100
READERS = "readers"
"""Where a move says, by id, who of those who approve may read a private message."""
WAITING = schema.reply.c.approval_due_at.is_not(None)
"""In the words of its index, so that it serves."""


@dataclass(frozen=True, slots=True)
class Request:
    """A reply that waits for approval, and what its request says besides: ``seq`` is the event with the reason for sending
    it past what ``overrode`` names.
    """

    mention: Mention
    reply: Reply
    seq: int
    overrode: str = ""
    pictures: int = 0

    @property
    def about(self) -> dict[str, object]:
        """What it is drawn from, privately and under the card."""
        told = {"reply": self.reply.id, "seq": self.seq, "by": self.reply.by}
        return {**told, "overrode": self.overrode, "pictures": self.pictures}

    @property
    def key(self) -> str:
        """The same for every request of one sending-in, and of no other."""
        return key_of(self.reply)


# --- whom --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Around:
    """When it is asked, by whose rules, and who is known to have left besides those the database knows of.

    ``readers``: of a private message, who besides the leads is known to be where it is shown.
    """

    house: House
    now: datetime
    left: frozenset[str] = frozenset()
    readers: frozenset[str] = frozenset()


def circle_for(conn: Connection, writer: str, around: Around, *, about: Mention | None = None) -> Circle:
    """Everybody who can be asked about what ``writer`` wrote: who may read it. Of what no channel may show, leads alone."""
    house, now = around.house, around.now
    besides = {writer, *gone.everybody(conn), *around.left}
    if about is not None and house.is_held(about):
        return circle(besides, approvers=(), leads=house.leads, duty=())
    duty = rota.snapshot(conn, house, now).on_duty(DutyRole.DUTY, now)
    approvers = house.approvers
    if about is not None and about.private:
        approvers, duty = (tuple(one for one in group if one in around.readers) for group in (approvers, duty))
    return circle(besides, approvers=approvers, leads=house.leads, duty=duty)


def first_asked(conn: Connection, writer: str, around: Around, about: Mention | None = None) -> tuple[str, ...]:
    """Who would be asked first about what a person wrote."""
    return circle_for(conn, writer, around, about=about).next_after()


# --- asking ------------------------------------------------------------------------------------------------------


def ask(conn: Connection, request: Request, people: Sequence[str], lap: int, *, now: datetime) -> None:
    """Put it before each of them, privately; drawn when it leaves, from what is so then."""
    reply = request.reply
    about = {"what": ASKS, **request.about}
    for person in people:
        key = f"{request.key}:{lap}:{person}"
        told = {**about, "to": person}
        outbox.queue(conn, Wanted(key, Kind.TELL, key, Rank.ACTION, reply.number, person, told), now)


def say_it_is_over(conn: Connection, scene: Scene, reply: Reply) -> None:
    """A word to those who were asked, whose buttons do nothing any more; not to the one who ended it."""
    about = {"what": "approval_over", "reply": reply.id, "ended": str(scene.move.action)}
    for person in asked_of(conn, reply):
        if person != scene.move.by:
            key = f"{key_of(reply)}:over:{person}"
            told = Wanted(key, Kind.TELL, key, Rank.ACTION, scene.number, person, {**about, "to": person})
            outbox.queue(conn, told, scene.now)


def tell_writer(conn: Connection, request: Request, what: str, text: str, *, house: House, now: datetime) -> None:
    """A word to the one who wrote it."""
    rota.tell(conn, f"{request.key}:{what}:{request.reply.by}", request.reply.by, text, house=house, now=now)


def request_of(conn: Connection, mention: Mention, reply: Reply) -> Request:
    """What is asked, as the record of its sending-in has it."""
    e = schema.event.c
    sent_in = select(e.seq, e.changes).where(e.subject == mention.ref, e.action == Action.SUBMIT)
    row = conn.execute(sent_in.order_by(e.seq.desc()).limit(1)).one()
    overrode, pictures = str(row.changes.get("overrode", "")), len(media.listed(conn, reply.id))
    return Request(mention, reply, row.seq, overrode, pictures)


# --- by the clock ------------------------------------------------------------------------------------------------


def waiting(conn: Connection, limit: int = AT_ONCE) -> list[Reply]:
    """The replies that wait for approval, the longest waiting first."""
    r = schema.reply
    rows = conn.execute(select(r).where(WAITING).order_by(r.c.submitted_at, r.c.id).limit(limit)).mappings()
    return [mentions.reply_from(row) for row in rows]


def candidates(conn: Connection, house: House, now: datetime) -> frozenset[str]:
    """Everybody who is waited for, or asked next, about any reply that waits: to be looked up before they are."""
    found: set[str] = set()
    for reply in waiting(conn):
        found.update(asked_of(conn, reply, reply.approval_laps - 1))
        if reply.approval_due_at and reply.approval_due_at <= now:
            found.update(circle_for(conn, reply.by, Around(house, now)).next_after(asked_of(conn, reply)))
    return frozenset(found)


def look(conn: Connection, house: House, now: datetime, left: frozenset[str] = frozenset()) -> int:
    """Ask the next in turn for each reply whose time is up, or whose approvers have all ``left``; how many there were."""
    around = Around(house, now, gone.everybody(conn) | left)
    return sum(ask_next(conn, reply, around) for reply in waiting(conn) if is_due(conn, reply, around))


def redraw_asked(conn: Connection, person: str, house: House, now: datetime) -> None:
    """Have the cards drawn again that name somebody who was asked, and has left."""
    for reply in waiting(conn):
        if person in asked_of(conn, reply):
            redraw(conn, mentions.find(conn, f"M-{reply.number}"), house, now)


def is_due(conn: Connection, reply: Reply, around: Around) -> bool:
    """Whether others are to be asked now."""
    if reply.approval_due_at is None or reply.approval_due_at <= around.now:
        return True
    asked = asked_of(conn, reply, reply.approval_laps - 1)
    return bool(asked) and all(person in around.left for person in asked)


def ask_next(conn: Connection, seen: Reply, around: Around) -> bool:
    """One reply, judged on today's rows, the mention's first: False when it waits no more, or another copy has done it."""
    house, now = around.house, around.now
    mention = mentions.find(conn, f"M-{seen.number}", lock=True)
    reply = replies.get(conn, seen.id)
    if reply is None or reply.state is not ReplyState.WAITING or reply.approval_laps != seen.approval_laps:
        return False
    asked = asked_of(conn, reply)
    around = replace(around, readers=frozenset(asked))  # whoever could read it was asked first
    people = circle_for(conn, reply.by, around, about=mention).next_after(asked)
    request, laps = request_of(conn, mention, reply), reply.approval_laps + 1
    ask(conn, request, people, laps - 1, now=now)
    clock = {"approval_due_at": next_due(laps, now, house.approval.within), "approval_laps": laps}
    conn.execute(update(schema.reply).where(schema.reply.c.id == reply.id).values(clock))
    tell_it_waits(conn, request, people, laps, around=around)
    redraw(conn, mention, house, now)
    return True


def tell_it_waits(conn: Connection, request: Request, people: Sequence[str], laps: int, *, around: Around) -> None:
    """Its writer hears who is asked now; that nobody can be, the channel hears too."""
    mention, reply = request.mention, request.reply
    known = mentions.names(conn, people)
    names = [known[person] for person in people]
    waited = around.now - (reply.submitted_at or around.now)
    before = asked_of(conn, reply, laps - 2)
    have_left = bool(before) and all(person in around.left for person in before)
    told = words.still_waits(mention.ref, waited, names, have_left=have_left)
    text = told if names else words.asks_leads_instead(mention.ref, ())
    tell_writer(conn, request, f"waits:{laps}", text, house=around.house, now=around.now)
    if not names and not around.house.is_held(mention):
        say_nobody_is_asked(conn, request, laps, around)


def say_nobody_is_asked(conn: Connection, request: Request, laps: int, around: Around) -> None:
    """Under the card, so that whoever reads there can look at it."""
    number, about = request.mention.number, {"what": "approval_unheard", "reply": request.reply.id, "by": request.reply.by}
    for chat in around.house.chats:
        key = f"{request.key}:unheard:{laps}:{chat}"
        wanted = Wanted(key, Kind.THREAD, f"card:{chat}:{number}", Rank.ACTION, number, chat, about)
        outbox.queue(conn, wanted, around.now)


def sent_in(conn: Connection, mention: Mention, reply: Reply) -> tuple[Request, str]:
    """What is asked about a reply that waits, with the reason it was sent in for past what was found in it."""
    request = request_of(conn, mention, reply)
    e = schema.event.c
    note = conn.execute(select(e.note).where(e.subject == mention.ref, e.seq == request.seq)).scalar()
    return request, note or ""


@dataclass(frozen=True, slots=True)
class Listed:
    """One reply that waits, as a list shows it: nobody's words."""

    ref: str
    writer: str
    asked: tuple[str, ...]
    since: datetime
    account: str = ""


def listed(conn: Connection) -> list[Listed]:
    """All that wait, the longest waiting first; at most AT_ONCE."""
    return [
        Listed(f"M-{one.number}", one.by, waited_on(conn, one), one.submitted_at or one.updated_at, one.account)
        for one in waiting(conn)
    ]


def awaiting(conn: Connection, wanted: Sequence[ColumnElement[bool]], most: int) -> tuple[int, tuple[Listed, ...]]:
    """Of the mentions wanted, how many wait for approval and the first of them: who wrote it, but not who was asked."""
    r, m = schema.reply.c, schema.mention.c
    here = r.number.in_(select(m.number).where(*wanted))
    query = select(r.number, r.by, r.submitted_at, r.account).where(WAITING, here)
    rows = conn.execute(query.order_by(r.submitted_at, r.number)).all()
    found = (Listed(f"M-{row.number}", row.by, (), row.submitted_at, row.account) for row in rows[:most])
    return len(rows), tuple(found)
