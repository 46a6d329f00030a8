"""The rota as a calendar: free time, whole turns, names that stay the same, and nothing that could break out of its line."""

from dataclasses import replace
from datetime import datetime, timedelta

import icalendar
import pytest

from bot.duty.rota import Absence, DutyRole, Hold, Override, Plan, Rota
from bot.duty.rota_calendar import Entry, drawn, entries, fingerprint
from bot.times.week import Week
from tests.bot.rotas import at, rotation

DUTY = DutyRole.DUTY
NOW = at(2026, 11, 17, 12)
NAMES = {"U0DEV": "Dev Rao", "U0FARAH": "Farah Ali", "U0TAM": "Tam Doig"}
WEEKLY = Rota(Plan((rotation(first=datetime.fromisoformat("2026-10-05T09:00")),)))
SWAP = Override("d7k2m", DUTY, "U0TAM", at(2026, 11, 18), at(2026, 11, 19), "a hospital appointment")


def shown(rota: Rota = WEEKLY, person: str = "", now: datetime = NOW) -> list[Entry]:
    return entries(rota, person, NAMES, now)


def uids(rota: Rota, person: str = "") -> list[str]:
    return [entry.uid for entry in shown(rota, person)]


def test_a_person_has_their_own_turns_from_a_week_ago_to_ninety_days_ahead() -> None:
    mine = shown(person="U0DEV")

    assert [(entry.start, entry.end) for entry in mine[:2]] == [
        (at(2026, 11, 16, 9), at(2026, 11, 23, 9)),
        (at(2026, 11, 30, 9), at(2026, 12, 7, 9)),
    ]
    assert {entry.summary for entry in mine} == {"Duty officer (duty week)"}
    assert mine[-1].start <= NOW + timedelta(days=90) < mine[-1].end + timedelta(days=14)


def test_everybodys_turns_say_whose_they_are() -> None:
    assert [entry.summary for entry in shown()[:2]] == [
        "Farah Ali: Duty officer (duty week)",
        "Dev Rao: Duty officer (duty week)",
    ]


def test_a_turn_at_the_edge_of_what_is_shown_is_whole() -> None:
    assert shown()[0].start == at(2026, 11, 9, 9)
    assert shown(now=at(2026, 11, 24, 12))[0] == shown()[1]


def test_gaps_to_come_are_shown_to_those_who_see_everybodys_turns() -> None:
    away = [Absence("U0DEV", at(2026, 11, day), at(2026, 11, day + 1)) for day in (16, 20)]
    rota = replace(WEEKLY, absences=tuple(away))
    gaps = [entry.start for entry in shown(rota) if entry.summary == "Nobody: Duty officer (duty week)"]

    assert gaps == [at(2026, 11, 20)]
    assert all("Nobody" not in entry.summary for entry in shown(rota, "U0DEV"))


# --- names that stay ----------------------------------------------------------------------------------------------


def test_each_entry_has_a_name_of_its_own() -> None:
    nights = rotation(name="nights", people=("U0TAM",), layer=1, hours=Week.read("mon-fri 17:00-09:00"))
    everything = uids(Rota(Plan((*WEEKLY.plan.rotations, nights)), overrides=(SWAP,)))

    assert len(everything) > 100
    assert len(set(everything)) == len(everything)


def test_a_turn_keeps_its_name_while_its_ends_move_and_time_goes_by() -> None:
    before = shown(person="U0DEV")[0]
    shorter = replace(WEEKLY, overrides=(replace(SWAP, start=at(2026, 11, 16), end=at(2026, 11, 19)),))
    after = shown(shorter, "U0DEV", NOW + timedelta(days=3))[0]

    assert (before.start, after.start) == (at(2026, 11, 16, 9), at(2026, 11, 19))
    assert before.uid == after.uid


def test_a_turn_that_is_parted_by_a_swap_keeps_its_name_for_its_first_piece() -> None:
    first, second, *_ = uids(replace(WEEKLY, overrides=(SWAP,)), "U0DEV")

    assert first == uids(WEEKLY, "U0DEV")[0]
    assert second not in uids(WEEKLY)


def test_a_swap_is_named_by_its_own_id_whenever_it_is() -> None:
    moved = replace(SWAP, start=SWAP.start + timedelta(days=2), end=SWAP.end + timedelta(days=2))

    assert uids(replace(WEEKLY, overrides=(SWAP,)), "U0TAM") == uids(replace(WEEKLY, overrides=(moved,)), "U0TAM")


def test_a_hand_over_that_nobody_accepted_yet_is_not_shown_as_a_plan() -> None:
    assert shown(replace(WEEKLY, holds=(Hold(DUTY, "U0FARAH", at(2026, 11, 16, 9)),))) == shown()


# --- as a calendar ------------------------------------------------------------------------------------------------


def read(rota: Rota, person: str = "", names: dict[str, str] = NAMES) -> list[icalendar.Event]:
    raw = drawn(entries(rota, person, names, NOW), "Duty · Harrowmere Council", NOW)
    return icalendar.Calendar.from_ical(raw).events


def test_another_program_reads_the_same_turns() -> None:
    found = [(str(event["UID"]), event["DTSTART"].dt, event["DTEND"].dt) for event in read(WEEKLY)]

    assert found == [(entry.uid, entry.start, entry.end) for entry in shown()]


def test_being_on_duty_makes_nobody_busy() -> None:
    assert {(event["TRANSP"], event["X-MICROSOFT-CDO-BUSYSTATUS"]) for event in read(WEEKLY)} == {("TRANSPARENT", "FREE")}


def test_why_somebody_is_covered_for_does_not_leave() -> None:
    raw = drawn(shown(replace(WEEKLY, overrides=(SWAP,))), "Duty", NOW)

    assert b"Tam Doig: Duty officer (cover)" in raw
    assert b"hospital" not in raw


@pytest.mark.parametrize(
    "name", ["Dev\r\nEND:VEVENT\r\nATTACH:http://x", "Dev;X=1,2\\n", "Dev\x00\x1b[31m\u2028\u202eRao", "é" * 60]
)
def test_a_name_cannot_break_out_of_its_line(name: str) -> None:
    events = read(WEEKLY, "U0DEV", {**NAMES, "U0DEV": name}) + read(WEEKLY, "", {**NAMES, "U0DEV": name})

    assert {key for event in events for key in event} == {
        *("UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS")
    }
    assert all(character.isprintable() for event in events for character in str(event["SUMMARY"]))


def test_the_fingerprint_changes_with_what_is_shown_only() -> None:
    same = fingerprint(shown(now=NOW + timedelta(hours=3)), "Duty")

    assert fingerprint(shown(), "Duty") == same
    assert fingerprint(shown(replace(WEEKLY, overrides=(SWAP,))), "Duty") != same
    assert fingerprint(shown(), "Duty · Harrowmere") != same
