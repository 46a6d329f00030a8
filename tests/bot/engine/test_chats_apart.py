"""Two chats: one that hangs, or is gone from the settings, is no trouble to the people of the other; what concerns all is
said in both."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot import starting
from bot.command import Command, Place, Staff
from bot.delivery import Kind, Rank
from bot.elsewhere import AT_ONCE, Elsewhere
from bot.engine.escalate import Escalate
from bot.errors import NotYours, Refused, TryLater
from bot.mention import Action
from bot.ports import Known, Manner
from bot.store import schema, switch
from bot.store.sending import recovery
from bot.store.sending.outbox import Wanted
from tests.bot.council import account, house, post
from tests.bot.engine.hall import Town

BOTH = Manner(reads_each=timedelta(minutes=1), reaches=lambda _staff: True)


@pytest.fixture
def town(bench) -> Town:
    bench.desk.elsewhere = Elsewhere(patience=0.05, briefly=0.01)
    return Town(bench)


class Asked:
    """What a chat was asked, and is answered once that is allowed."""

    def __init__(self, answer: object) -> None:
        self.answer, self.may, self.times = answer, asyncio.Event(), 0

    async def __call__(self, *_about: str) -> object:
        self.times += 1
        await self.may.wait()
        return self.answer


def by(person: str, chat: str = "wall") -> Command:
    """Something asked in a chat."""
    return Command("show", "1", Staff(person, person), Place(chat, "mentions"), "k")


async def nobody(*_about: str) -> bool:
    return False


# --- questions ---------------------------------------------------------------------------------------------------


async def test_whoever_asks_in_one_chat_does_not_wait_for_another_that_hangs(town: Town) -> None:
    desk, hall = town.bench.desk, town.hall
    hall.manner, town.wall.is_member, hall.is_member = BOTH, nobody, Asked(answer=True)

    found = [await asyncio.wait_for(desk.in_channel(by("U0ANN"), "mentions"), 1) for _ in range(20)]
    hall.is_member.may.set()
    later = await desk.in_channel(by("U0ANN"), "mentions")

    assert (set(found), later, hall.is_member.times) == ({False}, True, 1)


async def test_a_chat_that_hangs_is_asked_few_things_at_once(town: Town) -> None:
    town.hall.manner, town.wall.is_member, town.hall.is_member = BOTH, nobody, Asked(answer=True)

    for number in range(20):
        assert not await town.bench.desk.in_channel(by(f"U{number}"), "mentions")

    assert town.hall.is_member.times == AT_ONCE
    await town.bench.desk.elsewhere.stop()


async def test_the_chat_it_was_asked_in_is_asked_first_and_others_only_about_those_they_reach(town: Town) -> None:
    desk, asked = town.bench.desk, Asked(answer=True)
    asked.may.set()
    town.hall.is_member = asked

    at_home = await desk.in_channel(by("U0ANN"), "mentions")
    town.wall.is_member = nobody
    not_reached = await desk.in_channel(by("U0ANN"), "mentions")
    reached = await desk.in_channel(by("4711"), "mentions")

    assert (at_home, not_reached, reached, asked.times) == (True, False, True, 1)


async def test_who_cannot_be_looked_up_in_time_is_no_colleague_and_has_not_left(town: Town) -> None:
    desk, hall = town.bench.desk, town.hall

    async def not_ours(_staff: str) -> Staff:
        raise NotYours("nobody")

    town.wall.person, hall.person, hall.knows = not_ours, Asked(Staff("4711", "Ann")), Asked(Known.CLOSED)

    with pytest.raises(TryLater):
        await desk.person("4711", Place("wall", "mentions"))
    assert not await desk.has_left("4711")
    hall.person.may.set()
    hall.knows.may.set()
    assert (await desk.person("4711", Place("wall", "mentions"))).name == "Ann"
    assert await desk.has_left("4711")


# --- chats that go -----------------------------------------------------------------------------------------------


async def test_what_waits_for_a_chat_that_is_gone_is_said_in_no_other_and_it_shows_what_is_open_once_back(
    town: Town,
) -> None:
    bench, hall = town.bench, town.hall
    await town.comes(1)
    await town.passes(seconds=30)
    await town.comes(2)
    await town.bench.does(Action.NOTE, note="hm")
    await town.says(Wanted("s", Kind.POST, "s", Rank.ACTION, target="77", payload={"text": "only here", "chat": "hall"}))
    both, bench.desk.house = bench.desk.house, replace(bench.house, chats=("wall",))
    bench.desk.chats.pop("hall")
    with capture_logs() as logs:
        await starting.show_what_is_open(bench.desk)
        await starting.show_what_is_open(bench.desk)
    await town.passes(minutes=1)
    await bench.does(Action.CLOSE, ref="M-1", note="praise")
    await town.passes(minutes=1)
    gone = [row["state"] for row in await bench.all(schema.delivery) if "left off" in row["key"]]
    alone = (len(town.wall.posts), len(hall.posts))

    bench.desk.house, bench.desk.chats["hall"] = both, hall
    for _ in "12":
        await starting.show_what_is_open(bench.desk)
    await town.passes(minutes=2)

    assert [(one["chat"], one["cancelled"]) for one in logs] == [("hall", len(gone))]
    assert set(gone) == {"cancelled"}
    assert alone == (3 + 2, 1)  # three cards, a note and why it was closed; nothing of the hall's
    assert (sorted(hall.shown), [card.ref for card in hall.redrawn]) == (["M-1", "M-2", "M-3"], ["M-1"])
    assert (await bench.verdict()).startswith("ok")


async def test_one_that_is_taken_for_a_chat_that_is_not_there_is_over(town: Town) -> None:
    await town.comes(1)
    town.bench.desk.chats.pop("hall")

    with capture_logs() as logs:
        await town.passes(minutes=10, every=60)

    assert len(town.wall.posts) == 1
    assert [one["chat"] for one in logs if one["event"] == "chat_not_set_up"] == ["hall"]


# --- what concerns everybody -------------------------------------------------------------------------------------


async def test_what_concerns_everybody_is_said_in_every_chat(town: Town) -> None:
    bench = town.bench
    await bench.db.write(switch.stop, "U0DEV", "a hoax.", house=bench.house, now=bench.clock.now())
    await bench.db.write(recovery.tell_everybody, "after noon", 0, house=bench.house, now=bench.clock.now())

    await town.passes(minutes=1)

    for chat in (town.wall, town.hall):
        said = [what.plain[:30] for _, what, _ in chat.posts]
        assert sorted(said) == ["Publishing is stopped by U0DEV"[:30], "Tolbooth was restored from a b"]


@pytest.mark.parametrize("count", [1, 8])
async def test_the_channels_rung_is_climbed_in_every_chat(town: Town, count: int) -> None:
    bench, waits = town.bench, ("has waited", "more mention")
    bench.desk.house = replace(house(account(), officers=()), chats=("wall", "hall"))
    await town.comes(count)
    await town.passes(minutes=5, every=10)
    bench.clock.advance(timedelta(hours=1))
    for _ in range(3):
        await Escalate(bench.desk).once()
        await town.passes(minutes=2, every=10)

    wall, hall = ([one for _, one, _ in chat.posts if hasattr(one, "plain")] for chat in (town.wall, town.hall))
    said = [sorted(what.plain[:20] for what in each if any(one in what.plain for one in waits)) for each in (wall, hall)]

    assert said[0] == said[1]
    assert len(said[0]) == (1 if count == 1 else 6)


# --- a chat that takes few messages --------------------------------------------------------------------------------


async def test_what_people_did_is_said_between_the_cards_of_a_storm(town: Town) -> None:
    await town.comes(1)
    await town.passes(seconds=30)
    await town.comes(40)
    await town.passes(seconds=50)
    await town.bench.does(Action.CLAIM)

    await town.passes(seconds=40)

    assert len(town.hall.redrawn) == 1
    assert len(" ".join(town.hall.shown).split()) < 41
    await town.passes(minutes=4)
    assert sorted(" ".join(town.hall.shown).split()) == sorted(f"M-{number}" for number in range(1, 42))


async def test_a_channel_that_will_take_no_card_is_no_trouble_to_the_others(town: Town) -> None:
    post_it, tries = town.hall.post, []

    async def not_there(channel: str, *what, **more):
        tries.extend([channel] if channel == "parks" else [])
        if channel == "parks":
            raise Refused("there is no such channel")
        return await post_it(channel, *what, **more)

    town.hall.post = not_there
    town.bench.desk.house = replace(house(account(), account("parks", channel="parks")), chats=("wall", "hall"))
    await town.bench.arrives(*(post(f"k{n}", by=f"b{n}") for n in range(20)), account="parks")
    await town.passes(minutes=10)
    held = len(tries)
    await town.comes(1)
    await town.passes(seconds=40)
    shown = len(town.hall.posts)
    town.hall.post = post_it
    await town.passes(minutes=15)

    assert (held < 15, shown) == (True, 1)
    assert len(" ".join(town.hall.shown).split()) == 21


async def test_a_chat_that_asks_for_a_pause_of_many_is_reported_once(town: Town) -> None:
    town.hall.answers = [TryLater("slow down", timedelta(seconds=90), "messages")]
    await town.comes(5)

    with capture_logs() as logs:
        await town.passes(minutes=1)

    assert len([one for one in logs if one["event"] == "place_paused"]) == 1


async def test_one_whom_no_chat_could_know_has_not_left(town: Town) -> None:
    town.bench.desk.chats.pop("wall")

    assert await town.bench.desk.knows("U0DEV") is None
    assert await town.bench.desk.knows("4711") is Known.OPEN


async def test_words_under_a_card_do_not_wait_behind_its_redraw_for_all_new_cards(town: Town) -> None:
    town.bench.desk.house = replace(town.bench.house, read_each={"hall": timedelta(minutes=1)})
    await town.comes(1)
    await town.passes(seconds=30)
    await town.says(Wanted("t", Kind.TELL, "t", Rank.ACTION, None, "4711", {"text": "wait"}))
    await town.delivers()
    await town.comes(3)
    await town.bench.does(Action.SEE)
    await town.bench.does(Action.NOTE, note="hm")

    await town.passes(seconds=21)

    assert (len(town.hall.redrawn), [words for _, words in town.hall.under]) == (1, ["U0PRIYA noted:\n> hm"])
