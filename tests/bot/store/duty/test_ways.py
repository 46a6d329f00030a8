"""Another way to one the chat did not reach: when it is due, for how much at once, when it is not needed after all."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.clock import MovableClock
from bot.delivery import Delivery, DeliveryState, Kind
from bot.duty.contact import AT_MOST, Contact, room_at
from bot.duty.rota import DutyRole, Override, Plan
from bot.mention import Action
from bot.ports import Way
from bot.store import schema
from bot.store.duty import pings, ways
from bot.store.executor import Database
from bot.store.sending import messages, outbox
from bot.words.pings import text_message
from tests.bot.council import Bench, house, post

DEV, FARAH = "U0DEV", "U0FARAH"
PHONE, EMAIL = "+447700900123", "dev@harrowmere.example"
MINUTE = timedelta(minutes=1)
AFTER = {Way.TEXT: 3 * MINUTE, Way.EMAIL: 6 * MINUTE}
STANDING = Plan(standing={DutyRole.DUTY: (DEV, FARAH), DutyRole.LEAD: ("U0MORAG",)})


class Ways(Bench):
    """A council whose duty officer Dev has a phone and a mailbox, and Farah neither."""

    def __init__(self, database: Database, clock: MovableClock, **rules: Any) -> None:
        contacts = {DEV: Contact(DEV, PHONE, EMAIL)}
        given: dict[str, Any] = {"contacts": contacts, "ways": AFTER, "plan": STANDING, "organisation": "Harrowmere"}
        super().__init__(database, clock, house(**(given | rules)))

    async def asks(self, number: int | None = 1, person: str = DEV, *, kind: str = "escalation", role: str = "duty") -> str:
        """Somebody is pinged in the chat."""
        self._asked = getattr(self, "_asked", 0) + 1
        asked = pings.Asked(kind, number, person, role, 1, self._asked, {"what": "ping"}, urgent=True)
        return await self.db.write(pings.ask, asked, self.house, self.clock.now())

    async def takes(self, minutes: float = 0) -> int:
        """After so many minutes: how many pings went another way."""
        self.clock.advance(timedelta(minutes=minutes))
        return await self.db.write(ways.take_due, self.house, self.clock.now())

    async def messages(self) -> list[tuple[str, dict[str, Any]]]:
        """What was queued to go other ways: its key and what it is about."""
        rows = await self.all(schema.delivery, schema.delivery.c.kind.in_([Kind.SMS, Kind.EMAIL]))
        return [(row["key"], row["payload"]) for row in sorted(rows, key=lambda row: (row["created_at"], row["key"]))]

    async def leaves(self) -> list[Delivery]:
        """What a sender takes of it now."""
        taken = await self.db.write(outbox.due, self.clock.now(), "h1", 500)
        return [one for one in taken if one.kind in ways.WAYS]

    async def says(self, taken: Delivery) -> str:
        """The words of one as it leaves; empty when nothing needs saying."""
        letter = await self.db.read(messages.letter, taken, self.house, self.clock.now())
        return text_message(letter.told) if letter else ""

    async def sent(self) -> list[str]:
        """The words of all that leaves now; a phone takes each."""
        said = []
        for one in await self.leaves():
            words = await self.says(one)
            await self.db.write(outbox.finish, one, DeliveryState.DONE, remote_id="r1" if words else None)
            said += [words] if words else []
        return said

    async def next_way(self, ping: str) -> datetime | None:
        """When a ping's next way is due."""
        at: datetime | None = (await self.one(schema.ping, schema.ping.c.id == ping))["next_way_at"]
        return at


@pytest.fixture
def council(either_database: Database, clock: MovableClock) -> Ways:
    return Ways(either_database, clock)


@pytest.fixture
def lite(database: Database, clock: MovableClock) -> Ways:
    return Ways(database, clock)


# --- when ----------------------------------------------------------------------------------------------------------


async def test_a_text_follows_the_chat_and_an_email_the_text(council: Ways) -> None:
    await council.arrives()
    ping = await council.asks()

    assert [await council.takes(2.9), await council.takes(0.1), await council.takes(2.9), await council.takes(0.1)] == [
        0, 1, 0, 1,
    ]  # fmt: skip
    about = {"pings": [ping], "more": 0}
    assert await council.messages() == [(f"text:{ping}", about), (f"email:{ping}", about)]
    assert await council.next_way(ping) is None
    assert await council.takes(600) == 0


async def test_one_whom_the_chat_tells_late_is_reached_every_other_way_at_once(
    database: Database, clock: MovableClock
) -> None:
    council = Ways(database, clock, told_late=frozenset({DEV, FARAH}))
    await council.arrives()
    first, other = await council.asks(), await council.asks(person=FARAH)

    taken = [await council.takes(), await council.takes(), await council.takes()]

    assert taken == [1, 1, 0]
    assert [key for key, _ in await council.messages()] == [f"email:{first}", f"text:{first}"]
    assert other


async def test_the_order_is_that_of_the_waits(database: Database, clock: MovableClock) -> None:
    council = Ways(database, clock, ways={Way.TEXT: 9 * MINUTE, Way.EMAIL: MINUTE})
    await council.arrives()
    ping = await council.asks()

    await council.takes(1)

    assert [key for key, _ in await council.messages()] == [f"email:{ping}"]


async def test_one_with_no_other_way_has_none_due(lite: Ways) -> None:
    await lite.arrives()
    ping = await lite.asks(person=FARAH)

    assert await lite.next_way(ping) is None
    assert ways.after_chat(lite.house, "U0NOBODY", lite.clock.now()) is None


async def test_where_no_text_service_is_set_up_the_email_comes_first(database: Database, clock: MovableClock) -> None:
    council = Ways(database, clock, ways={Way.EMAIL: 6 * MINUTE})
    await council.arrives()
    ping = await council.asks()

    assert await council.next_way(ping) == clock.now() + 6 * MINUTE


async def test_a_way_taken_out_of_the_settings_is_not_waited_for(database: Database, clock: MovableClock) -> None:
    council = Ways(database, clock)
    await council.arrives()
    ping = await council.asks()
    without = Ways(database, clock, ways={})

    assert await without.takes(10) == 0
    assert await without.next_way(ping) is None


@pytest.mark.parametrize("answer", ["acknowledged", "not available", "claimed", "over"])
async def test_an_answered_ping_goes_no_other_way(council: Ways, answer: str) -> None:
    await council.arrives()
    ping = await council.asks()

    await council.db.write(pings.heard, ping, DEV, answer, now=council.clock.now())

    assert await council.takes(60) == 0


async def test_what_is_due_next_is_known(lite: Ways) -> None:
    await lite.arrives()
    assert await lite.db.read(ways.next_due) is None

    await lite.asks()

    assert await lite.db.read(ways.next_due) == lite.clock.now() + 3 * MINUTE


# --- when the chat or a service cannot -------------------------------------------------------------------------------


async def test_where_the_chat_cannot_say_it_the_text_is_due_at_once_and_the_email_follows_it(council: Ways) -> None:
    await council.arrives()
    ping = await council.asks()
    council.clock.advance(MINUTE)

    assert await council.db.write(ways.chat_failed, ping, council.house, council.clock.now())

    assert [await council.takes(), await council.takes(2.9), await council.takes(0.1)] == [1, 0, 1]


async def test_a_chat_that_fails_on_brings_nothing_forward_twice(lite: Ways) -> None:
    await lite.arrives()
    ping = await lite.asks()
    await lite.db.write(ways.chat_failed, ping, lite.house, lite.clock.now())
    await lite.takes()

    assert not await lite.db.write(ways.chat_failed, ping, lite.house, lite.clock.now())

    assert await lite.takes() == 0


async def test_a_chat_that_fails_one_with_no_other_way_changes_nothing(lite: Ways) -> None:
    await lite.arrives()
    ping = await lite.asks(person=FARAH)

    assert not await lite.db.write(ways.chat_failed, ping, lite.house, lite.clock.now())


async def test_a_text_that_cannot_be_carried_brings_the_email_forward(council: Ways) -> None:
    await council.arrives()
    await council.asks()
    await council.takes(3)
    [text] = await council.leaves()

    await council.db.write(ways.way_failed, text, council.clock.now())

    assert await council.takes() == 1


# --- how much at once ----------------------------------------------------------------------------------------------


async def test_all_that_is_due_for_one_person_goes_as_one_and_is_counted(council: Ways) -> None:
    await council.arrives(*(post(f"p{n}", by=f"a{n}") for n in range(60)))
    asked = [await council.asks(n + 1) for n in range(60)]

    assert await council.takes(3) == 60

    [(key, about)] = await council.messages()
    assert (len(about["pings"]), about["more"]) == (ways.NAMED, 60 - ways.NAMED)
    assert key == f"text:{about['pings'][0]}"
    counted = await council.all(schema.ping, schema.ping.c.bundled > 0)
    assert [row["bundled"] for row in counted] == [59]
    assert set(about["pings"]) <= set(asked)
    assert (await council.sent())[0].endswith("And 59 more wait.")


async def test_the_most_urgent_is_named_first(lite: Ways) -> None:
    await lite.arrives(post("p1"), post("p2", by="ann"))
    await lite.does(Action.PRIORITY, ref="M-2", priority="P0")
    await lite.asks(1)
    lite.clock.advance(seconds=1)
    urgent = await lite.asks(2)

    await lite.takes(3)

    assert (await lite.messages())[0][0] == f"text:{urgent}"


async def test_two_people_get_a_message_each(database: Database, clock: MovableClock) -> None:
    both = {DEV: Contact(DEV, PHONE), FARAH: Contact(FARAH, "+447700900456")}
    council = Ways(database, clock, contacts=both)
    await council.arrives()
    await council.asks()
    await council.asks(person=FARAH)

    await council.takes(3)

    assert len(await council.messages()) == 2


async def test_a_second_text_waits_a_minute_for_the_first(council: Ways) -> None:
    await council.arrives(post("p1"), post("p2", by="ann"), post("p3", by="bob"))
    await council.asks(1)
    council.clock.advance(MINUTE / 2)
    await council.asks(2)
    await council.asks(3)
    await council.takes(2.5)
    await council.sent()

    assert [await council.takes(0.5), await council.takes(0.5)] == [0, 2]
    assert len(await council.messages()) == 2


async def test_five_texts_in_a_quarter_of_an_hour_and_the_sixth_says_all_that_came_meanwhile(lite: Ways) -> None:
    await lite.arrives(*(post(f"p{n}", by=f"a{n}") for n in range(20)))
    lite.desk.house = house(contacts={DEV: Contact(DEV, PHONE)}, ways=AFTER, plan=STANDING)
    said: list[list[str]] = []
    for n in range(20):
        await lite.asks(n + 1)
        await lite.takes(1)
        said.append(await lite.sent())

    assert [len(one) for one in said] == [0, 0, *[1] * 5, *[0] * 10, *[1] * 3]
    assert said[17][0].endswith("And 10 more wait.")


def test_the_figures_hold_over_an_evening() -> None:
    start, earlier, minute = datetime(2026, 11, 17, 18, 0, tzinfo=UTC), [], 0
    while minute < 6 * 60:
        now = start + minute * MINUTE
        if room_at(earlier, AT_MOST[Way.TEXT], now) <= now:
            earlier.insert(0, now)
        minute += 1

    for many, span in ((1, 1), (5, 15), (11, 60), (21, 180)):
        for at in earlier:
            assert sum(at - span * MINUTE < other <= at for other in earlier) <= many
    assert len(earlier) == 42


async def test_danger_waits_for_nothing_but_the_minute(lite: Ways) -> None:
    await lite.arrives(*(post(f"p{n}", by=f"a{n}") for n in range(8)))
    for n in range(8):
        await lite.does(Action.PRIORITY, ref=f"M-{n + 1}", priority="P0")
        await lite.asks(n + 1)
        await lite.takes(2)
        await lite.sent()

    texts = [key for key, _ in await lite.messages() if key.startswith("text:")]
    assert len(texts) == 7


async def test_what_nobody_needed_any_more_took_no_room(lite: Ways) -> None:
    await lite.arrives(post("p1"), post("p2", by="ann"))
    await lite.asks(1)
    await lite.takes(3)
    [text] = await lite.leaves()
    await lite.db.write(outbox.finish, text, DeliveryState.DONE)
    ping = await lite.asks(2)
    await lite.db.write(ways.chat_failed, ping, lite.house, lite.clock.now())

    assert await lite.takes() == 1


# --- as it leaves --------------------------------------------------------------------------------------------------


async def test_as_it_leaves_it_says_what_is_so_then(council: Ways) -> None:
    await council.arrives()
    await council.asks()
    await council.takes(40)
    council.clock.advance(MINUTE)

    assert await council.sent() == [
        "Harrowmere: M-1 has waited 41 minutes (Harrowmere web chat) and nobody has looked. Open the chat and claim it."
    ]


async def test_no_word_and_no_name_of_the_public_leaves(lite: Ways) -> None:
    await lite.arrives(post(text="My neighbour Ann has fallen", by="lou"))
    await lite.asks()
    await lite.takes(3)

    [said] = await lite.sent()

    assert not [word for word in ("neighbour", "Ann ", "Lou", "a-lou") if word in said]


@pytest.mark.parametrize(
    ("action", "more"), [(Action.CLOSE, {"note": "spam"}), (Action.CLAIM, {}), (Action.ANSWERED, {"text": "By phone."})]
)
async def test_one_that_somebody_acted_on_meanwhile_is_not_sent(lite: Ways, action: Action, more: dict[str, str]) -> None:
    await lite.arrives()
    await lite.asks()
    await lite.takes(3)
    await lite.does(action, **more)

    assert await lite.sent() == []


async def test_of_many_only_those_that_still_wait_are_told(council: Ways) -> None:
    await council.arrives(post("p1"), post("p2", by="ann"))
    await council.asks(1)
    council.clock.advance(seconds=1)
    await council.asks(2)
    await council.takes(3)
    await council.does(Action.CLOSE, ref="M-1", note="spam")

    [said] = await council.sent()

    assert said.startswith("Harrowmere: M-2 has waited")
    assert "more" not in said


async def test_one_whose_turn_ended_is_not_woken(lite: Ways) -> None:
    await lite.arrives()
    await lite.asks()
    await lite.takes(3)
    override = Override("o1", DutyRole.DUTY, FARAH, lite.clock.now(), lite.clock.now() + timedelta(hours=1))
    values = {"role": "duty", "person": FARAH, "start_at": override.start, "end_at": override.end, "id": "o1"}
    more = {"reason": "ill", "made_by": "U0MORAG", "made_at": lite.clock.now()}
    await lite.db.write(insert, schema.rota_override, {**values, **more})

    assert await lite.sent() == []


async def test_an_owner_is_told_whoever_is_on_duty(lite: Ways) -> None:
    await lite.arrives()
    await lite.does(Action.CLAIM, by=DEV)
    await lite.asks(role="owner")
    await lite.takes(3)

    assert "it is yours to answer. Open the chat and answer it." in (await lite.sent())[0]


async def test_a_readiness_ping_is_for_one_who_is_not_on_duty_yet(lite: Ways) -> None:
    lite.desk.house = house(contacts={DEV: Contact(DEV, PHONE)}, ways=AFTER, plan=Plan())
    await lite.asks(None, kind="readiness")
    await lite.takes(3)

    assert "Your turn on duty begins soon" in (await lite.sent())[0]


async def test_one_whose_number_was_taken_out_gets_nothing(lite: Ways) -> None:
    await lite.arrives()
    await lite.asks()
    await lite.takes(3)
    lite.desk.house = house(ways=AFTER, plan=STANDING)

    assert await lite.sent() == []


async def test_a_second_try_says_the_same_words_as_the_first(lite: Ways) -> None:
    await lite.arrives()
    await lite.asks()
    await lite.takes(3)
    [first] = await lite.leaves()
    said = await lite.says(first)
    await lite.db.write(outbox.finish, first, DeliveryState.UNKNOWN, due_at=lite.clock.now() + MINUTE)
    lite.clock.advance(5 * MINUTE)

    [second] = await lite.leaves()

    assert await lite.says(second) == said


async def test_the_leads_hear_once_a_day_that_somebody_cannot_be_reached(council: Ways) -> None:
    await council.arrives()
    await council.asks()
    await council.takes(3)
    [text] = await council.leaves()

    for _ in range(2):
        await council.db.write(messages.tell_leads, text, "No such number.", council.house, now=council.clock.now())

    [told] = await council.all(schema.delivery, schema.delivery.c.kind == Kind.TELL)
    assert told["target"] == "U0MORAG"
    assert told["payload"]["text"] == (
        "A text message to U0DEV could not be sent: No such number. They were pinged in the chat too."
    )
    assert PHONE not in str(told)


async def test_a_message_never_holds_a_number_or_an_address(lite: Ways) -> None:
    await lite.arrives()
    await lite.asks()
    await lite.takes(3)
    await lite.takes(3)

    stored = str(await lite.at_rest())
    assert PHONE not in stored
    assert EMAIL not in stored


def insert(conn: Any, table: Any, values: dict[str, Any]) -> None:
    conn.execute(table.insert().values(**values))
