"""``accounts``: who holds what, and a word that somebody has looked."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Connection, update

from bot.command import Staff
from bot.register import Kept
from bot.store import schema
from bot.store.intake import accounts
from tests.bot.council import rows
from tests.handlers.office import FARAH, MORAG, PRIYA, TAM, Office

REGISTER = (
    Kept("website", "Harrowmere web chat", "webchat", custodian=PRIYA.id, deputy="Farah Ali", kept_in="the safe, entry Web"),
    Kept("x", "@harrowmere", "x", custodian=PRIYA.id, deputy=FARAH.id, last_verified=date(2026, 11, 1)),
    Kept("pins", "pins", "Pinterest", "https://pins.example/h", custodian="Karen Boyle", kept_in="the safe", is_listed=True),
)
Opens = Callable[..., Office]
NINE = datetime(2026, 11, 17, 9, tzinfo=UTC)


async def test_it_begins_with_what_one_person_holds_and_names_no_secret(open_office: Opens) -> None:
    office = open_office(register=REGISTER)
    await office.desk.meet(PRIYA)
    await office.desk.meet(FARAH)
    await office.desk.db.write(accounts.in_trouble, "x", "sign in again", house=office.desk.house, now=office.clock.now())

    told = await office.says(TAM, "accounts")

    assert told.splitlines() == [
        "Fewer than two people hold these: name a deputy in the settings",
        "pins · Pinterest · Karen Boyle · the safe · never verified",
        "Nobody has signed in to these for 90 days, or said so",
        "website (Harrowmere web chat) · webchat · Priya Shah and Farah Ali · the safe, entry Web · never verified",
        "These are looked after",
        "x (@harrowmere) · x · Priya Shah and Farah Ali · not said where the credential is · last verified 1 Nov 2026"
        " · needs attention: sign in again",
        "When you have signed in to one and looked round: /mention accounts verified NAME",
    ]


async def test_whoever_holds_it_says_that_it_was_verified_and_it_stays_on_the_record(open_office: Opens) -> None:
    office = open_office(register=REGISTER)

    told = await office.says(PRIYA, "accounts verified Website")

    assert told == "Thank you. website was verified today; it stays on the record that you did."
    assert "last verified 17 Nov 2026" in await office.says(TAM, "accounts")
    events = await office.desk.db.read(rows, schema.event, schema.event.c.subject == "account:website")
    assert [(event["action"], event["actor"]) for event in events] == [("verified", PRIYA.id)]


@pytest.mark.parametrize("called", ["Karen Boyle", "karen boyle"])
async def test_to_be_called_like_its_holder_is_not_to_hold_it(open_office: Opens, called: str) -> None:
    office = open_office(register=REGISTER)

    told = await office.says(Staff("U0STRANGER", called), "accounts verified pins")

    assert told == (
        "Whoever holds pins, or a team lead, can say that it was verified. To see who that is: /mention accounts; of "
        "somebody the settings name without an id, a team lead says so."
    )


async def test_only_its_holder_or_a_lead_says_that_an_account_was_verified(open_office: Opens) -> None:
    office = open_office(register=REGISTER)

    refused = await office.says(FARAH, "accounts verified pins")
    by_a_lead = await office.says(MORAG, "accounts verified pins")

    assert refused.startswith("Whoever holds pins, or a team lead, can say that it was verified.")
    assert by_a_lead.startswith("Thank you. pins was verified today")


async def test_an_account_nobody_knows_is_answered_with_those_there_are(open_office: Opens) -> None:
    office = open_office(register=REGISTER)

    told = await office.says(MORAG, "accounts verified bins")

    assert told == "Name the account: /mention accounts verified NAME. There are: website, x, pins."


async def test_help_lists_it_only_where_a_register_is_kept(office: Office) -> None:
    without = await office.says(PRIYA, "help more")
    office.desk.house = replace(office.desk.house, register=REGISTER)

    assert "accounts" not in without
    assert "/mention accounts [verified NAME]" in await office.says(PRIYA, "help more")


def stands_so(conn: Connection, name: str, **columns: object) -> None:
    """An account is heard so."""
    accounts.place(conn, name)
    conn.execute(update(schema.account).where(schema.account.c.name == name).values(**columns))


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"slowed": "its reading budget is spent"}, " · read more slowly: its reading budget is spent"),
        ({"quiet_at": NINE, "heard_at": NINE - timedelta(hours=20)}, " · quiet since 16 Nov at 13:00"),
        ({"ends_at": NINE + timedelta(days=3)}, " · its sign-in ends on 20 Nov at 09:00"),
        ({"ends_at": NINE - timedelta(days=1)}, " · its sign-in ended on 16 Nov at 09:00"),
    ],
)
async def test_how_an_account_is_heard_is_said_beside_it(open_office: Opens, columns: dict[str, object], said: str) -> None:
    office = open_office(register=REGISTER)
    await office.desk.db.write(stands_so, "website", **columns)

    told = await office.says(TAM, "accounts")

    (line,) = [line for line in told.split("\n") if line.startswith("website")]
    assert line.endswith(said)
