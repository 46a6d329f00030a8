"""The stand-in keeps to X's rules for what is written, hidden and deleted, seen through HTTP and tweepy as it comes."""

import io

import aiohttp
import pytest
from tweepy.asynchronous import AsyncClient
from tweepy.errors import Forbidden, NotFound

from integrations.sandbox.places import PlaceX
from integrations.sandbox.x_messages import WITH_MESSAGES
from integrations.sandbox.x_server import StandInX

pytestmark = pytest.mark.slow  # a server of its own for each test

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 50


class Elsewhere:
    """Sends what tweepy asks of X's fixed host to the stand-in."""

    def __init__(self, session, api_url):
        self.session, self.api_url = session, api_url

    def request(self, method, url, **how):
        return self.session.request(method, str(url).replace("https://api.twitter.com", self.api_url), **how)


@pytest.fixture
async def x(clock):
    async with StandInX(clock) as stand_in:
        yield stand_in


@pytest.fixture
async def session(x):
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {x.user_token}"}) as calls:
        yield calls


@pytest.fixture
def tweepy(x, session):
    client = AsyncClient(x.user_token)
    client.session = Elsewhere(session, x.api_url)
    return client


@pytest.fixture
def post(x, session):
    async def posted(path, body):
        how = {"data": body} if isinstance(body, aiohttp.FormData) else {"json": body}
        async with session.post(x.api_url + path, **how) as answer:
            return answer.status, await answer.json()

    return posted


def upload(content=PNG, category="tweet_image"):
    form = aiohttp.FormData()
    form.add_field("media_category", category)
    form.add_field("media", io.BytesIO(content), filename="a.png", content_type="image/png")
    return form


async def test_tweepy_as_it_comes_hides_only_what_others_wrote_below_our_posts(x, tweepy):
    ours = x.says("The tip is open.", x.me.handle)
    below, elsewhere = x.says("Rubbish", in_reply_to=ours), x.says("Rubbish")

    hidden = await tweepy.hide_reply(below, user_auth=False)
    with pytest.raises(Forbidden):
        await tweepy.hide_reply(elsewhere, user_auth=False)
    with pytest.raises(Forbidden):
        await tweepy.hide_reply(ours, user_auth=False)

    assert (hidden.data, x.find(below).hidden, x.find(elsewhere).hidden) == ({"hidden": True}, True, False)


async def test_tweepy_as_it_comes_deletes_our_posts_once_and_nobody_elses(x, tweepy):
    ours, theirs = x.says("Open.", x.me.handle), x.says("Shut.")

    await tweepy.delete_tweet(ours, user_auth=False)
    with pytest.raises(NotFound):
        await tweepy.delete_tweet(ours, user_auth=False)
    with pytest.raises(Forbidden):
        await tweepy.delete_tweet(theirs, user_auth=False)

    assert (x.find(ours).deleted, x.find(theirs).deleted) == (True, False)


async def test_tweepy_as_it_comes_sends_messages_and_reads_them_newest_first(x, tweepy):
    x.access_level = WITH_MESSAGES
    ann = x.people.id_of("ann")

    first = await tweepy.create_direct_message(participant_id=ann, text="One", user_auth=False)
    await tweepy.create_direct_message(participant_id=ann, text="Two", user_auth=False)
    listed = await tweepy.get_direct_message_events(participant_id=ann, user_auth=False)

    assert [event.text for event in listed.data] == ["Two", "One"]
    assert first.data["dm_event_id"] == x.messages[0].id


async def test_messages_need_the_right_to_them(x, tweepy):
    with pytest.raises(Forbidden, match="oauth1 app permissions"):
        await tweepy.create_direct_message(participant_id=x.people.id_of("ann"), text="One", user_auth=False)

    assert x.messages == []


async def test_messages_come_in_pages_and_may_be_read_15_times(x, session):
    x.access_level = WITH_MESSAGES
    path = f"{x.api_url}/2/dm_conversations/with/{x.people.id_of('ann')}/dm_events?max_results=1"

    statuses = []
    for _ in range(16):
        async with session.get(path) as answer:
            statuses.append(answer.status)

    assert statuses == [200] * 15 + [429]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (upload, 200),
        (lambda: upload(PNG + b"0" * ((5 << 20) - len(PNG))), 200),
        (lambda: upload(b"GIF89a" + b"0" * 20), 400),
        (lambda: upload(category="tweet_gif"), 400),
        (lambda: upload(PNG + b"0" * (5 << 20)), 400),
        (lambda: {"media": "text"}, 400),
    ],
)
async def test_a_picture_is_taken_by_its_kind_and_size(post, body, status):
    assert (await post("/2/media/upload", body()))[0] == status


@pytest.mark.parametrize(("alt", "status"), [("a" * 1_000, 200), ("a" * 1_001, 400), ("", 400), (7, 400)])
async def test_a_description_has_1000_characters_at_most(post, alt, status):
    _, made = await post("/2/media/upload", upload())

    told = await post("/2/media/metadata", {"id": made["data"]["id"], "metadata": {"alt_text": {"text": alt}}})

    assert told[0] == status


async def test_a_post_with_pictures_that_are_not_there_is_not_taken(x, post):
    body = {"text": "Here", "reply": {"in_reply_to_tweet_id": x.says("Where?")}, "media": {"media_ids": ["77"]}}

    assert (await post("/2/tweets", body))[0] == 400


async def test_likes_are_in_no_self_serve_plan(x, post):
    path, body = f"/2/users/{x.me.id}/likes", {"tweet_id": x.says("Thanks")}

    before = await post(path, body)
    x.plan_has_likes = True
    after = await post(path, body)

    assert (before[0], after) == (403, (200, {"data": {"liked": True}}))


async def test_the_public_page_shows_what_is_hidden_deleted_liked_and_pictured_and_messages_as_private(clock):
    changes = []
    async with PlaceX(clock, lambda: changes.append(1)) as place:
        place.access_level, place.plan_has_likes = WITH_MESSAGES, True
        client = AsyncClient(place.user_token)
        ours = place.says("Open", place.me.handle, media_alt=["A map.", "A gate."])
        below = place.says("Rubbish", "ann", in_reply_to=ours)
        async with aiohttp.ClientSession() as session:
            client.session = Elsewhere(session, place.api_url)
            await client.hide_reply(below, user_auth=False)
            await client.create_direct_message(participant_id=place.people.id_of("ann"), text="Hello", user_auth=False)
            shown = {post.id: post for thread in place.threads() for post in thread.posts}
            await client.delete_tweet(ours, user_auth=False)
        gone = {post.id: post for thread in place.threads() for post in thread.posts}[ours]

    assert (shown[ours].alts, shown[below].hidden) == (("A map.", "A gate."), True)
    assert [(one.text, one.ours) for one in shown.values() if one.private] == [("Hello", True)]
    assert (gone.gone, gone.text, gone.alts) == (True, "", ())
    assert len(changes) == 5
