"""Somebody leaves: nothing waits for them any more, whoever noticed, and an outage makes nobody leave."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.command import Staff
from bot.duty.escalation import Policy, Rung
from bot.duty.rota import DutyRole, Plan, Rotation, Unit
from bot.engine.departures import Departures
from bot.engine.shifts import Shifts
from bot.errors import NotYours, TryLater
from bot.mention import SYSTEM, Action, State
from bot.ports import EVERYBODY, Known
from bot.reply import Written
from bot.store import mentions, schema
from bot.store.duty import departed, rota
from tests.bot.council import LONDON, Bench, house, post

DEV, FARAH, PRIYA, MORAG = "U0DEV", "U0FARAH", "U0PRIYA", "U0MORAG"
DAILY = Rotation(
    "days", DutyRole.DUTY, (DEV, FARAH, PRIYA), datetime.fromisoformat("2026-11-16 17:00"), LONDON, unit=Unit.DAYS
)
TELL = schema.delivery.c.kind == "tell"


class Roll:
    """A chat, as far as it says who is staff; it cannot be asked about the ``unanswered`` now."""

    name = "wall"
    manner = EVERYBODY

    def __init__(self, *known: str) -> None:
        self.known, self.closed = set(known), set[str]()
        self.unanswered: set[str] = set()
        self.asked: list[str] = []

    async def knows(self, staff: str) -> Known:
        self.asked.append(staff)
        if staff in self.unanswered:
            raise TryLater("not now")
        if staff in self.closed:
            return Known.CLOSED
        return Known.OPEN if staff in self.known else Known.UNKNOWN

    async def person(self, staff: str) -> Staff:
        if staff not in self.known:
            raise NotYours("Only full members can use Tolbooth.")
        return Staff(staff, staff)


async def with_work(bench: Bench) -> Bench:
    """Dev has a claim, something asleep, and is offered what Priya has."""
    for person, name in ((DEV, "Dev Rao"), (FARAH, "Farah Ali"), (PRIYA, "Priya Shah"), (MORAG, "Morag Muir")):
        await bench.db.write(mentions.meet, person, name)
    await bench.arrives(post("p1"), post("p2", by="ann"), post("p3", by="bob"))
    await bench.does(Action.CLAIM, by=DEV)
    await bench.does(Action.CLAIM, by=DEV, ref="M-2")
    await bench.does(Action.SNOOZE, by=DEV, ref="M-2", note="highways", until=bench.clock.now() + timedelta(hours=3))
    await bench.does(Action.CLAIM, by=PRIYA, ref="M-3")
    await bench.does(Action.GIVE, by=PRIYA, ref="M-3", to=DEV, until=bench.clock.now() + timedelta(hours=1))
    return bench


async def leaves(bench: Bench, person: str = DEV) -> bool:
    """The chat says that somebody has left; whether anything was to be done."""
    return bool(await bench.db.write(departed.depart, person, house=bench.house, now=bench.clock.now()))


async def told(bench: Bench, person: str = MORAG) -> list[str]:
    """What somebody was told, oldest first."""
    return [row["payload"]["text"] for row in await bench.all(schema.delivery, TELL) if row["target"] == person]


async def test_claims_go_back_offers_are_declined_and_what_sleeps_sleeps_on_without_an_owner(either: Bench) -> None:
    await with_work(either)

    await leaves(either)

    claimed, asleep, offered = [await either.mention(f"M-{number}") for number in (1, 2, 3)]
    assert (claimed.state, claimed.owner, claimed.last_owner) == (State.NEW, None, DEV)
    assert (asleep.state, asleep.owner) == (State.SNOOZED, None)
    assert asleep.snooze_until == either.clock.now() + timedelta(hours=3)
    assert (offered.owner, offered.offered_to) == (PRIYA, None)
    released = (await either.desk.events("M-1"))[-1]
    assert (released["action"], released["actor"], released["note"]) == ("release", SYSTEM, departed.WHY)
    assert (await either.verdict()).startswith("ok")


async def test_the_leads_hear_of_all_of_it_in_one_message(bench: Bench) -> None:
    bench.desk.house = house(plan=Plan((DAILY,)), named_in={"duty.officers": (DEV, FARAH)})
    await with_work(bench)

    await leaves(bench)

    (text,) = [one for one in await told(bench) if one.startswith("Dev Rao's account")]
    lines = text.splitlines()
    turns = lines.pop(4)
    assert turns.startswith("Cover is asked for their turns: Tue 17 Nov 09:00 to 17:00, duty officer; Thu 19 Nov 17:00 to ")
    assert turns.count("duty officer") == len(await bench.all(schema.cover_request)) == 5
    assert lines == [
        "Dev Rao's account in the chat was closed.",
        "Back in the queue: M-1",
        "Asleep still, and nobody's now: M-2",
        "Offers to them that went back: M-3",
        "The settings still name them, for an administrator to change: duty.officers",
        "What else they leave: leaver <@U0DEV>",
    ]


async def test_told_twice_it_is_done_once(bench: Bench) -> None:
    bench.desk.house = house(plan=Plan((DAILY,)), named_in={"duty.officers": (DEV,)})
    await with_work(bench)
    await leaves(bench)
    before = await bench.at_rest()

    assert await leaves(bench) is False

    assert await bench.at_rest() == before


async def test_one_who_had_nothing_leaves_without_a_word(bench: Bench) -> None:
    before = await bench.at_rest()

    assert await leaves(bench, "U0TAM") is False

    assert await bench.at_rest() == before


async def test_a_draft_is_kept_for_whoever_takes_it_up(bench: Bench) -> None:
    await with_work(bench)
    await bench.desk.keep_draft(await bench.mention(), DEV, Written("The crew comes at six."))

    await leaves(bench)

    (draft,) = await bench.all(schema.reply)
    assert (draft["state"], draft["text"]) == ("draft", "The crew comes at six.")


async def test_later_turns_come_up_as_their_time_does(bench: Bench) -> None:
    bench.desk.house = house(plan=Plan((DAILY,)))
    await leaves(bench)
    first = len(await bench.all(schema.cover_request))

    bench.clock.advance(days=3)
    assert await leaves(bench) is True

    assert len(await bench.all(schema.cover_request)) == first + 1


async def test_a_turn_of_six_weeks_keeps_nothing_else_from_being_put_back(bench: Bench) -> None:
    bench.desk.house = house(plan=Plan((replace(DAILY, unit=Unit.WEEKS, count=6),)))
    await with_work(bench)

    assert await leaves(bench)

    (wanted,) = await bench.all(schema.cover_request)
    assert (await bench.mention()).owner is None
    assert wanted["end_at"] - bench.clock.now() > timedelta(days=31)


async def test_the_turn_somebody_holds_on_to_for_one_who_left_is_asked_for_and_the_leads_know_who_stays(
    bench: Bench,
) -> None:
    bench.desk.house = house(plan=Plan((DAILY,)))
    await with_work(bench)
    loop = Shifts(bench.desk)
    await loop.once()
    for hours in (7.5, 0.6):
        bench.clock.advance(hours=hours)
        await loop.once()

    await leaves(bench, FARAH)
    await leaves(bench, FARAH)
    bench.clock.advance(hours=1)
    await loop.once()

    (wanted,) = [row for row in await bench.all(schema.cover_request) if row["start_at"] < bench.clock.now()]
    about = [text for text in await told(bench) if "Dev Rao" in text and "Farah Ali" in text]
    assert (wanted["person"], await on_duty(bench)) == (FARAH, (DEV,))
    assert len(about) == 1
    assert about[0].startswith("Farah Ali has left without accepting the handover from Dev Rao, who is still on duty")


async def test_who_has_left_keeps_no_duty_until_a_hand_off_is_accepted(bench: Bench) -> None:
    bench.desk.house = house(plan=Plan((DAILY,)))
    loop = Shifts(bench.desk)
    for minutes in (0, 450, 30):
        bench.clock.advance(minutes=minutes)
        await loop.once()

    await leaves(bench)

    now = bench.clock.now()
    assert (await bench.db.read(rota.snapshot, bench.house, now)).on_duty(DutyRole.DUTY, now) == (FARAH,)


def looking(bench: Bench, chat: Roll) -> Departures:
    """The loop, before a chat."""
    chats: dict[str, Any] = {"wall": chat}
    bench.desk.chats = chats
    return Departures(bench.desk)


async def test_who_left_unsaid_is_noticed_by_looking_everybody_up(bench: Bench) -> None:
    await with_work(bench)
    chat = Roll(FARAH, PRIYA, MORAG)

    assert await looking(bench, chat).once() == 1

    assert chat.asked == [DEV, FARAH, MORAG, PRIYA]
    assert (await bench.mention()).owner is None
    assert (await bench.mention("M-3")).owner == PRIYA


@pytest.mark.parametrize("chat", [Roll(), Roll(DEV, FARAH, PRIYA, MORAG)], ids=["the wrong workspace", "all there"])
async def test_when_nobody_or_everybody_is_known_nobody_has_left(bench: Bench, chat: Roll) -> None:
    await with_work(bench)

    assert await looking(bench, chat).once() == 0

    assert (await bench.mention()).owner == DEV


async def test_an_outage_makes_nobody_leave(bench: Bench) -> None:
    await with_work(bench)
    chat = Roll(FARAH, MORAG, PRIYA)
    chat.unanswered = {DEV}

    assert await looking(bench, chat).once() == 0

    assert (await bench.mention()).owner == DEV


async def test_an_account_that_is_closed_is_believed_though_it_is_the_only_one_looked_up(bench: Bench) -> None:
    bench.desk.house = house(officers=(DEV,), leads=())
    await bench.db.write(mentions.meet, DEV, "Dev Rao")
    await bench.arrives()
    await bench.does(Action.CLAIM, by=DEV)
    chat = Roll()
    chat.closed = {DEV}

    assert await looking(bench, chat).once() == 1

    assert (await bench.mention()).owner is None


async def test_where_most_are_unknown_only_accounts_that_are_closed_are_believed(bench: Bench) -> None:
    await with_work(bench)
    chat = Roll(FARAH)
    chat.closed = {DEV}
    await bench.does(Action.RELEASE, by=PRIYA, ref="M-3")
    await bench.arrives(post("p4", by="sue"), post("p5", by="tom"))
    for ref, person in (("M-4", PRIYA), ("M-5", "U0TAM")):
        await bench.does(Action.CLAIM, by=person, ref=ref)

    assert await looking(bench, chat).once() == 1

    assert (await bench.mention()).owner is None
    assert (await bench.mention("M-4")).owner == PRIYA


async def test_who_is_staff_again_counts_again(bench: Bench) -> None:
    bench.desk.house = house(plan=Plan((DAILY,)))
    await with_work(bench)
    await leaves(bench)
    assert DEV not in await on_duty(bench)

    await looking(bench, Roll(DEV, FARAH, PRIYA, MORAG)).once()

    assert await on_duty(bench) == (DEV,)


async def test_somebody_named_by_a_policy_only_is_looked_up_too(bench: Bench) -> None:
    bench.desk.house = house(policies=(Policy("nights", (Rung("U0TAM", timedelta(minutes=10)),)),))

    assert "U0TAM" in await bench.db.read(departed.to_look_up, bench.house, bench.clock.now())


async def on_duty(bench: Bench) -> tuple[str, ...]:
    """Who is the duty officer now."""
    now = bench.clock.now()
    return (await bench.db.read(rota.snapshot, bench.house, now)).on_duty(DutyRole.DUTY, now)
