"""What ``tolbooth check`` says of a Page: each thing that is wrong, with its cure; and when the sign-in ends."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import SignInAgain
from integrations.facebook.settings import FacebookAccount
from tests.standins.graph import PAGE, Trouble


async def test_a_page_that_is_set_up_well_has_no_faults(network):
    assert list(await network().check()) == []


@pytest.mark.parametrize(
    ("scope", "what"),
    [
        ("pages_manage_metadata", "be told of anything"),
        ("pages_read_user_content", "read what people say"),
        ("pages_manage_engagement", "answer, hide or like"),
        ("pages_messaging", "read or answer messages"),
    ],
)
async def test_a_missing_permission_is_named_with_what_it_is_for(page, network, scope, what):
    page.scopes.discard(scope)

    (fault,) = await network().check()

    assert all(words in fault for words in ("'main'", scope, what, "make the token anew"))


async def test_without_messages_their_permission_and_fields_are_not_asked_for(page, network):
    page.scopes.discard("pages_messaging")
    page.installed[0]["subscribed_fields"] = ["feed", "mention", "ratings"]
    page.subscriptions[0]["fields"] = ["feed", "mention", "ratings"]

    assert list(await network(messenger=False).check()) == []
    assert len(await network().check()) == 3


async def test_an_app_that_is_not_installed_hears_nothing(page, network):
    page.installed.clear()

    (fault,) = await network().check()

    assert "not installed on the Page" in fault
    assert f"POST /{PAGE}/subscribed_apps?subscribed_fields=feed,mention" in fault


async def test_fields_that_are_left_out_are_named(page, network):
    page.installed[0]["subscribed_fields"].remove("mention")
    page.subscriptions[0]["fields"] = page.subscriptions[0]["fields"][:3]

    first, second = await network().check()

    assert "does not hear of mention on the Page" in first
    assert "leaves out messages, message_echoes, message_edits" in second


async def test_a_webhook_that_is_switched_off_is_said(page, network):
    page.subscriptions[0]["active"] = False

    (fault,) = await network().check()

    assert "/hooks/main" in fault


async def test_another_pages_or_apps_token_is_said(page, network):
    page.token_facts = {"profile_id": "55", "app_id": "66"}

    app, owner = await network().check()

    assert ("app 66" in app, "belongs to 55" in owner) == (True, True)


async def test_a_dead_token_is_said_alone(page, network):
    page.token_facts = {"is_valid": False}

    assert ["does not work any more" in fault for fault in await network().check()] == [True]


async def test_wrong_keys_of_the_app_are_said(network):
    (fault,) = await network(app_secret="another").check()

    assert "Compare app_id and app_secret" in fault


async def test_an_old_version_is_said_sixty_days_ahead(page, network, clock):
    clock.advance(datetime(2028, 6, 1, tzinfo=UTC) - clock.now())
    page.chaos = [Trouble(200, page_of_token(page), path="debug_token")]

    faults = await network(graph_version="v25.0").check()

    assert any("v25.0 of the Graph API ends on 29 July 2028" in fault for fault in faults)


def page_of_token(page):
    return json.dumps(page.respond("GET", "debug_token", {})).encode()


async def test_the_sign_in_ends_with_the_earlier_of_two_moments(page, network, clock):
    soon, later = clock.now() + timedelta(days=3), clock.now() + timedelta(days=90)
    page.token_facts = {"expires_at": int(later.timestamp()), "data_access_expires_at": int(soon.timestamp())}

    assert await network().ends_at() == soon
    (fault,) = await network().check()
    assert "access_token ends on 20 November 2026" in fault


async def test_a_system_users_token_never_ends(network):
    assert await network().ends_at() is None


async def test_a_token_that_is_not_accepted_is_no_end_that_can_be_told(network):
    with pytest.raises(SignInAgain):
        await network(app_secret="another").ends_at()


@pytest.mark.parametrize(
    "wrong",
    [
        {"poll_every": 59},
        {"poll_every": 86_400},
        {"page_id": "harrowmere"},
        {"graph_version": "26"},
        {"access_token": " "},
        {"app_secret": "a\nb"},
        {"verify_token": ""},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_settings_that_cannot_work_are_refused(page, wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        FacebookAccount.model_validate({**page.settings, "network": "facebook"} | wrong)


async def test_where_meta_cannot_be_reached_nothing_else_is_blamed(network):
    (fault,) = await network(api_url="http://127.0.0.1:9").check()

    assert "cannot be asked" in fault
