"""The sign-in: renewed when it must be, once however many wait, and when it ends the cure is named and no secret."""

import asyncio

import pytest

from bot.errors import SignInAgain, TryLater
from integrations.youtube.settings import YouTubeAccount
from tests.standins.youtube import REFRESH, SECRET


@pytest.mark.parametrize("refusal", ["invalid_grant", "invalid_client", "unauthorized_client", "something_new"])
async def test_a_sign_in_that_has_ended_says_what_to_do_and_no_secret(youtube, network, refusal):
    youtube.refusal = refusal

    with pytest.raises(SignInAgain) as caught:
        await network().fetch(None)

    assert not any(secret in str(caught.value) for secret in (SECRET, REFRESH))
    assert refusal != "invalid_grant" or "7 days" in str(caught.value)
    assert "Sign in as the channel" in (await network().check())[0]


async def test_many_calls_at_once_renew_one_time(youtube, network):
    tube = network()

    await asyncio.gather(*(tube.read_back("Ugz00001harrowmereAaABAg") for _ in range(8)))

    assert len(youtube.tokens) == 1


async def test_an_access_token_is_renewed_before_it_ends(youtube, network, clock):
    tube = network()
    await tube.fetch(None)
    clock.advance(minutes=59)

    await tube.fetch(None)

    assert len(youtube.tokens) == 2


async def test_an_access_token_that_ended_early_is_renewed_and_the_reply_goes_one_time(youtube, network, reply):
    asked = youtube.says("Is the tip open?")
    tube = network()
    await tube.fetch(None)
    youtube.tokens.clear()

    await tube.publish(reply(asked))

    assert [one.text for one in youtube.said.values() if not one.by] == ["It opens at nine."]


async def test_a_sign_in_that_cannot_be_reached_is_tried_later(network):
    with pytest.raises(TryLater):
        await network(token_url="http://127.0.0.1:9/token").fetch(None)


async def test_the_check_names_another_channel_a_missing_scope_and_a_used_up_quota(youtube, network):
    youtube.scope = "https://www.googleapis.com/auth/youtube.readonly"
    (fault,) = await network().check()
    assert "lacks the scope" in fault

    youtube.channel = "UCsomebodyelse0000000000"
    (fault,) = await network().check()
    assert "another channel" in fault

    youtube.quota = 0
    (fault,) = await network().check()
    assert "quota" in fault


@pytest.mark.parametrize(
    "wrong",
    [{"channel_id": "@harrowmere"}, {"poll_every": 10}, {"units_per_day": 10}, {"follow_days": 0}, {"api_url": "youtube"}],
)
def test_settings_that_cannot_work_are_refused(wrong):
    given = {"name": "tube", "network": "youtube", "channel": "C1", "channel_id": "UC" + "a" * 22, "client_id": "x"}
    keys = {"client_secret": "y", "refresh_token": "z"}
    assert YouTubeAccount(**given, **keys, handle="harrowmere").handle == "@harrowmere"

    with pytest.raises(ValueError):
        YouTubeAccount(**given | keys | wrong)
