"""Replies: seen beforehand, written one time, marked up, with pictures."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from bot.clock import MovableClock
from bot.errors import NotThere, Refused, SignInAgain, TryLater, Unsure
from bot.ports import Edited, Found, Gone, NotFound, Outgoing, Verdict
from bot.reply import Attachment, Audience
from integrations.bluesky import tid
from integrations.bluesky.network import BlueskyNetwork
from integrations.bluesky.shapes import shape_of
from tests.integrations.bluesky.conftest import Ear
from tests.integrations.bluesky.drawn import PNG
from tests.standins.bluesky import HANDLE, StandInBluesky, Trouble

PUT = "com.atproto.repo.putRecord"
Reply = Callable[..., Outgoing]
Build = Callable[..., BlueskyNetwork]


def test_a_reply_has_the_same_name_on_every_try_and_another_than_any_other() -> None:
    at = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
    names = {tid.of_reply(f"r{number}", at) for number in range(500)}

    assert len(names) == 500
    assert tid.of_reply("r1", at) in names
    for name in names:
        assert len(name) == 13
        made = tid.made_at(name)
        assert made
        assert 0 <= (made - at).total_seconds() < 0.001
    assert tid.made_at("zzzzzzzzzzzzz") is None
    assert tid.made_at(tid.at(at)) == at


async def test_a_record_is_whole_and_names_both_ends_in_their_present_versions(
    server: StandInBluesky, ear: Ear, reply: Reply
) -> None:
    root = server.says("Storm.")
    asked = server.says("Where?", "bob.test", in_reply_to=root)
    server.edits(root, "Storm tonight.")

    await ear.network.publish(reply(asked, "Bridge St: https://harrowmere.test/r", language="cy", conversation=root))

    value = server.ours()[0].value
    assert value["reply"]["root"] == {"uri": root, "cid": server.view.posts[root].cid}
    assert value["reply"]["parent"] == {"uri": asked, "cid": server.view.posts[asked].cid}
    assert (value["langs"], value["createdAt"]) == (["cy"], "2026-11-17T09:00:00.000Z")
    assert value["facets"][0]["features"][0]["uri"] == "https://harrowmere.test/r"


async def test_a_root_that_is_gone_is_named_as_the_source_named_it(server: StandInBluesky, ear: Ear, reply: Reply) -> None:
    root = server.says("Storm.")
    asked = server.says("Where?", in_reply_to=root)
    was = server.view.posts[root].cid
    server.deletes(root)

    await ear.network.publish(reply(asked))

    assert server.ours()[0].value["reply"]["root"] == {"uri": root, "cid": was}


async def test_a_second_try_after_the_source_was_edited_changes_nothing(
    server: StandInBluesky, ear: Ear, network: Build, reply: Reply
) -> None:
    asked = server.says("When?")
    one = reply(asked)
    server.chaos.append(Trouble(PUT, lost=True))
    with pytest.raises(Unsure):
        await ear.network.publish(one)
    server.edits(asked, "When exactly?")

    receipt = await network().publish(one)

    assert [kept.uri for kept in server.ours()] == [receipt.native_id]
    assert await network().find_sent(one) == Found(receipt)


async def test_a_second_try_after_the_source_is_gone_still_finds_the_first(
    server: StandInBluesky, ear: Ear, network: Build, reply: Reply, clock: MovableClock
) -> None:
    asked = server.says("When?")
    server.chaos.append(Trouble(PUT, lost=True))
    with pytest.raises(Unsure):
        await ear.network.publish(reply(asked))
    server.deletes(asked)

    again = reply(asked, first_sent_at=clock.now(), last_sent_at=clock.now())

    assert (await network().preflight(again)).verdict is Verdict.OK
    assert (await network().publish(again)).native_id == server.ours()[0].uri


async def test_another_post_in_its_place_is_never_written_over(server: StandInBluesky, ear: Ear, reply: Reply) -> None:
    one = reply(server.says("When?"))
    there = {"$type": "app.bsky.feed.post", "text": "Mine!", "createdAt": "2026-11-17T09:00:00.000Z"}
    uri = server.view.write(server.me, "app.bsky.feed.post", tid.of_reply(one.key, one.created_at), there)

    with pytest.raises(Refused, match="another post"):
        await ear.network.publish(one)

    assert server.view.posts[uri].value == there


async def test_a_look_for_a_reply_believes_it_absent_only_once_a_write_would_have_arrived(
    server: StandInBluesky, ear: Ear, reply: Reply, clock: MovableClock
) -> None:
    one = reply(server.says("When?"), first_sent_at=clock.now(), last_sent_at=clock.now())

    assert await ear.network.find_sent(one) is NotFound.CANNOT_TELL
    clock.advance(minutes=1)
    assert await ear.network.find_sent(one) is NotFound.ABSENT


async def test_a_reply_that_nobody_would_see_is_stopped_with_the_reason(
    server: StandInBluesky, ear: Ear, reply: Reply
) -> None:
    gated, gone, blocked = server.says("One"), server.says("Two"), server.says("Three", "carol.test")
    await ear.hears()
    server.view.gated.add(gated)
    server.deletes(gone)
    server.view.blocks.add(server.view.person("carol.test"))

    looks = [await ear.network.preflight(reply(one)) for one in (gated, gone, blocked)]

    assert [look.verdict for look in looks] == [Verdict.NOT_ALLOWED, Verdict.GONE, Verdict.NOT_ALLOWED]
    assert [type(item) for item in looks[1].items] == [Gone]
    assert "limits who may reply" in looks[0].reason
    assert "blocks" in looks[2].reason


async def test_a_post_that_was_changed_is_shown_before_it_is_answered(
    server: StandInBluesky, ear: Ear, reply: Reply
) -> None:
    asked = server.says("Is it open?")
    await ear.hears()
    server.edits(asked, "Is it shut?")

    first, second = await ear.network.preflight(reply(asked)), await ear.network.preflight(reply(asked))

    assert first.verdict is Verdict.CHANGED
    assert [(type(one), getattr(one, "text", "")) for one in first.items] == [(Edited, "Is it shut?")]
    assert second.verdict is Verdict.OK


async def test_the_posts_of_a_thread_follow_one_another_before_everybody_sees_the_first(
    server: StandInBluesky, ear: Ear, reply: Reply
) -> None:
    asked = server.says("When?")
    first = await ear.network.publish(reply(asked, "1/2", "r1"))
    server.view.blocks.add(server.me)  # what everybody reads from does not have it yet

    after = reply(first.native_id, "2/2", "r2", conversation=asked)
    assert (await ear.network.preflight(after)).verdict is Verdict.OK

    second = await ear.network.publish(after)

    value = server.view.posts[second.native_id].value
    assert value["reply"]["parent"]["uri"] == first.native_id
    assert value["reply"]["root"]["uri"] == asked


async def test_names_that_nobody_has_stay_words(server: StandInBluesky, ear: Ear, reply: Reply) -> None:
    asked = server.says("When?", "ann.test")

    await ear.network.publish(reply(asked, "Ask @ann.test or @nobody.test"))

    features = [facet["features"][0] for facet in server.ours()[0].value["facets"]]
    assert [one["did"] for one in features] == [server.view.person("ann.test")]


async def test_pictures_go_with_their_descriptions_and_shape_and_the_same_again(
    server: StandInBluesky, ear: Ear, reply: Reply
) -> None:
    picture = Attachment("1", "map.png", "image/png", len(PNG), "A map", PNG)
    one = reply(server.says("Where?"), media=(picture, picture))

    receipt = await ear.network.publish(one)

    assert await ear.network.publish(one) == receipt
    (image, _) = server.ours()[0].value["embed"]["images"]
    assert (image["alt"], image["aspectRatio"]) == ("A map", {"width": 1, "height": 1})


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"content": b"x" * 1_000_001}, "larger than the 1 MB"),
        ({"media_type": "image/gif"}, "not a JPEG"),
        ({"alt": "x" * 2_001}, "description"),
        ({"content": b""}, "empty"),
    ],
)
async def test_pictures_that_would_be_refused_are_refused_before_anything_leaves(
    server: StandInBluesky, ear: Ear, reply: Reply, changed: dict[str, object], says: str
) -> None:
    given = {"id": "1", "name": "map.png", "media_type": "image/png", "size": 1, "alt": "", "content": PNG} | changed
    asked = server.says("Where?")

    with pytest.raises(Refused, match=says):
        await ear.network.publish(reply(asked, media=(Attachment(**given),)))  # type: ignore[arg-type]

    assert not server.ours()
    with pytest.raises(Refused, match="at most 4"):
        await ear.network.publish(reply(asked, media=(Attachment("1", "m.png", "image/png", 1, "", PNG),) * 5))


async def test_pictures_that_do_not_arrive_leave_no_doubt(server: StandInBluesky, ear: Ear, reply: Reply) -> None:
    server.chaos.append(Trouble("com.atproto.repo.uploadBlob", 500, b""))

    with pytest.raises(TryLater):
        await ear.network.publish(reply(server.says("Where?"), media=(Attachment("1", "m.png", "image/png", 1, "", PNG),)))

    assert not server.ours()


def test_the_shape_of_a_picture_is_read_or_left_unsaid() -> None:
    jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xc0\x00\x11\x08\x00\x10\x00\x20" + bytes(9)
    webp = b"RIFF\x00\x00\x00\x00WEBPVP8X" + bytes(8) + (319).to_bytes(3, "little") + (199).to_bytes(3, "little")

    assert (shape_of(jpeg), shape_of(webp), shape_of(PNG)) == ((32, 16), (320, 200), (1, 1))
    assert shape_of(b"\xff\xd8\xff\xe1\x00\x08Exif\x00\x00" + jpeg[2:]) is None
    for cut in (
        b"",
        b"\xff\xd8",
        b"\xff\xd8\xff",
        b"RIFF",
        b"\x89PNG\r\n\x1a\n",
        jpeg[:12],
        webp[:20],
        b"\xff\xd8\xff\xe0\x00\x00",
    ):
        assert shape_of(cut) is None


async def test_nothing_is_answered_privately_and_a_source_that_is_gone_is_not_answered(
    server: StandInBluesky, ear: Ear, reply: Reply
) -> None:
    asked = server.says("When?")
    with pytest.raises(Refused, match="public"):
        await ear.network.publish(reply(asked, audience=Audience.AUTHOR))
    server.deletes(asked)
    with pytest.raises(NotThere):
        await ear.network.publish(reply(asked))
    with pytest.raises(Refused, match="no post"):
        await ear.network.publish(reply("17", conversation=HANDLE))


async def test_a_token_that_ends_while_a_reply_goes_out_is_renewed_and_it_goes_out_one_time(
    server: StandInBluesky, ear: Ear, reply: Reply
) -> None:
    server.chaos.append(Trouble(PUT, 400, b'{"error": "ExpiredToken", "message": "Token has expired"}'))

    await ear.network.publish(reply(server.says("When?")))

    assert len(server.ours()) == 1
    server.chaos += [Trouble(PUT, 400, b'{"error": "InvalidToken"}')] * 2
    with pytest.raises(SignInAgain):
        await ear.network.publish(reply(server.says("And when?"), key="r2"))
