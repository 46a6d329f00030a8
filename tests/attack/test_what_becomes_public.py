"""Ways in which words could become public that nobody confirmed: none of them works."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from bot.clock import MovableClock
from bot.command import Way
from bot.form import Form
from bot.reply import LIVE, ReplyState
from bot.store import schema
from handlers import VERBS
from tests.handlers.office import MORAG, PRIYA, Office, blank_database


@pytest.fixture
def office(tmp_path: Path, clock: MovableClock) -> Iterator[Office]:
    """The office everybody knows."""
    with closing(Office(blank_database(tmp_path / "blank.db"), tmp_path, clock)) as office:
        yield office


def on_their_way(conn: Connection) -> list[str]:
    """The words of every reply that has left somebody's hands."""
    c = schema.reply.c
    return list(conn.execute(select(c.text).where(c.state.in_((*LIVE, ReplyState.SENT)))).scalars())


@pytest.mark.parametrize("verb", sorted(VERBS))
@pytest.mark.slow
async def test_nothing_said_under_a_card_goes_to_the_public(office: Office, verb: str) -> None:
    await office.hears("Is my school shut?")
    await office.ask(MORAG, "reply 1 Nobody has confirmed this.")

    for words in ("", "send", "yes, send it", "draft", "1 there"):
        await office.ask(MORAG, f"{verb} {words}", Way.SAID, ref="M-1")

    assert await office.database.read(on_their_way) == []


@pytest.mark.parametrize("verb", sorted(VERBS))
@pytest.mark.slow
async def test_no_button_but_the_confirmation_sends_a_draft(office: Office, verb: str) -> None:
    await office.hears("Is my school shut?")
    await office.ask(PRIYA, "reply 1 Nobody has confirmed this.")

    await office.ask(PRIYA, f"{verb} M-1 send", Way.PRESSED)

    assert await office.database.read(on_their_way) == []


async def test_a_confirmation_of_words_changed_since_sends_nothing(office: Office) -> None:
    await office.hears("Is my school shut?")
    shown = await office.ask(PRIYA, "reply 1 It is open.")
    await office.ask(PRIYA, "reply 1 It is shut.")

    await office.sends_in(PRIYA, shown)

    assert await office.database.read(on_their_way) == []


async def test_a_confirmation_made_for_one_person_does_not_send_for_another(office: Office) -> None:
    await office.hears("Is my school shut?")
    shown = await office.ask(PRIYA, "reply 1 It is open.")

    await office.sends_in(MORAG, shown)

    assert await office.database.read(on_their_way) == []


async def test_a_confirmation_sent_in_twice_is_one_reply(office: Office) -> None:
    await office.hears("Is my school shut?")
    shown = await office.ask(PRIYA, "reply 1 It is open.")
    assert isinstance(shown, Form)

    await office.sends_in(PRIYA, shown)
    await office.sends_in(PRIYA, shown)

    assert await office.database.read(on_their_way) == ["It is open."]
