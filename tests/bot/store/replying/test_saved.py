"""Saved replies as they are kept: proved by their record, never out of step, and never sent once they are over."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, text

from bot.errors import NotAllowed
from bot.mention import Action
from bot.reply import Written
from bot.saving.saved import Saved, Wish
from bot.store import mentions, schema
from bot.store.executor import savepoint
from bot.store.proof.record import events_of
from bot.store.proof.verify import verify
from bot.store.reading import saved as reading
from bot.store.replying import saved, saved_owners
from tests.bot.council import Bench, post

SALT = "There are 3,100 tonnes of salt in stock, and every road on the list is gritted."


def wish(bench: Bench, **changes: object) -> Wish:
    """What Steve wants saved."""
    made = Wish("Salt in stock", SALT, "roads.gritting", bench.clock.now() + timedelta(days=180), owner="U0STEVE")
    return replace(made, **changes)  # type: ignore[arg-type]


async def saves(bench: Bench, *, approved: bool = True, **changes: object) -> Saved:
    """One saved reply."""
    made = await bench.db.write(saved.make, wish(bench, **changes), "U0STEVE", approved=approved, now=bench.clock.now())
    assert made is not None
    return made


def meet(conn: Connection) -> None:
    """Everybody is known by name."""
    for person in ("U0STEVE", "U0PRIYA", "U0MORAG", "U0DEV"):
        mentions.meet(conn, person, person[2:].capitalize())


async def all_that_can_be_done(bench: Bench) -> Saved:
    """From the first words to the last."""
    now, at = bench.clock.now, {"review_at": bench.clock.now() + timedelta(days=30), "expires_at": None}
    one = await saves(bench, approved=False)
    one = await bench.db.write(saved.approve, 1, "U0MORAG", since=one.version, now=now())
    new = wish(bench, text="We have all the salt we need.", second="Mae gennym ddigon o halen.")
    one = await bench.db.write(saved.change, 1, new, "U0STEVE", since=one.version, approved=False, now=now())
    one = await bench.db.write(saved.approve, 1, "U0MORAG", since=one.version, now=now())
    await bench.db.write(saved.withdraw, 1, "U0MORAG", why="a lorry is late", now=now())
    await bench.db.write(saved.renew, 1, "U0STEVE", **at, now=now())
    await bench.db.write(saved_owners.give, 1, "U0PRIYA", "U0STEVE", house=bench.house, now=now())
    return await bench.db.write(saved.end, 1, "U0PRIYA", why="spring", now=now())


async def test_all_that_is_done_with_one_stands_in_its_record_and_verifies(either: Bench) -> None:
    await either.db.write(meet)

    one = await all_that_can_be_done(either)

    events = await either.db.read(events_of, "saved:S-1")
    done = ["made", "approved", "changed", "approved", "withdrawn", "renewed", "given", "ended"]
    assert [event["action"] for event in events] == done
    assert (one.edition, one.version, one.owner) == (2, 8, "U0PRIYA")
    assert (await either.verdict()).startswith("ok:")
    with pytest.raises(NotAllowed, match="has ended"):
        await either.db.write(saved.end, 1, "U0PRIYA", why="again", now=either.clock.now())


TAMPERED = {
    "UPDATE saved SET text = 'All is well'": "S-1: its words were changed",
    "UPDATE saved SET title = 'Grit'": "S-1: its words were changed",
    "UPDATE saved SET approved_by = 'U0EVE', approved_at = 1": "S-1: approved_by is not what its record says",
    "UPDATE saved SET expires_at = 9999999999999": "S-1: expires_at is not what its record says",
    "UPDATE saved SET made_by = 'U0EVE'": "S-1: made_by is not what its record says",
    "UPDATE saved SET version = 9": "S-1: the row is at version 9, its record at 2",
    "DELETE FROM saved": "S-1: is missing",
    "UPDATE counter SET value = 0 WHERE name = 'saved'": "S-1: was never counted",
    "UPDATE event SET note = 'Oh' WHERE subject = 'saved:S-1' AND seq = 1": "saved:S-1 event 1: its note was changed",
}


class Undone(Exception):
    """Takes back what a test changed."""


def tampered(conn: Connection, statement: str) -> str:
    """What ``verify`` says after a change, which is taken back."""
    found = ""
    with suppress(Undone), savepoint(conn):
        conn.execute(text(statement))
        found = verify(conn).line
        raise Undone
    return found


async def test_whatever_is_changed_behind_its_back_is_named(bench: Bench) -> None:
    await saves(bench, expires_at=bench.clock.now() + timedelta(hours=4))
    await bench.db.write(saved.withdraw, 1, "U0MORAG", why="not sure", now=bench.clock.now())

    found = {statement: await bench.db.write(tampered, statement) for statement in TAMPERED}

    assert found == TAMPERED
    assert (await bench.verdict()).startswith("ok:")


async def test_what_is_changed_on_old_news_is_refused_and_new_words_wait_for_approval(bench: Bench) -> None:
    one = await saves(bench)
    now = bench.clock.now()
    changed = await bench.db.write(
        saved.change, 1, wish(bench, text="New."), "U0STEVE", since=one.version, approved=False, now=now
    )

    assert (changed.edition, changed.approved_by, changed.mark) == (2, None, "S-1@2")
    with pytest.raises(NotAllowed, match="changed this saved reply meanwhile"):
        await bench.db.write(saved.change, 1, wish(bench), "U0PRIYA", since=one.version, approved=False, now=now)
    with pytest.raises(NotAllowed, match="changed this saved reply meanwhile"):
        await bench.db.write(saved.approve, 1, "U0MORAG", since=one.version, now=now)


async def test_only_an_edition_that_was_approved_and_not_taken_back_can_be_sent(bench: Bench) -> None:
    now = bench.clock.now()

    async def sendable() -> list[int]:
        """The editions that nothing bars."""
        return [each for each in range(1, 5) if not await bench.db.read(saved.why_not, f"S-1@{each}", now)]

    async def reads(text: str, one: Saved) -> Saved:
        """Other words, which wait for approval."""
        new = wish(bench, text=text)
        return await bench.db.write(saved.change, 1, new, "U0STEVE", since=one.version, approved=False, now=now)

    one = await saves(bench)
    one = await reads("Never approved.", one)
    one = await reads("Right.", one)
    waiting = await sendable()
    one = await bench.db.write(saved.approve, 1, "U0MORAG", since=one.version, now=now)
    approved = await sendable()
    one = await bench.db.write(saved.withdraw, 1, "U0MORAG", why="wrong", now=now)
    one = await reads("Right at last.", one)
    withdrawn = await sendable()
    await bench.db.write(saved.approve, 1, "U0MORAG", since=one.version, now=now)

    assert (waiting, approved, withdrawn, await sendable()) == ([1], [1, 3], [], [4])
    assert "These words of S-1 are not approved; its newer ones are" in await bench.db.read(saved.why_not, "S-1@1", now)


async def test_the_move_itself_refuses_words_that_are_over_whatever_was_looked_at_before(bench: Bench) -> None:
    await bench.db.write(meet)
    await saves(bench, expires_at=bench.clock.now() + timedelta(hours=4))
    await bench.arrives(post(text="Is there any salt?"))
    await bench.does(Action.CLAIM)
    bench.clock.advance(hours=4, minutes=15)

    with pytest.raises(NotAllowed, match=r"S-1 expired 15 minutes ago; Steve owns it\. Ask Steve to renew it"):
        await bench.does(Action.REPLY, text=SALT, written=Written(SALT, drawn_from="S-1@1"))

    assert await bench.all(schema.reply) == []
    await bench.does(Action.REPLY, text=SALT, written=Written(SALT))


async def test_what_a_reply_began_with_is_proved(bench: Bench) -> None:
    await saves(bench)
    await bench.arrives(post(text="Is there any salt?"))
    await bench.does(Action.CLAIM)
    await bench.does(Action.REPLY, text=SALT, written=Written(SALT, drawn_from="S-1@1"))

    whole, changed = await bench.verdict(), await bench.db.write(tampered, "UPDATE reply SET drawn_from = ''")

    assert whole.startswith("ok:")
    assert changed == "M-1: a reply was changed"


async def test_questions_find_what_can_be_sent_and_suits(either: Bench) -> None:
    await saves(either)
    await saves(either, title="Missed 100% of bins_", text="We come back for a missed bin.", topic="bins.missed")
    await saves(either, title="Old", text="Salt is out.", expires_at=either.clock.now() + timedelta(hours=1))
    await saves(either, approved=False, title="New", text="Salt is in.")
    either.clock.advance(hours=2)
    now = either.clock.now()

    async def found(question: Callable[..., list[Saved]], *args: object) -> list[int]:
        return [one.number for one in await either.db.read(question, *args)]

    assert await found(reading.suggested, "is there salt left in stock?", "", now) == [1]
    assert await found(reading.suggested, "🧂", "bins.late", now) == []
    assert await found(reading.suggested, "it was missed", "bins.missed", now) == [2]
    assert await found(reading.holding, "SALT stock") == [1]
    assert await found(reading.holding, "100% bins_") == [2]
    assert await found(reading.holding, "%") == [2]
    assert await either.db.read(reading.proved) == []
    assert await either.db.read(reading.past_review, now) == 0
    assert await either.db.read(saved.uses, ["S-1", "S-2"]) == {"S-1": 0, "S-2": 0}


async def test_what_a_leaver_owned_is_a_colleagues_who_hears_of_it(bench: Bench) -> None:
    await bench.db.write(meet)
    await saves(bench)
    now = bench.clock.now()

    refs = await bench.db.write(saved_owners.hand_on, "U0STEVE", "U0PRIYA", "U0MORAG", house=bench.house, now=now)

    (told,) = await bench.all(schema.delivery)
    assert (refs, (await bench.db.read(saved.find, 1)).owner) == (("S-1",), "U0PRIYA")
    assert told["payload"]["text"].startswith("Morag gave S-1 (“Salt in stock”) to you")
    assert await bench.db.read(saved.owned_by, "U0STEVE") == []
    assert (await bench.verdict()).startswith("ok:")


async def test_an_owner_is_asked_once_though_two_copies_saw_it_due(either: Bench) -> None:
    await either.db.write(meet)
    one, at = await saves(either), either.clock.now() + timedelta(days=170)

    for later in (0, 1):
        ask = {"house": either.house, "now": at + timedelta(seconds=later), "left": frozenset[str]()}
        await either.db.write(saved_owners.ask_to_look, one, **ask)

    assert [row["target"] for row in await either.all(schema.delivery)] == ["U0STEVE"]


@pytest.mark.slow
async def test_a_sign_no_database_takes_is_looked_for_as_a_blank(either: Bench) -> None:
    await saves(either)

    assert [one.number for one in await either.db.read(reading.holding, "salt\0stock")] == [1]
