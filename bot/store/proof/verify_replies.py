"""Proves replies: who wrote and who approved each, what went out and where, and that its words are those of the record."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, select

from bot.mention import SYSTEM, Action
from bot.reply import ReplyState
from bot.store import schema
from bot.store.proof.personal import PLACES
from bot.store.replying import replies
from bot.store.sending import outbox

S = ReplyState
ON_ITS_WAY = frozenset({S.HELD, S.SENDING})
ENDS: Mapping[str, frozenset[str]] = {
    Action.REPLY: ON_ITS_WAY,
    Action.SUBMIT: frozenset({S.WAITING}),
    Action.APPROVE: ON_ITS_WAY,
    Action.SEND_BACK: frozenset({S.WITHDRAWN}),
    Action.RECALL: frozenset({S.WITHDRAWN}),
    Action.WITHDRAW: frozenset({S.WITHDRAWN}),
    Action.UNSURE: frozenset({S.UNSURE}),
    Action.RESEND: ON_ITS_WAY,
    Action.NOT_SENT: frozenset({S.FAILED}),
    Action.SENT: frozenset({S.SENT}),
    Action.ANSWERED: frozenset({S.BY_HAND}),
    Action.ELSEWHERE: frozenset({S.BY_HAND}),
    Action.CONFIRM: frozenset({S.SENT}),
    Action.CORRECT: frozenset({S.SENT}),
    Action.TAKE_DOWN: frozenset({S.DELETED}),
}
"""Where the last event about a reply leaves it."""
TAKEN_BACK = "taken_back"
"""In the event of another move: the reply that waited for approval, and is its writer's draft again."""
WITHOUT_PICTURES = frozenset({S.WITHDRAWN, S.FAILED})
"""Their pictures went with the draft they became again, so what was frozen cannot be proved; it never went out."""
ON_ITS_WAY_BY = (Action.REPLY, Action.APPROVE)
OUT = (Action.SENT, Action.ANSWERED, Action.ELSEWHERE)
"""By which it is public."""
WHEN: Mapping[str, Action] = {
    "submitted_at": Action.SUBMIT,
    "deleted_at": Action.TAKE_DOWN,
    "edited_at": Action.CORRECT,
}
"""When which of these was last said of it."""
Events = Sequence[RowMapping]


def fault_in_replies(conn: Connection, row: RowMapping, events: Events) -> str:
    """What of a mention's replies is not what its record says; empty when all is. Drafts are nobody's word."""
    c = schema.reply.c
    here = select(schema.reply).where(c.number == row["number"], c.state != S.DRAFT)
    found = {one["id"]: one for one in conn.execute(here).mappings()}
    spoken_of = {str(e["changes"]["reply"]) for e in events if "reply" in e["changes"] and e["action"] in ENDS}
    if spoken_of - set(found):
        return "words its record speaks of are missing"
    last_erase = max((at for at, event in enumerate(events) if event["action"] == Action.ERASE), default=-1)
    for reply_id, reply in found.items():
        of_it = [event for event in events if reply_id in (event["changes"].get("reply"), event["changes"].get(TAKEN_BACK))]
        of_it = [event for event in of_it if event["action"] in ENDS or TAKEN_BACK in event["changes"]]
        if not of_it:
            return "a reply is not in its record"
        erased = bool(set(map(id, of_it)) & set(map(id, events[: last_erase + 1])))
        if reply["account"] != row["account"]:
            return "account of a reply is not what its record says"
        if is_led_astray(conn, reply, of_it):
            return "where a reply goes is not what its record says"
        if wrong := wrong_column(reply, of_it, found) or wrong_words(conn, reply, of_it, erased=erased):
            return wrong
    return ""


def is_led_astray(conn: Connection, reply: RowMapping, of_it: Events) -> bool:
    """Whether what carries a reply goes to another account, or answers another post, than was let go."""
    delivery = outbox.of_reply(conn, reply["id"])
    told = [
        event["changes"]["answers"] for event in of_it if event["action"] in ON_ITS_WAY_BY and "answers" in event["changes"]
    ]
    if delivery is None or not delivery.payload:
        return False
    return delivery.target != reply["account"] or (bool(told) and delivery.payload.get("to") != told[-1])


def wrong_column(reply: RowMapping, of_it: Events, found: Mapping[str, RowMapping]) -> str:
    """The first column of a reply that is not as its events say."""
    last, came_back = of_it[-1], of_it[-1]["changes"].get(TAKEN_BACK) == reply["id"]
    about_it = [event for event in of_it if event["changes"].get("reply") == reply["id"]]
    expected = {**written_by(of_it, found), **which_part(reply, of_it[0], found), **where_it_is(about_it)}
    expected |= {name: happened(about_it, action) for name, action in WHEN.items()}
    wrong = [name for name, value in expected.items() if reply[name] != value]
    ends = frozenset({S.WITHDRAWN}) if came_back else ENDS[last["action"]]
    if reply["state"] not in ends:
        wrong.append("state")
    return f"{wrong[0]} of a reply is not what its record says" if wrong else ""


def written_by(of_it: Events, found: Mapping[str, RowMapping]) -> Mapping[str, object]:
    """Whose words they are, and who let them go; of a later part as of the one before it."""
    first = of_it[0]
    if first["actor"] == SYSTEM and (before := found.get(str(first["changes"].get("after")))):
        return {name: before[name] for name in ("by", "approved_by", "audience")}
    approvals = [event["actor"] for event in of_it if event["action"] == Action.APPROVE]
    return {"by": first["actor"], "approved_by": approvals[-1] if approvals else None}


def which_part(reply: RowMapping, first: RowMapping, found: Mapping[str, RowMapping]) -> Mapping[str, object]:
    """Which part it is of how many posts; of how many, nobody can tell any more once its words were erased."""
    before = found.get(str(first["changes"].get("after"))) if first["actor"] == SYSTEM else None
    part = int(str(first["changes"]["part"]).split(" ", 1)[0]) if before else 1
    whole = {"part": part, "first_id": (before["first_id"] or before["id"]) if before else None}
    if reply["posts"]:
        whole["parts"] = part - 1 + len(json.loads(reply["posts"]))
    elif reply["text_salt"]:
        whole["parts"] = 1
    return whole


def happened(of_it: Events, action: Action) -> datetime | None:
    """When that was last said of it."""
    return next((event["at"] for event in reversed(of_it) if event["action"] == action), None)


def where_it_is(of_it: Events) -> Mapping[str, object]:
    """Where it is public, since when, and when it was read back."""
    out = next((event for event in reversed(of_it) if event["action"] in OUT), None)
    shown = [event for event in of_it if event["action"] == Action.CONFIRM and event["changes"].get("shows") != "no"]
    if out is None:
        return dict.fromkeys(("native_id", "url", "sent_at", "confirmed_at"))
    urls = [event["changes"].get("url") for event in (out, *shown)]
    return {
        "native_id": out["changes"].get("native_id") or None,
        "url": next((url for url in urls if url), None),
        "sent_at": out["at"],
        "confirmed_at": shown[-1]["at"] if shown else None,
    }


def is_as_written(reply: RowMapping, now: str | None, told: Sequence[Mapping[str, str]]) -> bool:
    """Whether what is kept as its writer's is what they sent in; nothing is where no approver changed it."""
    if not any("written" in one for one in told):
        return not any(reply[name] for name in ("written", "written_salt", "written_second"))
    return now in [one["reply"] for one in told[:-1]]


def wrong_words(conn: Connection, reply: RowMapping, of_it: Events, *, erased: bool) -> str:
    """Whether what staff wrote, what an approver changed, or what went out is other than what was let go."""
    if erased and not reply["text_salt"]:
        return "a reply was changed" if any(reply[name] for name in PLACES[schema.reply]) else ""
    of_it = [event for event in of_it if event["changes"].get("reply") == reply["id"]]
    told = [event["digests"] for event in of_it if event["digests"].get("reply")]
    frozen = [mark for event in of_it if (mark := event["digests"].get("posts"))]
    now = replies.written_digests(reply)
    if not reply["text_salt"] or not told or any(now.get(name) != told[-1].get(name) for name in ("reply", "chosen")):
        return "a reply was changed"
    if not is_as_written(reply, now.get("written"), told):
        return "what the writer of a reply wrote was changed"
    if reply["state"] in WITHOUT_PICTURES:
        return ""
    if replies.posts_digest(conn, reply) not in frozen[-1:] if reply["posts"] else frozen:
        return "what a reply sent out was changed"
    return ""
