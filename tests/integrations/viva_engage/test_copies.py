"""Where the public's words stand besides their own thread, they go when the words are to be kept nowhere."""

from dataclasses import replace

import pytest

from bot.card import Answer, Card, Notice, Quote, Strong
from bot.clock import MovableClock
from bot.errors import TryLater
from bot.ports import MessageRef
from bot.words import DELETED, ERASED
from integrations.sandbox.engage_server import Community
from integrations.viva_engage.client import WRITES, Engage
from integrations.viva_engage.copies import AT_ONCE, KEPT, Copies
from integrations.viva_engage.links import Links
from integrations.viva_engage.posted import Posted
from integrations.viva_engage.standing import Standing
from integrations.viva_engage.telling import Telling
from tests.integrations.viva_engage.hearing import Hearing, Keeps, OneOfTwo

CARD = Card("M-142", 1, (Strong("Zelda"), " · Harrowmere web chat"), "My number is 07700 900999")
WORDS_OF_1 = "M-1 · 3 m · nobody has it · “My number”"
WORDS = (("M-142 has waited 2 h.",), Quote(CARD.quote))


@pytest.fixture
def peers(clock: MovableClock) -> OneOfTwo:
    return OneOfTwo(clock)


@pytest.fixture
async def hearing(there, desk_community, engage, peers) -> Hearing:
    """A thread of M-142, listened to."""
    one = Hearing(there, desk_community, engage, peers)
    await one.opens()
    return one


class Desk:
    """What a chat says with, and remembers."""

    def __init__(self, engage: Engage, clock: MovableClock, memory: Keeps) -> None:
        self.memory, posted, links = memory, Posted(engage, clock), Links(memory)
        self.copies = Copies(engage, memory, clock)
        self.standing = Standing(engage, memory, posted, links, copies=self.copies, clock=clock)
        self.telling = Telling(engage, memory, self.copies, clock)


async def begun(desk: Desk, engage: Engage, community: Community, quote: str) -> MessageRef:
    """A thread of a card that has more words added to it."""
    said = await engage.say("M-142 · Zelda · Harrowmere web chat", group=community.id, patient=True)
    own = MessageRef(str(community.id), str(said.id))
    await desk.standing.began(own, (replace(CARD, quote=quote),))
    return own


async def test_private_answers_go_with_the_words_they_repeat_and_no_others(hearing, clock):
    desk = Desk(hearing.engage, clock, hearing.memory)
    said = iter(
        [Answer((("M-142 and M-7",), Quote("My number is"))), Answer((Quote("07700 900999"),)), Answer((("M-7 alone",),))]
    )
    hearing.answers = lambda _command: next(said)
    hearing.person("dev").writes("show 142")
    await hearing.hears()
    hearing.person("dev").says("show 142", under=hearing.person("dev").told[-1])
    await hearing.hears()
    hearing.person("priya").writes("show 7")
    await hearing.hears()
    clock.advance(WRITES.per)
    await desk.telling.tell(hearing.there.world.person("priya").id, "U0PRIYA", Notice(WORDS), lambda _staff: None)

    await desk.copies.take_down("M-142")

    assert [one.text for who in ("dev", "priya") for one in hearing.person(who).told] == ["M-7 alone"]
    assert not [name for name in hearing.memory.kept if name.startswith("copy:M-142:")]
    assert not [kept for kept in hearing.memory.kept.values() if "07700" in kept]


async def test_what_was_said_of_a_deleted_post_goes_once_more_when_it_is_erased(there, engage, clock, desk_community):
    desk = Desk(engage, clock, Keeps())
    posted = await engage.say("a digest", group=desk_community.id, patient=True)
    under = await engage.say("M-142: Zelda wrote again:\n> Hello?", under=posted.id, patient=True)
    await desk.copies.learn(under, under.plain)
    shared = MessageRef(str(desk_community.id), str(posted.id), shared=True)

    clock.advance(WRITES.per)
    own = await desk.standing.redraw(shared, replace(CARD, quote=DELETED))
    clock.advance(WRITES.per)
    moved = await desk.standing.redraw(own, replace(CARD, heading=("Somebody",), quote=ERASED))

    assert await desk.standing.redraw(moved, replace(CARD, heading=("Somebody",), quote=ERASED)) is None
    assert [one.text.split("\n")[0] for one in there.world.live()] == ["a digest", "M-142 · Somebody"]


async def test_an_addition_that_its_author_deletes_is_taken_down(there, engage, clock, desk_community):
    desk = Desk(engage, clock, Keeps())
    own = await begun(desk, engage, desk_community, f"{CARD.quote}\n+ (and 1 more before this) my daughter is Ann")
    await engage.say("> my daughter is Ann", under=int(own.id), patient=True)

    clock.advance(WRITES.per)
    moved = await desk.standing.redraw(own, replace(CARD, quote=f"{CARD.quote}\n+ Hello?"))

    assert [one.text.split("\n")[0] for one in there.world.live()] == ["M-142 · Zelda · Harrowmere web chat"]
    assert moved != own
    assert await desk.standing.redraw(moved, replace(CARD, quote=f"{CARD.quote}\n+ (and 1 more before this) Hello!")) is None


async def test_of_many_the_newest_are_remembered_and_deleted_a_few_at_a_time_whatever_becomes_of_one(
    there, engage, clock, desk_community
):
    memory = Keeps()
    copies = Copies(engage, memory, clock)
    not_ours = there.person("priya").says("M-1", where=desk_community)
    told = [await engage.say("M-1", to=there.world.person("dev").id, patient=True) for _ in range(AT_ONCE + 2)]
    for number in range(KEPT):
        await copies.learn(replace(told[0], id=number + 1), WORDS_OF_1)
    for one in told:
        await copies.learn(one, WORDS_OF_1)
    assert len([name for name in memory.kept if name.startswith("copy:M-1:")]) == KEPT
    for number in range(KEPT):
        await memory.forget(f"copy:M-1:{number + 1}")
    await copies.learn(replace(told[0], id=not_ours.id), WORDS_OF_1)

    with pytest.raises(TryLater):
        await copies.take_down("M-1")
    await copies.take_down("M-1")

    assert there.person("dev").told == []
