"""What is posted in Viva Engage, over sockets: each card a thread, what changed said once, and lost answers looked for."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from structlog.testing import capture_logs

from bot.card import Button, Card, Digest, Notice, Ping, Quote, Strong
from bot.clock import MovableClock
from bot.errors import Busy, NotThere, Refused, SettingsError, TryLater, Unsure
from bot.ports import MessageRef, NotFound
from bot.settings import CoreSettings
from bot.words import DELETED, ERASED
from handlers import TYPED
from integrations.sandbox.engage_server import Trouble
from integrations.viva_engage.chat import VivaEngageChat, build
from integrations.viva_engage.client import WRITES
from integrations.viva_engage.settings import VivaEngageSettings
from integrations.viva_engage.text import mark
from tests.integrations.viva_engage.bench import Drawer

CARD = Card(
    ref="M-142",
    version=1,
    heading=(Strong("Ada Byron"), " · @harrowmere on X"),
    quote="Is Harrowmere Primary shut?",
    status=("To be looked at by 09:30",),
    footer=("M-142 · nobody has looked yet",),
    buttons=(Button("Claim", "claim", "M-142"), Button("Reply", "reply", "M-142")),
)
CLAIMED = replace(
    CARD,
    status=("An answer is due by 11:00",),
    footer=("M-142 · claimed by Priya",),
    buttons=(Button("Reply", "reply", "M-142"),),
)
NOTE = Notice(((Strong("Dev noted:"),), Quote("the gate is locked")), (Button("Show", "show", "M-142"),))


class Notebook:
    """The memory of a chat, in a test; ``is_shut``: the database is away."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.is_shut = False

    def _open(self) -> dict[str, str]:
        if self.is_shut:
            raise Busy("away")
        return self.kept

    async def recall(self, name: str) -> str | None:
        return self._open().get(name)

    async def recall_all(self, beginning: str) -> dict[str, str]:
        return {name: value for name, value in self._open().items() if name.startswith(beginning)}

    async def keep(self, name: str, value: str, ref: str = "") -> None:
        self._open()[name] = value

    async def forget(self, name: str) -> None:
        self._open().pop(name, None)


@pytest.fixture
def memory() -> Notebook:
    return Notebook()


@pytest.fixture
def made(there, http, clock, peers, memory, desk_community):
    """Builds the chat; ``channels`` are those the settings name."""

    def make(channels=("#Mentions",), **settings) -> VivaEngageChat:
        given = {"token": there.token(), "api_url": there.api_url, "communities": {"mentions": str(desk_community.id)}}
        core, private = settings.pop("core", CoreSettings()), settings.pop("private", ())
        return build(
            VivaEngageSettings.model_validate(given | settings),
            core=core,
            channels=channels,
            private=private,
            verbs=TYPED,
            clock=clock,
            peers=peers,
            http=http,
            tokens=Drawer(),
            memory=memory,
            pictures=False,
        )

    return make


class AtItsPace:
    """The chat as the outbox uses it: time passes between one thing that is said and the next."""

    def __init__(self, chat: VivaEngageChat, clock: MovableClock) -> None:
        self._chat, self._clock = chat, clock

    def __getattr__(self, name: str) -> Any:
        if name in ("post", "redraw", "tell"):
            self._clock.advance(WRITES.per)
        return getattr(self._chat, name)


@pytest.fixture
async def chat(made, clock):
    """The chat, signed in."""
    chat = made()
    await chat.start(None)
    yield AtItsPace(chat, clock)
    await chat.stop()


def texts(there, community):
    return [thread.text for thread in there.world.threads_in(community)]


# --- cards -------------------------------------------------------------------------------------------------------


async def test_a_card_whose_answer_was_lost_is_found_by_its_mark_in_our_own_words_alone(there, chat, clock, desk_community):
    began = clock.now()
    there.problems.next(Trouble.LOST, method="POST")
    with pytest.raises(Unsure):
        await chat.post("mentions", CARD, "d1")
    [thread] = there.world.threads_in(desk_community)
    second = await chat.post("mentions", replace(CARD, quote=f"x\n{mark('d4')}\ndigest {mark('d4')}\n({mark('d4')})"), "d2")
    there.person("dev").says(f"M-142 · Ada\n{mark('d3')}", where=desk_community)
    there.person("dev").says(f"M-142 · Ada  ({mark('d3')})\ndigest {mark('d9')}", where=desk_community)

    assert await chat.find_posted("#MENTIONS", "d1", began) == MessageRef(str(desk_community.id), str(thread.id))
    assert await chat.find_posted("mentions", "d2", began) == second
    assert await chat.find_posted("mentions", "d3", began) is NotFound.ABSENT
    assert await chat.find_posted("mentions", "d4", began) is NotFound.ABSENT
    assert there.world.messages[thread.id].sender == there.service.id


async def test_it_is_looked_for_page_by_page_and_no_further_than_it_can_be(there, chat, clock, desk_community):
    began = clock.now()
    first = await chat.post("mentions", CARD, "d1")
    under = await chat.post("mentions", NOTE, "t1", first)
    for number in range(45):
        there.person("dev").says(f"talk {number}", under=there.world.messages[int(first.id)])

    assert await chat.find_posted("mentions", "d1", began) == first
    assert await chat.find_posted("mentions", "t1", began, first) == under
    assert await chat.find_posted("mentions", "t2", began, first) is NotFound.ABSENT
    clock.advance(hours=1)
    assert await chat.find_posted("mentions", "d1", clock.now()) is NotFound.ABSENT
    clock.advance(minutes=1)
    there.problems.next(Trouble.WITHDRAWN)
    assert await chat.find_posted("mentions", "d7", began) is NotFound.CANNOT_TELL


async def test_what_changed_is_said_once_and_what_did_not_is_not(there, chat, desk_community):
    card = await chat.post("mentions", CARD, "d1")
    thread = there.thread_of("M-142")

    for now in (CARD, CLAIMED, CLAIMED, replace(CLAIMED, version=7)):
        assert await chat.redraw(card, now) is None
    await chat.redraw(card, replace(CLAIMED, quote="Is Harrowmere Primary shut?\n+ Still shut.", version=8))

    assert [reply.text for reply in thread.replies] == ["✔ Claimed by Priya · An answer is due by 11:00"]


async def test_a_change_whose_answer_was_lost_is_not_said_again_if_it_is_there(there, chat, desk_community):
    card = await chat.post("mentions", CARD, "d1")
    for trouble in (Trouble.LOST, Trouble.DROPPED):
        now = replace(CLAIMED, footer=(f"M-142 · claimed by {trouble.name}",))
        there.problems.next(trouble, method="POST")
        with pytest.raises(Unsure):
            await chat.redraw(card, now)
        await chat.redraw(card, now)
        await chat.redraw(card, now)

    said = [reply.text for reply in there.thread_of("M-142").replies]
    assert said == ["✔ Claimed by LOST · An answer is due by 11:00", "✔ Claimed by DROPPED"]


async def test_an_edited_post_shows_its_new_words(there, chat):
    card = await chat.post("mentions", CARD, "d1")

    await chat.redraw(card, replace(CARD, quote="Is the other school shut?", status=("Edited since it came in",)))

    assert there.thread_of("M-142").replies[-1].text == (
        "Edited since it came in\nThe words are now:\n> Is the other school shut?"
    )


@pytest.mark.parametrize("gone", [ERASED, DELETED])
async def test_words_that_may_be_kept_nowhere_are_taken_down_and_the_card_stays(there, chat, memory, desk_community, gone):
    card = await chat.post("mentions", CARD, "d1")
    await chat.post("mentions", Notice((("The full text:",), Quote("Primary " * 90))), "t1", card)
    there.problems.next(Trouble.LOST, method="POST")
    with pytest.raises(Unsure):
        await chat.redraw(card, replace(CARD, quote=gone))

    moved = await chat.redraw(card, replace(CARD, quote=gone))

    [thread] = there.world.threads_in(desk_community)
    assert moved == MessageRef(str(desk_community.id), str(thread.id))
    assert not [one for one in there.world.live() if "Primary" in one.body]
    assert gone in thread.text
    assert await chat.redraw(card, replace(CARD, quote=gone)) == moved
    assert await chat.redraw(moved, replace(CARD, quote=gone)) is None
    assert len(there.world.live()) == 1


async def test_what_was_said_of_a_mention_outside_its_thread_goes_with_its_words(there, chat):
    card = await chat.post("mentions", CARD, "d1")
    digest = await chat.post("mentions", Digest(((replace(CARD, ref="M-7"), "d7"),)), "d7")
    await chat.post("mentions", Notice((("M-142 waits:",), Quote(CARD.quote))), "p1")
    await chat.post("mentions", Notice((("M-142: and once more:",), Quote(CARD.quote))), "t1", digest)
    await chat.tell(str(there.world.person("dev").id), Notice((("M-142 waits:",), Quote(CARD.quote))), "p2")
    await chat.tell(str(there.world.person("dev").id), Notice((("Oldest unseen: M-142",),)), "p3")

    await chat.redraw(card, replace(CARD, quote=ERASED))

    assert [one.text.split()[0] for one in there.world.live() if not one.between] == ["1", "M-142"]
    assert [one.text for one in there.person("dev").told] == ["Oldest unseen: M-142"]


async def test_a_deleted_thread_is_not_there_and_a_deleted_community_is_named(there, chat, desk_community):
    card = await chat.post("mentions", CARD, "d1")
    there.delete_thread(there.thread_of("M-142"))
    with pytest.raises(NotThere):
        await chat.redraw(card, CLAIMED)
    with pytest.raises(NotThere):
        await chat.post("mentions", NOTE, "t1", card)
    there.delete_community(desk_community)

    with pytest.raises(Refused, match=rf"{desk_community.id} \(viva_engage.communities: #mentions\).*add the service user"):
        await chat.post("#Mentions", CARD, "d2")


async def test_while_the_memory_is_away_no_thread_is_left_deaf(there, chat, memory, clock):
    began = clock.now()
    card = await chat.post("mentions", CARD, "d1")
    memory.is_shut = True
    with pytest.raises(TryLater):
        await chat.redraw(card, CLAIMED)
    with pytest.raises(Unsure):
        await chat.post("mentions", replace(CARD, ref="M-143"), "d2")
    memory.is_shut = False
    found = await chat.find_posted("mentions", "d2", began)

    assert there.thread_of("M-142").replies == []
    assert isinstance(found, MessageRef)
    assert (memory.kept[f"thread:{card.id}"], memory.kept[f"thread:{found.id}"]) == ("M-142", "M-143")


# --- digests -----------------------------------------------------------------------------------------------------


async def test_a_digest_is_found_card_by_card_and_a_claimed_card_gets_its_own_thread(
    there, chat, clock, memory, desk_community
):
    began = clock.now()
    cards = [replace(CARD, ref=f"M-{number}", footer=(f"M-{number} · nobody has looked yet",)) for number in range(1, 26)]
    digest = Digest(tuple((card, f"d{place}") for place, card in enumerate(cards)))
    there.problems.next(Trouble.LOST, method="POST")
    with pytest.raises(Unsure):
        await chat.post("mentions", digest, "d0")
    each = [await chat.find_posted("mentions", f"d{place}", began) for place in range(25)]
    found = each[24]
    not_looked = len(there.limits.calls) - len(there.limits.polls("sent"))
    assert (len(set(each)), not_looked) == (1, 2), "one reading for all of them"
    assert found == MessageRef(str(desk_community.id), str(there.world.threads_in(desk_community)[0].id), shared=True)
    posted = await chat.post("mentions", digest, "d0")
    claimed = replace(cards[4], footer=("M-5 · claimed by Priya",))

    assert await chat.redraw(posted, cards[4]) is None
    there.problems.next(Trouble.LOST, method="POST")
    with pytest.raises(Unsure):
        await chat.redraw(posted, claimed)
    own = await chat.redraw(posted, claimed)

    assert own == MessageRef(str(desk_community.id), str(there.thread_of("M-5").id))
    assert own == await chat.redraw(posted, claimed)
    assert "Claimed by Priya" in there.thread_of("M-5").text
    assert len(there.world.threads_in(desk_community)) == 3
    assert await chat.redraw(own, claimed) is None
    assert (memory.kept[f"thread:{posted.id}"], memory.kept[f"thread:{own.id}"]) == ("digest", "M-5")
    assert memory.kept[f"thread:{found.id}"] == "digest"


# --- where, and to whom ------------------------------------------------------------------------------------------


async def test_nobody_is_notified_by_the_publics_words_and_whoever_is_pinged_is(there, chat):
    priya = there.world.person("priya").id
    words = f"@priya [[user:{priya}]] @dev ask [[user:{there.world.person('dev').id}]]"
    hostile = replace(CARD, heading=(Strong(words), words), quote=words, media=(words,), status=(words,), answers=(words,))
    card = await chat.post("mentions", hostile, "d1")
    await chat.post("mentions", Digest(((hostile, "d2"),)), "d2")
    await chat.redraw(card, replace(hostile, footer=(f"M-142 · closed: {words}",), quote=f"{words} {words}"))
    await chat.post("mentions", Notice(((words,), Quote(words))), "t1", card)
    assert there.person("priya").notifications == there.person("dev").notifications == []

    await chat.post("mentions", Notice(((Ping(str(priya), "Priya"), ": look"),)), "t2", card)
    await chat.tell(str(there.world.person("dev").id), NOTE, "p1")

    assert [one.text for one in there.person("priya").notifications] == [there.world.threads[int(card.id)].replies[-1].text]
    assert [one.text for one in there.person("dev").told] == ["Dev noted:\n> the gate is locked\nWrite: show 142"]


async def test_what_is_private_goes_to_its_own_community_and_nothing_without_one_is_shown(
    there, made, clock, desk_community
):
    inner = there.add_community("Inner", members=["priya"], private=True)
    numbers = {"mentions": str(desk_community.id), "#Private-Mentions": str(inner.id)}
    chat = made(channels=["mentions", "private-mentions", str(inner.id)], communities=numbers)
    with pytest.raises(SettingsError, match=r"viva_engage.communities: “#town”, “C0OTHER” have no community"):
        made(channels=["mentions", "#town", "C0OTHER"])

    with pytest.raises(SettingsError, match=r"“Mentions” and “#mentions” are one channel"):
        made(communities={"Mentions": "1", "#mentions": "2"})

    posted = await chat.post("#private-mentions", CARD, "d1")
    with pytest.raises(Refused, match=r"viva_engage.communities names no community for.*“elsewhere”"):
        await chat.post("elsewhere", CARD, "d2")
    clock.advance(WRITES.per)
    await chat.post(str(inner.id), replace(CARD, ref="M-143"), "d3")

    assert posted.channel == str(inner.id)
    assert texts(there, desk_community) == []
    assert len(texts(there, inner)) == 2


async def test_what_viva_engage_cannot_do_is_refused_with_what_to_do_instead(chat):
    with pytest.raises(Refused, match="user group"):
        await chat.keep_group("S1", ["1"])
    with pytest.raises(Refused, match="Pictures cannot"):
        await chat.file("F1", 10)
    with pytest.raises(Refused, match=r"U0MORAG.*\[\[people\]\]"):
        await chat.tell("U0MORAG", NOTE, "p1")
    assert not await chat.is_member("nowhere", "1")
    assert (chat.manner.together, chat.manner.reads_each, chat.manner.commands["claim"]) == (
        25,
        timedelta(seconds=60),
        "claim",
    )


async def test_a_message_can_be_linked_to_once_viva_engage_has_told_of_one(there, chat, made):
    assert await chat.link_to(MessageRef("1", "2")) == ""
    card = await chat.post("mentions", CARD, "d1")

    assert await chat.link_to(card) == f"https://www.yammer.com/{there.world.domain}/messages/{card.id}"
    assert await made().link_to(card) == await chat.link_to(card)


async def test_what_is_private_is_not_shown_where_all_can_read_it(there, made, clock):
    hall = there.add_community("Everybody")
    chat = made(communities={"private": str(hall.id)}, channels=["#Private"], private=["#private"])
    await chat.start(None)
    clock.advance(minutes=1)

    with pytest.raises(Refused, match=rf"the community {hall.id} .*: all can read it.* make it private"):
        await chat.post("#private", CARD, "d1")
    hall.private = True
    clock.advance(minutes=6)
    await chat.post("#private", CARD, "d1")

    assert len(texts(there, hall)) == 1


# --- starting ----------------------------------------------------------------------------------------------------


async def test_where_nobody_was_ever_signed_in_it_does_not_start_and_says_who_must_do_what(there, made):
    chat = made(token=None, client_id="app", tenant="yourcouncil.gov.uk")

    with pytest.raises(SettingsError, match=r"(?s)Sign the service user in with `tolbooth sign-in viva_engage`.*README"):
        await chat.start(None)


async def test_a_sign_in_that_has_ended_is_tried_each_minute_said_once_and_ends_nothing(there, made, clock):
    chat, began, seen = made(), clock.now(), []
    there.withdraw_consent()

    async def mended():
        while clock.now() - began < timedelta(minutes=5):
            await asyncio.sleep(0)
            seen.append(chat.health())
        there.withdraw_consent(withdrawn=False)

    with capture_logs() as logs:
        await asyncio.gather(chat.start(None), mended())

    assert [(line["event"], line["log_level"]) for line in logs] == [
        ("viva_engage_signed_out", "error"),
        ("viva_engage_signed_in_again", "info"),
        ("viva_engage_joined", "info"),
    ]
    assert {one["signed_in"] for one in seen} == {False}
    assert "an administrator agreed to the app" in seen[-1]["why"]
    assert chat.health()["signed_in"] is True
    assert "why" not in chat.health()
    assert len(there.limits.calls) <= 12


async def test_it_waits_for_viva_engage_and_says_so_once(there, made, clock):
    chat = made()
    there.problems.next(Trouble.UNAVAILABLE, times=3)
    began = clock.now()
    with capture_logs() as logs:
        await chat.start(None)

    assert clock.now() - began > timedelta(seconds=13)
    told = ["viva_engage_unreachable", "viva_engage_reachable_again", "viva_engage_joined"]
    assert [line["event"] for line in logs] == told


async def test_it_listens_until_it_is_stopped(there, made, desk_community):
    async def run(_command):
        raise AssertionError

    chat = made(channels=["mentions", str(desk_community.id)])
    assert (chat.health()["signed_in"], chat.health()["listening"]) == (False, False)
    await chat.start(run)
    assert (chat.health()["signed_in"], chat.health()["listening"]) == (True, True)
    await chat.stop()

    assert not chat.health()["listening"]
    assert chat.routes() == ()
