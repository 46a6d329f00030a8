"""What each move brings with it: pings armed or cancelled, and what staff and the public are told."""

from collections.abc import Callable, Mapping
from datetime import timedelta

from sqlalchemy import Connection, select

from bot import words
from bot.delivery import Kind, Rank
from bot.duty.escalation import URGENT
from bot.errors import NotAllowed
from bot.mention import SYSTEM, Action, Mention, State
from bot.store.duty import escalations, pings, rights
from bot.store.duty.pings import Heard
from bot.store.proof import keeping
from bot.store.replying import acts, approvals, hiding, tasks
from bot.store.replying.answering import on_answered, on_not_sent, on_reply, on_resend, on_sent, on_unsure, on_withdraw
from bot.store.replying.elsewhere import on_elsewhere
from bot.store.replying.readback import on_confirm
from bot.store.scene import NOTHING, Detail, Scene, say_in_thread
from bot.store.schema import event
from bot.store.sending import outbox
from bot.store.sending.outbox import Wanted
from bot.times.aim import is_lower
from bot.words import asked as words_asked


def of(conn: Connection, scene: Scene) -> Detail:
    """Carry out what belongs to a move."""
    besides = approvals.meanwhile(conn, scene)
    effect = EFFECTS.get(scene.move.action)
    detail, digests = effect(conn, scene) if effect else NOTHING
    return {**besides, **detail}, digests


def on_claim(conn: Connection, scene: Scene) -> Detail:
    """Pings stop; the one who claimed has the time of a new response target."""
    pings.end(conn, scene.number, scene.now, by=scene.move.by, answer=Heard.CLAIMED)
    escalations.arm(conn, scene.number, max(scene.respond_by, scene.before.respond_by or scene.now))
    return NOTHING


def on_release(conn: Connection, scene: Scene) -> Detail:
    """Back in the queue: pings begin when the target passes, or after one wait if it has. What sleeps sleeps on."""
    if scene.after.state is State.SNOOZED:
        return NOTHING
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
    pings.end(conn, scene.number, scene.now)
    escalations.arm(conn, scene.number, scene.move.until or scene.now)
    say_in_thread(conn, scene, "snoozed", by=scene.move.by, seq=scene.after.version)
    return NOTHING


def on_wake(conn: Connection, scene: Scene) -> Detail:
    """A new clock starts, and whoever snoozed it is told."""
    escalations.arm(conn, scene.number, scene.house.wants_by(scene.after))
    say_in_thread(conn, scene, "woke")
    return NOTHING


def on_expire(conn: Connection, scene: Scene) -> Detail:
    """A claim went cold: back in the queue, and the next person is pinged at once."""
    pings.end(conn, scene.number, scene.now)
    escalations.arm(conn, scene.number, scene.now)
    say_in_thread(conn, scene, "expired", by=scene.before.owner or "")
    return NOTHING


def on_priority(conn: Connection, scene: Scene) -> Detail:
    """Said under the card, with the reason. What matters more is due sooner, unless it sleeps; what matters less may wait
    for its new time, if nobody was pinged yet.
    """
    before, after = scene.before, scene.after
    if is_lower(before.priority, after.priority) and after.state is not State.SNOOZED:
        escalations.hurry(conn, after, scene.house)
        if after.is_urgent:
            outbox.card_first(conn, scene.number)
        if after.priority == URGENT:
            pings.say_apart(conn, after, scene.now)
    elif is_lower(after.priority, before.priority) and after.state is State.NEW:
        escalations.put_off(conn, scene.number, scene.house.wants_by(after))
    if scene.move.by != SYSTEM:
        say_in_thread(conn, scene, "priority", by=scene.move.by, seq=scene.after.version)
    return NOTHING


def on_target(conn: Connection, scene: Scene) -> Detail:
    """What an older release left without a time to be looked at is due by that time."""
    if scene.after.state is State.NEW:
        escalations.hurry(conn, scene.after, scene.house)
    return NOTHING


def on_said_to_us(conn: Connection, scene: Scene) -> Detail:
    """The time of an account's own mention, by the policy for such: nobody is given more than they had."""
    if scene.after.state in (State.NEW, State.CLAIMED):
        escalations.hurry(conn, scene.after, scene.house)
    return NOTHING


def on_see(conn: Connection, scene: Scene) -> Detail:
    """Somebody has looked: if nobody was pinged yet, nobody need be until an answer is due."""
    if scene.before.seen_at is None and scene.after.seen_at and scene.after.state is State.NEW:
        escalations.put_off(conn, scene.number, scene.house.wants_by(scene.after))
    return NOTHING


def on_close(conn: Connection, scene: Scene) -> Detail:
    """Nobody need be pinged; the reason is said under the card."""
    pings.end(conn, scene.number, scene.now)
    escalations.over(conn, scene.number)
    say_in_thread(conn, scene, "closed", by=scene.move.by)
    return NOTHING


def on_reopen(conn: Connection, scene: Scene) -> Detail:
    """A new clock starts, by the policy that is set now."""
    policy = escalations.policy_for(conn, scene.after, scene.house)
    escalations.arm(conn, scene.number, scene.house.wants_by(scene.after), policy=policy)
    return NOTHING


def on_note(conn: Connection, scene: Scene) -> Detail:
    """Said among staff, under the card, by somebody who has looked."""
    on_see(conn, scene)
    say_in_thread(conn, scene, "note", seq=scene.after.version, by=scene.move.by)
    return NOTHING


def on_acknowledge(conn: Connection, scene: Scene) -> Detail:
    """Somebody is looking: the next in turn is left alone until the target's length has passed, by the clock on the wall.

    An owner is given that once after an answer was due: said again, they keep it, and the others are asked beside them.
    Raises NotAllowed for what sleeps: nobody is pinged about it, and its waking is not to be moved.
    """
    before, by = scene.before, scene.move.by
    if before.state is State.SNOOZED:
        until = words.when(before.snooze_until or scene.now, scene.house.zone)
        raise NotAllowed(words_asked.asleep(before.ref, until.local))
    again = scene.now + length_of_target(scene)
    if by == before.owner and is_said_again(conn, before):
        pings.answered(conn, scene.number, scene.now, by=by, answer=Heard.ACKNOWLEDGED)
        return NOTHING
    pings.end(conn, scene.number, scene.now, by=by, answer=Heard.ACKNOWLEDGED)
    if by == before.owner:
        escalations.arm(conn, scene.number, again)
    else:
        escalations.acknowledge(conn, scene.number, by, now=scene.now, due_at=again)
    return NOTHING


def is_said_again(conn: Connection, mention: Mention) -> bool:
    """Whether the owner has said before that they are still on it, with an answer overdue."""
    c = event.c
    since = max(mention.owned_at or mention.received_at, mention.respond_by or mention.received_at)
    said = (c.subject == mention.ref, c.action == Action.ACKNOWLEDGE, c.actor == mention.owner, c.at >= since)
    return conn.execute(select(c.seq).where(*said).limit(1)).first() is not None


def length_of_target(scene: Scene) -> timedelta:
    """How long an answer may take; of a target by working days, what the account promises."""
    return scene.house.to_answer(scene.before, scene.now).length.span or scene.house.account_of(scene.before).respond_within


def on_unavailable(conn: Connection, scene: Scene) -> Detail:
    """Somebody who was asked cannot look: they are not waited for. Who is next is asked by ``passing.pass_on``."""
    pings.answered(conn, scene.number, scene.now, by=scene.move.by, answer=Heard.NOT_AVAILABLE)
    return NOTHING


def seeing(effect: Callable[[Connection, Scene], Detail]) -> Callable[[Connection, Scene], Detail]:
    """An effect of what a person only does with the mention before them: they have looked."""

    def with_a_look(conn: Connection, scene: Scene) -> Detail:
        on_see(conn, scene)
        return effect(conn, scene)

    return with_a_look


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
    Action.ELSEWHERE: on_elsewhere,
    Action.CONFIRM: on_confirm,
    Action.CLOSE: on_close,
    Action.REOPEN: on_reopen,
    Action.NOTE: on_note,
    Action.ACKNOWLEDGE: on_acknowledge,
    Action.UNAVAILABLE: on_unavailable,
    Action.SEE: on_see,
    Action.HIDE: seeing(hiding.on_hide),
    Action.SHOW_AGAIN: hiding.on_show_again,
    Action.REVIEW: seeing(hiding.on_review),
    Action.LIKE: seeing(acts.on_like),
    Action.TAKE_DOWN: acts.on_take_down,
    Action.CORRECT: acts.on_correct,
    Action.OWE: tasks.on_owe,
    Action.OWED_DONE: tasks.on_owed_done,
    Action.TARGET: on_target,
    Action.SAID_TO_US: on_said_to_us,
    Action.RIGHT: rights.on_right,
    Action.KEEP: keeping.on_keep,
    Action.LET_GO: keeping.on_let_go,
    Action.SUBMIT: approvals.on_submit,
    Action.APPROVE: approvals.on_approve,
    Action.SEND_BACK: approvals.on_send_back,
    Action.RECALL: approvals.on_recall,
}
