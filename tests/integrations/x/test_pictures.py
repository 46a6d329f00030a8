"""Pictures with a reply on X: nothing is public before all of them are there and described."""

from datetime import timedelta

import pytest

from bot.errors import Refused, SignInAgain, TryLater, Unsure
from bot.ports import Found
from bot.reply import Attachment
from integrations.sandbox.x_pictures import LARGEST
from integrations.sandbox.x_server import Trouble
from integrations.x.client import XClient
from integrations.x.meter import Meter
from integrations.x.pictures import RULES, Pictures

pytestmark = pytest.mark.slow  # a server of its own for each test

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 100
JPEG = b"\xff\xd8\xff" + b"1" * 100


def picture(content=PNG, media_type="image/png", alt="A map of the closed road.", name="map.png"):
    return Attachment("a1", name, media_type, len(content), alt, content)


async def test_pictures_go_out_with_the_reply_each_with_its_description(x, network, reply):
    post_id = x.says("Which road?")
    photo = picture(JPEG, "image/jpeg", "The barrier.", "barrier.jpg")

    await network().publish(reply(post_id, media=(picture(), photo)))

    (posted,) = x.replies_to(post_id)
    assert posted.media == (("photo", "A map of the closed road."), ("photo", "The barrier."))
    assert [one.content for one in x.pictures.values()] == [PNG, JPEG]


async def test_a_reply_with_a_picture_is_found_again_though_x_puts_a_link_behind_its_words(x, network, reply):
    post_id = x.says("Which road?")
    account, going = network(), reply(post_id, "This one: https://harrowmere.example/map", media=(picture(),))
    x.chaos.append(Trouble(accept=True, drop=True, path="/2/tweets", method="POST"))

    with pytest.raises(Unsure):
        await account.publish(going)

    assert isinstance(await account.find_sent(going), Found)


@pytest.mark.parametrize("path", ["/2/media/upload", "/2/media/metadata"])
@pytest.mark.parametrize(
    ("trouble", "error"),
    [
        ({"status": 500}, TryLater),
        ({"drop": True}, TryLater),
        ({"accept": True, "drop": True}, TryLater),
        ({"status": 200, "body": "<html>"}, TryLater),
        ({"status": 429, "headers": {"Retry-After": "60"}}, TryLater),
        ({"status": 401}, SignInAgain),
        ({"status": 400, "body": {"detail": "no"}}, Refused),
        ({"status": 403, "body": {"detail": "client-forbidden"}}, Refused),
        ({"status": 402}, TryLater),
    ],
)
async def test_a_picture_that_does_not_arrive_leaves_no_doubt_and_nothing_is_public(x, network, reply, path, trouble, error):
    post_id = x.says("Which road?")
    x.chaos += [Trouble(path=path, **trouble) for _ in range(2)]

    with pytest.raises(error):
        await network().publish(reply(post_id, media=(picture(),)))

    assert x.replies_to(post_id) == []


async def test_what_is_uploaded_is_not_uploaded_again_at_the_next_try(x, network, reply):
    account, going = network(), reply(x.says("Which road?"), media=(picture(), picture(JPEG, "image/jpeg")))
    x.chaos.append(Trouble(status=503, path="/2/tweets", method="POST"))
    with pytest.raises(Unsure):
        await account.publish(going)

    await account.publish(going)

    assert len(x.pictures) == 2


async def test_a_picture_is_uploaded_again_when_x_would_have_forgotten_it(x, network, reply, clock):
    account = network()
    await account.publish(reply(x.says("Which road?"), media=(picture(),)))
    clock.advance(hours=24)

    await account.publish(reply(x.says("Which one?"), "This.", media=(picture(),)))

    assert len(x.pictures) == 2


async def test_a_post_refused_for_its_pictures_can_be_sent_with_new_uploads(x, network, reply):
    account, going = network(), reply(x.says("Which road?"), media=(picture(),))
    x.chaos.append(Trouble(status=400, body={"detail": "Your media IDs are invalid."}, path="/2/tweets", method="POST"))
    with pytest.raises(Refused, match="media IDs"):
        await account.publish(going)

    await account.publish(going)

    assert len(x.pictures) == 2


@pytest.mark.parametrize(
    ("media", "says"),
    [
        ((picture(),) * 5, "at most 4 pictures"),
        ((picture(media_type="image/gif", name="dance.gif"),), "dance.gif is not a JPEG"),
        ((picture(PNG + b"0" * RULES.largest),), "larger than the 5 MB"),
        ((picture(alt="a" * 1_001),), "longer than the 1,000 characters"),
        ((picture(b""),), "is empty"),
    ],
)
async def test_what_x_would_not_take_is_refused_without_asking_x(x, network, reply, media, says):
    account = network()
    await account.check()
    before = len(x.calls)

    with pytest.raises(Refused, match=says) as caught:
        await account.publish(reply(x.says("Which road?"), media=media))

    assert len(x.calls) == before
    assert caught.value.by_hand.startswith("https://x.com/intent/post?")


async def test_the_stand_in_takes_a_picture_and_a_description_at_their_limits_and_not_one_beyond(x, network, reply):
    account, largest = network(), PNG + b"0" * (LARGEST - len(PNG))

    await account.publish(reply(x.says("Which?"), media=(picture(largest, alt="a" * 1_000),)))

    assert [len(one.content) for one in x.pictures.values()] == [RULES.largest]
    assert {len(one.alt) for one in x.pictures.values()} == {RULES.alt_limit}


async def test_a_description_is_counted_in_what_today_cost(x, network, reply):
    account = network()

    await account.publish(reply(x.says("Which?"), media=(picture(),)))

    assert account.cost_today()["managed"] == 1
    assert account.cost_today()["dollars"] == "0.015"


async def test_pictures_that_are_slow_to_arrive_are_tried_later(x, account, http, clock):
    settings = account(replies="api")
    client, meter = XClient(settings, http=http, clock=clock), Meter(settings, clock)
    x.chaos.append(Trouble(slow=1, path="/2/media/upload"))

    with pytest.raises(TryLater, match="did not reach X"):
        await Pictures(client, meter, clock, within=timedelta(seconds=0.05)).ready([picture()])
