"""Where a second try could double: the fence before the socket, what a look proves, and how long a key is remembered."""

import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest

from bot.delivery import DEADLINE, LEASE_OF_REPLY, LOOKS_APART, PERSON_AFTER, DeliveryState, Kind
from bot.engine.deliver import Deliver
from bot.engine.speak import Speaker
from bot.errors import TryLater, Unsure
from bot.mention import Action, Mention, State
from bot.ports import Found, Guarantee, NotFound, Outgoing, Preflight, Receipt, Verdict
from bot.store import schema
from bot.store.sending import deliveries, outbox
from bot.store.sending.deliveries import Leave
from tests.bot.engine.fakes import Letterbox, Office

pytestmark = pytest.mark.slow  # a delivery's whole life each

NO_PROOF = (Guarantee.EVIDENCE_ONLY, Guarantee.NONE)
KEYED = (Guarantee.NATIVE_KEY, Guarantee.OWN_ID)
PRIYA, WORDS = "U0PRIYA", "It is Thursday this week."
REPLIES = schema.delivery.c.kind == "reply"
SOON = timedelta(milliseconds=20)


@pytest.fixture
async def replying(office: Office) -> Office:
    """M-1 has a reply whose hold is over."""
    await office.bench.arrives()
    await office.bench.does(Action.REPLY, PRIYA, text=WORDS)
    await office.delivers()
    office.bench.clock.advance(seconds=11)
    return office


async def stands(office: Office) -> tuple[State, str, str]:
    """Where the mention, the reply that was asked for and its delivery stand."""
    mention: Mention = await office.bench.mention()
    reply = await office.bench.all(schema.reply, schema.reply.c.state != "draft")
    delivery = await office.bench.one(schema.delivery, REPLIES)
    return mention.state, str(reply[-1]["state"]), str(delivery["state"])


IN_DOUBT = (State.REPLYING, "unsure", "needs_human")
SENT = (State.REPLIED, "sent", "done")


# --- the fence -------------------------------------------------------------------------------------------------------


class SleepsInTheLook(Letterbox):
    """The first sender is suspended during its look before sending, past its lease, and others work on."""

    office: Office
    slept = False

    async def preflight(self, reply: Outgoing) -> Preflight:
        """Time passes; another copy finds the lease run out."""
        if not self.slept:
            self.slept = True
            self.office.bench.clock.advance(LEASE_OF_REPLY + timedelta(seconds=1))
            another = Deliver(self.office.bench.desk)
            for _ in range(8):
                await another.once()
                await another.finish_in_hand()
                self.office.bench.clock.advance(LOOKS_APART)
        return Preflight(Verdict.OK)


@pytest.mark.parametrize("guarantee", Guarantee)
async def test_a_sender_that_sleeps_past_its_lease_before_the_socket_does_not_speak(
    replying: Office, guarantee: Guarantee
) -> None:
    box = SleepsInTheLook(guarantee)
    box.office, replying.bench.desk.networks["website"] = replying, box

    await replying.delivers()
    await replying.passes(minutes=5)

    assert len(box.tries) == (0 if guarantee in NO_PROOF else 1)
    assert len(box.public) == len(box.tries)


async def test_two_senders_in_the_wrong_order_open_one_socket(replying: Office) -> None:
    db, clock = replying.bench.db, replying.bench.clock
    (sleeper,) = await db.write(outbox.due, clock.now(), "sleeper", 9)
    clock.advance(LEASE_OF_REPLY)
    (awake,) = await db.write(outbox.due, clock.now(), "awake", 9)
    before = await replying.bench.at_rest()

    late = await db.write(deliveries.about_to_speak, sleeper, clock.now())
    untouched = await replying.bench.at_rest() == before
    in_time = await db.write(deliveries.about_to_speak, awake, clock.now())

    assert (late, in_time) == (Leave.TAKEN, Leave.GO)
    assert untouched


async def test_the_lease_and_the_time_to_settle_begin_with_the_commit_before_the_socket(replying: Office) -> None:
    db, clock = replying.bench.db, replying.bench.clock
    (taken,) = await db.write(outbox.due, clock.now(), "me", 9)
    clock.advance(seconds=100)

    await db.write(deliveries.about_to_speak, taken, clock.now())

    row = await replying.bench.one(schema.delivery, REPLIES)
    assert (row["sent_at"], row["due_at"]) == (clock.now(), clock.now() + LEASE_OF_REPLY)


async def test_after_a_stop_the_fence_lets_nothing_through(replying: Office) -> None:
    (taken,) = await replying.bench.db.write(outbox.due, replying.bench.clock.now(), "me", 9)
    await replying.bench.desk.stop("U0DEV", "wrong figures")

    assert await replying.bench.db.write(deliveries.about_to_speak, taken, replying.bench.clock.now()) is Leave.STOPPED


# --- no call without an end ------------------------------------------------------------------------------------------


class Hangs(Letterbox):
    """A network that never answers one of the three questions."""

    which = ""

    async def waits(self, which: str) -> None:
        """For ever, if it is that one."""
        if self.which == which:
            await asyncio.Event().wait()

    async def preflight(self, reply: Outgoing) -> Preflight:
        await self.waits("preflight")
        return await super().preflight(reply)

    async def publish(self, reply: Outgoing) -> Receipt:
        receipt = await super().publish(reply)
        await self.waits("publish")
        return receipt

    async def find_sent(self, reply: Outgoing) -> Found | NotFound:
        await self.waits("find_sent")
        return await super().find_sent(reply)


@pytest.mark.parametrize(("which", "state", "tries"), [("preflight", "pending", 0), ("publish", "unknown", 1)])
async def test_a_network_that_never_answers_is_given_up_within_the_lease(
    replying: Office, which: str, state: str, tries: int
) -> None:
    box = Hangs()
    box.which, replying.bench.desk.networks["website"] = which, box
    replying.deliver.speak = Speaker(replying.bench.desk, SOON)

    await replying.delivers()

    assert len(box.tries) == tries
    assert (await stands(replying))[2] == state


async def test_a_look_that_never_answers_leaves_the_doubt(replying: Office) -> None:
    box = Hangs(answers=["lost"])
    box.which, replying.bench.desk.networks["website"] = "find_sent", box
    replying.deliver.speak = Speaker(replying.bench.desk, SOON)

    await replying.delivers()
    await replying.passes(seconds=PERSON_AFTER.total_seconds(), every=30)

    assert await stands(replying) == IN_DOUBT


# --- what a look proves ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("guarantee", NO_PROOF)
async def test_where_a_look_is_no_proof_absent_is_not_believed(replying: Office, guarantee: Guarantee) -> None:
    replying.box.guarantee, replying.box.answers = guarantee, [Unsure("the line dropped")]
    replying.box.looks = [NotFound.ABSENT] * 99

    await replying.passes(minutes=10)

    assert len(replying.box.tries) == 1
    assert await stands(replying) == IN_DOUBT


async def test_absent_is_believed_only_when_the_last_try_has_settled_and_two_looks_agree(replying: Office) -> None:
    replying.box.answers = [Unsure("the line dropped")]
    await replying.delivers()
    left_at = replying.bench.clock.now()
    looked_at = []

    while len(replying.box.tries) == 1:
        seen = len(replying.box.looked)
        await replying.passes(seconds=1, every=1)
        looked_at += [replying.bench.clock.now() - left_at] * (len(replying.box.looked) - seen)

    late = [at for at in looked_at if at >= replying.box.settle]
    assert len(looked_at) > len(late)
    assert [after - before for before, after in pairwise(late)] == [LOOKS_APART]
    assert replying.box.tries[1].key == replying.box.tries[0].key
    assert await stands(replying) == SENT


@pytest.mark.parametrize("other", [NotFound.CANNOT_TELL, Unsure("x"), TryLater("busy")])
async def test_one_absent_between_looks_that_say_otherwise_proves_nothing(
    replying: Office, other: NotFound | Exception
) -> None:
    replying.box.answers, replying.box.settle = [Unsure("the line dropped")], timedelta(0)
    replying.box.looks = [other, NotFound.ABSENT] * 99

    await replying.passes(minutes=10)

    assert len(replying.box.tries) == 1
    assert await stands(replying) == IN_DOUBT


async def test_each_try_settles_anew_and_is_looked_for_from_the_first_on(replying: Office) -> None:
    replying.box.answers = [Unsure("the line dropped")] * 2
    began = replying.bench.clock.now()

    await replying.passes(minutes=10)

    first, second = (sum(1 for look in replying.box.looked if look.last_sent_at == at) for at in sent_ats(replying))
    assert len(replying.box.tries) == 3
    assert first >= 2
    assert second >= 2
    assert {look.first_sent_at for look in replying.box.looked} == {began + timedelta(seconds=5)}


def sent_ats(office: Office) -> list[object]:
    """When each doubtful try left, as the looks were told."""
    return sorted({look.last_sent_at for look in office.box.looked if look.last_sent_at})


# --- how long a key is remembered ------------------------------------------------------------------------------------


@pytest.mark.parametrize("guarantee", KEYED)
async def test_a_key_the_network_has_forgotten_is_looked_up_and_not_repeated(replying: Office, guarantee: Guarantee) -> None:
    replying.box.guarantee, replying.box.repeat_within = guarantee, timedelta(seconds=30)
    replying.box.answers = ["lost", "lost", *[Unsure("x")] * 99]
    replying.box.looks = [NotFound.ABSENT] * 99
    await replying.delivers()

    await replying.passes(seconds=29)
    repeated = len(replying.box.tries)
    await replying.passes(minutes=10)

    assert repeated > 1
    assert len(replying.box.tries) == repeated
    assert replying.box.looked
    assert await stands(replying) == IN_DOUBT


# --- after a restore -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("guarantee", Guarantee)
@pytest.mark.parametrize("look", [NotFound.ABSENT, NotFound.CANNOT_TELL])
async def test_what_may_have_left_after_the_backup_is_looked_up_and_never_sent(
    replying: Office, guarantee: Guarantee, look: NotFound
) -> None:
    replying.box.guarantee, replying.box.looks = guarantee, [look] * 99
    now = replying.bench.clock.now()
    unknown = {"state": DeliveryState.UNKNOWN, "due_at": now, "recovered_at": now}
    await replying.bench.db.write(
        lambda conn: conn.execute(schema.delivery.update().where(REPLIES).values(unknown)).rowcount
    )

    await replying.passes(minutes=10)

    assert replying.box.tries == []
    assert replying.box.looked
    assert await stands(replying) == IN_DOUBT


# --- deadlines -------------------------------------------------------------------------------------------------------


async def test_a_reply_nobody_could_send_for_a_day_is_not_sent_on_another(replying: Office) -> None:
    replying.bench.clock.advance(DEADLINE[Kind.REPLY])

    await replying.passes(minutes=1)

    assert replying.box.tries == []
    assert await stands(replying) == (State.CLAIMED, "failed", "failed")
    assert [row["text"] for row in await replying.bench.all(schema.reply, schema.reply.c.state == "draft")] == [WORDS]


@pytest.mark.slow
async def test_a_network_that_loses_every_answer_is_not_asked_for_ever(replying: Office) -> None:
    replying.box.answers = [Unsure("the line dropped")] * 9999

    await replying.passes(hours=25, every=60)

    assert await stands(replying) in (IN_DOUBT, (State.CLAIMED, "failed", "failed"))
    assert replying.box.public == []
