"""The real handlers and a real desk behind a community: a mention from its thread to the public, and back."""

from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

import handlers
from bot.clock import MovableClock
from bot.settings import CoreSettings
from bot.store.remembered import Remembered
from bot.store.schema import delivery
from integrations.http import Http
from integrations.sandbox.engage_server import Community, EngagePerson, StandInEngage, Thread
from integrations.viva_engage.chat import build
from integrations.viva_engage.client import Engage
from integrations.viva_engage.listen import Listener
from integrations.viva_engage.people import People
from integrations.viva_engage.settings import VivaEngageSettings
from tests.handlers.office import Office, account, blank_database
from tests.integrations.viva_engage.bench import PassingPeers

SENTENCES = (
    "close to the station",
    "like this idea",
    "stop me if you know this",
    "send",
    "approve",
    "correct that",
    "hide and seek",
    "unsay it",
    "“send”",
    "I would write send now",
    "done?",
)


class There:
    """The office, with a community in the place of its chat."""

    def __init__(self, office: Office, there: StandInEngage, listener: Listener) -> None:
        self.office, self.there, self.listener = office, there, listener
        self.priya: EngagePerson = there.person("priya")

    async def hears(self) -> None:
        """What waits is said, a minute passes, what was written is heard, and that is said too."""
        for _ in range(3):
            await self.office.shows_cards()
            self.office.clock.advance(seconds=5)
        self.office.clock.advance(seconds=46)
        await self.listener.round()

    async def mention(self, text: str) -> Thread:
        """The public says something, and its thread."""
        ref = await self.office.hears(text)
        await self.hears()
        return self.there.thread_of(ref)

    async def says(self, text: str, under: Thread) -> str:
        """Priya writes under a card; what is last said there then."""
        self.priya.says(text, under=under)
        await self.hears()
        return under.replies[-1].text

    async def leaves_for_the_public(self) -> list[str]:
        """What is queued to be seen by the public."""

        def queued(conn: Connection) -> list[str]:
            return [str(kind) for kind in conn.execute(select(delivery.c.kind)).scalars() if str(kind) in ("reply", "act")]

        return await self.office.desk.db.read(queued)


@pytest.fixture(scope="module")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return blank_database(tmp_path_factory.mktemp("there") / "blank.db")


@pytest.fixture
async def place(
    blank: Path,
    tmp_path: Path,
    clock: MovableClock,
    there: StandInEngage,
    desk_community: Community,
    engage: Engage,
    peers: PassingPeers,
    http: Http,
) -> There:
    office = Office(blank, tmp_path, clock, chats=("viva_engage",), accounts={"website": account("website")})
    settings = VivaEngageSettings(
        api_url=there.api_url,
        token=there.token(),
        client_id="app",
        communities={"mentions": str(desk_community.id), "private": str(desk_community.id)},
    )
    given = {"core": CoreSettings(), "clock": clock, "peers": peers, "verbs": handlers.TYPED}
    memory = Remembered(office.database, clock, "viva_engage")
    chat = build(settings, channels=["mentions"], http=http, tokens=None, memory=memory, **given)
    office.desk.peers, office.desk.chats = peers, {"viva_engage": chat}
    office.desk.house = replace(office.desk.house, read_each={"viva_engage": timedelta(seconds=60)})
    people = People(engage, CoreSettings(), clock, others=False, memory=memory)
    run = partial(handlers.run, desk=office.desk)
    listener = Listener(run, engage=engage, people=people, memory=memory, settings=settings, **given)
    one = There(office, there, listener)
    await one.hears()
    return one


async def test_reply_is_shown_first_sent_by_send_and_stopped_by_undo_within_the_hold(place: There) -> None:
    thread = await place.mention("When are the bins collected?")

    await place.says("claim", thread)
    assert (await place.office.now(1)).owner == str(place.priya.id)
    shown = await place.says("reply Tomorrow before eight.", thread)
    assert "> Tomorrow before eight." in shown
    assert "you have 2 minutes to stop it" in shown
    assert await place.leaves_for_the_public() == []

    sent = await place.says("send", thread)
    assert "it goes out as Harrowmere web chat in 2 minutes" in sent
    assert (await place.office.desk.story("M-1")).live_reply
    await place.says("undo", thread)

    story = await place.office.desk.story("M-1")
    assert story.live_reply is None
    assert story.draft_by(str(place.priya.id))
    assert await place.says("send", thread) != sent


async def test_no_sentence_in_a_thread_is_public_or_closes_it(place: There) -> None:
    thread = await place.mention("When are the bins collected?")
    for sentence in SENTENCES:
        place.priya.says(sentence, under=thread)
    await place.hears()

    notes = [event for event in await place.office.desk.events("M-1") if event["action"] == "note"]
    assert len(notes) == len(SENTENCES)
    assert (await place.office.now(1)).is_open
    assert await place.leaves_for_the_public() == []


async def test_a_form_of_the_handlers_is_filled_in_by_words(place: There) -> None:
    thread = await place.mention("When are the bins collected?")
    await place.says("claim", thread)

    asked = await place.says("reply", thread)
    assert "Write your answer here" in asked
    shown = await place.says("Tomorrow before eight.", thread)
    assert "send (Reply as Harrowmere web chat)" in shown
    await place.says("change", thread)
    shown = await place.says("1: On Friday.", thread)
    assert "> On Friday." in shown
    await place.says("send", thread)

    live = (await place.office.desk.story("M-1")).live_reply
    assert live
    assert live.text == "On Friday."


async def test_what_was_let_go_where_words_are_heard_at_once_is_held_as_ever(place: There) -> None:
    house = place.office.desk.house

    assert house.hold_in("quiet") == house.hold == timedelta(seconds=10)
    assert house.hold_in("viva_engage") == timedelta(minutes=2)


async def test_help_is_told_in_private_as_things_are_typed_here(place: There) -> None:
    place.priya.writes("help")
    await place.hears()
    place.priya.writes("help more")
    await place.hears()

    told = "\n".join(one.text for one in place.priya.told)
    assert "claim 142  Take a mention" in told
    assert "/find words" in told
    assert "is a note for colleagues. All of it is read within a minute." in told
    assert "button" not in told


async def test_a_reply_written_away_from_its_thread_shows_what_it_answers(place: There) -> None:
    thread = await place.mention("When are the bins collected?")
    place.priya.writes("reply 1 Tomorrow before eight.")
    await place.hears()
    await place.says("reply On Friday.", thread)

    assert "It answers:\n> When are the bins collected?" in place.priya.told[-1].text
    assert "It answers" not in thread.replies[-1].text
