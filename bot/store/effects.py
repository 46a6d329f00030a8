"""What each move brings with it: pings armed or cancelled, and what staff and the public are told."""

from collections.abc import Callable, Mapping

from sqlalchemy import Connection

from bot.delivery import Kind, Rank
from bot.mention import SYSTEM, Action
from bot.store import escalations, outbox
from bot.store.outbox import Wanted
from bot.store.replying import on_answered, on_not_sent, on_reply, on_resend, on_sent, on_unsure, on_withdraw
from bot.store.scene import NOTHING, Detail, Scene, say_in_thread


def of(conn: Connection, scene: Scene) -> Detail:
    """Carry out what belongs to a move."""
    effect = EFFECTS.get(scene.move.action)
    return effect(conn, scene) if effect else NOTHING


def on_claim(conn: Connection, scene: Scene) -> Detail:
    """Pings stop; the one who claimed has the time of a new response target."""
    outbox.cancel_pings(conn, scene.number)
    escalations.arm(conn, scene.number, max(scene.respond_by, scene.before.respond_by or scene.now))
    return NOTHING


def on_release(conn: Connection, scene: Scene) -> Detail:
    """Back in the queue: pings begin when the target passes, or after one wait if it has."""
    soonest = scene.now + scene.house.acknowledge_within
    escalations.arm(conn, scene.number, max(soonest, scene.before.respond_by or soonest))
    return NOTHING


def on_give(conn: Connection, scene: Scene) -> Detail:
    """The colleague is asked privately; until they accept, the giver has it."""
    key = f"offer:{scene.number}:{scene.after.version}"
    about = {"what": "offer", "by": scene.move.by, "to": scene.move.to}
    outbox.queue(
        conn, Wanted(key, Kind.TELL, f"{key}:{scene.move.to}", Rank.ACTION, scene.number, scene.move.to, about), scene.now
    )
    say_in_thread(conn, scene, "offered", by=scene.move.by, to=scene.move.to)
    return {"offered_to": scene.move.to}, {}


def on_accept(conn: Connection, scene: Scene) -> Detail:
    """The colleague has it now, with the time of a new response target."""
    say_in_thread(conn, scene, "accepted", by=scene.move.by)
    return on_claim(conn, scene)


def on_decline(conn: Connection, scene: Scene) -> Detail:
    """Whoever offered it still has it, and is told."""
    say_in_thread(conn, scene, "declined", by=scene.before.offered_to or "", lapsed=scene.move.by == SYSTEM)
    return NOTHING


def on_snooze(conn: Connection, scene: Scene) -> Detail:
    """Nobody is pinged until then; then it wakes by itself."""
    outbox.cancel_pings(conn, scene.number)
    escalations.arm(conn, scene.number, scene.move.until or scene.now)
    say_in_thread(conn, scene, "snoozed", by=scene.move.by, seq=scene.after.version)
    return NOTHING


def on_wake(conn: Connection, scene: Scene) -> Detail:
    """A new clock starts, and whoever snoozed it is told."""
    escalations.arm(conn, scene.number, scene.after.respond_by or scene.now)
    say_in_thread(conn, scene, "woke")
    return NOTHING


def on_expire(conn: Connection, scene: Scene) -> Detail:
    """A claim went cold: back in the queue, and the next person is pinged at once."""
    escalations.arm(conn, scene.number, scene.now)
    say_in_thread(conn, scene, "expired", by=scene.before.owner or "")
    return NOTHING


def on_priority(conn: Connection, scene: Scene) -> Detail:
    """Said under the card, with the reason."""
    if scene.move.by != SYSTEM:
        say_in_thread(conn, scene, "priority", by=scene.move.by, seq=scene.after.version)
    return NOTHING


def on_close(conn: Connection, scene: Scene) -> Detail:
    """Nobody need be pinged; the reason is said under the card."""
    outbox.cancel_pings(conn, scene.number)
    escalations.over(conn, scene.number)
    say_in_thread(conn, scene, "closed", by=scene.move.by)
    return NOTHING


def on_reopen(conn: Connection, scene: Scene) -> Detail:
    """A new clock starts."""
    if scene.after.respond_by:
        escalations.arm(conn, scene.number, scene.after.respond_by)
    return NOTHING


def on_note(conn: Connection, scene: Scene) -> Detail:
    """Said among staff, under the card."""
    say_in_thread(conn, scene, "note", seq=scene.after.version, by=scene.move.by)
    return NOTHING


def on_acknowledge(conn: Connection, scene: Scene) -> Detail:
    """Somebody is looking: the next in turn is left alone until the target's length has passed, by the clock on the wall."""
    outbox.cancel_pings(conn, scene.number)
    wait = scene.house.account_of(scene.before).respond_within
    if scene.move.by == scene.before.owner:
        escalations.arm(conn, scene.number, scene.now + wait)
        return NOTHING
    escalations.acknowledge(conn, scene.number, scene.move.by, now=scene.now, due_at=scene.now + wait)
    return NOTHING


EFFECTS: Mapping[Action, Callable[[Connection, Scene], Detail]] = {
    Action.CLAIM: on_claim,
    Action.RELEASE: on_release,
    Action.EXPIRE: on_expire,
    Action.GIVE: on_give,
    Action.ACCEPT: on_accept,
    Action.DECLINE: on_decline,
    Action.SNOOZE: on_snooze,
    Action.WAKE: on_wake,
    Action.PRIORITY: on_priority,
    Action.REPLY: on_reply,
    Action.WITHDRAW: on_withdraw,
    Action.SENT: on_sent,
    Action.NOT_SENT: on_not_sent,
    Action.UNSURE: on_unsure,
    Action.RESEND: on_resend,
    Action.ANSWERED: on_answered,
    Action.CLOSE: on_close,
    Action.REOPEN: on_reopen,
    Action.NOTE: on_note,
    Action.ACKNOWLEDGE: on_acknowledge,
}
