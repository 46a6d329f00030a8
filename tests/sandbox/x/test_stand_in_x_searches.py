"""The stand-in's search, look-ups, limits and sign-ins keep to X's rules."""

from base64 import b64encode

import aiohttp
import pytest

from integrations.sandbox.x_server import StandInX


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


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("pothole", True),
        ("POTHOLE mill", True),
        ('"mill road"', True),
        ('"road mill"', False),
        ("pot", False),
        ("snow OR pothole", True),
        ("pothole -mill", False),
        ("from:ann", True),
        ("pothole -from:ann", False),
        ("pothole -is:retweet", True),
    ],
)
async def test_posts_are_found_by_their_words(x, ask, query, found):
    x.says("A pothole in Mill Road", author="ann")

    _, body, _ = await ask("/2/tweets/search/recent", params={"query": query})

    assert body["meta"]["result_count"] == int(found)


@pytest.mark.parametrize(
    "params",
    [
        {"query": ""},
        {"query": "x" * 513},
        {"query": '"half'},
        {"query": "x", "max_results": "5"},
        {"query": "x", "since_id": "1"},
    ],
)
async def test_a_search_x_would_not_take_is_invalid(ask, params):
    status, body, _ = await ask("/2/tweets/search/recent", params=params)

    assert status == 400
    assert body["type"].endswith("invalid-request")


async def test_posts_older_than_a_week_are_not_found(x, ask, clock):
    x.says("A pothole")
    clock.advance(days=8)

    _, body, _ = await ask("/2/tweets/search/recent?query=pothole")

    assert body == {"meta": {"result_count": 0}}


async def test_an_earlier_number_gives_the_earlier_words(x, ask, clock):
    first = x.says("Is my scool shut?")
    clock.advance(minutes=1)
    second = x.edit(first, "Is my school shut?")

    _, body, _ = await ask(f"/2/tweets?ids={first}")

    (post,) = body["data"]
    assert (post["id"], post["text"], post["edit_history_tweet_ids"]) == (first, "Is my scool shut?", [first, second])


async def test_a_look_up_takes_a_hundred_and_no_more(ask):
    status, _, _ = await ask("/2/tweets?ids=" + ",".join(map(str, range(101))))

    assert status == 400


async def test_a_quote_links_to_what_it_quotes_and_brings_it_along(x, ask):
    notice = x.says("A notice", author=x.me.handle)
    x.says("Well done", quotes=notice)

    _, body, _ = await ask(f"/2/users/{x.me.id}/mentions?expansions=author_id,referenced_tweets.id&tweet.fields=entities")

    (post,) = body["data"]
    assert post["entities"]["urls"][0]["expanded_url"].endswith(f"/status/{notice}")
    assert [other["id"] for other in body["includes"]["tweets"]] == [notice]


async def test_the_days_posts_are_counted_apart_from_the_quarter_hours_calls(x, ask, clock):
    x.limits.posts_in_a_day = 1
    first, second = ({"text": "Yes.", "reply": {"in_reply_to_tweet_id": x.says("Open?", author=who)}} for who in "ab")

    made, _, told = await ask("/2/tweets", "POST", json=first)
    refused, _, _ = await ask("/2/tweets", "POST", json=second)
    clock.advance(hours=25)
    later, _, _ = await ask("/2/tweets", "POST", json=second)

    assert (made, refused, later) == (201, 429, 201)
    assert (told["x-user-limit-24hour-remaining"], told["x-rate-limit-remaining"]) == ("0", "299")


async def test_a_refresh_token_is_good_once_and_its_access_token_for_two_hours(x, clock):
    form = {"grant_type": "refresh_token", "refresh_token": x.oauth2.refresh_token}
    client = f"{x.oauth2.credentials['client_id']}:{x.oauth2.credentials['client_secret']}"
    basic = {"Authorization": "Basic " + b64encode(client.encode()).decode()}
    async with aiohttp.ClientSession() as session:

        async def renew():
            async with session.post(f"{x.api_url}/2/oauth2/token", data=form, headers=basic) as answer:
                return answer.status, await answer.json()

        async def use(token):
            headers = {"Authorization": f"Bearer {token}"}
            async with session.get(f"{x.api_url}/2/users/me", headers=headers) as answer:
                return answer.status

        first, body = await renew()
        again, refused = await renew()
        good = await use(body["access_token"])
        clock.advance(hours=2)
        ended = await use(body["access_token"])

    assert (first, again, good, ended) == (200, 400, 200, 401)
    assert refused["error"] == "invalid_request"
