"""What the public takes back or says otherwise: other words in the place of earlier ones, or none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, delete, select, update

from bot import triage
from bot.clean import clean
from bot.errors import NotAllowed
from bot.house import Account, House
from bot.mention import SYSTEM, Action, Mention, Move, State
from bot.ports import Edited, Gone
from bot.store import mentions, moves, schema
from bot.store.intake import context
from bot.store.proof import holds, mirrored, record
from bot.store.proof.personal import EMPTY, PLACES, SAID
from bot.store.replying import replies, second_look
from bot.store.scene import Scene, redraw, say_in_thread
from bot.store.sending import outbox

ELSEWHERE = "was answered elsewhere"
"""Why a reply was stopped that somebody had given in another way."""
STAYS = frozenset({"danger"})
"""Flags that keep a mention open when its author deletes it."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of some items."""

    new: int = 0
    added: int = 0
    changed: int = 0
    known: int = 0

    def __add__(self, other: "Taken") -> "Taken":
        return Taken(*(a + b for a, b in zip(self.counts, other.counts, strict=True)))

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """The four figures."""
        return self.new, self.added, self.changed, self.known


@dataclass(frozen=True, slots=True)
class Intake:
    """Where and when items come in."""

    account: Account
    house: House
    now: datetime
    channel: str = ""
    """Where the cards go, in the place of the account's channel."""
    watch: str = ""
    """The watch that found the items."""


def known_as(conn: Connection, account: str, native_id: str) -> int | None:
    """The number of the mention a post belongs to, if we have it."""
    c = schema.arrival.c
    return conn.execute(select(c.number).where(c.account == account, c.native_id == native_id)).scalar()


def known_or_kept(conn: Connection, item: Edited | Gone, intake: Intake) -> int | None:
    """The number of the mention a correction is about; None when its post has not come yet: then it is kept for it."""
    account, native_id = intake.account.name, clean(item.native_id)
    if number := known_as(conn, account, native_id):
        return number
    newest_number(conn)
    if number := known_as(conn, account, native_id):
        return number
    e = schema.early.c
    here = (e.account == account) & (e.native_id == native_id)
    before = conn.execute(select(e.at, e.gone, e.answers).where(here)).one_or_none()
    is_gone = isinstance(item, Gone)
    if before and (before.gone or (before.at > item.at and not is_gone)):
        return None
    text = "" if isinstance(item, Gone) else clean(item.text)
    if before and before.answers and not is_gone:  # an answer of ours that waits for its post
        conn.execute(update(schema.early).where(here).values(text=text))
        return None
    conn.execute(delete(schema.early).where(here))
    row = {"account": account, "native_id": native_id, "text": text, "gone": is_gone, "at": item.at}
    conn.execute(schema.early.insert().values(**row, kept_at=intake.now))
    return None


def came_before(conn: Connection, account: str, native_id: str) -> Edited | Gone | None:
    """The correction that came before its post; None when there is none. Edited words are handed over, and kept no more."""
    e = schema.early.c
    here = (e.account == account) & (e.native_id == native_id) & (e.answers == "")
    row = conn.execute(select(schema.early).where(here)).one_or_none()
    if row is None:
        return None
    if row.gone:
        return Gone(native_id, row.at)
    conn.execute(delete(schema.early).where(here))
    return Edited(native_id, row.text, row.at)


def newest_number(conn: Connection) -> int:
    """The number of the newest mention. Locked: whoever brings something in, or keeps a correction for it, does so alone."""
    c = schema.counter.c
    return int(conn.execute(select(c.value).where(c.name == "mention").with_for_update()).scalar_one())


def edited(conn: Connection, edit: Edited, intake: Intake) -> Taken:
    """Other words in the place of earlier ones: both are kept."""
    native_id = clean(edit.native_id)
    number = known_or_kept(conn, edit, intake)
    if number is None:
        return beside(conn, context.change(conn, intake.account.name, native_id, clean(edit.text)), intake)
    mention = mentions.find(conn, f"M-{number}", lock=True)
    table = schema.mention if mention.native_id == native_id else schema.addition
    here = (table.c.number == number) & (table.c.native_id == native_id)
    old = conn.execute(select(table.c.text, table.c.text_salt).where(here)).one()
    salt, text = record.new_salt(), clean(edit.text)
    if old.text == text or not old.text_salt:
        return Taken(known=1)
    conn.execute(
        schema.earlier_text.insert().values(
            number=number, native_id=native_id, text=old.text, text_salt=old.text_salt, until=intake.now
        )
    )
    conn.execute(update(table).where(here).values(text=text, text_salt=salt))
    beside(conn, context.change(conn, mention.account, native_id, text), intake)
    mention = stop_held_reply(conn, mention, intake, because="changed the post")
    mention = look_again(conn, mention, text, intake)
    detail = {"native_id": native_id}
    after = system_move(conn, mention, Action.EDIT, intake, detail=detail, digests={"text": record.digest(salt, text)})
    tell_thread(conn, after, intake, "edited", native_id=native_id)
    return Taken(changed=1)


def look_again(conn: Connection, mention: Mention, text: str, intake: Intake) -> Mention:
    """Words the list knows bring back what was thought done or asleep, and raise it."""
    if triage.raised(text, intake.house.triage).rule:
        if mention.state in (State.REPLIED, State.CLOSED):
            mention = system_move(conn, mention, Action.REOPEN, intake)
        if mention.state is State.SNOOZED:
            mention = system_move(conn, mention, Action.WAKE, intake)
    return raise_priority(conn, mention, text, intake)


def raise_priority(conn: Connection, mention: Mention, text: str, intake: Intake) -> Mention:
    """A word list may raise what was added or changed; it never lowers anything."""
    raised = triage.raised(text, intake.house.triage)
    priority = triage.higher(mention.priority, raised.priority)
    if not raised.rule or (priority == mention.priority and set(raised.flags) <= set(mention.flags)):
        return mention
    move = Move(mention, Action.PRIORITY, by=SYSTEM, priority=priority, flags=raised.flags, detail={"rule": raised.rule})
    step = partial(moves.step, conn, house=intake.house, now=intake.now)
    return second_look.stop_if_due(conn, intake.house, step(mention, move), step)


def gone(conn: Connection, item: Gone, intake: Intake) -> Taken:
    """Deleted by its author: the words are erased everywhere, the fact stays. What is on hold, or claims a right, keeps them
    here, and nowhere else: deleting what has been asked for is an offence (Freedom of Information Act 2000, section 77).
    """
    native_id = clean(item.native_id)
    number = known_or_kept(conn, item, intake)
    if number is None:
        return beside(conn, context.erase(conn, intake.account.name, native_id), intake)
    mention = mentions.find(conn, f"M-{number}", lock=True)
    is_kept = holds.is_held(conn, number, intake.now)
    if is_kept and not mark_gone(conn, mention, native_id, intake.now):
        return Taken(known=1)
    if not is_kept and not erase_post(conn, mention, native_id, intake.now):
        return Taken(known=1)
    beside(conn, context.erase(conn, mention.account, native_id), intake)
    mention = stop_held_reply(conn, mention, intake, because="deleted the post")
    whole = mention.native_id == native_id
    detail = {"native_id": native_id} if whole else {"native_id": native_id, "deleted": "yes"}
    detail |= {mirrored.STILL_KEPT: "yes"} if is_kept else {}
    mention = system_move(conn, mention, Action.GONE if whole else Action.EDIT, intake, detail=detail)
    stays = is_kept or STAYS & set(mention.flags)
    if mention.state in (State.NEW, State.SNOOZED) and nothing_left(conn, mention) and not stays:
        mention = system_move(conn, mention, Action.CLOSE, intake, note="deleted by its author")
    tell_thread(conn, mention, intake, "gone_but_kept" if is_kept else "gone")
    return Taken(changed=1)


def nothing_left(conn: Connection, mention: Mention) -> bool:
    """Whether all that the author said in it was deleted: what they added may still want an answer."""
    a = schema.addition.c
    held = select(a.id).where(a.number == mention.number, a.gone_at.is_(None)).limit(1)
    return mention.gone_at is not None and conn.execute(held).first() is None


def erase_post(conn: Connection, mention: Mention, native_id: str, now: datetime) -> bool:
    """Empty a post's words, salt and raw payload, and its earlier texts; False when they were empty already.

    It cannot be found by them any more; what else was said in its mention can, once the index has read that again.
    """
    number = mention.number
    if mention.native_id == native_id:
        row = schema.mention.c.number == number
        done = conn.execute(update(schema.mention).where(row, schema.mention.c.text_salt != "").values(**EMPTY, media=[]))
    else:
        a = schema.addition.c
        row = (a.number == number) & (a.native_id == native_id) & (a.text_salt != "")
        done = conn.execute(update(schema.addition).where(row).values(**EMPTY, gone_at=now))
    e = schema.earlier_text.c
    conn.execute(update(schema.earlier_text).where(e.number == number, e.native_id == native_id).values(SAID))
    context.erase_of(conn, number, native_id)
    conn.execute(update(schema.findable).where(schema.findable.c.number == number).values(PLACES[schema.findable]))
    return bool(done.rowcount)


def mark_gone(conn: Connection, mention: Mention, native_id: str, now: datetime) -> bool:
    """Note that its author deleted a post whose words are kept; False when that was so before, or nothing is left of it."""
    if native_id in mirrored.kept_back(conn, mention.ref):
        return False
    if mention.native_id == native_id:
        m = schema.mention.c
        return conn.execute(select(m.number).where(m.number == mention.number, m.text_salt != "")).first() is not None
    a = schema.addition.c
    row = (a.number == mention.number) & (a.native_id == native_id) & (a.text_salt != "")
    return bool(conn.execute(update(schema.addition).where(row).values(gone_at=now)).rowcount)


def beside(conn: Connection, numbers: Sequence[int], intake: Intake) -> Taken:
    """Have the cards drawn anew beside whose posts a correction changed what they answer."""
    for number in numbers:
        redraw(conn, mentions.find(conn, f"M-{number}"), intake.house, intake.now)
    return Taken(changed=1) if numbers else Taken(known=1)


def stop_held_reply(conn: Connection, mention: Mention, intake: Intake, because: str) -> Mention:
    """What the reply answers has changed: it stops if it has not left, and its author is asked to look again.

    What is partly public already goes on to its end: half an answer helps nobody.
    """
    if mention.state is not State.REPLYING:
        return mention
    reply = replies.live(conn, mention.number)
    delivery = outbox.of_reply(conn, reply.id) if reply else None
    if reply is None or reply.part > 1 or delivery is None or delivery.state != "pending":
        return mention
    stop = Action.UNSURE if delivery.is_again else Action.WITHDRAW
    try:
        return system_move(conn, mention, stop, intake, detail={"because": because})
    except NotAllowed:  # it left between the two looks; nothing was written
        return mention


def system_move(
    conn: Connection,
    mention: Mention,
    action: Action,
    intake: Intake,
    *,
    detail: Mapping[str, str] | None = None,
    digests: Mapping[str, str] | None = None,
    note: str = "",
) -> Mention:
    """A move nobody pressed."""
    move = Move(mention, action, by=SYSTEM, note=note, detail=detail or {}, digests=digests or {})
    return moves.step(conn, mention, move, house=intake.house, now=intake.now)


def tell_thread(conn: Connection, mention: Mention, intake: Intake, what: str, **about: object) -> None:
    """Words under the card about what the public did."""
    move = Move(mention, Action.ADD, by=SYSTEM)
    say_in_thread(conn, Scene(mention, mention, move, intake.house, intake.now), what, **about)
