"""The REST API as it is called: within its limits whoever calls, and each answer understood, over sockets."""

import logging
from datetime import timedelta

import pytest
from pydantic import SecretStr

from bot.errors import NotThere, Refused, SignInAgain, TryLater, Unsure
from integrations.sandbox.engage_server import NEXT_DOOR, Trouble
from integrations.viva_engage.client import ROOM, WRITES, Engage
from integrations.viva_engage.keys import GivenToken
from integrations.viva_engage.parse import POLL
from integrations.viva_engage.settings import SigningIn
from tests.integrations.viva_engage.bench import way_to


async def test_people_and_communities_are_read(there, engage, desk_community):
    guest = there.add_person("gail", "Gail Guest", email="Gail@NextDoor.example", network=NEXT_DOOR)
    priya = there.world.person("priya")

    me = await engage.me()
    found = await engage.by_email("GAIL@nextdoor.example ")
    community = await engage.community(desk_community.id)

    assert (me.id, me.is_active, me.email) == (there.service.id, True, "tolbooth@harrowmere.gov.uk")
    assert found is not None
    assert (found.id, found.network == me.network) == (guest.id, False)
    assert (community.name, community.is_private) == ("Desk", True)
    assert await engage.members(desk_community.id, patient=True) == {priya.id, there.world.person("dev").id, me.id}
    assert (await engage.user(priya.id, patient=True)).name == "Priya Shah"
    assert await engage.by_email("nobody@harrowmere.gov.uk", patient=True) is None
    with pytest.raises(NotThere):
        await engage.user(99, patient=True)


async def test_all_pages_of_members_are_read(there, engage):
    for number in range(120):
        there.add_person(f"p{number}", f"Person {number}")
    everybody = there.add_community("All", members=[f"p{number}" for number in range(120)])

    assert len(await engage.members(everybody.id)) == 121


async def test_what_is_said_comes_back_with_its_thread_and_ids_past_2_53_stay_whole(there, engage, desk_community):
    began = await engage.say("M-1 new", group=desk_community.id)
    reply = await engage.say("✔ Claimed [[user:1]]", under=began.id, patient=True)
    told = await engage.say("You have M-1", to=there.world.person("priya").id, patient=True)
    await engage.like(reply.id)
    feed = await engage.in_thread(began.id, patient=True)
    await engage.delete(told.id, patient=True)

    assert began.id > 2**53
    assert (reply.thread, reply.replied_to, reply.group) == (began.id, began.id, desk_community.id)
    assert told.is_direct
    assert [one.id for one in feed.messages] == [began.id, reply.id]
    assert feed.starters == {began.id: there.service.id}
    assert feed.me == there.service.id
    assert there.world.messages[reply.id].liked_by == ["Tolbooth"]
    assert there.world.messages[told.id].deleted
    there.delete_thread(there.world.threads[began.id])
    with pytest.raises(NotThere):
        await engage.say("again", under=began.id, patient=True)


async def test_without_room_nothing_is_sent_and_patience_waits_for_it(there, engage, peers, clock, desk_community):
    await engage.in_community(desk_community.id)
    with pytest.raises(TryLater) as no_room:
        await engage.say("hello", group=desk_community.id)
    assert (no_room.value.bucket, len(there.limits.calls)) == ("messages", 1)
    assert timedelta(0) < no_room.value.after <= timedelta(seconds=3.5)

    for _ in range(12):
        await engage.in_community(desk_community.id, patient=True)
    for _ in range(14):
        await engage.user(there.service.id, patient=True)

    assert there.limits.refused == []
    assert there.limits.tightest_window() <= 10


async def test_two_copies_and_a_source_share_one_limit(there, http, clock, peers, desk_community):
    copies = [way_to(there, http, clock, peers, token=there.token()) for _ in range(3)]

    for _ in range(5):
        for copy in copies:
            await copy.received(patient=True)
            await copy.user(there.service.id, patient=True)

    assert there.limits.refused == []
    assert there.limits.tightest_window("messages") <= 10


async def test_a_feed_is_polled_once_a_minute_by_all_copies_and_never_more_often_than_it_asks(there, http, clock, peers):
    first, second = (way_to(there, http, clock, peers) for _ in range(2))

    assert await first.may_poll("received", timedelta(seconds=5)) == timedelta(0)
    assert await second.may_poll("received", POLL) == POLL
    assert await second.may_poll("in_group/7", timedelta(minutes=2)) == timedelta(0)
    clock.advance(seconds=61)
    assert await second.may_poll("received", POLL) == timedelta(0)
    assert timedelta(0) < await first.may_poll("in_group/7", timedelta(minutes=2)) <= POLL


async def test_room_to_write_is_that_of_the_outbox(engage, peers):
    assert await engage.room_to_write() == timedelta(0)
    assert await peers.spend(ROOM, WRITES.per, WRITES.burst) == WRITES.per == timedelta(seconds=4.5)


async def test_past_the_limit_all_calls_of_all_copies_rest_twice_as_long_each_time(there, http, clock, peers):
    one, other = (way_to(there, http, clock, peers) for _ in range(2))
    there.problems.next(Trouble.TOO_MANY, times=9)
    waits = []
    for _ in range(7):
        with pytest.raises(TryLater) as asked:
            await one.received()
        waits.append(asked.value.after.total_seconds())
        with pytest.raises(TryLater, match="used"):
            await other.me()
        clock.advance(asked.value.after)

    assert waits == [30, 60, 120, 240, 480, 600, 600]
    assert len(there.limits.calls) == 7
    there.problems.coming.clear()
    await one.received()
    there.problems.next(Trouble.TOO_MANY, retry_after=7)
    with pytest.raises(TryLater) as asked:
        await one.received(patient=True)
    assert (asked.value.after, asked.value.bucket) == (timedelta(seconds=7), "messages")
    clock.advance(seconds=7)
    there.problems.next(Trouble.TOO_MANY, retry_after=1200)
    for _ in range(2):
        with pytest.raises(TryLater) as asked:
            await one.received(patient=True)
    assert asked.value.after == timedelta(minutes=20), "nobody waits for longer than ten minutes"


async def test_whom_we_speak_as_is_asked_again_when_another_was_signed_in(there, http, clock, peers, desk_community):
    settings = SigningIn(api_url=there.api_url, token="unused")
    keys = Renewed(there.token(), there.token("priya"))
    engage = Engage(settings, http=http, clock=clock, keys=keys, peers=peers)
    assert (await engage.me()).id == there.service.id
    there.expire_tokens()
    there.sessions[keys.tokens[1]].until = None

    await engage.in_community(desk_community.id)

    assert (await engage.me(patient=True)).name == "Priya Shah"


class Renewed:
    """Keys of which the first is not taken."""

    def __init__(self, *tokens: str) -> None:
        self.tokens, self.renewals = list(tokens), 0

    async def token(self) -> str:
        return self.tokens[0]

    async def renew(self, rejected: str = "") -> str:
        assert rejected == self.tokens.pop(0)
        self.renewals += 1
        return self.tokens[0]


async def test_a_token_is_renewed_once_without_a_word_and_then_a_person_is_asked(there, http, clock, peers):
    there.expire_tokens()
    settings = SigningIn(api_url=there.api_url, token="unused")
    keys = Renewed(old := there.token(lasts=timedelta(0)), there.token())
    engage = Engage(settings, http=http, clock=clock, keys=keys, peers=peers)

    assert (await engage.me()).id == there.service.id
    assert keys.renewals == 1

    await Engage(settings, http=http, clock=clock, keys=Renewed(old, there.token()), peers=peers).received()
    refused_at, taken_at = (call.at for call in list(there.limits.calls)[-2:])
    assert taken_at - refused_at >= timedelta(seconds=3.5), "a second try takes room too"

    refused = Renewed(old, old, "other")
    with pytest.raises(SignInAgain, match="tolbooth sign-in"):
        await Engage(settings, http=http, clock=clock, keys=refused, peers=peers).me(patient=True)
    assert refused.renewals == 1
    with pytest.raises(SignInAgain, match="token in the settings"):
        await GivenToken(SecretStr("only-one")).renew("only-one")


async def test_a_lost_answer_leaves_a_write_in_doubt_and_a_read_for_later(there, http, clock, peers, desk_community):
    for trouble in (Trouble.LOST, Trouble.HTML, Trouble.BAD_GATEWAY, Trouble.UNAVAILABLE):
        engage = way_to(there, http, clock, peers)
        there.problems.next(trouble, method="POST", done=True)
        with pytest.raises(Unsure):
            await engage.say(f"once {trouble.name}", group=desk_community.id, patient=True)
        there.problems.next(trouble, method="GET", times=1 + (trouble is Trouble.LOST))  # aiohttp makes a cut read again
        with pytest.raises(TryLater):
            await engage.in_community(desk_community.id, patient=True)

    assert len(there.world.messages) == 4, "nothing was said twice"
    there.problems.next(Trouble.DROPPED, path="liked_by")
    with pytest.raises(TryLater):
        await engage.like(max(there.world.messages), patient=True)


async def test_consent_withdrawn_and_a_closed_community_are_told_apart(there, engage):
    closed = there.add_community("Closed", members=["priya"], private=True, service=False)
    with pytest.raises(Refused, match="member of the community"):
        await engage.in_community(closed.id)
    there.delete_community(closed)
    with pytest.raises(NotThere):
        await engage.say("hello", group=closed.id, patient=True)
    there.withdraw_consent()
    with pytest.raises(SignInAgain, match="administrator"):
        await engage.in_community(closed.id, patient=True)


async def test_nothing_that_is_logged_or_raised_has_the_token_or_anybodys_words(there, http, clock, peers, caplog):
    caplog.set_level(logging.DEBUG)
    token = there.token()
    engage = way_to(there, http, clock, peers, token=token)
    said = []
    for trouble in (Trouble.LOST, Trouble.TOO_MANY, Trouble.EXPIRED, Trouble.WITHDRAWN, Trouble.HTML):
        there.problems.next(trouble)
        with pytest.raises(Exception) as error:
            await engage.say("secret words", group=1, patient=True)
        said.append(repr(error.value))

    assert token not in caplog.text + "".join(said)
    assert "secret words" not in caplog.text + "".join(said)
