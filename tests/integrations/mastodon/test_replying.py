"""Replying: to whom it must reach, to nobody else, and what a lost answer leaves."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.errors import NotThere, Refused, TryLater, Unsure
from bot.ports import Edited, Found, Gone, Guarantee, NotFound, Verdict
from bot.reply import Act, Attachment, Audience
from tests.standins.mastodon import US, Trouble

PNG = Attachment("p1", "map.png", "image/png", 4, "A map", b"\x89PNG")


async def test_the_author_is_named_in_front_and_only_when_missing(server, network, reply):
    net = network()
    asked = server.says("@harrowmere when?", by="ann@other.example")

    await net.publish(reply(asked))
    await net.publish(reply(asked, "Dear @Ann@other.example, at nine.", key="r2"))

    assert [one["status"] for one in server.posted] == [
        "@ann@other.example It opens at nine.",
        "Dear @Ann@other.example, at nine.",
    ]


async def test_the_next_post_of_a_thread_names_the_author_too(server, network, reply):
    net = network()
    asked = server.says("@harrowmere when? @bob wonders too")
    first = await net.publish(reply(asked))

    await net.publish(reply(first.native_id, "And the cafe at ten.", key="r2", author_id=server.account("ann")["id"]))

    assert server.posted[-1]["status"] == "@ann And the cafe at ten."
    assert server.posted[-1]["in_reply_to_id"] == first.native_id


@pytest.mark.parametrize(
    ("source", "settings", "becomes"),
    [
        ("public", {}, "public"),
        ("public", {"visibility": "unlisted"}, "unlisted"),
        ("unlisted", {}, "unlisted"),
        ("private", {}, "direct"),
        ("direct", {}, "direct"),
        ("something_new", {}, "direct"),
    ],
)
async def test_a_reply_is_never_seen_by_more_people_than_the_post(server, network, reply, source, settings, becomes):
    asked = server.says("@harrowmere when?", visibility=source)

    await network(**settings).publish(reply(asked))

    assert server.posted[-1]["visibility"] == becomes


async def test_a_private_reply_goes_to_its_author_and_names_nobody_else(server, network, reply):
    asked = server.says("@harrowmere when?")
    server.account("bob")
    private = reply(asked, "Please call us.", audience=Audience.AUTHOR)

    with pytest.raises(Refused, match="take out @bob"):
        await network().publish(replace(private, text="Please call @bob."))
    await network().publish(private)

    assert [(one["status"], one["visibility"]) for one in server.posted] == [("@ann Please call us.", "direct")]


async def test_what_was_asked_in_private_is_answered_in_private_whatever_is_answered(server, network, reply):
    asked = server.says("@harrowmere any news on my claim?")
    of_another = server.says("@harrowmere me too", by="bob")

    await network().publish(reply(asked, private=True))
    with pytest.raises(Refused, match="not known to whom"):
        await network().publish(reply(of_another, private=True, author_id=server.account("ann")["id"], key="r2"))

    assert [(one["status"], one["visibility"]) for one in server.posted] == [("@ann It opens at nine.", "direct")]


@pytest.mark.parametrize(
    "words", ["Thanks, .@leader", "@@leader", "(@leader)", "cc:@leader", "m²@leader", "“@leader@h.example”"]
)
async def test_a_private_reply_names_nobody_however_the_name_is_written(server, network, reply, words):
    asked = server.says("@harrowmere when?", visibility="direct")

    with pytest.raises(Refused, match="take out @leader"):
        await network().publish(reply(asked, words))
    await network().publish(reply(asked, "See https://h.example/@leader and mail us@h.example."))

    assert len(server.posted) == 1


async def test_a_private_post_cannot_be_corrected_to_name_somebody_else(server, network, reply):
    sent = await network().publish(reply(server.says("@harrowmere when?", visibility="direct")))

    with pytest.raises(Refused, match="take out @leader"):
        await network().act(Act.EDIT_OWN, sent.native_id, "At ten, says @leader.")
    await network().act(Act.EDIT_OWN, sent.native_id, "At ten, @ann.")

    assert server.posts[sent.native_id]["_text"] == "At ten, @ann."


async def test_a_server_that_writes_a_reply_anew_leaves_a_doubt(server, network, reply, clock):
    asked, tried = server.says("@harrowmere when?"), clock.now()
    server.write("@ann It opens **at nine**.", server.people[US], in_reply_to=asked)
    clock.advance(minutes=5)
    sent = reply(asked, created_at=tried, first_sent_at=tried, last_sent_at=tried)

    assert await network(idempotent=False).find_sent(sent) is NotFound.CANNOT_TELL


async def test_a_content_warning_is_copied_and_shortened_where_it_would_not_fit(server, network, reply):
    asked = server.says("@harrowmere when?", spoiler_text="a flood " * 12)

    await network().publish(reply(asked, "x" * 440))

    posted = server.posted[-1]
    assert posted["spoiler_text"].startswith("a flood a flood")
    assert posted["spoiler_text"].endswith("…")
    assert posted["sensitive"] == "true"


async def test_a_server_with_a_smaller_limit_than_the_settings_say_is_asked_for_nothing(server, network, reply):
    server.limit = 300
    asked = server.says("@harrowmere when?")

    with pytest.raises(Refused, match="too long for the server") as caught:
        await network().publish(reply(asked, "x" * 400))

    assert caught.value.by_hand.endswith(asked)
    assert not server.posted


async def test_links_count_alike_and_five_thousand_characters_are_taken_where_the_server_does(server, network, reply):
    server.limit = 5_000
    asked = server.says("@harrowmere when?")
    net = network(limit=5_000)
    text = "x" * 4_000 + " https://example.org/" + "y" * 2_000

    receipt = await net.publish(reply(asked, text))

    assert net.limits.count(text) == 4_024
    assert isinstance(await net.read_back(receipt.native_id), Found)


async def test_a_repeat_too_soon_after_a_lost_answer_waits_and_then_makes_no_second_post(server, network, reply, clock):
    net, asked = network(), server.says("@harrowmere when?")
    server.chaos.append(Trouble("POST", "/api/v1/statuses", lost=True))
    with pytest.raises(Unsure):
        await net.publish(reply(asked))

    with pytest.raises(TryLater, match="under way"):
        await net.publish(reply(asked, first_sent_at=clock.now()))
    clock.advance(seconds=31)
    receipt = await net.publish(reply(asked))

    assert [one["id"] for one in server.ours()] == [receipt.native_id]


async def test_a_server_that_forgets_keys_is_looked_at_before_a_repeat(server, network, reply, clock):
    server.keeps_keys = False
    net, asked = network(), server.says("@harrowmere when?")
    sent_at = clock.now()
    first = await net.publish(reply(asked))
    clock.advance(minutes=1)

    again = await net.publish(reply(asked, first_sent_at=sent_at))

    assert again == first
    assert len(server.ours()) == 1


async def test_without_keys_a_lost_reply_is_found_or_proved_absent_after_a_minute(server, network, reply, clock):
    net, asked = network(idempotent=False), server.says("@harrowmere when? @bob", by="ann@other.example")
    assert (net.guarantee, net.repeat_within) == (Guarantee.LOOKUP, None)
    sent = reply(
        asked, "At nine: https://example.org/times/ &c.\nCall @bob.", first_sent_at=clock.now(), last_sent_at=clock.now()
    )

    assert await net.find_sent(sent) is NotFound.CANNOT_TELL
    clock.advance(seconds=61)
    assert await net.find_sent(sent) is NotFound.ABSENT
    receipt = await net.publish(sent)

    assert await net.find_sent(sent) == Found(receipt)


async def test_the_same_words_said_before_the_first_try_are_another_reply(server, network, reply, clock):
    net, asked = network(), server.says("@harrowmere when?")
    await net.publish(reply(asked, key="r0"))
    clock.advance(minutes=10)

    found = await net.find_sent(reply(asked, first_sent_at=clock.now(), last_sent_at=clock.now()))

    assert found is NotFound.CANNOT_TELL


async def test_a_conversation_that_cannot_be_read_is_looked_for_in_our_own_posts(server, network, reply, clock):
    net, asked = network(), server.says("@harrowmere when?")
    sent = reply(asked, first_sent_at=clock.now(), last_sent_at=clock.now())
    receipt = await net.publish(sent)
    server.delete(asked)
    clock.advance(minutes=5)

    assert await net.find_sent(sent) == Found(receipt)
    assert await net.find_sent(replace(sent, text="Never said.")) is NotFound.CANNOT_TELL


async def test_pictures_are_described_and_ready_before_anything_is_public(server, network, reply):
    net, asked = network(), server.says("@harrowmere where?")

    await net.publish(reply(asked, media=(PNG, replace(PNG, name="slow.png", alt="Another"))))

    (post,) = server.ours()
    assert [one["description"] for one in post["media_attachments"]] == ["A map", "Another"]
    assert server.calls.index("POST /api/v2/media") < server.calls.index("POST /api/v1/statuses")


async def test_a_picture_that_is_uploaded_is_not_uploaded_again(server, network, reply):
    net, asked = network(), server.says("@harrowmere where?")
    server.chaos.append(Trouble("POST", "/api/v1/statuses", 429, b"{}", {"Retry-After": "1"}))
    with pytest.raises(TryLater):
        await net.publish(reply(asked, media=(PNG,)))

    server.clock.advance(seconds=2)
    await net.publish(reply(asked, media=(PNG,)))

    assert server.calls.count("POST /api/v2/media") == 1


@pytest.mark.parametrize(
    ("picture", "says"),
    [
        (replace(PNG, media_type="image/tiff"), "not a JPEG"),
        (replace(PNG, content=b""), "is empty"),
        (replace(PNG, content=b"x" * (9 << 20)), "larger than 8 MB"),
        (replace(PNG, alt="x" * 1_501), "longer than 1,500"),
    ],
)
async def test_a_picture_no_server_takes_is_refused_before_anything_leaves(server, network, reply, picture, says):
    asked = server.says("@harrowmere where?")

    with pytest.raises(Refused, match=says):
        await network().publish(reply(asked, media=(picture,)))

    assert "POST /api/v2/media" not in server.calls


async def test_a_look_before_sending_tells_an_edit_before_the_reply_from_one_after_it(server, network, reply, clock):
    net, asked = network(), server.says("@harrowmere wen?")
    clock.advance(minutes=1)
    server.edit(asked, "@harrowmere when?")
    clock.advance(minutes=1)
    written = reply(asked)

    before = await net.preflight(written)
    clock.advance(minutes=1)
    server.edit(asked, "@harrowmere why?")
    after = await net.preflight(written)
    server.delete(asked)
    gone = await net.preflight(written)

    assert (before.verdict, after.verdict, gone.verdict) == (Verdict.OK, Verdict.CHANGED, Verdict.GONE)
    assert [type(one) for one in (*before.items, *after.items, *gone.items)] == [Edited, Edited, Gone]
    assert after.items[0].text == "why?"


async def test_a_reply_to_what_is_gone_is_refused_and_so_is_another_networks_id(server, network, reply):
    asked = server.says("@harrowmere when?")
    server.delete(asked)

    for native_id in (asked, "at://did:plc:x/app/1", ""):
        with pytest.raises(NotThere):
            await network().publish(reply(native_id))


async def test_a_token_of_another_account_says_nothing(server, network, reply):
    asked = server.says("@harrowmere when?")

    with pytest.raises(Refused, match="belongs to @harrowmere, not to @other"):
        await network(handle="@other").publish(reply(asked))


async def test_an_edit_of_ours_keeps_names_pictures_and_warning_and_may_be_made_twice(server, network, reply):
    net, asked = network(), server.says("@harrowmere where?", spoiler_text="roads")
    receipt = await net.publish(reply(asked, media=(PNG,)))

    await net.act(Act.EDIT_OWN, receipt.native_id, "It opens at ten.")
    await net.act(Act.EDIT_OWN, receipt.native_id, "It opens at ten.")

    (post,) = server.ours()
    assert (post["_text"], post["spoiler_text"]) == ("@ann It opens at ten.", "roads")
    assert len(post["media_attachments"]) == 1
    assert sum(call.startswith("PUT") for call in server.calls) == 1
    with pytest.raises(Refused, match="not the account's own"):
        await net.act(Act.EDIT_OWN, asked, "Not mine.")


async def test_likes_and_deletions_may_be_asked_for_twice(server, network, reply):
    net, asked = network(), server.says("@harrowmere thanks!")
    receipt = await net.publish(reply(asked))

    for act in (Act.LIKE, Act.LIKE):
        await net.act(act, asked)
    assert server.liked == {asked}
    for act in (Act.UNLIKE, Act.UNLIKE):
        await net.act(act, asked)
    for _ in range(2):
        await net.act(Act.DELETE_OWN, receipt.native_id)

    assert not server.liked
    assert not server.ours()
    assert server.people[US]
    with pytest.raises(Refused, match="no way to hide"):
        await net.act(Act.HIDE, asked)


async def test_a_limit_that_is_used_up_is_not_run_into_again_and_names_its_bucket(server, network, reply):
    net, asked = network(), server.says("@harrowmere when?")
    server.chaos.append(Trouble("POST", "/api/v1/statuses", 429, b"{}", {"X-RateLimit-Reset": "2999-01-01T00:00:00Z"}))

    for _ in range(2):
        with pytest.raises(TryLater) as caught:
            await net.publish(reply(asked))
        assert (caught.value.after, caught.value.bucket) == (timedelta(hours=3), "mastodon:main:post")

    assert server.calls.count("POST /api/v1/statuses") == 1
    assert (await net.fetch(None)).items


async def test_a_server_that_takes_no_pictures_is_no_deleted_post(server, network, reply):
    asked = server.says("@harrowmere where?")
    server.chaos.append(Trouble("POST", "/api/v2/media", 404, b'{"error": "Not Found"}'))

    with pytest.raises(Refused, match="takes no pictures"):
        await network().publish(reply(asked, media=(PNG,)))
