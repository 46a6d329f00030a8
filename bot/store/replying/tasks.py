"""Tasks: what is owed once a mention was answered, asked about until it is done.

A task is made with the move that owes it, or by ``OWE``; ``OWE`` of one there is gives it another person or time. It ends by
``OWED_DONE`` alone: nothing else that happens to its mention drops it.
"""

from datetime import datetime
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, RowMapping, func, select, update

from bot.delivery import Kind as Delivered
from bot.delivery import Rank
from bot.errors import NotAllowed
from bot.mention import SYSTEM, Action
from bot.store.columns import from_ms
from bot.store.proof.record import digest, new_salt
from bot.store.scene import Detail, Scene
from bot.store.schema import delivery, event
from bot.store.schema import task as table
from bot.store.sending import outbox
from bot.store.sending.outbox import Wanted
from bot.task import Kind, Outcome, Task, outcome_of
from bot.words import tasks as words

T = table.c
OPEN: ColumnElement[bool] = T.next_ask_at.is_not(None)
"""As in its index, so that this serves."""


def add(
    conn: Connection, number: int, kind: Kind, *, what: str, due_at: datetime, to: str, by: str, reply: str, now: datetime
) -> str:
    """A new task; returns its id. Its person is asked about it when it is due."""
    new_id = uuid4().hex
    told = {"what": what, "what_salt": new_salt(), "due_at": due_at, "next_ask_at": due_at, "made_at": now}
    conn.execute(table.insert().values(id=new_id, number=number, kind=kind, to=to, by=by, reply=reply or None, **told))
    return new_id


def task_from(row: RowMapping) -> Task:
    """A row as the core knows it."""
    plain = {name: row[name] for name in Task.__dataclass_fields__ if name != "kind"}
    return Task(kind=Kind(row["kind"]), **plain)


def get(conn: Connection, task_id: str) -> Task | None:
    """A task by its id."""
    row = conn.execute(select(table).where(T.id == task_id)).mappings().one_or_none()
    return task_from(row) if row else None


def marked(conn: Connection, mark: str) -> Task | None:
    """The task that a button or a person calls so: by its ``mark``; done or not."""
    found = conn.execute(select(table).where(T.id.startswith(mark[1:], autoescape=True)).limit(2)).mappings().all()
    return task_from(found[0]) if len(found) == 1 and len(mark) > len("t") else None


def find_open(conn: Connection, *where: ColumnElement[bool], most: int = 0) -> list[Task]:
    """Open tasks, what is due first at the front; at most so many, 0: all."""
    query = select(table).where(OPEN, *where).order_by(T.due_at, T.id)
    return [task_from(row) for row in conn.execute(query.limit(most) if most else query).mappings()]


def count_open(conn: Connection, *where: ColumnElement[bool]) -> int:
    """How many are open."""
    return conn.execute(select(func.count()).select_from(table).where(OPEN, *where)).scalar_one()


def of_person(person: str) -> ColumnElement[bool]:
    """Whose they are."""
    return T.to == person


def of_mention(number: int, *kinds: Kind) -> ColumnElement[bool]:
    """What they belong to; of any kind where none is named."""
    return (T.number == number) & (T.kind.in_(kinds) if kinds else T.id.is_not(None))


def who_owes(conn: Connection) -> list[str]:
    """Everybody by name to whom something open belongs."""
    return list(conn.execute(select(T.to).where(OPEN, T.to != "").distinct()).scalars())


def due(conn: Connection, now: datetime, most: int) -> list[Task]:
    """Those somebody is to be asked about by now."""
    rows = conn.execute(select(table).where(OPEN, T.next_ask_at <= now).order_by(T.next_ask_at, T.id).limit(most))
    return [task_from(row) for row in rows.mappings()]


def put_off_asking(conn: Connection, task: Task, at: datetime) -> None:
    """When its person is asked next."""
    conn.execute(update(table).where(T.id == task.id, OPEN).values(next_ask_at=at))


def finish(conn: Connection, task: Task, by: str, now: datetime, *, outcome: str = "") -> None:
    """It is over; whoever was just to be asked about it is not."""
    over = {"done_at": now, "done_by": by, "next_ask_at": None, "outcome": outcome}
    conn.execute(update(table).where(T.id == task.id, OPEN).values(over))
    unasked(conn, task)


def times_told(conn: Connection, task: Task) -> list[tuple[datetime, datetime]]:
    """Each time a task was given, as its mention's record has it: when, and until when; the oldest first."""
    e = event.c
    owed = select(e.at, e.changes).where(e.subject == task.ref, e.action == Action.OWE).order_by(e.seq)
    found = [(row.at, row.changes) for row in conn.execute(owed)]
    return [(at, from_ms(told["due_at"])) for at, told in found if told.get("task") == task.id] or [
        (task.made_at, task.due_at)
    ]


def unasked(conn: Connection, task: Task) -> None:
    """What was to be asked about a task and has not left yet is not asked."""
    asking = (delivery.c.number == task.number) & delivery.c.key.startswith(f"task:{task.id}:", autoescape=True)
    keys = conn.execute(select(delivery.c.key).where(asking, delivery.c.state == "pending")).scalars().all()
    if keys:
        outbox.cancel(conn, *keys)


# --- asking ------------------------------------------------------------------------------------------------------


def tell(conn: Connection, task: Task, person: str, *, turn: str, now: datetime, what: str = "task", by: str = "") -> None:
    """A private word about a task, once a ``turn``; cancelled with it while it has not left."""
    key = f"task:{task.id}:{what}:{turn}:{person}"
    payload = {"what": what, "person": person, **about(task), **({"by": by} if by else {})}
    wanted = Wanted(key, Delivered.TELL, f"task:{task.id}:{person}", Rank.ACTION, task.number, person, payload)
    outbox.queue(conn, wanted, now)


def about(task: Task) -> dict[str, object]:
    """What a word about a task is drawn from."""
    told = {"task": task.id, "mark": task.mark, "kind": task.kind, "text": task.what, "to": task.to}
    return {**told, "due": task.due_at.isoformat()}


# --- what the moves bring with them ------------------------------------------------------------------------------


def on_owe(conn: Connection, scene: Scene) -> Detail:
    """A promise made by hand; or, where ``detail`` names a task, that one with another person or time."""
    if named := scene.move.detail.get("task"):
        return changed(conn, scene, required(conn, scene, named))
    if scene.before.erased_at:
        raise NotAllowed(words.erased_already(scene.before.ref))
    move = scene.move
    until, to = move.until or scene.now, move.to or move.by
    wanted = {"what": move.text, "due_at": until, "to": to, "by": move.by, "reply": move.detail.get("reply", "")}
    made = add(conn, scene.number, Kind.PROMISE, now=scene.now, **wanted)  # type: ignore[arg-type]  # as their names say
    return {"task": made, "kind": Kind.PROMISE, "due_at": until, "to": to}, {"task": digest_of(conn, made)}


def changed(conn: Connection, scene: Scene, task: Task) -> Detail:
    """Another person, or another time: then it is asked about anew."""
    move = scene.move
    to = "" if "nobodys" in move.detail else move.to or task.to
    due_at = move.until or task.due_at
    ask_at = due_at if move.until else task.next_ask_at
    conn.execute(update(table).where(T.id == task.id).values(to=to, due_at=due_at, next_ask_at=ask_at))
    unasked(conn, task)
    by, after = move.by, get(conn, task.id)
    if after and to and to not in (task.to, by):
        turn = f"{scene.after.version}"
        tell(conn, after, to, turn=turn, now=scene.now, what="task_given", by=by if by != SYSTEM else "")
    return {"task": task.id, "kind": task.kind, "due_at": due_at, "to": to}, {}


def on_owed_done(conn: Connection, scene: Scene) -> Detail:
    """It is done. A second look is done by what comes of it alone: kept hidden, or shown again."""
    task = required(conn, scene, scene.move.detail.get("task", ""))
    if task.kind is Kind.REVIEW and scene.move.by != SYSTEM:
        raise NotAllowed(words.look_first(task.ref))
    outcome = ending_of(conn, scene, task)
    finish(conn, task, scene.move.by, scene.now, outcome=outcome)
    return {"task": task.id, "kind": task.kind, **({"outcome": outcome} if outcome else {})}, {}


def ending_of(conn: Connection, scene: Scene, task: Task) -> str:
    """How a promise ends, by its time or because a person says that it is broken; empty of other tasks."""
    if task.kind is not Kind.PROMISE:
        return ""
    if scene.move.detail.get("outcome") == Outcome.BROKEN:
        return Outcome.BROKEN
    return outcome_of(times_told(conn, task), scene.now)


def required(conn: Connection, scene: Scene, named: str) -> Task:
    """The task meant. Raises NotAllowed for one of another mention, or one that is done."""
    task = get(conn, named)
    if task is None or task.number != scene.number or task.done_at:
        raise NotAllowed(words.done_already(scene.before.ref))
    return task


def digest_of(conn: Connection, task_id: str) -> str:
    """What stands in the record for a task's words."""
    row = conn.execute(select(T.what, T.what_salt).where(T.id == task_id)).one()
    return digest(row.what_salt, row.what)
