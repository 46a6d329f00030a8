"""Acts, looks and watches."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.clock import MovableClock
from bot.errors import NotThere, Refused, TryLater
from bot.ports import Edited, Gone, Held, Query
from bot.reply import Act
from integrations.bluesky.network import BlueskyNetwork
from integrations.bluesky.settings import BlueskyAccount
from tests.integrations.bluesky.conftest import Ear
from tests.standins.bluesky import HANDLE, StandInBluesky, Trouble
from tests.standins.bluesky_view import GATE, LIKE

Build = Callable[..., BlueskyNetwork]


async def test_a_like_is_one_record_and_goes_away_whoever_made_it(server: StandInBluesky, ear: Ear) -> None:
    said = server.says("Thank you!")
    likes = lambda: [one for one in server.view.posts.values() if one.place[1] == LIKE]  # noqa: E731

    await ear.network.act(Act.LIKE, said)
    await ear.network.act(Act.LIKE, said)
    assert len(likes()) == 1
    await ear.network.act(Act.UNLIKE, said)
    server.view.write(server.me, LIKE, "3m5byhand2222", {"subject": {"uri": said}, "createdAt": "2026"})
    await ear.network.act(Act.LIKE, said)
    assert len(likes()) == 1
    await ear.network.act(Act.UNLIKE, said)
    await ear.network.act(Act.UNLIKE, said)
    assert likes() == []


async def test_hiding_adds_to_what_is_there_and_lets_nobody_else_out(server: StandInBluesky, ear: Ear) -> None:
    root = server.says("Office open.", HANDLE, names_us=False)
    first, second = (server.says(text, in_reply_to=root, names_us=False) for text in ("rude", "ruder"))
    gate = server.view.uri(server.me, GATE, root.rpartition("/")[2])

    await ear.network.act(Act.HIDE, first)
    assert "allow" not in server.view.posts[gate].value
    server.view.write(*server.view.posts[gate].place, {**server.view.posts[gate].value, "allow": []})
    await ear.network.act(Act.HIDE, second)
    await ear.network.act(Act.HIDE, second)
    await ear.network.act(Act.UNHIDE, first)

    assert server.view.posts[gate].value["hiddenReplies"] == [second]
    assert server.view.posts[gate].value["allow"] == []


async def test_only_replies_below_our_own_posts_can_be_hidden(server: StandInBluesky, ear: Ear) -> None:
    for uri in (server.says("Mine."), server.says("Ours.", HANDLE, names_us=False)):
        with pytest.raises(Refused, match="began itself"):
            await ear.network.act(Act.HIDE, uri)


async def test_somebody_who_hides_in_the_same_moment_is_not_written_over(server: StandInBluesky, ear: Ear) -> None:
    root = server.says("Office open.", HANDLE, names_us=False)
    rude = server.says("rude", in_reply_to=root, names_us=False)
    swapped = Trouble("com.atproto.repo.putRecord", 400, b'{"error": "InvalidSwap"}')
    server.chaos.append(swapped)
    await ear.network.act(Act.HIDE, rude)

    server.chaos += [swapped] * 3
    with pytest.raises(TryLater):
        await ear.network.act(Act.UNHIDE, rude)

    assert len([one for one in server.view.posts.values() if one.place[1] == GATE]) == 1


async def test_no_more_is_hidden_than_the_network_takes(server: StandInBluesky, ear: Ear) -> None:
    root = server.says("Office open.", HANDLE, names_us=False)
    rude = server.says("rude", in_reply_to=root, names_us=False)
    many = [f"at://did:plc:x/app.bsky.feed.post/{number}" for number in range(300)]
    server.view.write(server.me, GATE, root.rpartition("/")[2], {"hiddenReplies": many, "createdAt": "2026"})

    with pytest.raises(Refused, match="at most 300"):
        await ear.network.act(Act.HIDE, rude)


async def test_what_is_gone_or_not_ours_is_not_acted_on(server: StandInBluesky, ear: Ear) -> None:
    said = server.says("Hello.")
    with pytest.raises(Refused, match="Only posts of this account"):
        await ear.network.act(Act.DELETE_OWN, said)
    server.deletes(said)
    for act in (Act.LIKE, Act.HIDE):
        with pytest.raises(NotThere):
            await ear.network.act(act, said)
    await ear.network.act(Act.UNLIKE, said)


# --- looks


async def test_a_look_tells_gone_from_hidden_and_edited_from_unchanged(
    server: StandInBluesky, ear: Ear, clock: MovableClock
) -> None:
    same, edited, gone, blocked = (server.says(text, f"{text}.test") for text in ("same", "edited", "gone", "blocked"))
    await ear.hears()
    server.edits(edited, "Other words")
    server.deletes(gone)
    server.view.blocks.add(server.view.person("blocked.test"))

    found = await ear.network.look_up([Held(one, one, clock.now()) for one in (same, edited, gone, blocked)])

    assert {(type(one), one.native_id) for one in found} == {(Edited, edited), (Gone, gone)}


async def test_posts_are_called_gone_only_when_each_is_said_to_be(
    server: StandInBluesky, ear: Ear, clock: MovableClock
) -> None:
    said = [server.says("Hello.") for _ in range(3)]
    server.chaos.append(Trouble("app.bsky.feed.getPosts", 200, b'{"posts": []}'))

    assert await ear.network.look_up([Held(one, one, clock.now()) for one in said]) == []


async def test_a_pasted_address_is_the_same_post_once_its_author_was_seen(
    server: StandInBluesky, ear: Ear, network: Build, clock: MovableClock
) -> None:
    said = server.says("Hello.", "ann.test")
    pasted = f"https://bsky.app/profile/Ann.test/post/{said.rpartition('/')[2]}?ref=x"
    await ear.hears()
    unseen = network().post_at(pasted)

    assert ear.network.post_at(pasted) == said
    assert unseen == said.replace(server.view.person("ann.test"), "ann.test")
    assert network().post_at(f"https://bsky.app/profile/{said[5:].replace('app.bsky.feed.post', 'post')}") == said
    server.edits(said, "Goodbye.")
    (found,) = await network().look_up([Held(unseen, "", clock.now())])
    assert (type(found), found.native_id) == (Edited, unseen)
    server.view.handles.clear()
    (found,) = await network().look_up([Held(unseen, "", clock.now())])
    assert (type(found), found.native_id) == (Gone, unseen)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://bsky.app/profile/ann.test",
        "https://bsky.app.evil.test/profile/ann.test/post/3m5",
        "https://bsky.app/profile/ann/post/3m5",
        "https://bsky.app/profile/ann.test/post/3m5/extra",
        "at://ann.test/app.bsky.feed.like/3m5",
        "https://x.com/ann/status/1",
    ],
)
def test_an_address_of_anything_else_is_none(network: Build, url: str) -> None:
    assert network().post_at(url) == ""


# --- watches


async def test_a_watch_finds_any_of_its_terms_each_post_one_time(
    server: StandInBluesky, ear: Ear, clock: MovableClock
) -> None:
    query = Query(words=("ferry", "mill lane"), tags=("snow",), without=("toy",))
    wanted = [server.says(text, names_us=False) for text in ("The ferry? In #snow?", "A hole in Mill Lane")]
    server.says("toy ferry", names_us=False)
    server.says("@harrowmere ferry")
    server.says("ferry, says the council", HANDLE, names_us=False)
    server.says("ferry of old", names_us=False, at=clock.now() - timedelta(hours=3))

    first = await ear.network.search(query, None)
    second = await ear.network.search(query, first.cursor)

    assert {one.native_id for one in first.items} == set(wanted)
    assert {getattr(one, "kind", "") for one in first.items} == {"watch"}
    assert second.items == ()
    asked = [content["q"] for name, content in server.asked if name.endswith("searchPosts")]
    assert asked[:3] == ["ferry", '"mill lane"', "#snow"]
    with pytest.raises(Refused, match="25"):
        await ear.network.search(Query(words=tuple(map(str, range(26)))), None)


@pytest.mark.parametrize("cursor", ["", "no", "[]", '{"since": 7}', '{"since": "2026-11-17T09:00:00Z", "known": 3}'])
async def test_a_watch_whose_cursor_cannot_be_read_begins_anew(ear: Ear, cursor: str) -> None:
    assert (await ear.network.search(Query(words=("ferry",)), cursor)).items == ()


# --- settings


@pytest.mark.parametrize(
    "wrong",
    [
        {"handle": "harrowmere"},
        {"handle": "harrowmere.gov.uk/x"},
        {"language": "English!"},
        {"poll_every": 1},
        {"recheck_every": 60},
        {"app_password": ""},
        {"api_url": "ftp://x"},
    ],
)
def test_settings_that_cannot_be_meant_are_refused(wrong: dict[str, object]) -> None:
    given = {
        "name": "main",
        "network": "bluesky",
        "channel": "C1",
        "handle": " @Harrowmere.GOV.uk ",
        "app_password": "abcd-efgh",
    }

    assert BlueskyAccount.model_validate(given).handle == "harrowmere.gov.uk"
    with pytest.raises(ValueError, match="1 validation error"):
        BlueskyAccount.model_validate(given | wrong)
