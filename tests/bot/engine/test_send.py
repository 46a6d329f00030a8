"""Text messages and e-mails leave: once where that can be known, again where not; the next way never waits for one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
import structlog

from bot.delivery import Kind
from bot.duty.contact import Contact
from bot.duty.rota import DutyRole, Plan
from bot.engine.escalate import Escalate
from bot.errors import OutsideError, Refused, SignInAgain, TryLater, Unsure
from bot.mention import Action
from bot.ports import Found, Message, NotFound, Receipt, Way
from bot.store import schema
from bot.store.duty import pings
from tests.bot.council import Bench, house
from tests.bot.engine.fakes import Office

DEV, PHONE, EMAIL = "U0DEV", "+447700900123", "dev@harrowmere.example"
SECONDS, MINUTES = timedelta(seconds=1), timedelta(minutes=1)


@dataclass
class Carrier:
    """A service. ``answers`` are given first, one each; ``lost`` carries it and drops the answer."""

    way: Way
    name: str = "carrier"
    answers: list[OutsideError | str] = field(default_factory=list)
    carried: list[Message] = field(default_factory=list)
    looks: bool = True
    looked: int = 0

    async def send(self, message: Message) -> str:
        """As told, else it is there."""
        answer = self.answers.pop(0) if self.answers else ""
        if isinstance(answer, OutsideError):
            raise answer
        self.carried.append(message)
        if answer == "lost":
            raise Unsure("no answer came")
        return f"n{len(self.carried)}"

    async def find_sent(self, message: Message, since: datetime) -> Found | NotFound:
        """What is so, if it can be asked."""
        self.looked += 1
        if not self.looks:
            return NotFound.CANNOT_TELL
        return Found(Receipt("n1")) if any(one.key == message.key for one in self.carried) else NotFound.ABSENT

    async def check(self) -> Sequence[str]:
        """All is well."""
        return ()


class Night:
    """An office at night: one duty officer, who sleeps, with a phone and a mailbox."""

    def __init__(self, bench: Bench) -> None:
        contacts = {DEV: Contact(DEV, PHONE, EMAIL)}
        ways = {Way.TEXT: 3 * MINUTES, Way.EMAIL: 6 * MINUTES}
        plan = Plan(standing={DutyRole.DUTY: (DEV,)})
        bench.desk.house = house(contacts=contacts, ways=ways, plan=plan, officers=(DEV,), organisation="Harrowmere")
        self.bench, self.office = bench, Office(bench)
        self.texts, self.emails = Carrier(Way.TEXT), Carrier(Way.EMAIL)
        bench.desk.messengers = {Way.TEXT: self.texts, Way.EMAIL: self.emails}
        self.escalate = Escalate(bench.desk)

    async def pings(self, *chat: OutsideError) -> str:
        """A mention comes in, and Dev is pinged about it; ``chat`` is how the chat answers."""
        await self.bench.arrives()
        await self.office.delivers()
        self.office.wall.answers = list(chat)
        asked = pings.Asked("escalation", 1, DEV, "duty", 1, 1, {"what": "ping", "person": DEV})
        ping: str = await self.bench.db.write(pings.ask, asked, self.bench.house, self.bench.clock.now())
        await self.office.delivers()
        return ping

    async def passes(self, *, every: float = 10, **units: float) -> None:
        """Time passes while both loops work."""
        end = self.bench.clock.now() + timedelta(**units)
        while self.bench.clock.now() < end:
            self.bench.clock.advance(min(timedelta(seconds=every), end - self.bench.clock.now()))
            await self.escalate.once()
            await self.office.delivers()

    async def states(self, kind: Kind = Kind.SMS) -> list[str]:
        """How the messages of a kind stand."""
        return [row["state"] for row in await self.bench.all(schema.delivery, schema.delivery.c.kind == kind)]

    async def told_leads(self) -> list[str]:
        """What the leads were told."""
        about = schema.delivery.c
        rows = await self.bench.all(schema.delivery, about.kind == Kind.TELL, about.target == "U0MORAG")
        return [row["payload"]["text"] for row in rows if "could not be sent" in row["payload"].get("text", "")]


@pytest.fixture
def night(bench: Bench) -> Night:
    return Night(bench)


async def test_one_who_does_not_answer_gets_a_text_after_three_minutes_and_an_email_after_six(night: Night) -> None:
    await night.pings()

    await night.passes(seconds=185)
    assert [one.to for one in night.texts.carried] == [PHONE]
    assert night.texts.carried[0].text.startswith("Harrowmere: M-1 has waited 3 minutes (Harrowmere web chat)")
    assert night.texts.looked == 0
    assert not night.emails.carried

    await night.passes(minutes=3)
    [email] = night.emails.carried
    assert (email.to, email.subject) == (EMAIL, "Harrowmere: M-1 has waited 6 minutes and nobody has looked")


async def test_one_who_acts_in_time_gets_neither(night: Night) -> None:
    await night.pings()
    await night.passes(minutes=2)

    await night.bench.does(Action.CLAIM, by=DEV)
    await night.passes(minutes=8)

    assert not night.texts.carried + night.emails.carried


async def test_where_the_chat_is_away_the_text_leaves_after_a_minute(night: Night) -> None:
    await night.pings(*[TryLater("Slack is away", SECONDS)] * 500)
    await night.passes(seconds=50)
    assert not night.texts.carried
    await night.passes(seconds=50)

    assert len(night.texts.carried) == 1


async def test_where_the_chat_asks_for_a_pause_the_text_leaves_all_the_same(night: Night) -> None:
    await night.pings(TryLater("slower", 10 * MINUTES, "to:U0DEV"))
    await night.passes(minutes=4)

    assert len(night.texts.carried) == 1


async def test_where_the_chat_refuses_the_text_leaves_at_once(night: Night) -> None:
    await night.pings(Refused("no such person"))
    await night.passes(seconds=5)

    assert len(night.texts.carried) == 1


async def test_a_text_whose_answer_was_lost_is_found_and_not_sent_again(night: Night) -> None:
    night.texts.answers = ["lost"]

    await night.pings()
    await night.passes(minutes=5)

    assert len(night.texts.carried) == 1
    assert await night.states() == ["done"]


async def test_one_that_cannot_be_looked_up_is_sent_again_with_the_same_key(night: Night) -> None:
    night.texts.answers, night.texts.looks = ["lost"], False

    await night.pings()
    await night.passes(minutes=5)

    first, second = night.texts.carried
    assert (first.key, first.text) == (second.key, second.text)


async def test_one_whose_answer_is_lost_each_time_is_left_after_four_and_the_email_leaves(night: Night) -> None:
    night.texts.answers, night.texts.looks = ["lost"] * 9, False

    await night.pings()
    await night.passes(minutes=5)

    assert len(night.texts.carried) == 4
    assert await night.states() == ["failed"]
    assert len(night.emails.carried) == 1


async def test_a_sender_that_died_with_it_in_hand_looks_before_it_sends(night: Night) -> None:
    await night.pings()
    await night.passes(seconds=179)
    night.bench.clock.advance(2 * SECONDS)
    await night.escalate.once()
    dead = night.office.deliver
    [(taken,)] = (await dead.taken_with_room())[1]
    message = Message(PHONE, "", "whatever it said", taken.id)
    night.texts.carried.append(message)

    await night.passes(minutes=2)

    assert night.texts.carried == [message]


async def test_a_short_wait_asked_for_is_waited_and_the_email_keeps_its_time(night: Night) -> None:
    night.texts.answers = [TryLater("slower", 20 * SECONDS)]

    await night.pings()
    await night.passes(minutes=5)

    assert (len(night.texts.carried), len(night.emails.carried)) == (1, 0)


async def test_one_that_was_put_off_says_how_long_it_has_waited_by_then(night: Night) -> None:
    night.texts.answers = [TryLater("away", timedelta(hours=1))]

    await night.pings()
    await night.passes(minutes=70, every=30)

    assert "has waited 1 h 3 m" in night.texts.carried[-1].text


async def test_while_a_text_waits_for_hours_the_email_leaves_at_once(night: Night) -> None:
    night.texts.answers = [TryLater("limit of the day", timedelta(hours=1))]

    await night.pings()
    await night.passes(minutes=4)

    assert (len(night.texts.carried), len(night.emails.carried)) == (0, 1)


async def test_a_number_that_is_refused_is_told_to_the_leads_and_the_email_leaves_at_once(night: Night) -> None:
    night.texts.answers = [Refused("The number is a landline's.")]

    await night.pings()
    await night.passes(minutes=4)

    assert len(night.emails.carried) == 1
    assert await night.states() == ["failed"]
    assert await night.told_leads() == [
        "A text message to U0DEV could not be sent: The number is a landline's. They were pinged in the chat too."
    ]


async def test_a_service_that_wants_new_keys_is_tried_on_and_loud_in_the_log(night: Night) -> None:
    night.texts.answers = [SignInAgain("Put a new key into notify.api_key.")]

    with structlog.testing.capture_logs() as log:
        await night.pings()
        await night.passes(minutes=9)

    assert [line["service"] for line in log if line["event"] == "ping_service_refuses"] == ["carrier"]
    assert (len(night.texts.carried), len(night.emails.carried)) == (1, 1)
    assert len(await night.told_leads()) == 1


async def test_a_text_that_would_come_a_day_late_is_left(night: Night) -> None:
    night.texts.answers = [TryLater("away", timedelta(hours=1))] * 99

    await night.pings()
    await night.passes(hours=26, every=3600)

    assert "failed" in await night.states()
    assert not night.texts.carried


async def test_what_no_service_can_carry_any_more_goes_the_next_way(night: Night) -> None:
    await night.pings()
    night.bench.desk.messengers = {Way.EMAIL: night.emails}

    await night.passes(minutes=4)

    assert len(night.emails.carried) == 1


async def test_neither_number_nor_address_is_in_the_log(night: Night) -> None:
    night.texts.answers = ["lost", Refused("no")]

    with structlog.testing.capture_logs() as log:
        await night.pings()
        await night.passes(minutes=9)

    assert log
    assert not [line for line in log if PHONE in str(line) or EMAIL in str(line)]


def test_a_carrier_holds_its_messages_out_of_sight() -> None:
    shown: Any = repr(Message(PHONE, "subject", "text", "k"))

    assert PHONE not in shown
