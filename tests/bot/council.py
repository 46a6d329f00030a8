"""A small council for tests of the core: its rules, a real database, a desk, and builders for what the public says."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, select

from bot.clock import MovableClock
from bot.desk import Desk
from bot.duty.rota import DutyRole, Plan
from bot.house import Account, House
from bot.mention import Action, Author, Mention, Move
from bot.ports import Incoming
from bot.reply import TextLimits
from bot.store import mentions, migrate, schema
from bot.store.executor import Database
from bot.store.proof.verify import verify
from bot.times.working_time import OfficeHours
from integrations.alone.peers import AlonePeers
from tests import servers

LONDON = ZoneInfo("Europe/London")


def account(name: str = "website", **other: Any) -> Account:
    """An account that answers by itself."""
    fields: dict[str, Any] = {
        "name": name,
        "network": "webchat",
        "channel": "mentions",
        "private_channel": "private",
        "label": "Harrowmere web chat",
        "respond_within": timedelta(hours=1),
        "speaks_as": "Harrowmere web chat",
        "by_hand": False,
        "limits": TextLimits(500, "characters", len),
    }
    return Account(**{**fields, **other})


def house(*accounts: Account, **other: Any) -> House:
    """A council with two duty officers and a lead, open round the clock."""
    fields: dict[str, Any] = {
        "accounts": {one.name: one for one in accounts or (account(),)},
        "zone": LONDON,
        "hours": OfficeHours(LONDON),
        "chats": ("wall",),
        "officers": ("U0DEV", "U0FARAH"),
        "leads": ("U0MORAG",),
    }
    merged = {**fields, **other}
    standing = {DutyRole.DUTY: merged["officers"], DutyRole.LEAD: merged["leads"]}
    return House(**{"plan": Plan(standing=standing), **merged})


def post(native_id: str = "p1", text: str = "Is my bin day changed?", *, by: str = "lou", **other: Any) -> Incoming:
    """Something a member of the public wrote; an empty ``by`` is somebody the network does not name."""
    fields: dict[str, Any] = {
        "native_id": native_id,
        "text": text,
        "author": Author(f"a-{by}", by.capitalize()) if by else Author("", ""),
        "posted_at": datetime(2026, 11, 17, 8, 59, tzinfo=UTC),
        "raw": text.encode(errors="replace"),
    }
    return Incoming(**{**fields, **other})


def rows(conn: Connection, table: Any, *where: Any) -> list[dict[str, Any]]:
    """A table's rows, oldest first."""
    return [dict(row) for row in conn.execute(select(table).where(*where).order_by(*table.primary_key)).mappings()]


class Bench:
    """A desk with short words for what tests do over and over."""

    def __init__(self, database: Database, clock: MovableClock, rules: House) -> None:
        self.db, self.clock = database, clock
        self.desk = Desk(database, clock, house=rules, peers=AlonePeers(clock))

    @property
    def house(self) -> House:
        """The council's rules."""
        return self.desk.house

    async def arrives(self, *items: Any, account: str = "website") -> None:
        """The public says something."""
        await self.desk.take_in(items or (post(),), account)

    async def does(self, action: Action, by: str = "U0PRIYA", *, ref: Mention | str = "M-1", **more: Any) -> Mention:
        """One move; the mention after it."""
        return (await self.desk.make(Move(ref, action, by, **more))).mention

    async def mention(self, ref: str = "M-1") -> Mention:
        """The row as it is now."""
        return await self.db.read(mentions.find, ref)

    async def all(self, table: Any, *where: Any) -> list[dict[str, Any]]:
        """A table's rows."""
        return await self.db.read(rows, table, *where)

    async def one(self, table: Any, *where: Any) -> dict[str, Any]:
        """The only row."""
        (row,) = await self.all(table, *where)
        return row

    async def at_rest(self) -> dict[str, list[dict[str, Any]]]:
        """All that is stored, to see that nothing changed."""
        return {table.name: await self.all(table) for table in schema.METADATA.sorted_tables}

    async def due_at(self, number: int = 1) -> datetime | None:
        """When a mention's escalation is due."""
        at: datetime | None = (await self.one(schema.escalation, schema.escalation.c.number == number))["due_at"]
        return at

    async def actions(self, ref: str = "M-1") -> list[str]:
        """The record of a mention, as actions."""
        return [str(event["action"]) for event in await self.desk.events(ref)]

    async def told(self, **about: Any) -> list[str]:
        """What the outbox holds to be said of that kind: the ``what`` of each payload."""
        held = await self.all(schema.delivery, *(schema.delivery.c[name] == value for name, value in about.items()))
        return [str(row["payload"].get("what", "")) for row in held]

    async def verdict(self) -> str:
        """What ``verify`` says."""
        return (await self.db.read(verify)).line


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the schema and nothing else."""
    path = tmp_path_factory.mktemp("empty") / "tolbooth.db"
    database = Database(f"sqlite:///{path}")
    migrate.upgrade(database)
    database.close()
    return path


@pytest.fixture
def sqlite_file(empty_file: Path, tmp_path: Path) -> Path:
    """A SQLite file of the test's own."""
    return Path(shutil.copy(empty_file, tmp_path / "tolbooth.db"))


@pytest.fixture
def database(sqlite_file: Path) -> Iterator[Database]:
    """A real database: a SQLite file."""
    database = Database(f"sqlite:///{sqlite_file}")
    yield database
    database.close()


@pytest.fixture(scope="session")
def postgres_schema(postgres_url: str) -> Iterator[str]:
    """The name of a PostgreSQL database with the schema and nothing else, to make others like it."""
    url = servers.create_database(postgres_url)
    database = Database(url)
    migrate.upgrade(database)
    database.close()
    yield url.partition("?")[0].rpartition("/")[2]
    servers.drop_database(postgres_url, url)


@pytest.fixture
def postgres_with_schema(postgres_url: str, postgres_schema: str) -> Iterator[str]:
    """The URL of a PostgreSQL database of the test's own."""
    url = servers.create_database(postgres_url, like=postgres_schema)
    yield url
    servers.drop_database(postgres_url, url)


@pytest.fixture(params=["sqlite", "postgresql"])
def either_database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """A real database: the test runs on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{request.getfixturevalue('sqlite_file')}")
    else:
        database = Database(request.getfixturevalue("postgres_with_schema"))
    yield database
    database.close()


@pytest.fixture
def bench(database: Database, clock: MovableClock) -> Bench:
    """A desk on a SQLite file."""
    return Bench(database, clock, house())


@pytest.fixture
def either(either_database: Database, clock: MovableClock) -> Bench:
    """A desk: the test runs on SQLite and on PostgreSQL."""
    return Bench(either_database, clock, house())
