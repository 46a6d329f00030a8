"""What could leave a mention in silence, or a person in noise: each of these once did."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.card import Notice
from bot.duty.rota import DutyRole, Plan
from bot.errors import NotAllowed, OutsideError, Refused, SignInAgain, Unsure
from bot.mention import Action, State
from bot.ports import MessageRef
from bot.store import schema
from tests.bot.council import Bench, account, house, post
from tests.bot.engine.fakes import Wall
from tests.bot.engine.night import DEV, FARAH, MORAG, PRIYA, TAM, Night, ladder, plan, rotation

pytestmark = pytest.mark.slow  # hours of virtual time on both databases

ONE_DUTY = plan(rotation(DutyRole.DUTY, DEV))
NIA = "U0NIA"


class Away(Wall):
    """A chat that takes nothing from us while it has some trouble, or nothing for some people."""

    def __init__(self, trouble: OutsideError, *people: str) -> None:
        super().__init__()
        self.trouble: OutsideError | None = trouble
        self.people = people

    async def tell(self, staff: str, notice: Notice, key: str) -> MessageRef:
        """To anybody the trouble is not about."""
        if self.trouble and (not self.people or staff in self.people):
            raise self.trouble
        return await super().tell(staff, notice, key)


def away(night: Night, trouble: OutsideError, *people: str) -> Away:
    """From now on the chat has this trouble."""
    wall = Away(trouble, *people)
    night.wall = night.bench.desk.chats["wall"] = wall
    return wall


def posted(night: Night, channel: str) -> list[str]:
    """What a channel was told besides cards."""
    return [what.plain for where, what, _ in night.wall.posts if where == channel and isinstance(what, Notice)]


# --- saying that one looks ---------------------------------------------------------------------------------------


async def test_saying_so_puts_pings_off_once_and_again_only_when_somebody_was_pinged_since(either: Bench) -> None:
    night = Night(either)
    await either.arrives()
    await night.goes_by(minutes=60)
    due = []
    for wait in (0, 55, 60):
        told = await night.goes_by(minutes=wait)
        await either.does(Action.ACKNOWLEDGE, FARAH)
        due.append((told, await either.due_at()))

    now, hour = either.clock.now(), timedelta(hours=1)
    assert due == [([], now - hour + timedelta(minutes=5)), ([], due[0][1]), ([PRIYA], now + hour)]


async def test_an_owner_who_is_still_on_it_again_and_again_keeps_it_and_others_are_asked_beside_them(bench: Bench) -> None:
    night = Night(bench)
    await bench.arrives()
    await bench.does(Action.CLAIM, TAM)
    told = []
    for _ in range(2):
        told.append(await night.goes_by(minutes=60))
        await bench.does(Action.ACKNOWLEDGE, TAM)

    assert [*told, await night.goes_by(minutes=10), await night.goes_by(minutes=10)] == [[TAM], [TAM], [FARAH], [PRIYA]]
    assert (await bench.mention()).owner == TAM


async def test_what_sleeps_cannot_be_acknowledged_for_its_waking_would_move(bench: Bench) -> None:
    await bench.arrives()
    until = bench.clock.now() + timedelta(minutes=5)
    await bench.does(Action.SNOOZE, until=until, note="soon")

    with pytest.raises(NotAllowed, match="M-1 sleeps until 17 Nov at 09:05, so nobody is pinged about it"):
        await bench.does(Action.ACKNOWLEDGE, FARAH)

    assert await bench.due_at() == until


# --- who is on a ladder ------------------------------------------------------------------------------------------


async def test_a_held_message_is_for_the_leads_of_today_and_no_secret_of_those_before(either: Bench) -> None:
    night = Night(either, accounts={"website": account(private_channel="")}, leads=(MORAG,))
    await either.arrives(post("p1", private=True))
    before = [one for one in await night.goes_by(minutes=60) if one == MORAG]

    either.desk.house = replace(either.house, leads=(NIA,))

    assert (before[:1], await night.goes_by(minutes=10)) == ([MORAG], [NIA])
    mention = await either.mention()
    assert [await either.desk.concerns(mention, one) for one in (MORAG, NIA)] == [False, True]


async def test_without_a_policy_the_officers_of_today_are_pinged(either: Bench) -> None:
    night = Night(either, plan=Plan(), officers=(DEV, FARAH))
    await either.arrives()
    first = await night.goes_by(minutes=60)

    either.desk.house = replace(either.house, officers=(TAM,))

    assert [first, *[await night.goes_by(minutes=10) for _ in range(2)]] == [[DEV], [TAM], ["mentions"]]


@pytest.mark.parametrize(("leads", "told"), [((MORAG,), "U0MORAG"), ((), "mentions")])
async def test_when_the_chat_would_tell_nobody_a_lead_hears_which_waits_else_a_channel(
    bench: Bench, leads: tuple[str, ...], told: str
) -> None:
    night = Night(bench, policies=(ladder("U0NONE", "U0GONE", repeat=1),), leads=leads)
    away(night, Refused("there is no such person."), "U0NONE", "U0GONE")
    await bench.arrives()
    bench.clock.advance(minutes=60)
    for _ in range(8):
        await night.looks()

    assert [
        one
        for one in (*night.said_to(told), *posted(night, told))
        if one.startswith("M-1 waits, and nobody who should be pinged about it could be asked")
    ]
    assert len(await night.pings()) == 2
    assert await bench.due_at() == bench.clock.now() + timedelta(minutes=10)


async def test_a_held_message_nobody_can_be_asked_about_is_known_by_its_number_in_a_channel(bench: Bench) -> None:
    night = Night(bench)
    bench.desk.house = house(account(private_channel=""), officers=(), leads=(), lead_groups=True)
    await bench.arrives(post("p1", private=True))

    await night.goes_by(hours=1)

    assert any(one.startswith("M-1 waits, and nobody") for one in posted(night, "mentions"))


async def test_a_policy_without_the_owner_asks_them_first_all_the_same_and_puts_a_cold_claim_back(bench: Bench) -> None:
    night = Night(bench, policies=(ladder("duty", "lead"),))
    await bench.arrives()
    await bench.does(Action.CLAIM, TAM)

    told = [await night.goes_by(minutes=wait) for wait in (60, 10)]

    assert told == [[TAM], [FARAH]]
    assert (await bench.mention()).state is State.NEW


async def test_a_policy_without_a_lead_or_a_channel_ends_with_the_leads_where_a_message_is_private(bench: Bench) -> None:
    night = Night(bench, policies=(ladder("duty"),))
    await bench.arrives(post("p1", private=True))

    assert [await night.goes_by(minutes=wait) for wait in (60, 10)] == [[FARAH], [MORAG]]


async def test_a_duty_officer_who_owns_it_is_not_nobody(bench: Bench) -> None:
    night = Night(bench, plan=ONE_DUTY, policies=(ladder("duty", "channel"),))
    await bench.arrives()
    await bench.does(Action.CLAIM, DEV)
    for _ in range(2):
        await night.goes_by(minutes=60)
        await bench.does(Action.ACKNOWLEDGE, DEV)

    assert await night.goes_by(minutes=10) == ["mentions"]
    assert not [said for said in night.said_to(MORAG) if said.startswith("Nobody is on duty")]


# --- not available -----------------------------------------------------------------------------------------------


async def test_one_who_is_not_available_is_not_asked_again_as_somebody_else(bench: Bench) -> None:
    night = Night(bench, plan=plan(rotation(DutyRole.DUTY, DEV), rotation(DutyRole.BACKUP, DEV)))
    await bench.arrives()
    await night.goes_by(minutes=60)

    passed = await bench.desk.pass_on("M-1", DEV, "k1")

    assert passed.names == (MORAG,)


async def test_when_all_are_not_available_they_are_asked_again_after_the_last_wait_and_not_at_once(either: Bench) -> None:
    night = Night(either, policies=(ladder("duty", "lead", repeat=2),))
    await either.arrives()
    await night.goes_by(minutes=60)

    passed = [await either.desk.pass_on("M-1", person, person) for person in (FARAH, MORAG)]

    assert [(one.names, one.is_last) for one in passed] == [((MORAG,), False), ((), True)]
    assert [await night.goes_by(minutes=wait) for wait in (0, 9, 1)] == [[], [], [FARAH]]
    told = f"{MORAG} is not available for M-1, and nobody else is left to ask"
    assert any(one.startswith(told) for one in posted(night, "mentions"))


# --- an outage ---------------------------------------------------------------------------------------------------


async def test_after_an_outage_each_person_is_pinged_once_about_a_mention_however_often_it_was_tried(either: Bench) -> None:
    night = Night(either, policies=(ladder("duty", repeat=9),))
    wall = away(night, Unsure("no answer came"))
    await either.arrives()
    for wait in (60, 10, 10, 10):
        assert await night.goes_by(minutes=wait) == []

    wall.trouble = None
    await night.passes(minutes=6, every=30)

    assert [said.partition(" has")[0] for said in night.said_to(FARAH)] == ["M-1"]
    assert [answer for _, _, answer in await night.pings()] == ["over", "over", "over", None]


async def test_pings_that_were_held_up_do_not_come_all_at_once(bench: Bench) -> None:
    night = Night(bench, plan=ONE_DUTY, policies=(ladder("duty"),))
    wall = away(night, Unsure("no answer came"))
    for group in range(3):
        await bench.arrives(*(post(f"p{group}-{n}", by=f"a{group}-{n}") for n in range(5)))
        await night.goes_by(minutes=20)
    for _ in range(3):
        await night.goes_by(minutes=20)

    wall.trouble = None
    await night.passes(minutes=10, every=10)

    said = night.said_to(DEV)
    assert len([one for one in said if one.startswith("M-")]) == 5
    assert sum(int(one.split()[0]) for one in said if "more mentions wait" in one) == 10


@pytest.mark.parametrize("trouble", [Unsure("no answer came"), SignInAgain("the token is not accepted")])
async def test_an_outage_takes_no_claim_away_before_its_owner_could_answer(either: Bench, trouble: OutsideError) -> None:
    night = Night(either)
    wall = away(night, trouble)
    await either.arrives()
    await either.does(Action.CLAIM, TAM)
    for wait in (60, 1, 10):
        await night.goes_by(minutes=wait)
    wall.trouble = None
    await night.passes(minutes=6, every=30)

    kept = (await either.mention()).owner
    for wait in (10, 10):
        await night.goes_by(minutes=wait)

    assert (kept, (await either.mention()).owner) == (TAM, None)
    assert len([one for one in night.said_to(TAM) if "Still on it?" in one]) == 1


async def test_when_no_token_is_accepted_nobody_is_asked_sooner_in_the_place_of_another(bench: Bench) -> None:
    night = Night(bench)
    away(night, SignInAgain("the token is not accepted"))
    await bench.arrives()
    await night.goes_by(minutes=60)
    await night.looks()

    assert [person for person, _, _ in await night.pings()] == [FARAH]


async def test_an_owner_whom_the_chat_will_not_tell_is_not_waited_for(bench: Bench) -> None:
    night = Night(bench)
    away(night, Refused("there is no such person."), TAM)
    await bench.arrives()
    await bench.does(Action.CLAIM, TAM)

    await night.goes_by(minutes=60)
    await night.looks()

    assert (await bench.mention()).owner is None


# --- danger ------------------------------------------------------------------------------------------------------


async def test_what_is_raised_to_danger_among_many_has_a_message_of_its_own(either: Bench) -> None:
    night = Night(either, plan=ONE_DUTY)
    await either.arrives(*(post(f"p{n}", by=f"a{n}") for n in range(9)))
    await night.goes_by(minutes=60)
    await night.passes(seconds=30)

    await either.does(Action.PRIORITY, priority="P0", note="fire", ref="M-9")
    await night.looks()

    assert night.said_to(DEV)[-1].startswith("M-9 has waited")
    assert not await either.all(schema.ping, schema.ping.c.number == 9, schema.ping.c.bundle.is_not(None))
