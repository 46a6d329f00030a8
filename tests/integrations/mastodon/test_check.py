"""What ``tolbooth check`` says of an account: each fault with its cure, and nothing is posted for it."""

import logging

import pytest

from bot.errors import OutsideError
from tests.standins.mastodon import TOKEN, US, Trouble


async def test_an_account_that_is_well_has_no_faults_and_nothing_was_posted(server, network):
    assert await network().check() == []
    assert not server.ours()


@pytest.mark.parametrize(
    ("scope", "so"),
    [
        ("read:notifications", "mentions cannot be read"),
        ("read:statuses", "no reply can be looked up"),
        ("write:statuses", "nobody can be answered"),
        ("write:media", "replies go without pictures"),
        ("write:favourites", "nothing can be liked"),
        ("read:search", "watches find no words"),
    ],
)
async def test_a_scope_that_is_missing_is_named_with_what_it_costs(server, network, scope, so):
    server.scopes.discard(scope)

    (fault,) = await network(searches_words=True).check()

    assert f"lacks {scope}, so {so}" in fault
    assert "copy its access token again" in fault


async def test_a_wrong_name_limit_mark_or_policy_is_said_with_its_cure(server, network):
    server.people[US]["bot"] = False
    server.limit = 5_000
    server.policy["for_not_following"] = "drop"

    said = await network(handle="@other").check()

    assert len(said) == 4
    for fault, words in zip(
        said, ("belongs to @harrowmere", "automated = false", "limit = 5000", "not following"), strict=True
    ):
        assert words in fault
    assert len(await network(handle="@harrowmere", automated=False, limit=5_000).check()) == 1


async def test_a_token_nobody_knows_and_a_server_that_is_away_are_one_fault_each(server, network):
    (revoked,) = await network(access_token="revoked").check()
    (away,) = await network(api_url="http://127.0.0.1:9").check()

    assert "Make a token" in revoked
    assert "Look at api_url" in away


async def test_no_error_and_no_log_holds_the_token_or_what_people_wrote(server, network, reply, caplog):
    caplog.set_level(logging.INFO)
    asked, errors = server.says("@harrowmere my secret address"), []
    for status in (400, 401, 403, 404, 422, 429, 500):
        server.chaos.append(Trouble("POST", "/api/v1/statuses", status, f'{{"error": "{TOKEN[:3]} @ann"}}'.encode()))
        with pytest.raises(OutsideError) as caught:
            await network().publish(reply(asked))
        errors.append(str(caught.value))

    said = " ".join([*errors, caplog.text])
    assert TOKEN not in said
    assert "@ann" not in said
    assert "secret address" not in said
