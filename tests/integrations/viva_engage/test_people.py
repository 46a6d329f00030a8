"""Who somebody is: by their number and e-mail, never by a name, and nobody who belongs elsewhere."""

from dataclasses import dataclass, field

import pytest
from structlog.testing import capture_logs

from bot.clock import MovableClock
from bot.command import Role
from bot.errors import NotYours, OutsideError
from bot.ports import Known
from bot.settings import CoreSettings
from integrations.sandbox.engage_server import NEXT_DOOR, Community, StandInEngage, Trouble
from integrations.viva_engage.client import Engage
from integrations.viva_engage.people import People
from tests.integrations.viva_engage.hearing import Keeps


@dataclass
class Settings:
    """Settings in which Priya is known by her id in another chat."""

    people: list[dict[str, str]] = field(default_factory=lambda: [{"id": "U0PRIYA", "email": "Priya@Harrowmere.gov.uk"}])
    more: dict[str, object] = field(default_factory=dict)
    memory: Keeps = field(default_factory=Keeps)

    def __call__(self, engage: Engage, clock: MovableClock, *, others: bool = True) -> People:
        core = CoreSettings(people=self.people, **{"roles": {"lead": ("U0PRIYA",)}} | self.more)  # type: ignore[arg-type]
        return People(engage, core, clock, others=others, memory=self.memory)


async def test_an_email_in_the_settings_makes_one_person_of_two_chats(
    there: StandInEngage, engage: Engage, clock: MovableClock
) -> None:
    people, priya = Settings()(engage, clock), there.person("priya")

    staff = await people.who_sent(priya.id)

    assert (staff.id, staff.name, staff.roles) == ("U0PRIYA", "Priya Shah", {Role.LEAD})
    assert (await people.person("U0PRIYA")) == staff
    assert await people.user_id("U0PRIYA") == people.known_id("U0PRIYA") == priya.id


async def test_whoever_is_not_in_them_is_staff_only_where_this_is_the_only_chat(
    there: StandInEngage, engage: Engage, clock: MovableClock
) -> None:
    dev = there.person("dev")

    with pytest.raises(NotYours, match=r"e-mail address .* \[\[people\]\].*Please ask Priya Shah"):
        await Settings()(engage, clock).who_sent(dev.id)
    alone = Settings()(engage, clock, others=False)

    assert (await alone.who_sent(dev.id)).id == str(dev.id)
    assert alone.known_id(str(dev.id)) == dev.id
    assert alone.reaches(str(dev.id))
    assert not Settings()(engage, clock).reaches(str(dev.id))


@pytest.mark.parametrize("more", [{"network": NEXT_DOOR}, {"state": "suspended"}])
async def test_a_guest_with_a_leads_name_and_email_and_one_who_has_left_are_nobody(
    there: StandInEngage, engage: Engage, clock: MovableClock, more: dict[str, object]
) -> None:
    there.person("priya").who.email = "elsewhere@harrowmere.gov.uk"
    posing = there.add_person("posing", "Priya Shah", email="priya@harrowmere.gov.uk", **more)

    for others in (True, False):
        with pytest.raises(NotYours):
            await Settings()(engage, clock, others=others).who_sent(posing.id)


async def test_of_two_active_users_with_one_email_neither_is_staff(
    there: StandInEngage, engage: Engage, clock: MovableClock
) -> None:
    second = there.add_person("second", "Mal Ory", email="priya@harrowmere.gov.uk")

    for others in (True, False):
        people = Settings()(engage, clock, others=others)
        for user in (there.person("priya").id, second.id):
            with pytest.raises(NotYours, match="More than one account"):
                await people.who_sent(user)
    there.deactivate("second")
    clock.advance(minutes=6)

    assert (await people.who_sent(there.person("priya").id)).id == "U0PRIYA"


async def test_where_people_are_known_by_email_nobody_is_without_one(
    there: StandInEngage, engage: Engage, clock: MovableClock
) -> None:
    people, dev = Settings()(engage, clock, others=False), there.person("dev")
    address, dev.who.email = dev.who.email, ""

    with pytest.raises(NotYours, match="no e-mail address for you just now"):
        await people.who_sent(dev.id)
    dev.who.email = address

    assert (await people.who_sent(dev.id)).id == str(dev.id)


async def test_another_email_makes_nobody_of_staff_somebody_else_also_after_a_restart(
    there: StandInEngage, engage: Engage, clock: MovableClock
) -> None:
    settings, priya = Settings(), there.person("priya")
    known_as = settings(engage, clock, others=False)
    assert (await known_as.who_sent(priya.id)).id == "U0PRIYA"
    priya.who.email = "priya.new@harrowmere.gov.uk"
    clock.advance(minutes=6)

    with capture_logs() as logs:
        for people in (known_as, settings(engage, clock, others=False)):
            with pytest.raises(NotYours, match=r"another e-mail address .* \[\[people\]\]"):
                await people.who_sent(priya.id)
    settings.people = [{"id": "U0PRIYA", "email": "priya.new@harrowmere.gov.uk"}]

    assert {line["log_level"] for line in logs} == {"warning"}
    assert not any(word in str(logs) for word in ("Priya Shah", "harrowmere"))
    assert (await settings(engage, clock, others=False).who_sent(priya.id)).id == "U0PRIYA"


async def test_whoever_gets_an_entry_in_the_settings_is_known_by_it_from_then_on(
    there: StandInEngage, engage: Engage, clock: MovableClock
) -> None:
    settings, dev = Settings(), there.person("dev")
    assert (await settings(engage, clock, others=False).who_sent(dev.id)).id == str(dev.id)
    settings.people = [*settings.people, {"id": "U0DEV", "email": "dev@harrowmere.gov.uk"}]

    assert (await settings(engage, clock, others=False).who_sent(dev.id)).id == "U0DEV"


async def test_an_email_that_stands_with_two_ids_is_nobodys(
    there: StandInEngage, engage: Engage, clock: MovableClock
) -> None:
    twice = Settings(people=[{"id": one, "email": "priya@harrowmere.gov.uk"} for one in ("U0PRIYA", "U0TWO")])

    for others in (True, False):
        with pytest.raises(NotYours):
            await twice(engage, clock, others=others).who_sent(there.person("priya").id)


async def test_a_number_that_the_settings_give_to_somebody_else_is_not_taken_from_them(
    there: StandInEngage, engage: Engage, clock: MovableClock
) -> None:
    dev = there.person("dev")
    people = Settings(people=[{"id": str(dev.id), "email": "priya@harrowmere.gov.uk"}])(engage, clock, others=False)

    with pytest.raises(NotYours):
        await people.who_sent(dev.id)
    assert (await people.who_sent(there.person("priya").id)).id == str(dev.id)


async def test_the_service_user_itself_asks_nothing(there: StandInEngage, engage: Engage, clock: MovableClock) -> None:
    with pytest.raises(NotYours):
        await Settings()(engage, clock, others=False).who_sent(there.service.id)


async def test_what_takes_away_is_held_where_a_group_cannot_be_looked_up(
    there: StandInEngage, engage: Engage, clock: MovableClock
) -> None:
    people = Settings(more={"roles": {"trainee": ("S0TRAINEES",), "approver": ("S0APPROVERS",)}})(engage, clock)

    assert (await people.who_sent(there.person("priya").id)).roles == {Role.TRAINEE}


async def test_only_a_clear_answer_says_that_somebody_has_left(
    there: StandInEngage, engage: Engage, clock: MovableClock
) -> None:
    people = Settings()(engage, clock, others=False)

    assert await people.knows("U0PRIYA") is Known.OPEN
    there.deactivate("priya")
    assert await people.knows("U0PRIYA") is Known.CLOSED
    assert await people.knows("U0SLACKONLY") is Known.UNKNOWN
    assert await people.knows("123") is Known.UNKNOWN
    there.problems.next(Trouble.HTML)
    with pytest.raises(OutsideError):
        await people.knows("U0PRIYA")


async def test_who_is_in_a_community_is_at_most_five_minutes_old(
    there: StandInEngage, engage: Engage, clock: MovableClock, desk_community: Community
) -> None:
    people = Settings()(engage, clock)
    assert await people.is_member(desk_community.id, "U0PRIYA")
    there.person("priya").leaves(desk_community)

    clock.advance(minutes=6)

    assert not await people.is_member(desk_community.id, "U0PRIYA")
    assert not await people.is_member(desk_community.id, "U0NOBODY")
