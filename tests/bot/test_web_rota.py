"""The rota's calendar over loopback: for whoever has the key, within a pace, and without a hint for anybody else."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import aiohttp
import icalendar
import pytest

from bot.clock import MovableClock
from bot.duty.rota import Plan
from bot.store.duty import calendars
from bot.web import Web
from tests.bot.rotas import rotation
from tests.handlers.office import DEV, Office


class Reader:
    """A calendar program."""

    def __init__(self, office: Office, session: aiohttp.ClientSession) -> None:
        self.office, self.session = office, session
        self.web = Web(office.desk, dict, "0.5.0")
        self.url = ""

    async def key(self, person: str = DEV.id) -> str:
        made: str = await self.office.desk.db.write(calendars.make_link, person, by=DEV.id, now=self.office.clock.now())
        return made

    async def asks(self, key: str, method: str = "GET", **headers: str) -> tuple[aiohttp.ClientResponse, bytes]:
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        async with self.session.request(method, f"{self.url}/rota/{key}.ics", headers=given) as answer:
            return answer, await answer.read()

    async def status(self, key: str, method: str = "GET") -> int:
        return (await self.asks(key, method))[0].status


@pytest.fixture
async def reader(blank: Path, tmp_path: Path, clock: MovableClock) -> AsyncIterator[Reader]:
    office = Office(blank, tmp_path, clock, plan=Plan((rotation(),)))
    await office.desk.meet(DEV)
    async with aiohttp.ClientSession() as session:
        reader = Reader(office, session)
        reader.url = f"http://127.0.0.1:{await reader.web.start('127.0.0.1', 0)}"
        yield reader
        await reader.web.stop()
    office.close()


async def test_whoever_has_the_key_reads_the_turns(reader: Reader) -> None:
    answer, body = await reader.asks(await reader.key())

    assert (answer.status, answer.content_type, answer.charset) == (200, "text/calendar", "utf-8")
    calendar = icalendar.Calendar.from_ical(body)
    assert calendar["X-WR-CALNAME"] == "Duty of Dev Rao · Harrowmere Council"
    assert {str(event["SUMMARY"]) for event in calendar.events} == {"Duty officer (duty week)"}
    assert answer.headers["Cache-Control"] == "private, max-age=300"
    assert answer.headers["X-Robots-Tag"] == "noindex"


async def test_everybodys_turns_have_an_address_of_their_own(reader: Reader) -> None:
    _, body = await reader.asks(await reader.key(calendars.EVERYBODY))

    assert b"X-WR-CALNAME:Duty \xc2\xb7 Harrowmere Council" in body
    assert b"SUMMARY:Dev Rao: Duty officer (duty week)" in body


@pytest.mark.parametrize("key", ["x", "x" * 43, "%00", "..%2f..%2fetc%2fpasswd", "%ff%fe", "a" * 3000])
async def test_a_key_that_is_not_known_is_told_nothing(reader: Reader, key: str) -> None:
    known = await reader.key()
    await reader.office.desk.db.write(calendars.revoke, DEV.id, by=DEV.id, now=reader.office.clock.now())

    unknown, revoked = await reader.asks(key), await reader.asks(known)

    assert (unknown[0].status, unknown[1]) == (revoked[0].status, revoked[1]) == (404, b"not found\n")
    assert {*unknown[0].headers} == {*revoked[0].headers}


async def test_what_the_reader_has_is_not_sent_again_until_it_changes(reader: Reader) -> None:
    key = await reader.key()
    tag = (await reader.asks(key))[0].headers["ETag"]
    reader.office.clock.advance(timedelta(hours=1))

    again, body = await reader.asks(key, If_None_Match=tag)
    assert (again.status, body, again.headers["ETag"]) == (304, b"", tag)

    reader.office.desk.house = replace(reader.office.desk.house, plan=Plan((rotation(name="new"),)))
    assert (await reader.asks(key, If_None_Match=tag))[0].status == 200


@pytest.mark.parametrize(("method", "status"), [("HEAD", 200), *((other, 405) for other in ("POST", "PUT", "OPTIONS"))])
async def test_it_is_only_read(reader: Reader, method: str, status: int) -> None:
    answer, body = await reader.asks(await reader.key(), method)

    assert answer.status == status
    assert method != "HEAD" or body == b""


async def test_who_asks_too_often_is_asked_to_wait_and_holds_nobody_else_up(reader: Reader) -> None:
    key, other = await reader.key(), await reader.key(calendars.EVERYBODY)

    assert [await reader.status(key) for _ in range(7)] == [200] * 6 + [429]
    assert (await reader.asks(key))[0].headers["Retry-After"] == "11"
    assert await reader.status(other) == 200
    reader.office.clock.advance(timedelta(seconds=10))
    assert await reader.status(key) == 200


async def test_who_tries_many_keys_is_slowed_down_and_holds_nobody_up(reader: Reader) -> None:
    key = await reader.key()

    assert [await reader.status(f"guess{number}") for number in range(31)] == [404] * 30 + [429]
    assert await reader.status(key) == 200


async def test_nothing_is_read_before_the_database_is_ready(reader: Reader) -> None:
    reader.web.is_open = False

    assert await reader.status(await reader.key()) == 503
