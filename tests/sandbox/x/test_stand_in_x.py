"""The stand-in keeps to X's rules, seen through plain HTTP and through tweepy as it comes."""

import aiohttp
import pytest
from tweepy.asynchronous import AsyncClient

from integrations.sandbox.x_server import StandInX, Trouble


@pytest.fixture
async def x(clock):
    async with StandInX(clock) as stand_in:
        yield stand_in


@pytest.fixture
async def ask(x):
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {x.user_token}"}) as session:

        async def asked(path, method="GET", **how):
            async with session.request(method, x.api_url + path, **how) as answer:
                return answer.status, await answer.json(), answer.headers

        yield asked


class Elsewhere:
    """Sends what tweepy asks of X's fixed host to the stand-in."""

    def __init__(self, session, api_url):
        self.session, self.api_url = session, api_url

    def request(self, method, url, **how):
        return self.session.request(method, str(url).replace("https://api.twitter.com", self.api_url), **how)


async def test_tweepy_as_it_comes_reads_and_replies(x):
    post_id = x.says("Is my school shut?", author="ann")
    client = AsyncClient(x.user_token)
    async with aiohttp.ClientSession() as session:
        client.session = Elsewhere(session, x.api_url)

        me = await client.get_me(user_auth=False)
        mentions = await client.get_users_mentions(me.data.id, expansions="author_id")
        made = await client.create_tweet(text="It is open.", in_reply_to_tweet_id=post_id, user_auth=False)

    assert me.data.username == x.me.handle
    assert [str(post.id) for post in mentions.data] == [post_id]
    assert [user.username for user in mentions.includes["users"]] == ["ann"]
    assert made.data["id"] == x.replies_to(post_id)[0].id


async def test_a_call_without_keys_is_not_answered(x):
    async with aiohttp.ClientSession() as session, session.get(f"{x.api_url}/2/users/me") as answer:
        assert answer.status == 401


async def test_mentions_come_newest_first_in_pages_that_stop_at_since_id(x, ask, clock):
    ids = []
    for number in range(8):
        clock.advance(seconds=1)
        ids.append(x.says(f"Question {number}"))
    path = f"/2/users/{x.me.id}/mentions?max_results=5&since_id={ids[0]}"

    _, first, _ = await ask(path)
    _, second, _ = await ask(f"{path}&pagination_token={first['meta']['next_token']}")

    shown = [post["id"] for page in (first, second) for post in page["data"]]
    assert shown == list(reversed(ids[1:]))
    assert first["meta"]["newest_id"] == ids[-1]
    assert "next_token" not in second["meta"]


async def test_an_empty_timeline_has_no_data_at_all(x, ask):
    _, body, _ = await ask(f"/2/users/{x.me.id}/tweets")

    assert body == {"meta": {"result_count": 0}}


async def test_only_the_fields_asked_for_are_given(x, ask):
    x.says("Hello")

    _, bare, _ = await ask(f"/2/users/{x.me.id}/mentions")
    _, more, _ = await ask(f"/2/users/{x.me.id}/mentions?tweet.fields=lang,author_id")

    assert set(bare["data"][0]) == {"id", "text", "edit_history_tweet_ids"}
    assert set(more["data"][0]) - set(bare["data"][0]) == {"lang", "author_id"}


async def test_the_rate_limit_is_told_and_kept_and_ends(x, ask, clock):
    x.limits.in_a_window = 2

    told = [await ask("/2/users/me") for _ in range(3)]
    clock.advance(minutes=16)
    after, _, _ = await ask("/2/users/me")

    assert [status for status, _, _ in told] == [200, 200, 429]
    assert [headers["x-rate-limit-remaining"] for _, _, headers in told] == ["1", "0", "0"]
    assert after == 200


async def test_the_same_reply_again_is_a_duplicate(x, ask):
    body = {"text": "Yes.", "reply": {"in_reply_to_tweet_id": x.says("Open?")}}

    first, _, _ = await ask("/2/tweets", "POST", json=body)
    second, refused, _ = await ask("/2/tweets", "POST", json=body)

    assert (first, second) == (201, 403)
    assert "duplicate content" in refused["detail"]


async def test_a_deleted_post_is_an_error_inside_a_200(x, ask):
    kept, deleted = x.says("Stays"), x.says("Goes")
    x.delete(deleted)

    status, body, _ = await ask(f"/2/tweets?ids={kept},{deleted}")

    assert status == 200
    assert [post["id"] for post in body["data"]] == [kept]
    assert body["errors"][0]["type"].endswith("resource-not-found")


async def test_an_edit_has_a_new_number_and_its_history(x, ask, clock):
    first = x.says("Is my scool shut?")
    clock.advance(minutes=1)
    second = x.edit(first, "Is my school shut?")

    _, body, _ = await ask(f"/2/users/{x.me.id}/mentions")

    assert (body["data"][0]["id"], body["data"][0]["edit_history_tweet_ids"]) == (second, [first, second])


async def test_trouble_comes_once_and_can_strike_after_the_deed_is_done(x, ask):
    body = {"text": "Yes.", "reply": {"in_reply_to_tweet_id": x.says("Open?")}}
    x.chaos += [Trouble(status=503, body={"title": "Over capacity"}), Trouble(accept=True, drop=True, method="POST")]

    status, _, _ = await ask("/2/users/me")
    with pytest.raises(aiohttp.ClientError):
        await ask("/2/tweets", "POST", json=body)
    calm, _, _ = await ask("/2/users/me")

    assert (status, calm) == (503, 200)
    assert len(x.replies_to(body["reply"]["in_reply_to_tweet_id"])) == 1
