"""What falls due by the clock and is no mention: tasks somebody is asked about, and hidden posts whose time is over."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from bot.delivery import Kind as Delivered
from bot.delivery import Rank
from bot.errors import UserError
from bot.house import House
from bot.mention import SYSTEM, Action, Move
from bot.replying.hidden import Hiding
from bot.store import mentions, moves
from bot.store.columns import to_ms
from bot.store.duty import gone
from bot.store.executor import savepoint
from bot.store.replying import hiding, tasks
from bot.store.schema import hiding as hiding_table
from bot.store.sending import outbox
from bot.store.sending.outbox import Wanted
from bot.task import Kind, Task

DAY = timedelta(days=1)
LEADS_AFTER = 2 * DAY
"""How late something is when the leads hear of it too."""
AT_A_TIME = 50
OVER = "its time was over"
Heir = Callable[[str], str]
"""Of a mention, by its reference, who is to have what is handed on."""


def ask_due(conn: Connection, house: House, now: datetime) -> int:
    """Ask whoever owes what is due, and again each day; leads too when it is two days late. How many tasks that were."""
    found = tasks.due(conn, now, AT_A_TIME)
    for task in found:
        asked_at = task.next_ask_at or now
        whom = asked_about(conn, task, house, now)
        for person in whom:
            tasks.tell(conn, task, person, turn=f"{to_ms(asked_at)}", now=now, by=task.to)
        if not whom:
            ask_the_team(conn, task, house, now)
        tasks.put_off_asking(conn, task, asked_at + ((now - asked_at) // DAY + 1) * DAY)
    return len(found)


def asked_about(conn: Connection, task: Task, house: House, now: datetime) -> tuple[str, ...]:
    """Whose it is, and the leads when it is late or nobody's by name; without those who have left."""
    theirs = (task.to,) if task.to not in ("", SYSTEM) and not gone.has_left(conn, task.to) else ()
    is_for_leads = not theirs or now - task.due_at >= LEADS_AFTER
    leads = [lead for lead in house.leads if not gone.has_left(conn, lead)] if is_for_leads else []
    may = [lead for lead in leads if task.kind is not Kind.REVIEW or lead != task.by]
    return tuple(dict.fromkeys((*theirs, *may)))


def ask_the_team(conn: Connection, task: Task, house: House, now: datetime) -> None:
    """Nobody can be told by name: it is said under the card."""
    mention = mentions.find(conn, task.ref)
    for chat in () if house.is_held(mention) else house.chats:
        key, payload = (
            f"task:{task.id}:{to_ms(task.next_ask_at or now)}:{chat}",
            {"what": "task", "person": "", **tasks.about(task)},
        )
        lane = f"card:{chat}:{task.number}"
        outbox.queue(conn, Wanted(key, Delivered.THREAD, lane, Rank.ACTION, task.number, chat, payload), now)


def hand_on(conn: Connection, person: str, to: Heir, by: str, *, house: House, now: datetime) -> tuple[str, ...]:
    """Everything a person owes is another's; the references, each once. ``by`` says so: a lead, or SYSTEM for one who left.

    ``to`` says of each mention whose it is from now on.

    A second look goes to nobody who hid the post: then it is anybody's who may.
    """
    theirs = tasks.find_open(conn, tasks.of_person(person))
    for task in theirs:
        new = hiding.reviewer(conn, house, task.by) if task.kind is Kind.REVIEW else to(task.ref)
        detail = {"task": task.id, **({} if new else {"nobodys": "yes"})}
        move = Move(task.ref, Action.OWE, by=by, to=new, detail=detail)
        moves.make(conn, move, house=house, now=now)
    return tuple(dict.fromkeys(task.ref for task in theirs))


def hand_on_to_leads(conn: Connection, person: str, *, house: House, now: datetime) -> tuple[str, ...]:
    """What somebody owed who has left is the first lead's that can be told; the team is asked where none can."""
    lead = next((one for one in house.leads if one != person and not gone.has_left(conn, one)), "")
    return hand_on(conn, person, lambda _: lead, SYSTEM, house=house, now=now)


# --- hidden posts ------------------------------------------------------------------------------------------------


def show_due(conn: Connection, house: House, now: datetime) -> int:
    """Show again what was hidden long enough; returns how many that were."""
    shown = 0
    for one in ending(conn, now):
        move = Move(one.ref, Action.SHOW_AGAIN, by=SYSTEM, detail={"mark": one.mark, "because": OVER})
        try:
            with savepoint(conn):
                moves.make(conn, move, house=house, now=now)
        except UserError:  # something is being done to it at this moment: looked at again with the next round
            continue
        shown += 1
    return shown


def ending(conn: Connection, now: datetime) -> Sequence[Hiding]:
    """What is hidden, or was to be, and should be shown by now."""
    h = hiding_table.c
    here = hiding.OPEN & h.state.in_(("asked", "hidden")) & (h.until <= now)
    rows = conn.execute(select(hiding_table).where(here).order_by(h.until, h.id).limit(AT_A_TIME)).mappings()
    return [hiding.hiding_from(row) for row in rows]


def say_what_ends(conn: Connection, house: House, now: datetime) -> int:
    """A day before a post shows again, whoever looked at it last hears so once and may renew it. How many that were."""
    h = hiding_table.c
    soon = hiding.OPEN & (h.state == "hidden") & (h.until > now) & (h.until <= now + DAY)
    said = 0
    for row in conn.execute(select(hiding_table).where(soon).order_by(h.until, h.id).limit(AT_A_TIME)).mappings().all():
        one = hiding.hiding_from(row)
        person = one.reviewed_by or hiding.reviewer(conn, house, one.by)
        if person and mentions.first_time(conn, f"hiding:{one.id}:ends:{to_ms(one.until)}", now):
            key = f"hiding:{one.id}:ends:{to_ms(one.until)}"
            payload = {"what": "hiding_ends", "mark": one.mark, "rule": one.rule, "until": one.until.isoformat()}
            wanted = Wanted(key, Delivered.TELL, f"{key}:{person}", Rank.ACTION, one.number, person, payload)
            outbox.queue(conn, wanted, now)
            said += 1
    return said
