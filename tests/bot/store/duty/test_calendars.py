"""What calendars said is kept by person; secret addresses are known by a digest only, and can be taken back."""

import hashlib
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot.duty.rota import Plan
from bot.store import schema
from bot.store.duty import calendars, departed
from bot.store.proof import record
from tests.bot.council import Bench
from tests.bot.rotas import rotation

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)
STRETCH = (MONDAY, MONDAY + timedelta(hours=8))


async def keep(bench: Bench, person: str, *away: tuple[datetime, datetime]) -> str:
    return await bench.db.write(calendars.keep, person, away, bench.clock.now())


async def made(bench: Bench, person: str = "U0DEV") -> str:
    key: str = await bench.db.write(calendars.make_link, person, by="U0DEV", now=bench.clock.now())
    return key


async def whose(bench: Bench, key: str) -> str | None:
    return await bench.db.read(calendars.whose, key)


async def test_what_a_calendar_says_takes_the_place_of_what_it_said(either: Bench) -> None:
    later = (MONDAY + timedelta(days=7), MONDAY + timedelta(days=8))
    await keep(either, "U0FARAH", STRETCH)
    await keep(either, "U0DEV", STRETCH)
    await keep(either, "U0DEV", later)

    kept = {(row["person"], row["start_at"], row["end_at"]) for row in await either.all(schema.absence)}
    assert kept == {("U0FARAH", *STRETCH), ("U0DEV", *later)}


async def test_a_trouble_keeps_what_was_read_and_is_over_with_the_next_reading(either: Bench) -> None:
    first = either.clock.now()
    await keep(either, "U0DEV", STRETCH)
    either.clock.advance(timedelta(minutes=15))
    before = await either.db.write(calendars.note, "U0DEV", "no answer", either.clock.now())
    (feed,) = await either.db.read(calendars.feeds)

    assert (before, feed.read_at, feed.tried_at, feed.trouble) == ("", first, either.clock.now(), "no answer")
    assert len(await either.all(schema.absence)) == 1
    assert await keep(either, "U0DEV") == "no answer"
    assert await either.all(schema.absence) == []
    (feed,) = await either.db.read(calendars.feeds)
    assert (feed.read_at, feed.trouble) == (either.clock.now(), "")


async def test_others_are_forgotten(either: Bench) -> None:
    for person in ("U0DEV", "U0FARAH"):
        await keep(either, person, STRETCH)

    await either.db.write(calendars.forget_others, ["U0FARAH"])

    assert [row["person"] for row in await either.all(schema.absence)] == ["U0FARAH"]
    assert [feed.person for feed in await either.db.read(calendars.feeds)] == ["U0FARAH"]
    await either.db.write(calendars.forget_others, [])
    assert await either.all(schema.absence) == []


async def test_a_key_cannot_be_guessed_and_only_its_digest_is_kept(either: Bench) -> None:
    key = await made(either)

    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", key)
    assert key not in str(await either.at_rest())
    assert (await either.one(schema.rota_link))["digest"] == hashlib.sha256(key.encode()).hexdigest()
    assert await whose(either, key) == "U0DEV"


async def test_a_new_key_takes_the_place_of_the_old_one_of_that_person_only(either: Bench) -> None:
    everybodys = await made(either, calendars.EVERYBODY)
    first = await made(either)
    second = await made(either)

    assert [await whose(either, key) for key in (everybodys, first, second)] == ["", None, "U0DEV"]


async def test_a_key_that_was_taken_back_shows_nothing(either: Bench) -> None:
    key = await made(either)
    assert await either.db.read(calendars.has_link, "U0DEV")

    taken_back = [await either.db.write(calendars.revoke, "U0DEV", by="U0MORAG", now=either.clock.now()) for _ in range(2)]

    assert taken_back == [True, False]
    assert await whose(either, key) is None
    assert not await either.db.read(calendars.has_link, "U0DEV")
    assert await either.db.read(calendars.shown, key, either.house, either.clock.now()) is None


async def test_the_key_of_somebody_who_has_left_shows_nothing(either: Bench) -> None:
    key, another = await made(either), await made(either, "U0FARAH")

    await either.db.write(departed.depart, "U0DEV", house=either.house, now=either.clock.now())

    assert [await whose(either, one) for one in (key, another)] == [None, "U0FARAH"]


async def test_keys_are_on_the_record_without_what_they_are(either: Bench) -> None:
    await made(either)
    await either.db.write(calendars.revoke, "U0DEV", by="U0MORAG", now=either.clock.now())

    events = await either.db.read(record.events_of, "rota")
    assert [(event["action"], event["actor"]) for event in events] == [
        ("calendar link", "U0DEV"),
        ("calendar link revoked", "U0MORAG"),
    ]
    assert (await either.verdict()).startswith("ok")


async def test_an_address_shows_the_rota_in_force_with_names(either: Bench) -> None:
    either.desk.house = replace(either.house, plan=Plan((rotation(),)))
    shown = await either.db.read(calendars.shown, await made(either), either.house, either.clock.now())

    assert shown
    assert (shown.person, shown.rota.plan) == ("U0DEV", either.house.plan)
    assert set(shown.names) == {"U0DEV", "U0FARAH"}
