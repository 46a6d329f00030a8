"""Two chats: each thing is said in the one it is for, and one that takes few messages holds up no other."""

from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.chats import chat_for
from bot.command import SAID_THERE, Command, Place, Staff
from bot.delivery import Kind, Rank
from bot.duty.contact import Contact
from bot.errors import NotYours, OutsideError, Refused, TryLater
from bot.housing import suited_to
from bot.line.checking_reach import notes_on_reach
from bot.mention import Action, Move
from bot.ports import Known, MessageRef, Way
from bot.store import mentions, schema
from bot.store.intake import arrivals
from bot.store.reading import overview
from bot.store.sending import outbox
from bot.store.sending.outbox import Wanted
from handlers.note import note
from tests.bot.council import house
from tests.bot.engine.hall import Town

ANN = Staff("4711", "Ann")


@pytest.fixture
def town(bench) -> Town:
    return Town(bench)


def tell(person: str, rank: Rank = Rank.ACTION, **about: object) -> Wanted:
    """A word to a person."""
    key = f"{person}:{rank}:{about}"
    return Wanted(key, Kind.TELL, key, rank, None, person, {"text": f"for {person}", **about})


def by(staff: Staff, chat: str, **more) -> Command:
    """Something asked in a chat."""
    return Command("give", "", staff, Place(chat, "mentions"), "k", **more)


async def test_a_mention_has_a_card_in_each_chat_and_what_is_said_of_it_is_said_in_both(town: Town) -> None:
    await town.comes(1)
    await town.passes(minutes=1)
    await town.bench.does(Action.NOTE, note="hm")
    await town.passes(minutes=1)

    cards = {row["chat"]: (row["channel"], row["message"]) for row in await town.bench.all(schema.card)}

    assert cards == {"wall": ("mentions", "m1"), "hall": ("77", "m1")}
    assert len(town.wall.posts) == len(town.hall.posts) == 2
    assert await town.bench.db.read(mentions.under, "hall", "77", "m1") == "M-1"


async def test_a_card_found_after_its_answer_was_lost_is_known_by_the_channels_own_id(town: Town) -> None:
    town.hall.answers = ["lost"]
    await town.comes(1)

    await town.passes(minutes=2)

    assert (len(town.hall.posts), town.hall.looked > 0) == (1, True)
    assert await town.bench.db.read(mentions.under, "hall", "77", "m1") == "M-1"


async def test_a_chat_that_has_no_time_to_be_looked_into_is_not_said_the_same_again_at_once(town: Town) -> None:
    town.hall.answers, looks = ["lost"], [TryLater("slower", timedelta(seconds=5), "messages")] * 12
    find = town.hall.find_posted

    async def busy(*asked, **more):
        if looks:
            raise looks.pop()
        return await find(*asked, **more)

    town.hall.find_posted = busy
    await town.comes(1)

    await town.passes(minutes=3)

    assert (len(town.hall.posts), looks) == (1, [])


async def test_all_that_is_said_in_a_slow_chat_takes_from_one_budget_and_the_other_chat_waits_for_none_of_it(
    town: Town,
) -> None:
    await town.comes(3)
    await town.says(tell("4711"), tell("4712", Rank.ESCALATION), tell("U0DEV"))

    await town.delivers()
    at_once = (len(town.wall.posts), len(town.wall.told), len(town.hall.posts), len(town.hall.told))
    counts = []
    for _ in range(5):
        await town.passes(seconds=10, every=2.5)
        counts.append(len(town.hall.posts) + len(town.hall.told))

    assert at_once == (3, 1, 0, 1)
    assert counts == [2, 3, 4, 5, 5]
    assert [who for who, _ in town.hall.told] == ["4712", "4711"]  # the escalation first, then what people wait for


async def test_a_redraw_takes_no_room_that_a_card_waits_for(town: Town) -> None:
    await town.comes(1)
    await town.passes(seconds=30)
    await town.bench.does(Action.SEE)
    await town.says(tell("4711"))
    await town.delivers()
    await town.comes(3)

    await town.passes(seconds=31)

    assert (len(town.hall.posts), len(town.hall.redrawn)) == (4, 0)
    await town.passes(seconds=10)
    assert len(town.hall.redrawn) == 1


async def test_a_slow_chat_that_asks_for_a_pause_holds_up_all_of_itself_and_nothing_else(town: Town) -> None:
    town.hall.answers = [TryLater("slow down", timedelta(seconds=90), "messages")]
    await town.comes(1)
    with capture_logs() as logs:
        await town.delivers()
        await town.says(tell("4711"), tell("U0DEV"))
        await town.comes(2)
        await town.passes(seconds=80)

    assert (len(town.wall.posts), len(town.wall.told), town.hall.posts, town.hall.told) == (3, 1, [], [])
    assert [(one["place"], one["seconds"]) for one in logs if one["event"] == "place_paused"] == [("all:hall", 90)]
    await town.passes(minutes=1)
    assert (len(town.hall.posts), len(town.hall.told)) == (3, 1)


async def test_a_chats_own_pace_is_no_news(town: Town) -> None:
    town.hall.answers = [TryLater("no room yet", timedelta(seconds=3), "messages")]
    await town.comes(1)

    with capture_logs() as logs:
        await town.passes(minutes=1)

    assert len(town.hall.posts) == 1
    assert [one for one in logs if one["log_level"] != "info"] == []


async def test_what_an_older_release_queued_for_a_channel_goes_on_and_shares_its_pace(town: Town) -> None:
    await town.comes(6)
    old = schema.delivery.update().where(schema.delivery.c.target == "wall").values(place="in:mentions")
    await town.bench.db.write(lambda conn: conn.execute(old).rowcount)
    await town.says(Wanted("p", Kind.POST, "p", Rank.REDRAW, target="mentions", payload={"text": "a seal"}))

    await town.delivers()
    first = len(town.wall.posts)
    await town.passes(seconds=4, every=1)

    assert (first, len(town.wall.posts)) == (4, 7)


@pytest.mark.parametrize(
    ("kind", "target", "payload", "chat"),
    [
        (Kind.CARD, "hall", {}, "hall"),
        (Kind.TELL, "4711", {}, "hall"),
        (Kind.PING, "U0DEV", {}, "wall"),
        (Kind.TELL, "U0DEV", {"chat": "hall"}, "hall"),
        (Kind.POST, "mentions", {}, "wall"),
        (Kind.POST, "77", {"chat": "hall"}, "hall"),
        (Kind.REPLY, "website", {}, ""),
    ],
)
async def test_each_is_said_in_the_chat_it_is_for(town: Town, kind: Kind, target: str, payload, chat: str) -> None:
    await town.says(Wanted("k", kind, "k", Rank.ACTION, target=target, payload=payload))
    (taken,) = await town.bench.db.write(outbox.due, town.bench.clock.now(), "me", 9)

    found = chat_for(town.bench.desk.chats, taken)

    assert (found.name if found else "") == chat


async def test_one_whom_both_chats_reach_is_told_where_they_are_told_at_once(town: Town) -> None:
    town.hall.manner = replace(town.hall.manner, reaches=lambda _staff: True)
    town.bench.desk.chats = {"hall": town.hall, "wall": town.wall}

    await town.says(tell("U0DEV"))
    await town.delivers()

    assert (len(town.wall.told), town.hall.told) == (1, [])


async def test_a_chat_that_is_set_up_later_shows_what_is_open(town: Town) -> None:
    town.bench.desk.house = replace(town.bench.house, chats=("wall",))
    await town.comes(2)
    await town.bench.does(Action.CLOSE, ref="M-2", note="praise")
    await town.delivers()
    town.bench.desk.house = replace(town.bench.house, chats=("wall", "hall"))

    shown = [await town.bench.db.write(arrivals.announce_missing, town.bench.house, town.bench.clock.now()) for _ in "12"]
    await town.bench.does(Action.REOPEN, ref="M-2")
    await town.passes(minutes=1)

    assert shown == [1, 0]
    assert town.hall.shown == ["M-1", "M-2"]


async def test_what_is_asked_for_in_one_chat_is_shared_there(town: Town) -> None:
    await town.bench.db.write(overview.post, Place("hall", "77"), "Handover", key="k", now=town.bench.clock.now())

    await town.delivers()

    assert (town.wall.posts, town.hall.shown) == ([], ["Handover"])


async def test_a_note_that_stands_in_a_thread_is_said_in_the_other_chat_only(town: Town) -> None:
    await town.comes(1)
    await town.passes(minutes=1)
    said = by(ANN, "hall", context={SAID_THERE: "yes"})

    await note(replace(said, verb="note", text="142 streets have this", at=replace(said.at, ref="M-1")), town.bench.desk)
    await town.passes(minutes=1)

    assert town.hall.shown == ["M-1"]
    assert "142 streets have this" in town.wall.posts[-1][1].plain
    assert (await town.bench.verdict()).startswith("ok")


async def test_a_colleague_whom_only_the_other_chat_knows_can_be_given_a_mention(town: Town) -> None:
    async def nobody(staff: str) -> Staff:
        raise NotYours("no such person")

    town.hall.person = nobody
    found = await town.bench.desk.colleague(by(ANN, "hall"), "U0DEV", "mentions")
    town.wall.person = nobody

    assert found.id == "U0DEV"
    with pytest.raises(NotYours):
        await town.bench.desk.colleague(by(ANN, "hall"), "U0DEV", "mentions")


async def test_one_who_is_still_in_one_chat_has_not_left(town: Town) -> None:
    states: dict[str, object] = {}

    def knows(chat: str):
        async def known(_staff: str) -> Known:
            if isinstance(found := states[chat], Exception):
                raise found
            return found

        return known

    for one in (town.wall, town.hall):
        one.manner = replace(one.manner, reaches=lambda _staff: True)
        one.knows = knows(one.name)
    found = []
    for wall, hall in [
        (Known.CLOSED, Known.OPEN),
        (OutsideError("away"), Known.OPEN),
        (OutsideError("away"), Known.CLOSED),
        (Known.CLOSED, Known.UNKNOWN),
    ]:
        states |= {"wall": wall, "hall": hall}
        found.append(await town.bench.desk.knows("U0DEV"))

    assert found == [Known.OPEN, Known.OPEN, None, Known.CLOSED]


async def test_the_group_on_duty_is_kept_in_the_chat_that_has_groups(town: Town) -> None:
    async def none_here(group: str, people) -> None:
        raise Refused("there are no groups here")

    town.wall.keep_group = none_here
    await town.says(Wanted("g", Kind.GROUP, "g", Rank.CARD, None, "S0DUTY", {"role": "duty"}))

    await town.delivers()

    assert town.hall.groups == [("S0DUTY", ("U0DEV", "U0FARAH"))]


async def test_whoever_is_told_late_and_in_no_other_way_is_named_with_the_cure(town: Town) -> None:
    town.bench.desk.house = house(officers=("U0DEV", "4711", "4712"), ways={Way.TEXT: timedelta(minutes=2)})
    town.bench.desk.house = replace(town.bench.house, contacts={"4712": Contact("4712", "+447700900123", "")})

    notes = list(notes_on_reach(town.bench.desk))

    assert notes == [
        "pings reach 4711 only when the chat is next read, and by no other way: give a phone or an email for 4711 under "
        "[[people]], and set up what carries it: see [notify], [twilio] and [smtp]"
    ]
    assert suited_to(town.bench.house, list(town.bench.desk.chats.values()))["told_late"] == {"4712"}


async def test_what_was_raised_while_it_waited_goes_first(town: Town) -> None:
    await town.says(tell("4711"))
    await town.delivers()
    await town.comes(3)
    await town.bench.desk.make(Move("M-3", Action.PRIORITY, "U0DEV", priority="P0", note="danger"))

    await town.passes(seconds=10)

    assert town.hall.shown == ["M-3"]


async def test_a_thread_of_several_cards_belongs_to_no_one_mention(town: Town) -> None:
    shared = schema.card.insert().values(number=1, chat="hall", channel="77", message="m9", shared=True)
    town.bench.desk.house = replace(town.bench.house, chats=("wall",))
    await town.comes(1)
    await town.bench.db.write(lambda conn: conn.execute(shared).rowcount)

    assert await town.bench.db.read(mentions.under, "hall", "77", "m9") == ""
    assert await town.bench.db.read(mentions.card_of, 1, "hall") == MessageRef("77", "m9", shared=True)
