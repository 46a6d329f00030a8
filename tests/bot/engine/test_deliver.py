"""The sender: what it has taken is begun or given back, and a stop is a stop also for what is under way."""

import asyncio
import threading
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from bot.card import Card, Digest, Notice
from bot.delivery import DeliveryState
from bot.engine.escalate import Escalate
from bot.errors import NotThere, Refused, TryLater
from bot.mention import Action, Mention, State
from bot.ports import Guarantee, MessageRef, NotFound, Outgoing, Preflight, Verdict
from bot.store import schema
from bot.store.sending import deliveries, outbox
from tests.bot.council import Bench, account, house, post
from tests.bot.engine.fakes import Letterbox, Office, Wall

PRIYA, DEV = "U0PRIYA", "U0DEV"
REPLIES = schema.delivery.c.kind == "reply"


async def replying(office: Office) -> None:
    """M-1 has a reply whose hold is over."""
    await office.bench.arrives()
    await office.bench.does(Action.REPLY, PRIYA, text="Thursday.")
    await office.delivers()
    office.bench.clock.advance(seconds=11)


class Gate:
    """A unit of work that waits in the database's own thread until it is let go."""

    def __init__(self) -> None:
        self.begun, self.go = threading.Event(), threading.Event()

    def __call__(self, _conn: Connection) -> None:
        self.begun.set()
        self.go.wait(8)


async def test_told_to_stop_while_it_takes_the_sender_gives_all_of_it_back(office: Office) -> None:
    await office.bench.arrives(post("p1"), post("p2", by="ann"))
    first, second = Gate(), Gate()
    waits = [asyncio.ensure_future(office.bench.db.write(first))]
    await asyncio.to_thread(first.begun.wait, 8)
    waits.append(asyncio.ensure_future(office.bench.db.write(second)))
    await asyncio.sleep(0)
    sender = asyncio.create_task(office.deliver.once())
    for _ in range(5):  # until what it asks stands in line behind the second gate
        await asyncio.sleep(0)
    first.go.set()
    await asyncio.to_thread(second.begun.wait, 8)

    sender.cancel()
    second.go.set()
    with suppress(asyncio.CancelledError):
        await sender
    await asyncio.gather(*waits)

    rows = await office.bench.all(schema.delivery)
    assert {(row["state"], row["attempt"], row["holder"]) for row in rows} == {("pending", 0, None)}
    assert {row["due_at"] for row in rows} == {office.bench.clock.now()}


async def test_what_is_given_back_in_doubt_stays_in_doubt(bench: Bench) -> None:
    await bench.arrives()
    await bench.db.write(outbox.due, bench.clock.now(), "one", 9)
    bench.clock.advance(minutes=1)
    taken = await bench.db.write(outbox.due, bench.clock.now(), "another", 9)

    returned = await bench.db.write(outbox.give_back, taken, bench.clock.now())

    (again,) = await bench.db.write(outbox.due, bench.clock.now(), "third", 9)
    assert returned == 1
    assert again.state is DeliveryState.UNKNOWN


async def test_what_another_has_by_now_is_not_given_back(bench: Bench) -> None:
    await bench.arrives()
    sleeper = await bench.db.write(outbox.due, bench.clock.now(), "sleeper", 9)
    bench.clock.advance(minutes=1)
    await bench.db.write(outbox.due, bench.clock.now(), "another", 9)
    before = await bench.at_rest()

    assert await bench.db.write(outbox.give_back, sleeper, bench.clock.now()) == 0
    assert await bench.at_rest() == before


# --- publishing is stopped ---------------------------------------------------------------------------------------


class StopsMeanwhile(Letterbox):
    """Publishing is stopped while the network is asked whether a reply may go."""

    bench: Bench

    async def preflight(self, reply: Outgoing) -> Preflight:
        """It may go; but."""
        await self.bench.desk.stop(DEV, "wrong figures went out")
        return Preflight(Verdict.OK)


def stops_meanwhile(office: Office, guarantee: Guarantee) -> StopsMeanwhile:
    """Let the stop come between the look and the sending."""
    box = StopsMeanwhile(guarantee)
    box.bench = office.bench
    office.bench.desk.networks["website"] = box
    return box


async def test_a_reply_that_is_being_sent_when_publishing_stops_does_not_leave(office: Office) -> None:
    await replying(office)
    box = stops_meanwhile(office, Guarantee.LOOKUP)

    await office.delivers()
    await office.passes(minutes=10, every=30)

    assert box.tries == []
    assert (await office.bench.one(schema.delivery, REPLIES))["state"] == "pending"


async def test_after_the_start_it_leaves_once(office: Office) -> None:
    await replying(office)
    await office.bench.desk.stop(DEV, "wrong figures went out")
    await office.passes(minutes=10, every=30)
    await office.bench.desk.start("U0MORAG")

    await office.passes(minutes=3)

    mention: Mention = await office.bench.mention()
    assert len(office.box.public) == 1
    assert mention.state is State.REPLIED


async def test_a_reply_in_doubt_stays_in_doubt_when_publishing_stops_while_it_is_repeated(office: Office) -> None:
    await replying(office)
    box = stops_meanwhile(office, Guarantee.OWN_ID)
    await office.bench.db.write(outbox.due, office.bench.clock.now(), "a copy that dies", 9)
    office.bench.clock.advance(minutes=2, seconds=30)
    taken = await office.bench.db.write(outbox.due, office.bench.clock.now(), "me", 9)
    (doubtful,) = [one for one in taken if one.kind == "reply"]

    await office.deliver.speak.reply(doubtful)

    assert box.tries == []
    assert (await office.bench.one(schema.delivery, REPLIES))["state"] == "unknown"


@pytest.mark.parametrize("guarantee", [Guarantee.NATIVE_KEY, Guarantee.OWN_ID])
async def test_while_publishing_is_stopped_even_a_harmless_repeat_is_not_made(office: Office, guarantee: Guarantee) -> None:
    await replying(office)
    office.box.guarantee, office.box.looks = guarantee, [NotFound.CANNOT_TELL] * 99
    office.box.answers = ["lost"]
    await office.delivers()
    await office.bench.desk.stop(DEV, "wrong figures went out")

    await office.passes(minutes=2)

    assert len(office.box.tries) == 1
    assert office.box.looked


# --- cards -------------------------------------------------------------------------------------------------------


async def test_a_card_that_somebody_deleted_is_posted_again(office: Office) -> None:
    await office.bench.arrives()
    await office.delivers()
    await office.bench.does(Action.SEE, PRIYA)
    office.wall.answers = [NotThere("message_not_found")]

    await office.passes(minutes=1)

    assert len(office.wall.posts) == 2
    assert (await office.bench.one(schema.card))["message"] == "m2"


async def test_a_card_deleted_twice_is_posted_a_third_time(office: Office) -> None:
    await office.bench.arrives()
    for _ in range(2):
        await office.passes(seconds=30)
        await office.bench.does(Action.NOTE, PRIYA, note="hm")
        office.wall.answers = [NotThere("message_not_found")]
        await office.bench.db.write(cancel_threads)
        await office.delivers()

    await office.passes(minutes=1)

    cards = await office.bench.all(schema.delivery, schema.delivery.c.kind == "card")
    assert [row["state"] for row in cards] == ["done"] * 3


def cancel_threads(conn: Connection) -> None:
    """Leave only cards to be said."""
    d = schema.delivery
    conn.execute(d.update().where(d.c.kind == "thread", d.c.state == "pending").values(state="cancelled", due_at=None))


async def test_leads_hear_that_cards_are_refused_and_all_is_well_when_the_last_is_shown(office: Office) -> None:
    office.wall.answers = [Refused("not_in_channel")] * 2
    await office.bench.arrives(post("p1"), post("p2", by="ann"))
    await office.delivers()
    (trouble,) = (await office.bench.desk.report()).troubles

    await office.passes(minutes=6)

    assert trouble == ("website cards", "not_in_channel")
    assert (await office.bench.desk.report()).troubles == ()
    assert len([who for who, _ in office.wall.told if who == "U0MORAG"]) == 1


async def test_while_one_card_is_still_refused_it_is_not_well_again(office: Office) -> None:
    office.wall.answers = [Refused("not_in_channel"), Refused("not_in_channel")]
    await office.bench.arrives(post("p1"), post("p2", by="ann"))
    await office.delivers()
    (first, second) = await office.bench.all(schema.delivery, schema.delivery.c.kind == "card")

    await office.bench.db.write(outbox.cancel, first["key"])
    still = await office.bench.db.write(deliveries.all_cards_shown, "website")
    await office.bench.db.write(outbox.cancel, second["key"])

    assert not still
    assert await office.bench.db.write(deliveries.all_cards_shown, "website")


# --- pace --------------------------------------------------------------------------------------------------------


async def test_waiting_for_room_is_no_try_and_those_who_wait_leave_in_turn_a_second_apart(office: Office) -> None:
    arrived = office.bench.clock.now()
    await office.bench.arrives(*(post(f"p{n}", by=f"author {n}") for n in range(12)))

    await office.delivers()

    waiting = await office.bench.all(schema.delivery, schema.delivery.c.state == "pending")
    assert len(waiting) == 8
    assert {(row["attempt"], row["first_sent_at"], row["due_at"]) for row in waiting} == {(0, None, arrived)}
    counts = []
    for _ in range(8):
        await office.passes(seconds=1, every=1)
        counts.append(len(office.wall.posts))
    assert counts == [5, 6, 7, 8, 9, 10, 11, 12]


async def test_a_ping_to_the_channel_does_not_wait_behind_a_pile_of_cards(office: Office) -> None:
    await office.bench.arrives(*(post(f"p{n}", by=f"author {n}") for n in range(60)))
    await office.delivers()
    await office.bench.desk.stop(DEV, "wrong figures went out")
    await office.delivers()

    await office.passes(seconds=2, every=1)

    stop = await office.bench.one(schema.delivery, schema.delivery.c.kind == "post")
    cards = await office.bench.all(schema.delivery, schema.delivery.c.kind == "card", schema.delivery.c.state == "pending")
    assert stop["state"] == "done"
    assert len(cards) >= 54


async def test_while_there_is_no_room_for_redraws_they_are_left_and_all_else_is_taken(office: Office) -> None:
    await office.deliver.rooms.pause("redraw:wall", timedelta(minutes=1))
    await office.bench.arrives()
    await office.delivers()
    await office.bench.does(Action.SEE, PRIYA)

    await office.delivers()
    early = len(office.wall.redrawn)
    next_look = await office.deliver.until_due()
    await office.passes(minutes=2)

    assert (early, len(office.wall.redrawn)) == (0, 1)
    assert next_look == timedelta(seconds=1)


async def test_a_channel_that_opens_again_is_looked_at_then_and_not_before(office: Office) -> None:
    await office.bench.arrives(*(post(f"p{n}", by=f"author {n}") for n in range(6)))
    await office.delivers()
    office.bench.clock.advance(seconds=0.7)

    assert await office.deliver.once() == 0
    assert await office.deliver.until_due() == timedelta(seconds=0.3)


async def test_a_pile_of_cards_for_one_channel_does_not_hold_up_one_for_another(bench: Bench) -> None:
    bench.desk.house = house(account(), account("parks", channel="parks"))
    office = Office(bench)
    office.bench.desk.networks["parks"] = office.box
    await bench.arrives(*(post(f"p{n}", by=f"author {n}") for n in range(200)))
    bench.clock.advance(seconds=1)
    await bench.arrives(post("x"), account="parks")

    await office.deliver.once()
    await office.deliver.finish_in_hand()

    assert sorted(channel for channel, *_ in office.wall.posts) == ["mentions"] * 4 + ["parks"]


async def test_a_channel_that_asks_for_a_pause_is_given_it_and_no_other_waits(bench: Bench) -> None:
    bench.desk.house = house(account(), account("parks", channel="parks"))
    office = Office(bench)
    asked = TryLater("slow down", timedelta(seconds=30), "chat.postMessage")
    office.wall.answers = [asked] * 4
    await bench.arrives(*(post(f"p{n}", by=f"author {n}") for n in range(9)))
    await office.delivers()
    calls_then = len(office.wall.answers)

    await bench.arrives(post("x"), account="parks")
    await office.passes(seconds=29, every=1)
    office.wall.answers = []
    meanwhile = [channel for channel, *_ in office.wall.posts]
    await office.passes(seconds=9, every=1)

    assert (calls_then, meanwhile) == (0, ["parks"])
    assert len(office.wall.posts) == 10


class Renames(Wall):
    """A chat that answers with a channel's id where a name was given."""

    def put_up(self, where: str) -> MessageRef:
        """The id."""
        return MessageRef(where.replace("mentions", "C0MENTIONS"), super().put_up(where).id)


async def test_a_channel_and_its_id_are_one_place(office: Office) -> None:
    wall = office.bench.desk.chats["wall"] = Renames()
    await office.bench.arrives(post("p0", by="first"))
    await office.delivers()
    office.bench.clock.advance(seconds=5)
    await office.bench.does(Action.NOTE, PRIYA, note="hm")
    await office.bench.arrives(*(post(f"p{n}", by=f"author {n}") for n in range(1, 9)))

    await office.delivers()

    assert len(wall.posts) == 5  # the first, and then a burst of four in all: a note under it and three cards


async def test_what_was_asked_to_wait_keeps_its_turn(office: Office) -> None:
    office.wall.answers = [TryLater("slow down", timedelta(seconds=30), "chat.postMessage")]
    arrived = office.bench.clock.now()
    await office.bench.arrives(post("p1"))
    office.bench.clock.advance(seconds=1)

    await office.delivers()

    (card,) = await office.bench.all(schema.delivery, schema.delivery.c.kind == "card")
    assert (card["state"], card["due_at"], card["place"]) == ("pending", arrived, "in:wall/mentions")
    assert await office.deliver.until_due() == timedelta(seconds=1)  # and not at once: its channel is closed


async def test_an_account_that_asks_for_a_pause_holds_up_no_other_account(bench: Bench) -> None:
    bench.desk.house = house(account(), account("parks", channel="parks"))
    office = Office(bench)
    other = bench.desk.networks["parks"] = Letterbox()
    office.box.answers = [TryLater("slow down", timedelta(minutes=5), "POST /2/tweets")]
    for number, name in enumerate(("website", "website", "parks"), 1):
        await bench.arrives(post(f"p{number}", by=f"author {number}"), account=name)
        await bench.does(Action.REPLY, PRIYA, ref=f"M-{number}", text=f"Thursday {number}.")
        await office.passes(seconds=12)

    await office.passes(minutes=4)
    early = (len(office.box.tries), len(other.public))
    await office.passes(minutes=2)

    assert early == (1, 1)
    assert len(office.box.public) == 2


async def test_a_reply_nobody_can_account_for_is_looked_for_though_its_account_is_paused(office: Office) -> None:
    await replying(office)
    office.box.answers, office.box.looks = ["lost"], [NotFound.CANNOT_TELL] * 99
    await office.delivers()
    await office.deliver.rooms.pause("net:website", timedelta(hours=1))

    await office.passes(minutes=4)

    assert office.box.looked
    assert (await office.bench.one(schema.delivery, REPLIES))["state"] == "needs_human"


class Hangs(Wall):
    """A chat that takes cards and does not answer until it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.go = asyncio.Event()

    async def post(
        self, channel: str, what: Card | Notice | Digest, key: str, thread: MessageRef | None = None
    ) -> MessageRef:
        """Wait."""
        if isinstance(what, Card):
            await self.go.wait()
        return await super().post(channel, what, key, thread)


async def test_while_cards_hang_there_are_hands_for_pings_and_what_people_wait_for(bench: Bench) -> None:
    names = [f"a{n}" for n in range(6)]
    bench.desk.house = house(*(account(name, channel=name) for name in names))
    office = Office(bench)
    hanging = bench.desk.chats["wall"] = Hangs()
    for name in names:  # three each: of the four hands of a channel one is left, whichever cards are taken
        await bench.arrives(*(post(f"{name}{n}", by=f"{name} {n}") for n in range(3)), account=name)
    for _ in range(2):
        while await office.deliver.once():
            pass
        bench.clock.advance(seconds=1)
    hanging_cards = (schema.delivery.c.kind == "card", schema.delivery.c.state == "sending")
    assert len(await bench.all(schema.delivery, *hanging_cards)) == 12
    await bench.desk.stop(DEV, "wrong figures went out")

    async with asyncio.timeout(30):
        while len(hanging.posts) < len(names):
            await office.deliver.once()
            await asyncio.sleep(0)

    assert len(await bench.all(schema.delivery, *hanging_cards)) == 12
    assert {channel for channel, *_ in hanging.posts} == set(names)
    hanging.go.set()
    await office.deliver.finish_in_hand()


async def test_an_escalation_that_breaks_holds_up_no_other(bench: Bench) -> None:
    await bench.arrives(post("p1"), post("p2", by="ann"))
    bench.clock.advance(hours=1)
    ahead = schema.event.insert().values(
        subject="M-1", seq=2, at=bench.clock.now(), actor="x", action="x", changes={}, digests={}, hash="x"
    )
    head = schema.chain.update().where(schema.chain.c.subject == "M-1").values(seq=5)
    await bench.db.write(lambda conn: (conn.execute(ahead), conn.execute(head)))

    await Escalate(bench.desk).once()

    pings = await bench.all(schema.delivery, schema.delivery.c.rank == 0)
    assert [row["number"] for row in pings] == [2]
    assert await bench.due_at(1) == bench.clock.now() + timedelta(minutes=5)
