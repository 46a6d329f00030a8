"""Against real server software, where TOLBOOTH_TEST_ATPROTO_URL names some; the folder's README says how to start it."""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from bot.clock import MovableClock
from bot.errors import Refused, SignInAgain
from bot.ports import Answered, Edited, Found, Gone, Held, Incoming, NotFound, Outgoing, Query, Verdict
from bot.reply import Act, Attachment
from integrations.bluesky.network import BlueskyNetwork, build
from integrations.bluesky.reading import Reading
from integrations.bluesky.settings import BlueskyAccount
from integrations.http import Http
from tests.integrations.bluesky.drawn import PNG

POST, GATE = "app.bsky.feed.post", "app.bsky.feed.threadgate"
SERVER = os.environ.get("TOLBOOTH_TEST_ATPROTO_URL", "")
PATIENCE = 20
"""Seconds; what everybody reads from follows the server."""

pytestmark = [
    pytest.mark.skipif(not SERVER, reason="needs TOLBOOTH_TEST_ATPROTO_URL: see integrations/bluesky/README.md"),
    pytest.mark.timeout(240),
]


def stamp(at: datetime) -> str:
    """As records have it."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


@dataclass
class Person:
    """Somebody with an account there."""

    session: aiohttp.ClientSession
    handle: str
    did: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    async def call(self, name: str, /, **content: Any) -> dict[str, Any]:
        """A call that must succeed."""
        async with self.session.post(f"{SERVER}/xrpc/{name}", json=content, headers=self.headers) as answer:
            said: dict[str, Any] = await answer.json()
            assert answer.status == 200, said
            return said

    async def joins(self) -> "Person":
        """Makes the account."""
        name = self.handle.split(".")[0]
        made = await self.call(
            "com.atproto.server.createAccount", email=f"{name}@mail.test", handle=self.handle, password=f"{name}-pass"
        )
        self.did, self.headers = made["did"], {"Authorization": f"Bearer {made['accessJwt']}"}
        return self

    async def says(self, text: str, to: "Person | None" = None, at: datetime | None = None, **more: Any) -> dict[str, Any]:
        """Posts, naming somebody at its head."""
        if to:
            text = f"@{to.handle} {text}"
            feature = {"$type": "app.bsky.richtext.facet#mention", "did": to.did}
            more["facets"] = [{"index": {"byteStart": 0, "byteEnd": len(to.handle) + 1}, "features": [feature]}]
        record = {"$type": POST, "text": text, "createdAt": stamp(at or datetime.now(UTC)), "langs": ["en"], **more}
        return await self.call("com.atproto.repo.createRecord", repo=self.did, collection=POST, record=record)

    async def answers(self, text: str, root: dict[str, Any], parent: dict[str, Any]) -> dict[str, Any]:
        """Replies."""
        reply = {name: {"uri": one["uri"], "cid": one["cid"]} for name, one in (("root", root), ("parent", parent))}
        return await self.says(text, reply=reply)

    async def puts(self, collection: str, uri: str, **record: Any) -> dict[str, Any]:
        """Writes a record beside, or in the place of, another."""
        value = {"$type": collection, "createdAt": stamp(datetime.now(UTC)), **record}
        rkey = uri.rpartition("/")[2]
        return await self.call("com.atproto.repo.putRecord", repo=self.did, collection=collection, rkey=rkey, record=value)

    async def deletes(self, uri: str) -> None:
        """Takes a record away."""
        _, _, repo, collection, rkey = uri.split("/")
        await self.call("com.atproto.repo.deleteRecord", repo=repo, collection=collection, rkey=rkey)


@dataclass
class Town:
    """A council on the network, and two people."""

    council: Person
    ann: Person
    bob: Person
    network: BlueskyNetwork
    again: Callable[..., BlueskyNetwork]
    cursor: str | None = None

    async def hears(self) -> list[Any]:
        """One read."""
        page = await self.network.fetch(self.cursor)
        self.cursor = page.cursor
        return list(page.items)

    async def hears_of(self, count: int = 1, kind: type = Incoming) -> list[Any]:
        """Reads until so many are told."""
        found: list[Any] = []
        for _ in range(PATIENCE * 2):
            found += [one for one in await self.hears() if isinstance(one, kind)]
            if len(found) >= count:
                return found
            await asyncio.sleep(0.5)
        raise AssertionError(f"only {len(found)} of {count} {kind.__name__} were told")

    async def shows(self, post: dict[str, Any]) -> dict[str, Any]:
        """The post, once everybody can read it: who answers sooner than that may be left out of the list by the server."""
        await becomes(lambda: self.network._ours.posts(post["uri"]), bool)
        return post

    def reply(self, to: str, text: str, key: str = "r1", **more: Any) -> Outgoing:
        """A reply, fixed when it was written."""
        return Outgoing(key, text, to, to, self.network._ours.now(), **more)


async def becomes(look: Callable[[], Awaitable[Any]], wanted: Callable[[Any], bool]) -> Any:
    """What a look finds, once it is as wanted."""
    found = None
    for _ in range(PATIENCE * 2):
        if wanted(found := await look()):
            return found
        await asyncio.sleep(0.5)
    raise AssertionError(f"still {found}")


@pytest.fixture
async def town() -> AsyncIterator[Town]:
    """New accounts each time."""
    tag, clock = secrets.token_hex(3), MovableClock(running=True)
    async with aiohttp.ClientSession() as session, Http() as http:
        council, ann, bob = [await Person(session, f"{name}{tag}.test").joins() for name in ("council", "ann", "bob")]
        made = await council.call("com.atproto.server.createAppPassword", name="tolbooth")
        given = {"name": "main", "network": "bluesky", "channel": "C1", "handle": council.handle}
        given |= {"app_password": made["password"], "api_url": SERVER}

        def again(**other: Any) -> BlueskyNetwork:
            return build(BlueskyAccount.model_validate(given | other), http=http, clock=clock)

        one = Town(council, ann, bob, again(), again)
        await one.hears()
        yield one


async def test_sign_in_check_and_renewal(town: Town) -> None:
    assert list(await town.network.check()) == []
    (fault,) = await town.again(app_password=f"{town.council.handle.split('.')[0]}-pass").check()
    assert "own password" in fault
    with pytest.raises(SignInAgain):
        await town.again(app_password="wrong-wrong-wrong").fetch(None)
    sign_in = town.network._client._sign_in
    first = await sign_in.session()
    second = await sign_in.session(rejected=first.access)
    assert (second.access, second.refresh) != (first.access, first.refresh)
    sign_in._held = type(second)(**{name: getattr(second, name) for name in second.__slots__} | {"access": "no.such.token"})
    assert await town.hears() == []


async def test_mentions_replies_quotes_and_late_posts_come_with_what_they_answer(town: Town) -> None:
    asked = await town.ann.says("why is Bridge St shut? ❄️", town.council)
    late = await town.bob.says("late by weeks", town.council, at=datetime.now(UTC) - timedelta(days=40))
    root = await town.shows(await town.council.says("Office open"))
    reply = await town.shows(await town.ann.answers("is it?", root, root))
    deeper = await town.bob.answers("I wonder too", root, reply)
    embed = {"$type": "app.bsky.embed.record", "record": {"uri": root["uri"], "cid": root["cid"]}}
    quote = await town.bob.says("look at this", embed=embed)

    posts = {one.native_id: one for one in await town.hears_of(5)}

    kinds = {
        asked["uri"]: "mention",
        late["uri"]: "mention",
        reply["uri"]: "reply",
        deeper["uri"]: "reply",
        quote["uri"]: "quote",
    }
    assert {uri: one.kind for uri, one in posts.items()} == kinds
    assert posts[reply["uri"]].parent.ours
    assert posts[deeper["uri"]].parent.text == "is it?"
    assert posts[quote["uri"]].parent.text == "Office open"
    assert {posts[one["uri"]].conversation for one in (reply, deeper)} == {root["uri"]}
    assert await town.hears() == []


async def test_posts_of_one_moment_are_all_read_over_page_edges(town: Town) -> None:
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1)
    for number in range(3):
        await town.ann.says(f"newer {number}", town.council, at=at + timedelta(seconds=1 + number))
    said = [(await town.bob.says(f"same {number}", town.council, at=at))["uri"] for number in range(3)]
    in_fours = Reading(town.network._ours, a_page=4)

    async def heard() -> set[str]:
        return {one.native_id for one in (await in_fours.page(town.cursor)).items}

    await becomes(heard, lambda found: set(said) <= found)


async def test_a_reply_is_written_one_time_whatever_is_repeated_and_changed(town: Town) -> None:
    asked = await town.ann.says("when?", town.council)
    (post,) = await town.hears_of()
    reply = town.reply(post.native_id, f"Open by 6pm ❄️: https://example.gov.uk/r/1 @{town.bob.handle} #snow")
    assert (await town.network.preflight(reply)).verdict is Verdict.OK
    receipt = await town.network.publish(reply)

    assert await town.network.publish(reply) == receipt
    await town.ann.puts(POST, asked["uri"], text=f"@{town.council.handle} when exactly?")
    held = [Held(asked["uri"], asked["uri"], post.posted_at)]
    (edit,) = await becomes(lambda: town.network.look_up(held), bool)
    assert await town.again().publish(reply) == receipt
    assert isinstance(await town.network.find_sent(reply), Found)
    await becomes(lambda: town.network.read_back(receipt.native_id), lambda found: isinstance(found, Found))

    assert (type(edit), edit.text) == (Edited, f"@{town.council.handle} when exactly?")
    ours = await town.network._client.get("com.atproto.repo.listRecords", ("repo", town.council.did), ("collection", POST))
    (record,) = [one["value"] for one in ours["records"]]
    features = [facet["features"][0]["$type"].rpartition("#")[2] for facet in record["facets"]]
    assert features == ["link", "mention", "tag"]
    assert record["facets"][1]["features"][0]["did"] == town.bob.did


async def test_threads_pictures_and_the_limits_of_length(town: Town) -> None:
    asked = await town.ann.says("map?", town.council)
    await town.hears_of()
    picture = Attachment("1", "map.png", "image/png", len(PNG), "a map", PNG)
    first = town.reply(asked["uri"], "Here:", media=(picture,))
    receipt = await town.network.publish(first)
    assert await town.network.publish(first) == receipt
    await town.network.publish(town.reply(receipt.native_id, "2/2", "r2"))
    longest = "👨‍👩‍👧" * 120 + "e" * 180
    assert town.network.limits.over(longest) == 0
    await town.network.publish(town.reply(asked["uri"], longest, "r3"))
    for too_long in ("e" * 301, "👨‍👩‍👧" * 170):
        assert town.network.limits.over(too_long) > 0
        with pytest.raises(Refused, match="too big"):
            await town.network.publish(town.reply(asked["uri"], too_long, "r4"))


async def test_a_look_sees_what_is_gone_gated_blocked_or_changed(town: Town) -> None:
    gated, gone, blocked = [await town.ann.says(text, town.council) for text in ("gated", "gone", "then blocked")]
    await town.hears_of(3)
    await town.ann.puts(GATE, gated["uri"], post=gated["uri"], allow=[])
    await town.ann.deletes(gone["uri"])

    async def verdict(post: dict[str, Any]) -> Verdict:
        return (await town.network.preflight(town.reply(post["uri"], "x"))).verdict

    assert await verdict(blocked) is Verdict.OK
    await becomes(lambda: verdict(gated), lambda found: found is Verdict.NOT_ALLOWED)
    await becomes(lambda: verdict(gone), lambda found: found is Verdict.GONE)
    block = {"$type": "app.bsky.graph.block", "subject": town.council.did, "createdAt": stamp(datetime.now(UTC))}
    await town.ann.call("com.atproto.repo.createRecord", repo=town.ann.did, collection=block["$type"], record=block)
    await becomes(lambda: verdict(blocked), lambda found: found is Verdict.NOT_ALLOWED)
    held = [Held(one["uri"], one["uri"], datetime.now(UTC)) for one in (gated, gone, blocked)]
    looked = await town.network.look_up(held)
    assert [(type(one), one.native_id) for one in looked] == [(Gone, gone["uri"])]


async def test_acts_may_each_be_done_twice(town: Town) -> None:
    root = await town.shows(await town.council.says("Office open"))
    rude, theirs = await town.bob.answers("rude", root, root), await town.ann.says("mine", town.council)
    await town.hears_of(2)
    await town.council.puts(GATE, root["uri"], post=root["uri"], allow=[{"$type": f"{GATE}#mentionRule"}])
    acts = (Act.HIDE, Act.HIDE, Act.UNHIDE, Act.UNHIDE, Act.HIDE, Act.LIKE, Act.LIKE, Act.UNLIKE, Act.UNLIKE)

    for act in acts:
        await town.network.act(act, rude["uri"])

    gate = (await town.network._client.record(GATE, root["uri"].rpartition("/")[2]))["value"]
    assert gate["hiddenReplies"] == [rude["uri"]]
    assert gate["allow"] == [{"$type": f"{GATE}#mentionRule"}]
    with pytest.raises(Refused, match="began itself"):
        await town.network.act(Act.HIDE, theirs["uri"])


async def test_answers_given_elsewhere_are_told_and_ours_can_be_deleted(town: Town) -> None:
    asked = await town.ann.says("when?", town.council)
    await town.hears_of()
    answer = await town.council.answers("At six.", asked, asked)

    (told,) = await town.hears_of(kind=Answered)

    assert (told.native_id, told.in_reply_to, told.text) == (answer["uri"], asked["uri"], "At six.")
    await town.network.act(Act.DELETE_OWN, answer["uri"])
    await town.network.act(Act.DELETE_OWN, answer["uri"])
    await becomes(lambda: town.network.read_back(answer["uri"]), lambda found: found is NotFound.ABSENT)


async def test_a_watch_finds_what_does_not_name_us(town: Town) -> None:
    word = f"pothole{secrets.token_hex(4)}"
    said = await town.bob.says(f"another {word} on Mill Lane")
    await town.ann.says(f"{word} again", town.council)

    async def hits() -> list[Any]:
        return list((await town.network.search(Query(words=(word,)), None)).items)

    found = await becomes(hits, bool)
    assert [(one.native_id, one.kind) for one in found] == [(said["uri"], "watch")]


async def test_a_post_pasted_by_handle_is_looked_at_by_its_authors_id(town: Town) -> None:
    said = await town.bob.says("no name in here")
    pasted = town.network.post_at(f"https://bsky.app/profile/{town.bob.handle}/post/{said['uri'].rpartition('/')[2]}")
    assert pasted == f"at://{town.bob.handle}/{POST}/{said['uri'].rpartition('/')[2]}"

    async def verdict() -> Verdict:
        return (await town.network.preflight(town.reply(pasted, "x"))).verdict

    await becomes(verdict, lambda found: found is Verdict.OK)
