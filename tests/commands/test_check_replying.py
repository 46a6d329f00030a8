"""``tolbooth check`` of replying: what would keep replies from going, each with its cure; and what is only worth knowing."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.house import House
from bot.housing_replies import replying_of
from bot.line.checking_replying import faults_in_replying, notes_on_replying
from bot.reply import Abilities, Act
from bot.settings import CoreSettings
from tests.bot.council import account
from tests.bot.council import house as council_house

TODAY = date(2026, 11, 17)
EVERYONE = {"who": "everyone"}
RULE = {"code": "1", "text": "No threats."}
HIDES = Abilities(acts=frozenset({Act.HIDE}))


def house(core: CoreSettings, **changes: Any) -> House:
    """One account, changed where a test says so, and what the settings say about replying."""
    return replace(council_house(replace(account("page"), **changes)), **replying_of(core))


def faults(settings: Mapping[str, Any], *, can_tell: bool = True, **changes: Any) -> list[str]:
    core = CoreSettings.model_validate(settings)
    return list(faults_in_replying(core, house(core, **changes), can_tell=can_tell))


def notes(settings: Mapping[str, Any], **changes: Any) -> list[str]:
    core = CoreSettings.model_validate(settings)
    return list(notes_on_replying(core, house(core, **changes), TODAY))


def test_settings_without_any_of_it_are_well() -> None:
    assert (faults({}), notes({})) == ([], [])


def test_settings_with_all_of_it_done_well_are_well() -> None:
    settings = {
        "roles": {"lead": ["U0MORAG"], "approver": ["U0FARAH"], "trainee": ["U0TAM"]},
        "approval": [{"who": "trainees"}, {**EVERYONE, "priorities": ["P0"]}],
        "house_rules": [RULE],
        "pre_election": [{"first": "2027-03-25", "last": "2027-05-06"}],
        "people": [{"id": "U0PRIYA", "initials": "PS"}, {"id": "U0DEV", "initials": "DR"}, {"id": "U0TAM"}],
    }

    well = {"abilities": HIDES, "picture_url": "https://harrowmere.example/us.png"}
    assert (faults(settings, **well), notes(settings, **well)) == ([], [])


@pytest.mark.parametrize(
    ("settings", "fault", "cure"),
    [
        ({"roles": {"trainee": ["U0TAM"]}}, "roles.trainee names people, and nobody may approve", "name people in"),
        ({"approval": [EVERYONE]}, "[[approval]] asks for it, and nobody may approve", "roles.approver or roles.lead"),
        ({"approval": [EVERYONE], "roles": {"lead": ["U0MORAG"]}}, "U0MORAG alone may approve", "name a second"),
        ({"roles": {"lead": ["U0MORAG"], "approver": ["U0TAM"], "trainee": ["U0TAM"]}}, "roles.trainee and", "out of one"),
        (
            {"approval": [{"accounts": ["nope"]}], "roles": {"lead": ["U0A", "U0B"]}},
            "[[approval]] accounts names 'nope', and there is no such account",
            "write any of page",
        ),
        ({"house_rules": [RULE, RULE]}, "house_rules: 2 rules have the code 1", "a code of its own"),
        ({"checks": {"own_contacts": ["council offices"]}}, "'council offices' is no telephone number", "take it out"),
        ({"people": [{"id": "U0A", "initials": "PK"}, {"id": "U0B", "initials": "pk"}]}, "U0A, U0B all sign ^PK", "own"),
    ],
)  # fmt: skip
def test_what_stops_replies_is_a_fault_with_its_cure(settings: dict[str, Any], fault: str, cure: str) -> None:
    [said] = faults(settings)

    assert fault in said
    assert cure in said


def test_a_picture_that_is_not_shown_is_a_fault() -> None:
    assert faults({}, picture_url="http://harrowmere.example/us.png") == [
        "accounts.page.picture_url is not https, so the chat does not show it: give one that is"
    ]


def test_a_check_that_needs_what_is_not_installed_is_a_fault() -> None:
    [said] = faults({"checks": {"language": "warn"}}, can_tell=False)

    assert faults({"checks": {"language": "warn"}}) == []
    assert said.endswith("pip install '.[language]', or set it to off")


@pytest.mark.parametrize(
    ("settings", "note"),
    [
        ({"roles": {"trainee": ["U0TAM"], "lead": ["U0MORAG"]}}, "only U0MORAG can approve replies"),
        (
            {"roles": {"trainee": ["U0TAM"], "lead": ["S0LEADS"]}, "staff": {"may_reply": ["U0PRIYA"]}},
            "U0TAM is in roles.trainee and not in staff.may_reply",
        ),
        ({"pre_election": [{"first": "2026-03-25", "last": "2026-05-07"}]}, "the period up to 2026-05-07 is over"),
    ],
)
def test_what_does_less_than_it_seems_is_worth_a_note(settings: dict[str, Any], note: str) -> None:
    [said] = notes(settings)

    assert note in said


def test_hiding_without_rules_is_worth_a_note() -> None:
    [said] = notes({}, abilities=HIDES)

    assert said.startswith("[[house_rules]] is empty, so nobody can hide a post on page")
    assert notes({"house_rules": [RULE]}, abilities=HIDES) == []


def test_a_group_may_be_many_people() -> None:
    assert faults({"approval": [EVERYONE], "roles": {"approver": ["S0APPROVERS"]}}) == []
    assert notes({"approval": [EVERYONE], "roles": {"approver": ["S0APPROVERS"]}}) == []
