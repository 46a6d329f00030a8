"""When a right must be answered: dates worked out beforehand, and both ends where calendars disagree."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.housing_rights import own_kind
from bot.rights.calendars import pair
from bot.rights.clock import More, due, end_of, is_working, stood_still
from bot.rights.kinds import NATIONS, RESERVED, Kind, RightRules, Unit, shipped
from bot.settings.rights import OwnClock, RightsSettings
from bot.words.rights import SAID
from handlers.rights_change import DEEDS

LONDON = ZoneInfo("Europe/London")
WANTED = {"foia_20wd", "foisa_20wd", "eir_20wd", "sar_1m", "rights_1m", "dp_complaint_30d", "breach_72h", "lgsco_complaint"}
WANTED |= {"ho_complaint", "spso_complaint", "psow_concern", "nhs_complaint_3wd", "awaabs_24h", "awaabs_10wd"}
WANTED |= {"member_ack_1wd", "member_10wd", "media"}


def at_nine(day: str) -> datetime:
    """That day at nine, where the organisation is."""
    return datetime.fromisoformat(f"{day} 09:00").replace(tzinfo=LONDON)


VECTORS = [
    ("foia_20wd", "england", "2026-10-05", "2026-11-02", "2026-11-02"),
    ("foia_20wd", "england", "2026-12-19", "2027-01-20", "2027-01-21"),  # a Saturday; 4 January is Scotland's
    ("foia_20wd", "england", "2026-03-09", "2026-04-08", "2026-04-09"),  # St Patrick's Day
    ("foia_20wd", "england", "2026-06-22", "2026-07-20", "2026-07-21"),  # the Boyne
    ("foia_20wd", "england", "2026-07-25", "2026-08-21", "2026-08-24"),  # Scotland's summer holiday
    ("foia_20wd", "england", "2026-11-20", "2026-12-18", "2026-12-21"),  # St Andrew's Day
    ("foia_20wd", "wales", "2026-06-01", "2026-06-29", "2026-06-30"),  # Scotland's one-off holiday of 15 June 2026
    ("foia_20wd", "northern-ireland", "2026-03-09", "2026-04-09", "2026-04-09"),  # St Patrick's Day is its own
    ("foisa_20wd", "scotland", "2025-12-01", "2025-12-31", "2025-12-31"),  # St Andrew's substitute day
    ("foisa_20wd", "scotland", "2026-06-01", "2026-06-29", "2026-06-30"),  # whether 15 June counts is disputed
    ("eir_20wd", "england", "2026-10-05", "2026-11-02", "2026-11-02"),
    ("sar_1m", "england", "2026-10-05", "2026-11-05", "2026-11-05"),
    ("sar_1m", "england", "2026-01-31", "2026-03-02", "2026-03-02"),  # 28 February is a Saturday
    ("sar_1m", "england", "2026-11-25", "2026-12-29", "2026-12-29"),  # Christmas Day
    ("sar_1m", "england", "2027-02-28", "2027-03-30", "2027-03-30"),  # Easter
    ("sar_1m", "scotland", "2027-02-28", "2027-03-29", "2027-03-29"),  # Easter Monday is no holiday there
    ("sar_1m", "england", "2028-01-31", "2028-02-29", "2028-02-29"),  # a leap day
    ("dp_complaint_30d", "england", "2026-10-05", "2026-11-04", "2026-11-04"),
    ("dp_complaint_30d", "england", "2026-11-28", "2026-12-29", "2026-12-29"),
    ("awaabs_10wd", "england", "2026-11-03", "2026-11-17", "2026-11-17"),
    ("awaabs_10wd", "england", "2026-12-23", "2027-01-11", "2027-01-11"),
    ("lgsco_complaint", "england", "2026-11-05", "2026-11-19", "2026-11-26"),  # acknowledged that day, or on the fifth
    ("member_10wd", "england", "2026-10-12", "2026-10-26", "2026-10-26"),
    ("member_ack_1wd", "england", "2026-10-09", "2026-10-12", "2026-10-12"),
    ("nhs_complaint_3wd", "england", "2026-10-12", "2026-10-15", "2026-10-15"),
    ("spso_complaint", "scotland", "2026-11-27", "2026-12-07", "2026-12-07"),
]


@pytest.mark.parametrize(("kind", "nation", "received", "earliest", "long_stop"), VECTORS)
def test_each_date_is_the_one_worked_out_by_hand(
    kind: str, nation: str, received: str, earliest: str, long_stop: str
) -> None:
    found = due(shipped()[kind], at_nine(received), LONDON, nation)

    assert (found.due_on, found.last_on) == (date.fromisoformat(earliest), date.fromisoformat(long_stop))
    assert found.differs == (earliest != long_stop)


def test_two_dates_are_explained_by_the_days_that_are_disputed() -> None:
    found = due(shipped()["foia_20wd"], at_nine("2026-12-19"), LONDON)
    beyond = due(shipped()["foia_20wd"], at_nine("2031-12-20"), LONDON)

    assert found.because == ("Mon 4 Jan 2027: 2 January (substitute day), Scotland",)
    assert beyond.because[-1] == "bank holidays are known from 2025 to 2031 only: count this one by hand"


def test_hours_go_by_no_calendar_and_no_change_of_the_clocks() -> None:
    christmas, spring = datetime(2026, 12, 24, 18, tzinfo=UTC), datetime(2026, 3, 28, 12, tzinfo=UTC)

    assert due(shipped()["awaabs_24h"], christmas, LONDON).due_at == datetime(2026, 12, 25, 18, tzinfo=UTC)
    assert due(shipped()["breach_72h"], spring, LONDON).due_at == datetime(2026, 3, 31, 12, tzinfo=UTC)


def test_the_day_it_was_posted_is_that_of_the_organisations_clock() -> None:
    just_after_midnight = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)

    assert due(shipped()["member_ack_1wd"], just_after_midnight, LONDON).due_on == date(2026, 7, 3)


def test_amber_and_red_are_half_and_four_fifths_of_the_working_days() -> None:
    found = due(shipped()["foia_20wd"], at_nine("2026-10-05"), LONDON)

    assert found.amber_at.astimezone(LONDON) == datetime(2026, 10, 20, tzinfo=LONDON)  # ten of twenty are over
    assert found.red_at.astimezone(LONDON) == datetime(2026, 10, 28, tzinfo=LONDON)  # sixteen are
    assert due(shipped()["awaabs_24h"], found.amber_at, LONDON).red_at == found.amber_at + timedelta(hours=24) * 0.8


def test_a_pause_an_extension_and_a_stated_time_move_the_date() -> None:
    eir, sar, media = shipped()["eir_20wd"], shipped()["sar_1m"], shipped()["media"]
    posted = at_nine("2026-10-05")

    assert due(eir, posted, LONDON, more=More(extended=True)).due_on == date(2026, 11, 30)
    assert due(sar, posted, LONDON, more=More(extended=True)).due_on == date(2027, 1, 5)
    assert due(sar, posted, LONDON, more=More(paused=3)).due_on == date(2026, 11, 9)  # 8 November is a Sunday
    assert due(media, posted, LONDON, more=More(stated=at_nine("2026-10-06"))).due_at == at_nine("2026-10-06")
    with pytest.raises(ValueError, match="needs the time"):
        due(media, posted, LONDON)


def test_a_pause_counts_in_the_unit_of_the_clock_from_the_day_after_it_began() -> None:
    friday, tuesday = at_nine("2026-10-09"), at_nine("2026-10-13")

    stood = [
        stood_still(shipped()[kind], friday, tuesday, zone=LONDON, nation="england") for kind in ("foia_20wd", "sar_1m")
    ]

    assert stood == [2, 4]


def test_every_kind_that_a_mention_starts_is_there_with_its_source_and_each_nation_has_no_label_twice() -> None:
    assert set(shipped()) >= WANTED
    assert all(one.source and one.name for one in shipped().values())
    for nation in NATIONS:
        labels = [one.label for one in RightRules(nation).offered]
        assert len(labels) == len(set(labels))
    assert RightRules("scotland").called("FOI") == shipped()["foisa_20wd"]
    assert RightRules("wales").called("foi") == shipped()["foia_20wd"]


def test_a_clock_of_ones_own_is_counted_like_any_other() -> None:
    petition = own_kind(OwnClock(label="petition", name="Petition", working_days=5))
    charter = own_kind(OwnClock(label="charter", name="Charter", hours=4))

    assert due(petition, at_nine("2026-12-24"), LONDON).due_on == date(2027, 1, 5)
    assert due(charter, at_nine("2026-12-24"), LONDON).due_at == at_nine("2026-12-24") + timedelta(hours=4)
    assert RightRules(own=(petition,)).called("petition") == petition
    with pytest.raises(ValueError, match="set one of"):
        OwnClock(label="charter", name="Charter", hours=4, days=1)


BY_DAY = [one for one in shipped().values() if not one.by_the_moment]
MOMENTS = st.integers(0, 60 * 24 * 365 * 6).map(
    lambda minutes: datetime(2025, 1, 2, tzinfo=UTC) + timedelta(minutes=minutes)
)


@given(
    kind=st.sampled_from(BY_DAY), nation=st.sampled_from(NATIONS), first=MOMENTS, later=MOMENTS, paused=st.integers(0, 40)
)
def test_no_clock_ends_on_a_day_off_or_earlier_for_what_came_later(
    kind: Kind, nation: str, first: datetime, later: datetime, paused: int
) -> None:
    first, later = sorted((first, later))
    more = More(paused)
    one, other = due(kind, first, LONDON, nation, more=more), due(kind, later, LONDON, nation, more=more)
    earliest, latest = pair(kind.days, nation)

    if kind.rolls or kind.unit is Unit.WORKING_DAYS:
        assert is_working(one.due_on, earliest)
        assert is_working(one.last_on, latest) or one.last_on == one.due_on
    assert one.due_on <= other.due_on
    assert one.last_on <= other.last_on
    assert one.due_on <= one.last_on
    assert first < one.amber_at <= one.red_at <= end_of(one.due_on, LONDON)
    assert due(kind, first, LONDON, nation).due_on <= one.due_on


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"owners": {"wish": "U0TOMASZ"}}, "rights.owners: 'wish' is not one of foi"),
        ({"own": [{"label": "foi", "name": "Ours", "days": 3}]}, "rights.own: 'foi' is there already"),
        ({"own": [{"label": "end", "name": "Ours", "days": 3}]}, "'end' is a word of the command itself"),
        ({"nation": "scotland", "owners": {"damp": "U0TOMASZ"}}, "rights.owners: 'damp' is not one of"),
    ],
)
def test_settings_that_cannot_be_used_are_named(settings: dict[str, object], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        RightsSettings.model_validate(settings)


def test_every_word_that_the_command_takes_is_kept_from_labels() -> None:
    assert {"kinds", *DEEDS, *SAID} <= RESERVED
    assert not RESERVED & {one.label for one in shipped().values()}
