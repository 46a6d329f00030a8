"""What people complain of in other systems, each as a test that it does not happen here; the numbers are their threads'."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.duty.rota import DutyRole, Override, Rota
from bot.engine.escalate import Escalate
from bot.errors import NotAllowed, TryLater
from bot.mention import SYSTEM, Action, State
from bot.store import schema
from bot.store.duty import pinging, rota
from bot.times.week import Week
from tests.bot.council import Bench, post
from tests.bot.engine.fakes import Wall
from tests.bot.engine.night import DEV, FARAH, MORAG, PRIYA, TAM, Night, ladder, plan, rotation

pytestmark = pytest.mark.slow

QUIET = ladder("duty", "backup", "channel", quiet=Week.read("mon-sun 22:00-07:00"))


@pytest.mark.parametrize("minutes", [1, 20, 61])
async def test_an_escalation_goes_on_after_a_quiet_window_also_when_nothing_ran_at_its_end(
    bench: Bench, minutes: int
) -> None:
    """Grafana OnCall 1206: raised at six, it never went on at nine; the workers had been restarted in between."""
    night = Night(bench, policies=(QUIET,))
    bench.clock.advance(hours=11, minutes=55)
    await bench.arrives()
    first = await night.goes_by(hours=1)
    await night.goes_by(minutes=10)

    after = [await night.goes_by(hours=8, minutes=55 + minutes), await night.goes_by(minutes=10)]

    assert first == [FARAH]
    assert after == [[PRIYA], ["mentions"]]


@pytest.mark.parametrize("action", [Action.ACKNOWLEDGE, Action.CLAIM, Action.REPLY])
async def test_no_ping_comes_after_somebody_said_that_they_are_on_it(bench: Bench, action: Action) -> None:
    """Grafana OnCall 4760 and 4654: pages went on after they had been acknowledged."""
    night = Night(bench)
    await bench.arrives()
    await night.goes_by(minutes=60)
    bench.clock.advance(minutes=10)
    await night.escalates()

    await bench.does(action, FARAH, text="Thursday.")
    await night.delivers()

    assert PRIYA not in [who for who, _ in night.wall.told]
    assert await night.goes_by(minutes=59) == []


async def test_a_wait_is_kept_though_another_ping_cannot_be_said(bench: Bench) -> None:
    """Grafana OnCall 1931 and 1503: the wait was skipped, or somebody was not paged, because another page had failed."""

    class Moody(Wall):
        async def tell(self, staff, notice, key):  # type: ignore[no-untyped-def]
            if staff == DEV:
                raise TryLater("busy", timedelta(minutes=30))
            return await super().tell(staff, notice, key)

    both = plan(rotation(DutyRole.BACKUP, PRIYA))
    night = Night(bench, plan=both, policies=(ladder("duty", "backup"),))
    night.wall = bench.desk.chats["wall"] = Moody()  # type: ignore[assignment]
    await bench.arrives()

    assert await night.goes_by(minutes=60) == [FARAH]
    assert await night.goes_by(minutes=9) == []
    assert await night.goes_by(minutes=1) == [PRIYA]


async def test_an_acknowledgement_that_comes_after_the_end_opens_nothing_again(bench: Bench) -> None:
    """Grafana OnCall 3161: an acknowledgement raced with the resolution and reopened it."""
    night = Night(bench)
    await bench.arrives()
    await night.goes_by(minutes=60)
    old_news = await bench.mention()
    await bench.does(Action.CLOSE, MORAG, note="praise")

    with pytest.raises(NotAllowed, match="M-1 is closed"):
        await bench.does(Action.ACKNOWLEDGE, FARAH, ref=old_news)

    assert ((await bench.mention()).state, await bench.due_at()) == (State.CLOSED, None)


async def test_an_end_that_comes_after_an_acknowledgement_stands(bench: Bench) -> None:
    """The same the other way round."""
    night = Night(bench)
    await bench.arrives()
    await night.goes_by(minutes=60)
    old_news = await bench.mention()
    await bench.does(Action.ACKNOWLEDGE, FARAH, ref=old_news)

    await bench.does(Action.CLOSE, MORAG, note="praise", ref=old_news)

    assert ((await bench.mention()).state, await bench.due_at()) == (State.CLOSED, None)


async def test_who_is_shown_on_duty_is_who_is_pinged(bench: Bench) -> None:
    """OneUptime 3411 and 2086, GoAlert 4362, Grafana OnCall 3096: an override was shown but not routed, or the reverse."""
    night = Night(bench)
    start, end = bench.clock.now(), bench.clock.now() + timedelta(hours=4)
    cover = Override("o1", DutyRole.DUTY, TAM, start, end, "the dentist", MORAG)
    await bench.db.write(rota.add_override, cover, house=bench.house, now=start)
    await bench.arrives()

    shown: Rota = await bench.desk.rota()
    told = await night.goes_by(minutes=60)

    assert shown.on_duty(DutyRole.DUTY, bench.clock.now()) == (TAM,)
    assert TAM in told
    assert FARAH not in [person for person, _, _ in await night.pings()]


async def test_no_ping_is_lost_when_everything_stops_between_two_steps(bench: Bench) -> None:
    """Grafana OnCall's chain of tasks: a crash between commit and publish ended the escalation without a word."""
    night = Night(bench)
    await bench.arrives()
    bench.clock.advance(minutes=60)
    await bench.db.write(pinging.ping_due, bench.house, bench.clock.now())

    told = await Night(bench).goes_by(seconds=1)

    assert told == [FARAH]
    assert night.wall.told == []


async def test_nothing_is_dropped_when_a_person_gets_too_much(bench: Bench) -> None:
    """Iris: "dropping this message on floor"; Grafana OnCall: a rate-limited message is skipped."""
    night = Night(bench, plan=plan(rotation(DutyRole.DUTY, DEV)))
    await bench.arrives(*(post(f"p{n}", by=f"a{n}") for n in range(40)))
    await night.goes_by(minutes=60)
    await night.passes(seconds=30)

    said = night.said_to(DEV)

    assert len(said) == 6
    assert any(one.startswith("35 more mentions wait") for one in said)


# --- the clock ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(hours=-1), timedelta(hours=2), timedelta(days=2)])
async def test_whatever_the_clock_does_no_ping_is_lost_and_each_escalation_catches_up_once(
    bench: Bench, jump: timedelta
) -> None:
    """A clock set an hour on or back, a laptop that slept for two."""
    night = Night(bench, plan=plan(rotation(DutyRole.DUTY, DEV)), policies=(ladder("duty", TAM, "channel"),))
    await bench.arrives(post("p1", by="lou"), post("p2", by="ann"))
    first = await night.goes_by(minutes=60)
    bench.clock.advance(jump)

    at_once = await night.looks()
    later = await night.goes_by(minutes=10 if jump > timedelta(0) else 70)

    assert first == [DEV] * 2
    assert at_once == ([TAM] * 2 if jump > timedelta(0) else [])
    assert later == (["mentions"] * 2 if jump > timedelta(0) else [TAM] * 2)


# --- much at once, and one that is broken ------------------------------------------------------------------------


async def test_one_that_is_broken_holds_up_none_of_the_hundreds_due_with_it(either: Bench) -> None:
    night = Night(either, plan=plan(rotation(DutyRole.DUTY, DEV)))
    await either.arrives(*(post(f"p{n}", by=f"a{n}") for n in range(30)))
    c = schema.escalation.c
    broken = update(schema.escalation).where(c.number == 7).values(policy={"name": "not a policy"})
    await either.db.write(lambda conn: conn.execute(broken))

    either.clock.advance(minutes=60)
    await night.escalates()

    pinged = {row["number"] for row in await either.all(schema.ping)}
    assert pinged == {*range(1, 31)} - {7}
    assert await either.due_at(7) == either.clock.now() + pinging.AFTER_BREAK
    assert (await either.verdict()).startswith("ok")


async def test_what_is_climbed_together_is_on_the_record_as_what_is_climbed_alone(bench: Bench) -> None:
    night = Night(bench, plan=plan(rotation(DutyRole.BACKUP, TAM)), policies=(ladder("owner", "duty"),))
    await bench.arrives(*(post(f"p{n}", by=f"a{n}") for n in range(4)))
    await bench.does(Action.CLAIM, PRIYA, ref="M-2")
    bench.clock.advance(minutes=60)
    await night.escalates()

    told = {number: [event["changes"] for event in await bench.desk.events(f"M-{number}")][-1] for number in (1, 2)}

    assert told[1]["pinged"] == FARAH  # the second of the two on duty
    assert (told[2]["pinged"], told[2]["role"], "asked_at" in told[2]) == (PRIYA, "owner", True)
    assert (await bench.mention("M-1")).version == 3
    assert (await bench.verdict()).startswith("ok")


async def test_two_copies_that_climb_the_same_ladder_ask_nobody_twice(either: Bench) -> None:
    night = Night(either)
    await either.arrives()
    either.clock.advance(minutes=60)
    await night.escalates()
    c = schema.escalation.c
    back = update(schema.escalation).where(c.number == 1).values(due_at=either.clock.now(), step=0)
    await either.db.write(lambda conn: conn.execute(back))  # as a copy sees it that read before the other wrote

    await Escalate(either.desk).once()
    await night.delivers()

    assert [who for who, _ in night.wall.told] == [FARAH]
    assert len(await either.all(schema.ping)) == 1


async def test_what_wakes_and_what_is_pinged_about_may_be_due_together(bench: Bench) -> None:
    night = Night(bench)
    await bench.arrives(post("p1", by="lou"), post("p2", by="ann"))
    await bench.does(Action.SNOOZE, until=bench.clock.now() + timedelta(hours=1), note="later")

    assert await night.goes_by(minutes=60) == [FARAH]
    assert await bench.actions("M-1") == ["received", "snooze", "wake"]
    assert [event["actor"] for event in await bench.desk.events("M-1")][-1] == SYSTEM
