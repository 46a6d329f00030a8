"""What becomes of what colleagues wrote, and of what we answer in Viva Engage."""

from datetime import timedelta

import pytest
from pydantic import SecretStr

from bot.clock import MovableClock
from bot.errors import Refused, SettingsError, TryLater
from bot.ports import Edited, Gone, Held, Verdict
from bot.reply import Act
from integrations.sandbox.engage_problems import Trouble
from integrations.viva_engage.settings import VivaEngageSettings
from tests.contracts.networks.listener import Listener
from tests.contracts.networks.viva_engage import VivaEngageBench

pytestmark = pytest.mark.slow

MINUTE = timedelta(minutes=1)


async def test_a_thread_that_is_not_seen_any_more_is_not_taken_for_deleted(source: VivaEngageBench) -> None:
    closed = source.engage.add_community("Managers", members=["ann"], private=True)
    source.network = source.built(listens_to=[str(closed.id)], mentions=False, private_messages=False)
    source.engage.routes.hides = True
    said = source.engage.person("ann").says("Is this seen?", where=closed)
    held = Held(str(said.id), str(said.thread_id), said.at)
    seen = await source.network.look_up([held])
    closed.members.discard(source.engage.service.id)

    shut_out = await source.network.look_up([held])
    closed.members.add(source.engage.service.id)
    source.engage.person("ann").deletes(said)

    assert [(type(one), one.native_id) for one in seen] == [(Edited, str(said.id))]
    assert shut_out == []
    assert [(type(one), one.native_id) for one in await source.network.look_up([held])] == [(Gone, str(said.id))]


async def test_a_line_far_down_a_long_thread_is_found_again(source: VivaEngageBench, listener: Listener) -> None:
    first = source.engage.person("ann").says("It began here.", where=source.community)
    kept = source.engage.person("bob").says("Still here.", under=first)
    lost = source.engage.person("cat").says("Not for long.", under=first)
    await listener.hears()
    for number in range(40):
        source.engage.person("ann").says(f"Line {number}.", under=first)
    source.engage.person("cat").deletes(lost)

    found = await source.network.look_up([Held(str(one.id), str(first.id), one.at) for one in (kept, lost)])

    assert [(type(one), one.native_id) for one in found] == [(Gone, str(lost.id))]


async def test_words_changed_while_the_reply_was_written_stop_it_for_a_look(
    source: VivaEngageBench, listener: Listener
) -> None:
    asked = await source.says("Is it open?")
    await listener.hears()
    await source.edits(asked, "Is it closed?")
    await listener.hears()

    looks = [await source.network.preflight(source.outgoing(asked, "Yes.")) for _ in range(2)]

    assert [look.verdict for look in looks] == [Verdict.CHANGED, Verdict.CHANGED]
    assert [(one.native_id, one.text) for one in looks[0].items if isinstance(one, Edited)] == [(asked, "Is it closed?")]


async def test_nobody_is_notified_by_what_stands_in_a_reply(source: VivaEngageBench, listener: Listener) -> None:
    asked = await source.says("Who knows?")
    await listener.hears()
    bob = source.engage.person("bob").id
    reply = source.outgoing(asked, f"[[[user:{bob}]] or [[user:{bob}]] does, @bob.")

    receipt = await source.network.publish(reply)
    source.clock.advance(MINUTE)

    assert source.engage.person("bob").notifications == []
    assert source.public()[0].text.replace("\u200b", "") == reply.text
    found = await source.network.find_sent(reply)
    assert getattr(found, "receipt", None) == receipt


async def test_a_message_is_liked_and_what_cannot_be_done_is_said(source: VivaEngageBench, listener: Listener) -> None:
    asked = await source.says("Well done!")

    await source.network.act(Act.LIKE, asked)

    assert source.message(asked).liked_by == ["Tolbooth"]
    with pytest.raises(Refused, match="no way to hide"):
        await source.network.act(Act.HIDE, asked)


async def test_a_thread_that_cannot_be_read_holds_up_nobody_for_long(source: VivaEngageBench, listener: Listener) -> None:
    old = source.engage.person("bob").says("Old news.", where=source.community)
    for number in range(30):
        source.engage.person("bob").says(f"Line {number}.", under=old)
    await listener.hears()
    await source.restart()
    said = source.engage.person("ann").says("Still heard?", under=old)
    source.engage.problems.next(Trouble.BAD_GATEWAY, path="in_thread", lasting=timedelta(hours=1))

    for _ in range(2):
        source.clock.advance(MINUTE)
        with pytest.raises(TryLater):
            await listener.reads()
    posts = await listener.posts()

    assert str(said.id) in {one.native_id for one in posts}


async def test_cards_never_come_in_as_mentions_whoever_posts_them(source: VivaEngageBench, clock: MovableClock) -> None:
    desk = source.engage.add_community("Desk")
    beside = VivaEngageSettings.model_validate({"token": "t", "communities": {"mentions": str(desk.id)}})
    with pytest.raises(SettingsError, match=rf"accounts.main: listens_to names {desk.id}.*\n.*Take it out"):
        source.built(listens_to=[str(desk.id)], beside=beside)
    with pytest.raises(SettingsError, match="what\nstaff type to the bot in private would come in"):
        source.built(private_messages=True, beside=beside.model_copy(update={"token": SecretStr(source.settings["token"])}))
    source.network = source.built(beside=beside)
    listener = Listener(source)
    await listener.hears()
    card = source.engage.person("bob").says("M-1 · Lou\n> Hello\nref 2D3DDSQ5", where=source.community)
    source.engage.person("ann").says("claim", under=card)
    old = source.engage.person("ann").says("Is it open?", where=source.community)
    await listener.hears()
    source.engage.person("bob").says("Lou wrote again:\n> Hello?\nref 2D3DDSQ6", under=old)
    source.engage.person("ann").says("@tolbooth help", where=desk)
    said = source.engage.person("ann").says("Quote ref 22334455", where=source.community)

    assert [one.native_id for one in await listener.posts()] == [str(said.id)]


async def test_what_is_typed_to_the_service_user_in_private_is_no_mention_unless_that_is_asked_for(
    source: VivaEngageBench,
) -> None:
    source.network = source.built(private_messages=False)
    listener = Listener(source)
    await listener.hears()
    source.engage.person("ann").writes("queue")
    source.engage.person("ann").writes("@tolbooth queue")

    assert await listener.posts() == []
    assert source.engage.limits.polls("private") == []


async def test_a_community_that_is_made_private_is_known_as_that_within_minutes(
    source: VivaEngageBench, listener: Listener, clock: MovableClock
) -> None:
    personnel = source.engage.add_community("Personnel", members=["ann"])
    heard = []
    for _ in range(2):
        source.engage.person("ann").says("@tolbooth who decides this?", where=personnel)
        heard += await listener.posts()
        personnel.private = True
        clock.advance(minutes=6)

    assert [one.private for one in heard] == [False, True]


@pytest.mark.parametrize(
    ("url", "native_id"),
    [
        ("https://www.yammer.com/harrowmere.gov.uk/messages/9100000000000007", "9100000000000007"),
        ("https://www.yammer.com/harrowmere.gov.uk/#/Threads/show?threadId=305298242", "305298242"),
        ("https://engage.cloud.microsoft/main/threads/eyJfdHlwZSI6IlRocmVhZCIsImlkIjoiMTIzNDUifQ?trk=copy", "12345"),
        ("https://engage.cloud.microsoft/main/threads/eyJfdHlwZSI6IlRocmVhZCJ9", ""),
        ("https://engage.cloud.microsoft/main/threads/eyJhhhhhhhhhhhhhhhhhhhh", ""),
        ("https://[bad/messages/1", ""),
        ("https://www.yammer.com.example/messages/305298242", ""),
        ("https://www.yammer.com/messages/", ""),
        ("no address", ""),
    ],
)
async def test_a_pasted_address_with_a_number_is_known(source: VivaEngageBench, url: str, native_id: str) -> None:
    assert source.network.post_at(url) == native_id
