"""What a day came to: everything that was accepted or confirmed, beside what became of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, RowMapping, func, select

from bot.delivery import DeliveryState
from bot.store import schema
from bot.store.proof.verify import verify
from integrations.sandbox.slack_outcome import Outcome

Rows = Sequence[RowMapping]
NOT_OVER = [DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.UNKNOWN, DeliveryState.NEEDS_HUMAN]


@dataclass(slots=True)
class Deed:
    """Something a person did: ``mark`` is words that stand nowhere else; ``outcome`` is live: an answer may come late."""

    who: str
    verb: str
    number: int
    mark: str
    outcome: Outcome

    @property
    def failure(self) -> str:
        """Why it was not acked."""
        return self.outcome.failure

    @property
    def answer(self) -> str:
        """What they were told, if anything."""
        view = self.outcome.view
        return "" if self.failure else self.outcome.text + (view.text if view else "")

    @property
    def confirmed(self) -> bool:
        """Whether they were told that it was done."""
        return CONFIRMED[self.verb] in self.answer


CONFIRMED = {
    "claim": "is yours",
    "release": "is back in the queue",
    "close": "is closed, no reply needed",
    "note": "Noted on",
    "reply": "On its way",
}


@dataclass(slots=True)
class Ledger:
    """The figures to print, and ``wrong``: each thing that should not be."""

    figures: dict[str, object] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        width = max(len(name) for name in self.figures)
        lines = [f"{name:<{width}}  {figure}" for name, figure in self.figures.items()]
        return "\n".join([*lines, *(f"WRONG: {one}" for one in self.wrong)])


@dataclass(frozen=True, slots=True)
class Happened:
    """What the people of a day know of it."""

    accepted: Counter[str]
    """The web chat's posts that were answered 202, and how often each was."""
    deeds: Sequence[Deed]
    received: Sequence[str]
    """The replies at the web chat's receiver."""
    cards: Mapping[int, int]
    """How many cards of each mention are to be seen."""
    said_unheard: int


def heads(conn: Connection) -> Rows:
    """The first unfinished delivery of each lane: nothing else can leave."""
    d = schema.delivery.c
    first: dict[str, RowMapping] = {}
    for row in conn.execute(select(schema.delivery).where(d.state.in_(NOT_OVER)).order_by(d.seq)).mappings():
        first.setdefault(row["lane"], row)
    return list(first.values())


def at_rest(conn: Connection, now: datetime) -> bool:
    """Whether nothing is under way and nothing that may leave is due."""
    waiting = [row for row in heads(conn) if row["due_at"] is not None]
    e = schema.escalation.c
    if conn.execute(select(e.number).where(e.due_at <= now).limit(1)).first():
        return False
    return not any(row["holder"] or (row["due_at"] <= now) for row in waiting)


def lateness(conn: Connection, now: datetime) -> timedelta:
    """By how much the longest due of what may leave is late."""
    late = [now - row["due_at"] for row in heads(conn) if row["due_at"] is not None]
    return max([timedelta(0), *late])


def drawn_up(conn: Connection, happened: Happened, now: datetime) -> Ledger:
    """Compare all that was accepted and confirmed with the database and the receiver."""
    ledger = Ledger()
    of_the_public(conn, happened, ledger)
    of_staff(conn, happened, ledger)
    of_replies(conn, happened, ledger)
    of_cards(conn, happened, ledger)
    of_what_waits(conn, now, ledger)
    verdict = verify(conn)
    ledger.figures["the record"] = verdict.line
    if verdict.fault:
        ledger.wrong.append(f"the record: {verdict.fault}")
    return ledger


def of_the_public(conn: Connection, happened: Happened, ledger: Ledger) -> None:
    """Each post that was accepted is one mention or one addition, and nothing else is there."""
    held: Counter[str] = Counter()
    counts = []
    for table in (schema.mention, schema.addition):
        ids = conn.execute(select(table.c.native_id)).scalars().all()
        held.update(ids)
        counts.append(len(ids))
    told = happened.accepted
    ledger.figures["webhooks accepted"] = f"{told.total()} calls, {len(told)} posts"
    ledger.figures["stored"] = f"{counts[0]} mentions, {counts[1]} additions"
    for post in held.keys() | told.keys():
        if held[post] != 1 or not told[post]:
            ledger.wrong.append(f"post {post}: accepted {told[post]} times, stored {held[post]} times")


def of_staff(conn: Connection, happened: Happened, ledger: Ledger) -> None:
    """What a person was told is done is in the record, once however often it came; what failed is there once at most."""
    events = conn.execute(select(schema.event)).mappings().all()
    notes = Counter(row["note"] for row in events if row["note"])
    made = Counter((row["actor"], row["action"], row["subject"]) for row in events)
    confirmed: Counter[str] = Counter()
    tried, said = Counter[tuple[str, str, str]](), Counter[tuple[str, str, str]]()
    for deed in happened.deeds:
        confirmed[deed.verb] += deed.confirmed
        move = (deed.who, deed.verb, f"M-{deed.number}")
        tried[move] += 1
        said[move] += deed.confirmed
        if deed.verb in ("note", "close") and not deed.confirmed <= notes[deed.mark] <= 1:
            ledger.wrong.append(f"{move} {deed.mark!r}: told {deed.answer!r}, in the record {notes[deed.mark]} times")
    for move, count in said.items():
        unheard = sum((d.who, d.verb, f"M-{d.number}") == move and not (d.answer and not d.failure) for d in happened.deeds)
        implied = tried[move[0], "reply", move[2]] if move[1] == "claim" else 0
        if not count <= made[move] <= count + unheard + implied:
            ledger.wrong.append(f"{move}: confirmed {count} times, in the record {made[move]} times")
    unacked = sum(bool(deed.failure) for deed in happened.deeds)
    unheard = sum(not deed.failure and not deed.answer for deed in happened.deeds)
    ledger.figures["deeds of staff"] = (
        f"{len(happened.deeds)}, of which {unacked} not acked, {unheard} whose answer was lost"
    )
    ledger.figures["confirmed and in the record"] = ", ".join(f"{name} {count}" for name, count in confirmed.items())


def of_replies(conn: Connection, happened: Happened, ledger: Ledger) -> None:
    """What a person was told is on its way is at the receiver once, with a person, or back with them, who was told."""
    rows = conn.execute(select(schema.reply).where(schema.reply.c.state != "draft")).mappings().all()
    states: Counter[str] = Counter()
    posts = Counter(happened.received)
    for deed in happened.deeds:
        if deed.verb != "reply":
            continue
        of_it = [row["state"] for row in rows if row["text"] == deed.mark]
        state = of_it[0] if len(of_it) == 1 else f"{len(of_it)} replies"
        right = posts[deed.mark] == (state == "sent") or (state == "unsure" and posts[deed.mark] <= 1)
        if deed.confirmed:
            states[state] += 1
            right = right and state in ("sent", "unsure", "withdrawn", "failed")
        if not right:
            ledger.wrong.append(f"{deed.mark!r}: {state}, {posts[deed.mark]} times at the receiver, told {deed.answer!r}")
    d = schema.delivery.c
    with_person = select(func.count()).where(d.state == "needs_human")
    ledger.figures["replies confirmed"] = f"{states.total()}: " + ", ".join(f"{n} {state}" for state, n in states.items())
    ledger.figures["replies at the receiver"] = f"{len(posts)}, each {max(posts.values(), default=0)} time"
    ledger.figures["replies with a person"] = conn.execute(with_person).scalar_one()


def of_cards(conn: Connection, happened: Happened, ledger: Ledger) -> None:
    """Every mention has a card; a second one only where the first was posted and the bot could not know."""
    numbers = conn.execute(select(schema.mention.c.number)).scalars().all()
    bare = [number for number in numbers if not happened.cards.get(number)]
    surplus = sum(count - 1 for count in happened.cards.values())
    ledger.figures["cards"] = f"{sum(happened.cards.values())} of {len(numbers)} mentions"
    if bare:
        ledger.wrong.append(f"no card: {bare}")
    if surplus > happened.said_unheard:
        ledger.wrong.append(f"{surplus} cards too many, though only {happened.said_unheard} answers were lost")


def of_what_waits(conn: Connection, now: datetime, ledger: Ledger) -> None:
    """Every open mention has a next ping, in the future; and the outbox is empty, but for what is with a person."""
    m, e = schema.mention.c, schema.escalation.c
    joined = schema.mention.outerjoin(schema.escalation, e.number == m.number)
    rows = conn.execute(select(m.number, e.due_at).select_from(joined).where(schema.OPEN_ROWS)).all()
    for number, due_at in rows:
        if due_at is None or now - due_at > timedelta(minutes=10):
            ledger.wrong.append(f"M-{number} is open and its next ping is {due_at}")
    left = [f"{row['kind']} of M-{row['number']}: {row['trouble']}" for row in heads(conn) if row["due_at"] is not None]
    ledger.figures["open at the end"] = f"{len(rows)}, each with a next ping"
    if left:
        ledger.wrong.append(f"still in the outbox: {left}")
