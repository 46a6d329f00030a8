"""An office for tests: a real desk on a SQLite file, a chat that only remembers, and the people who ask."""

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import handlers
from bot.card import Answer, Card, Digest, Notice, plain
from bot.clock import MovableClock
from bot.command import Command, Place, Role, Staff, Way
from bot.desk import Desk
from bot.duty.rota import DutyRole, Plan
from bot.engine.deliver import Deliver
from bot.errors import NotYours, Refused
from bot.exchange import Gone, Incoming
from bot.form import Form
from bot.house import BY_HAND, Account, House, gone_account
from bot.mention import Action, Author, Mention, Move
from bot.ports import EVERYBODY, File, Known, MessageRef, NotFound, Route, Run
from bot.reply import TextLimits
from bot.settings import Commands
from bot.store import migrate
from bot.store.executor import Database
from bot.times.working_time import OfficeHours
from integrations.alone.peers import AlonePeers

LONDON = ZoneInfo("Europe/London")
LIMITS = TextLimits(280, "characters", len)
PRIYA = Staff("U0PRIYA", "Priya Shah")
FARAH = Staff("U0FARAH", "Farah Ali")
DEV = Staff("U0DEV", "Dev Rao")
MORAG = Staff("U0MORAG", "Morag Muir", frozenset({Role.LEAD}))
TAM = Staff("U0TAM", "Tam Doig")
STAFF = {person.id: person for person in (PRIYA, FARAH, DEV, MORAG, TAM)}
TEAM = frozenset({PRIYA.id, FARAH.id, DEV.id, MORAG.id})


class QuietChat:
    """A chat product that shows nothing and remembers all; Tam is in no channel."""

    name = "quiet"
    manner = EVERYBODY

    def __init__(self) -> None:
        self.members: dict[str, frozenset[str]] = {"mentions": TEAM, "private": frozenset({PRIYA.id, MORAG.id})}
        self.said: list[Card | Notice | Digest] = []
        self.groups: dict[str, list[str]] = {}
        self.closed: set[str] = set()
        self.files: dict[str, File] = {}

    async def start(self, run: Run | None) -> None:
        """Nothing to sign in to."""

    async def stop(self) -> None:
        """Nothing to let go of."""

    async def post(
        self, channel: str, what: Card | Notice | Digest, key: str, thread: MessageRef | None = None
    ) -> MessageRef:
        self.said.append(what)
        return MessageRef(channel, key)

    async def redraw(self, message: MessageRef, card: Card) -> None:
        self.said.append(card)

    async def tell(self, staff: str, notice: Notice, key: str) -> MessageRef:
        self.said.append(notice)
        return MessageRef(staff, key)

    async def find_posted(
        self, channel: str, key: str, since: datetime, thread: MessageRef | None = None
    ) -> MessageRef | NotFound:
        return NotFound.CANNOT_TELL

    async def person(self, staff: str) -> Staff:
        if staff not in STAFF:
            raise NotYours("Only full members can use Tolbooth.")
        return STAFF[staff]

    async def knows(self, staff: str) -> Known:
        return Known.OPEN if staff in STAFF and staff not in self.closed else Known.CLOSED

    async def keep_group(self, group: str, people: Sequence[str]) -> None:
        self.groups[group] = list(people)

    async def file(self, file_id: str, largest: int) -> File:
        """Those of ``files``."""
        if file_id not in self.files or len(self.files[file_id].content) > largest:
            raise Refused("there is no such file of that size")
        return self.files[file_id]

    async def is_member(self, channel: str, staff: str) -> bool:
        return staff in self.members.get(channel, frozenset())

    async def link_to(self, message: MessageRef) -> str:
        return ""

    async def check(self) -> Sequence[str]:
        return ()

    def routes(self) -> Sequence[Route]:
        return ()

    def health(self) -> Mapping[str, object]:
        return {"listening": True}


def account(name: str, **changes: object) -> Account:
    """A web chat account, changed where a test says so."""
    made = Account(
        name=name,
        network="webchat",
        channel="mentions",
        private_channel="private",
        label="Harrowmere web chat",
        respond_within=timedelta(minutes=60),
        speaks_as="Harrowmere web chat",
        by_hand=False,
        limits=LIMITS,
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def house(**changes: object) -> House:
    """Harrowmere Council: a web chat, an account answered by hand, one whose private messages are held."""
    brought_in = replace(gone_account(BY_HAND, BY_HAND), channel="mentions", speaks_as="Harrowmere Council")
    accounts = (
        account("website"),
        account("x", network="x", label="@harrowmere", speaks_as="@harrowmere on X", by_hand=True),
        account("form", private_channel="", label="contact form", speaks_as="contact form"),
        brought_in,
    )
    made = House(
        accounts={one.name: one for one in accounts},
        zone=LONDON,
        hours=OfficeHours.read("", LONDON),
        chats=("quiet",),
        officers=(DEV.id, FARAH.id),
        leads=(MORAG.id,),
        organisation="Harrowmere Council",
        commands=Commands().model_dump(),
    )
    made = replace(made, **changes)  # type: ignore[arg-type]
    standing = Plan(standing={DutyRole.DUTY: made.officers, DutyRole.LEAD: made.leads})
    return made if "plan" in changes else replace(made, plan=standing)


def blank_database(path: Path) -> Path:
    """An up-to-date database without a mention in it, to be copied: migrating takes longer than most tests."""
    database = Database(f"sqlite:///{path}")
    migrate.upgrade(database)
    database.close()
    return path


class Office:
    """A desk with people before it. What they ask goes through ``handlers.run``, as from any chat."""

    def __init__(self, blank: Path, folder: Path, clock: MovableClock, *, restricted: bool = False, **rules: object) -> None:
        self.clock = clock
        file = folder / "office.db"
        shutil.copyfile(blank, file)
        self.database = Database(f"sqlite:///{file}")
        self.chat = QuietChat()
        self.desk = Desk(self.database, clock, house=house(**rules), peers=AlonePeers(clock), restricted=restricted)
        self.desk.chats = {"quiet": self.chat}
        self._asked = 0
        self._posts = 0

    def close(self) -> None:
        """Let go of the file."""
        self.database.close()

    async def hears(self, text: str, *, on: str = "website", by: str = "Lou", **more: object) -> str:
        """The public says something; the reference of the mention it became."""
        self._posts += 1
        post = Incoming(
            native_id=str(more.pop("native_id", f"p{self._posts}")),
            text=text,
            author=Author(f"a-{by}", by),
            posted_at=self.clock.now(),
            **more,  # type: ignore[arg-type]
        )
        taken = await self.desk.take_in([post], on)
        newest = await self.desk.next_waiting()
        return newest if taken.new and newest else ""

    async def floods(self, count: int, *, on: str = "website", **more: object) -> None:
        """So many posts at once, each by another author."""
        self._posts += count
        posts = [
            Incoming(
                native_id=f"p{self._posts - n}",
                text=f"The road is under water ({n})",
                author=Author(f"a-{self._posts - n}", "Lou"),
                posted_at=self.clock.now(),
                **more,  # type: ignore[arg-type]
            )
            for n in reversed(range(count))
        ]
        await self.desk.take_in(posts, on)

    async def loses(self, native_id: str, *, on: str = "website") -> None:
        """The author deletes a post."""
        await self.desk.take_in([Gone(native_id, self.clock.now())], on)

    async def ask(self, who: Staff, line: str, way: Way = Way.TYPED, **more: object) -> Answer | Form:
        """Somebody asks: ``claim 1``."""
        self._asked += 1
        verb, _, text = line.partition(" ")
        place = Place("quiet", "mentions", ref=str(more.pop("ref", "")))
        command = Command(verb, text, who, place, f"quiet:{self._asked}", way, **more)  # type: ignore[arg-type]
        return await handlers.run(command, self.desk)

    async def says(self, who: Staff, line: str, way: Way = Way.TYPED, **more: object) -> str:
        """The words somebody is answered with."""
        answer = await self.ask(who, line, way, **more)
        return "\n".join(plain(piece) for piece in answer.body)

    async def sends_in(self, who: Staff, form: Answer | Form, values: Mapping[str, str] | None = None) -> Answer | Form:
        """Somebody fills in a form and sends it: by what it is sent in with, or the button that sends a reply."""
        assert isinstance(form, Form), form
        send = next((one for one in form.buttons if one.verb == form.verb and one.argument.startswith("send:")), None)
        if send:
            line, given = f"{send.verb} {send.ref} {send.argument}", {"values": values or {}, "context": form.context}
            return await self.ask(who, line, Way.PRESSED, **given)
        return await self.ask(who, form.verb, Way.SENT_IN, step=form.step, values=values or {}, context=form.context)

    async def replies(self, who: Staff, number: int, text: str) -> Answer | Form:
        """Somebody writes a reply, looks it over and sends it."""
        written = await self.sends_in(who, await self.ask(who, f"reply {number}"), {"text": text})
        return await self.sends_in(who, written)

    async def shows_cards(self) -> None:
        """The cards that wait are drawn in their channels."""
        deliver = Deliver(self.desk)
        while await deliver.once():
            await deliver.finish_in_hand()

    def forgets(self, name: str) -> None:
        """An account leaves the settings."""
        known = {other: one for other, one in self.desk.house.accounts.items() if other != name}
        self.desk.house = replace(self.desk.house, accounts=known)

    async def system(self, ref: str, action: Action, **detail: str) -> Mention:
        """The bot itself makes a move."""
        made = await self.desk.make(Move(ref, action, by="system", detail=detail))
        return made.mention

    async def now(self, number: int) -> Mention:
        """A mention as it is."""
        return (await self.desk.story(f"M-{number}")).mention
