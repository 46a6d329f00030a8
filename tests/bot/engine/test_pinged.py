"""Whoever is pinged: what they may answer, what ends it, how much reaches one person at once, and the last look before."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.card import Notice
from bot.duty.rota import DutyRole
from bot.errors import OutsideError, Refused, TryLater
from bot.mention import Action
from bot.ports import MessageRef
from bot.store import schema
from bot.store.duty import pings
from bot.store.duty.pings import Asked
from tests.bot.council import Bench, account, post
from tests.bot.engine.fakes import Wall
from tests.bot.engine.night import DEV, FARAH, MORAG, PRIYA, TAM, Night, ladder, plan, rotation

pytestmark = pytest.mark.slow

ONE_DUTY = plan(rotation(DutyRole.DUTY, DEV))


async def arrive(bench: Bench, count: int, **other: object) -> None:
    """So many, each by another author."""
    await bench.arrives(*(post(f"p{n}", by=f"a{n}", **other) for n in range(count)))


# --- answers -----------------------------------------------------------------------------------------------------


async def test_a_ping_is_a_row_that_says_when_it_was_asked_and_said_and_that_nobody_answered_yet(either: Bench) -> None:
    night = Night(either)
    await either.arrives()
    await night.goes_by(minutes=60)

    row = await either.one(schema.ping)

    now = either.clock.now()
    assert (row["kind"], row["number"], row["person"], row["role"], row["rung"]) == ("escalation", 1, FARAH, "duty", 1)
    assert (row["asked_at"], row["said_at"], row["heard_at"], row["answer"], row["bundle"]) == (now, now, None, None, None)
    assert night.buttons() == ["Acknowledge", "Claim", "Show", "I’m Not Available"]


@pytest.mark.parametrize(
    ("action", "by", "answers"),
    [
        (Action.ACKNOWLEDGE, FARAH, ["acknowledged", "over"]),
        (Action.ACKNOWLEDGE, TAM, ["over", "over"]),
        (Action.CLAIM, PRIYA, ["over", "claimed"]),
        (Action.CLOSE, MORAG, ["over", "over"]),
        (Action.ANSWERED, MORAG, ["over", "over"]),
        (Action.REPLY, FARAH, ["claimed", "over"]),
        (Action.SNOOZE, MORAG, ["over", "over"]),
        (Action.NOTE, FARAH, [None, None]),
    ],
)
async def test_what_somebody_does_ends_the_pings_about_it(
    bench: Bench, action: Action, by: str, answers: list[str | None]
) -> None:
    night = Night(bench)
    await bench.arrives()
    for wait in (60, 10):
        await night.goes_by(minutes=wait)

    await bench.does(action, by, note="why", text="Thursday.", until=bench.clock.now() + timedelta(hours=1))

    assert [answer for _, _, answer in await night.pings()] == answers
    assert not [row for row in await bench.all(schema.ping) if row["answer"] and row["next_way_at"]]


async def test_a_ping_about_no_mention_is_answered_once_and_on_the_record(either: Bench) -> None:
    night = Night(either)
    asked = Asked("readiness", None, DEV, "duty", 0, 0, {"text": "You are on at nine.", "buttons": []})
    ping_id = await either.db.write(pings.ask, asked, either.house, either.clock.now())
    await night.delivers()

    first = await either.db.write(pings.heard, ping_id, DEV, "acknowledged", now=either.clock.now())
    again = await either.db.write(pings.heard, ping_id, FARAH, "acknowledged", now=either.clock.now())

    assert (first, again, night.said_to(DEV)) == (True, False, ["You are on at nine."])
    event = (await either.desk.events(f"ping:{ping_id}"))[0]
    assert (event["actor"], event["action"], event["changes"]["answer"]) == (DEV, "heard", "acknowledged")


async def test_whoever_was_pinged_about_a_mention_is_known(bench: Bench) -> None:
    night = Night(bench)
    await bench.arrives()
    await night.goes_by(minutes=60)

    known = [await bench.db.read(pings.was_pinged, 1, person) for person in (FARAH, DEV)]

    assert known == [True, False]
    assert await bench.desk.concerns(await bench.mention(), TAM) is False


# --- not available -----------------------------------------------------------------------------------------------


async def test_one_who_is_not_available_is_not_waited_for(either: Bench) -> None:
    night = Night(either)
    await either.arrives()
    await night.goes_by(minutes=60)

    passed = await either.desk.pass_on("M-1", FARAH, "k1")

    assert (passed.names, passed.is_last) == ((PRIYA,), False)
    assert await night.looks() == [PRIYA]
    assert await night.pings() == [(FARAH, "duty", "not available"), (PRIYA, "backup", None)]
    assert await either.actions() == ["received", "escalate", "unavailable", "escalate"]
    assert (await either.mention()).seen_at is None
    assert (await either.verdict()).startswith("ok")


async def test_the_lead_hears_when_the_last_person_is_not_available(bench: Bench) -> None:
    night = Night(bench, policies=(ladder("duty", "channel"),))
    await bench.arrives()
    await night.goes_by(minutes=60)

    passed = await bench.desk.pass_on("M-1", FARAH, "k1")

    assert (passed.names, passed.is_last) == ((), True)
    assert sorted(await night.looks()) == [MORAG, "mentions"]
    assert night.said_to(MORAG)[0].startswith(f"{FARAH} is not available for M-1, and nobody else is left to ask.")


async def test_while_others_on_the_same_rung_may_still_answer_the_next_is_not_asked(bench: Bench) -> None:
    leads = plan(rotation(DutyRole.BACKUP, TAM))
    night = Night(bench, plan=leads, policies=(ladder("duty", "backup"),))
    await bench.arrives()
    assert sorted(await night.goes_by(minutes=60)) == [DEV, FARAH]

    first = await bench.desk.pass_on("M-1", DEV, "k1")
    second = await bench.desk.pass_on("M-1", FARAH, "k2")

    assert (first.names, first.is_last, second.names) == ((), False, (TAM,))


async def test_one_who_was_not_asked_or_has_answered_changes_nothing(bench: Bench) -> None:
    night = Night(bench)
    await bench.arrives()
    await night.goes_by(minutes=60)
    await bench.does(Action.ACKNOWLEDGE, FARAH)
    before = await bench.at_rest()

    told = [(await bench.desk.pass_on("M-1", person, person)).was_asked for person in (TAM, FARAH)]

    assert told == [False, False]
    assert await bench.at_rest() == before


async def test_pressed_twice_it_is_passed_on_once(bench: Bench) -> None:
    night = Night(bench)
    await bench.arrives()
    await night.goes_by(minutes=60)

    for _ in range(2):
        await bench.desk.pass_on("M-1", FARAH, "the same press")

    assert [person for person, _, _ in await night.pings()] == [FARAH, PRIYA]


# --- not too much at once ----------------------------------------------------------------------------------------


async def test_five_pings_come_one_by_one_and_all_others_in_one_message_that_counts_them(either: Bench) -> None:
    night = Night(either, plan=ONE_DUTY)
    await arrive(either, 28)
    await night.goes_by(minutes=60)
    await night.passes(seconds=30)

    said = night.said_to(DEV)

    refs = "M-6, M-7, M-8, M-9, M-10, M-11, M-12, M-13, M-14, M-15"
    assert len(said) == 6
    assert f"23 more mentions wait: {refs} and 13 more.\nThe oldest has waited 1 h." in said
    assert len([row for row in await either.all(schema.ping) if row["said_at"]]) == 28
    assert [event["changes"].get("bundled") for event in await either.desk.events("M-28")] == [None, "yes"]
    assert (await either.verdict()).startswith("ok")


async def test_danger_has_a_message_of_its_own_however_much_a_person_was_told(bench: Bench) -> None:
    night = Night(bench, plan=ONE_DUTY)
    await arrive(bench, 8)
    await bench.does(Action.PRIORITY, priority="P0", note="smoke", ref="M-8")
    await night.goes_by(minutes=60)
    await night.passes(seconds=30)

    assert any(said.startswith("M-8 has waited") for said in night.said_to(DEV))


async def test_what_is_too_much_later_waits_for_the_next_message_of_many_a_quarter_of_an_hour_on(bench: Bench) -> None:
    night = Night(bench, plan=ONE_DUTY, policies=(ladder("duty"),))
    await arrive(bench, 7)
    bench.clock.advance(minutes=1)
    await bench.arrives(post("later", by="late"))
    await night.goes_by(minutes=59)
    await night.passes(seconds=30)

    soon = await night.goes_by(minutes=1)
    later = await night.goes_by(minutes=15)

    assert (soon, later) == ([], [DEV])
    assert night.said_to(DEV)[-1].startswith("1 more mention waits: M-8.")


async def test_what_is_claimed_before_the_message_of_many_leaves_is_not_counted_in_it(bench: Bench) -> None:
    night = Night(bench, plan=ONE_DUTY)
    await arrive(bench, 8)
    bench.clock.advance(minutes=60)
    await night.escalates()
    for number in (6, 7):
        await bench.does(Action.CLAIM, ref=f"M-{number}")

    await night.passes(seconds=30)

    assert "1 more mention waits: M-8.\nThe oldest has waited 1 h." in night.said_to(DEV)


async def test_a_message_of_many_about_nothing_any_more_is_not_said(bench: Bench) -> None:
    night = Night(bench, plan=ONE_DUTY)
    await arrive(bench, 6)
    bench.clock.advance(minutes=60)
    await night.escalates()
    await bench.does(Action.CLAIM, ref="M-6")

    await night.passes(seconds=30)

    assert len(night.said_to(DEV)) == 5


async def test_a_channel_is_spared_in_the_same_way(bench: Bench) -> None:
    night = Night(bench, policies=(ladder("channel"),))
    await arrive(bench, 9)

    await night.goes_by(minutes=60)
    await night.passes(seconds=30)

    posts = [what.plain for _, what, _ in night.wall.posts if isinstance(what, Notice)]
    assert len(posts) == 6
    assert "4 more mentions wait: M-6, M-7, M-8, M-9.\nThe oldest has waited 1 h." in posts


# --- the last look before it leaves ------------------------------------------------------------------------------


async def test_one_whose_turn_ended_before_the_ping_left_is_not_pinged_and_the_next_turn_is(either: Bench) -> None:
    night = Night(either, policies=(ladder("duty", "backup"),))
    either.clock.advance(hours=22, minutes=59)
    await either.arrives()
    either.clock.advance(minutes=60)
    await night.escalates()

    either.clock.advance(minutes=1)
    await night.delivers()
    told = await night.looks()

    assert told == [DEV]
    assert [(person, answer) for person, _, answer in await night.pings()] == [(FARAH, "over"), (DEV, None)]


async def test_a_ping_answered_just_before_it_leaves_stays_unsaid(bench: Bench) -> None:
    night = Night(bench)
    await bench.arrives()
    bench.clock.advance(minutes=60)
    await night.escalates()
    heard = update(schema.ping).values(heard_at=bench.clock.now(), answer="over")
    await bench.db.write(lambda conn: conn.execute(heard))

    await night.delivers()

    assert night.wall.told == []


NOT_HERE = Refused("there is no such person.")


class WithoutFarah(Wall):
    """A chat that has some trouble with telling her anything."""

    def __init__(self, trouble: OutsideError) -> None:
        super().__init__()
        self.trouble: OutsideError | None = trouble

    async def tell(self, staff: str, notice: Notice, key: str) -> MessageRef:
        """To anybody else."""
        if staff == FARAH and self.trouble:
            raise self.trouble
        return await super().tell(staff, notice, key)


async def test_a_refused_ping_goes_to_the_next_at_once_and_the_leads_hear_once_a_day(either: Bench) -> None:
    night = Night(either)
    night.wall = either.desk.chats["wall"] = WithoutFarah(NOT_HERE)
    await arrive(either, 2)

    told = await night.goes_by(minutes=60) + await night.looks()

    assert sorted(told) == [MORAG, PRIYA, PRIYA]
    assert night.said_to(MORAG)[0].startswith(f"{FARAH} could not be pinged: there is no such person.")
    hers = await either.all(schema.delivery, schema.delivery.c.target == FARAH)
    assert [row["state"] for row in hers] == ["pending"] * 2


async def test_a_message_of_many_that_is_refused_passes_all_of_them_on(bench: Bench) -> None:
    night = Night(bench)
    night.wall = bench.desk.chats["wall"] = WithoutFarah(NOT_HERE)
    await arrive(bench, 7)
    await night.goes_by(minutes=60)
    await night.passes(seconds=30)
    await night.escalates()

    asked = {row["number"] for row in await bench.all(schema.ping, schema.ping.c.person == PRIYA)}

    assert asked == {1, 2, 3, 4, 5, 6, 7}


async def test_a_ping_the_chat_cannot_take_now_keeps_the_wait_of_its_rung(bench: Bench) -> None:
    night = Night(bench)
    night.wall = bench.desk.chats["wall"] = busy = WithoutFarah(TryLater("busy", timedelta(minutes=5)))
    await bench.arrives()
    assert await night.goes_by(minutes=60) == []
    busy.trouble = None

    assert await night.goes_by(minutes=9) == [FARAH]
    assert await night.goes_by(minutes=1) == [PRIYA]


# --- who may read it ---------------------------------------------------------------------------------------------


async def test_a_held_private_message_concerns_the_leads_and_nobody_on_a_ladder(bench: Bench) -> None:
    night = Night(bench, policies=(ladder("duty", "channel"),))
    bench.desk.house = replace(bench.house, accounts={"website": account(private_channel="")})
    await bench.arrives(post("p1", private=True))

    assert await bench.desk.would_be_pinged(await bench.mention()) == (MORAG,)
    assert await night.goes_by(minutes=60) == [MORAG, MORAG]  # that it came, and that it waits
