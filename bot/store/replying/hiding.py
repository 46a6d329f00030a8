"""Posts of the public that we hid: by which published rule, the evidence, who looked at it again, and until when.

A hidden post is never deleted. It stays hidden until ``until``, then it shows again unless a colleague renews it. While it
is hidden, or waits for a second look, its mention keeps its words whatever the settings say (``kept``).
"""

import hashlib
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, RowMapping, func, select, update

from bot.errors import NotAllowed, NotYours
from bot.house import House
from bot.mention import SYSTEM, Mention
from bot.reply import Act
from bot.replying.hidden import Hiding
from bot.replying.policy import HouseRule
from bot.store.columns import to_ms
from bot.store.duty import gone
from bot.store.proof.record import canonical, digest, new_salt
from bot.store.replying import acts, tasks
from bot.store.replying.acts import Outcome, outcome_of
from bot.store.scene import Detail, Scene, say_in_thread
from bot.store.schema import addition, earlier_text
from bot.store.schema import hiding as table
from bot.store.schema import mention as mention_table
from bot.store.sending import outbox
from bot.task import Kind
from bot.words import hiding as words

H = table.c
OPEN: ColumnElement[bool] = H.ended_at.is_(None)
"""As in its indexes, so that these serve."""
TRIED_AGAIN = timedelta(days=1)
"""When a post is tried to be shown once more that the network would not show."""


def hiding_from(row: RowMapping) -> Hiding:
    """A row as the core knows it."""
    return Hiding(**{name: row[name] for name in Hiding.__dataclass_fields__})


def get(conn: Connection, hiding_id: str) -> Hiding:
    """By its id, which there is. Raises LookupError."""
    return hiding_from(conn.execute(select(table).where(H.id == hiding_id)).mappings().one())


def of_mention(conn: Connection, number: int) -> list[Hiding]:
    """All that was ever hidden of a mention, oldest first."""
    rows = conn.execute(select(table).where(H.number == number).order_by(H.at, H.id)).mappings()
    return [hiding_from(row) for row in rows]


def hidden(conn: Connection, most: int) -> list[Hiding]:
    """What is hidden now, or is to be, what is shown again first at the front."""
    rows = conn.execute(select(table).where(OPEN).order_by(H.until, H.id).limit(most)).mappings()
    return [hiding_from(row) for row in rows]


def count_hidden(conn: Connection) -> int:
    """How many are hidden now, or are to be."""
    return conn.execute(select(func.count()).select_from(table).where(OPEN)).scalar_one()


def meant(conn: Connection, number: int, mark: str = "") -> Hiding | None:
    """The one a button names, else the oldest that is still hidden, else the newest there was."""
    found = of_mention(conn, number)
    if mark:
        return next((one for one in found if one.mark == mark), None)
    return next((one for one in found if one.ended_at is None), found[-1] if found else None)


def kept(conn: Connection) -> frozenset[int]:
    """The numbers of mentions whose words are evidence: of a post that is hidden, or that waits for a second look."""
    waiting = select(tasks.T.number).where(tasks.OPEN, tasks.T.kind == Kind.REVIEW)
    return frozenset(conn.execute(select(H.number).where(OPEN).union(waiting)).scalars())


def rule_called(house: House, code: str) -> HouseRule | None:
    """The published rule of that code."""
    return next((rule for rule in house.house_rules if rule.code == code), None)


# --- hide --------------------------------------------------------------------------------------------------------


def on_hide(conn: Connection, scene: Scene) -> Detail:
    """Asked: the evidence is kept, the act queued and a second look owed, in this transaction. Else what came of it."""
    if outcome := outcome_of(scene):
        return hide_ended(conn, scene, outcome)
    mention, move, now = scene.before, scene.move, scene.now
    rule = rule_called(scene.house, move.detail.get("rule", ""))
    native_id = move.detail.get("post") or mention.native_id
    refuse_hiding(conn, mention, rule, native_id)
    assert rule  # refused above without one
    evidence = evidence_of(conn, mention, native_id, now)
    evidence["rule"] = {"code": rule.code, "text": rule.text, "url": rule.url}
    before = end_showing(conn, native_id, scene)
    new_id, until = uuid4().hex, now + scene.house.hide_for
    row = {"id": new_id, "number": scene.number, "native_id": native_id, "rule": rule.code, "by": move.by, "at": now}
    conn.execute(table.insert().values(**row, until=until, state="asked", evidence=evidence))
    acts.ask(conn, scene, Act.HIDE, native_id, about=new_id, url=mention.url)
    colleague = reviewer(conn, scene.house, move.by)
    due_at = now + scene.house.review_within
    tasks.add(*(conn, scene.number, Kind.REVIEW), what="", due_at=due_at, to=colleague, by=move.by, reply=new_id, now=now)
    told = {"hiding": new_id, "rule": rule.code, "rule_text": rule.text, "until": until, "review": colleague}
    told["review_by"] = due_at
    told |= {"instead_of": before} if before else {}
    return told, {"evidence": digest(evidence["salt"], canonical(without_salt(evidence)).decode())}


def refuse_hiding(conn: Connection, mention: Mention, rule: HouseRule | None, native_id: str) -> None:
    """Raise NotAllowed for what cannot be hidden now."""
    if rule is None:
        raise NotAllowed(words.no_such_rule(mention.ref))
    if mention.private or mention.gone_at or mention.erased_at:
        raise NotAllowed(words.nothing_public(mention.ref))
    for one in of_mention(conn, mention.number):
        if one.native_id == native_id and one.ended_at is None and one.state != "showing":
            raise NotAllowed(words.hidden_already(mention.ref))


def end_showing(conn: Connection, native_id: str, scene: Scene) -> str:
    """A post that is to be shown again, and was not yet, is hidden anew instead: by the rule and the person of now.

    Returns the id of the row that ends so.
    """
    for one in of_mention(conn, scene.number):
        if one.native_id == native_id and one.state == "showing":
            set_state(conn, one, "shown", ended_at=scene.now)
            return one.id
    return ""


def evidence_of(conn: Connection, mention: Mention, native_id: str, now: datetime) -> dict[str, Any]:
    """What is kept of a post, as it is now: its words and earlier ones, whose it is, where and when. Without the rule."""
    own = select(mention_table).where(mention_table.c.number == mention.number)
    more = select(addition).where(addition.c.number == mention.number, addition.c.native_id == native_id)
    row = conn.execute(own if native_id == mention.native_id else more).mappings().one_or_none()
    if row is None:
        raise NotAllowed(words.nothing_public(mention.ref))
    e = earlier_text.c
    before = conn.execute(select(e.text).where(e.number == mention.number, e.native_id == native_id).order_by(e.id))
    author = mention.author
    return {
        "salt": new_salt(),
        "text": row["text"],
        "earlier": list(before.scalars()),
        "url": mention.url,
        "author": {"id": author.id, "name": author.name, "handle": author.handle},
        "network": mention.network,
        "account": mention.account,
        "native_id": native_id,
        "media": [item.url for item in mention.media],
        "posted_at": to_ms(row["posted_at"]),
        "received_at": to_ms(mention.received_at),
        "captured_at": to_ms(now),
        "raw_sha256": hashlib.sha256(row["raw"] or b"").hexdigest(),
        "flags": list(mention.flags),
    }


def without_salt(evidence: dict[str, Any]) -> dict[str, Any]:
    """What the digest in the record is of."""
    return {name: value for name, value in evidence.items() if name != "salt"}


def reviewer(conn: Connection, house: House, hider: str) -> str:
    """Who is asked to look again: the first approver or lead by name who did not hide it; empty where there is none."""
    people = dict.fromkeys((*house.approvers, *house.leads))
    return next((one for one in people if one != hider and not gone.has_left(conn, one)), "")


def hide_ended(conn: Connection, scene: Scene, outcome: Outcome) -> Detail:
    """It is hidden; or it never was, and nobody need look at it."""
    one = get(conn, scene.move.detail["about"])
    if outcome is Outcome.DONE:
        set_state(conn, one, "hidden")
        say_in_thread(
            conn, scene, "hidden", hiding=one.id, rule=one.rule, mark=one.mark, by=one.by, until=one.until.isoformat()
        )
        ask_for_a_look(conn, one, scene.now)
        return {"hiding": one.id}, {}
    set_state(conn, one, "failed", ended_at=scene.now)
    reviewed(conn, one, SYSTEM, scene.now)
    if outcome is Outcome.REFUSED:
        acts.tell_refused(conn, scene)
    return {"hiding": one.id}, {}


def ask_for_a_look(conn: Connection, one: Hiding, now: datetime) -> None:
    """Whoever owes the second look hears so at once, and not only when it is due."""
    for task in tasks.find_open(conn, tasks.T.reply == one.id, tasks.T.kind == Kind.REVIEW):
        if task.to:
            tasks.tell(conn, task, task.to, turn="new", now=now, what="task_given", by=one.by)


def set_state(conn: Connection, one: Hiding, state: str, **columns: object) -> None:
    """Move it on."""
    conn.execute(update(table).where(H.id == one.id).values(state=state, **columns))


def reviewed(conn: Connection, one: Hiding, by: str, now: datetime) -> None:
    """The second look that was owed is not any more."""
    for task in tasks.find_open(conn, tasks.T.reply == one.id, tasks.T.kind == Kind.REVIEW):
        tasks.finish(conn, task, by, now)


# --- show again, and the second look -----------------------------------------------------------------------------


def on_show_again(conn: Connection, scene: Scene) -> Detail:
    """Asked by a person, or by the system when its time is over. Else what came of it."""
    if outcome := outcome_of(scene):
        return show_ended(conn, scene, outcome)
    one, by = required(conn, scene), scene.move.by
    if one.ended_at or one.state == "showing":
        raise NotAllowed(words.not_hidden(scene.before.ref))
    if by != SYSTEM:
        looked_at(conn, one, by, scene.now)
    if one.state == "asked":
        take_back(conn, one, scene)
        return {"hiding": one.id, "never_hidden": True}, {}
    acts.ask(conn, scene, Act.UNHIDE, one.native_id, about=one.id, url=scene.before.url)
    set_state(conn, one, "showing")
    return {"hiding": one.id}, {}


def required(conn: Connection, scene: Scene) -> Hiding:
    """The one that is meant. Raises NotAllowed where nothing was hidden."""
    found = meant(conn, scene.number, scene.move.detail.get("mark", ""))
    if found is None:
        raise NotAllowed(words.not_hidden(scene.before.ref))
    return found


def take_back(conn: Connection, one: Hiding, scene: Scene) -> None:
    """What was not hidden yet need not be. Raises NotAllowed while it is being hidden at this moment."""
    waiting = acts.under_way(conn, acts.lane_of(scene.before.account, one.native_id))
    if waiting is None or not outbox.cancel(conn, waiting.key):
        raise NotAllowed(words.under_way(one.ref))
    set_state(conn, one, "shown", ended_at=scene.now)


def looked_at(conn: Connection, one: Hiding, by: str, now: datetime) -> None:
    """Nobody need look again. Whoever hid it shows it again without counting as the second pair of eyes."""
    reviewed(conn, one, by, now)
    if by != one.by and one.reviewed_at is None:
        conn.execute(update(table).where(H.id == one.id).values(reviewed_by=by, reviewed_at=now))


def show_ended(conn: Connection, scene: Scene, outcome: Outcome) -> Detail:
    """The public sees it again, or it is gone; where the network would not, it is tried again and staff know."""
    one = get(conn, scene.move.detail["about"])
    if outcome is Outcome.REFUSED:
        set_state(conn, one, "hidden", until=scene.now + TRIED_AGAIN)
        acts.tell_refused(conn, scene)
        return {"hiding": one.id}, {}
    set_state(conn, one, "shown", ended_at=scene.now)
    if outcome is Outcome.DONE:
        asked_by = scene.move.detail.get("asked_by", "")
        say_in_thread(conn, scene, "shown_again", **({"by": asked_by} if asked_by not in ("", SYSTEM) else {}))
    return {"hiding": one.id}, {}


def on_review(conn: Connection, scene: Scene) -> Detail:
    """A colleague looked: it stays hidden, for as long again where they say so. Raises NotYours for whoever hid it."""
    one, by = required(conn, scene), scene.move.by
    if by == one.by:
        raise NotYours(words.own_hiding(one.ref))
    if one.state not in ("asked", "hidden") and one.reviewed_at:
        raise NotAllowed(words.not_hidden(one.ref))
    looked_at(conn, one, by, scene.now)
    if one.state not in ("asked", "hidden"):
        return {"hiding": one.id}, {}
    until = scene.now + scene.house.hide_for if scene.move.detail.get("renew") else one.until
    conn.execute(update(table).where(H.id == one.id).values(until=until))
    say_in_thread(conn, scene, "kept_hidden", by=by, until=until.isoformat())
    return {"hiding": one.id, "until": until}, {}


def others_hidden(conn: Connection, one: Hiding) -> bool:
    """Whether something else of the same mention is hidden."""
    here = (H.number == one.number) & (H.id != one.id) & (H.state == "hidden")
    return conn.execute(select(H.id).where(here, OPEN).limit(1)).first() is not None
