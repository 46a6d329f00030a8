"""OAuth 2.0: a sign-in that changes is renewed by one, kept before it is used, and its end is said plainly."""

import asyncio
import json

import pytest

from bot.errors import Busy, SettingsError, SignInAgain, TryLater
from bot.logs import REDACTOR
from integrations.http import Http
from integrations.sandbox.x_server import Trouble
from integrations.x.network import build

TOKEN_ENDPOINT = "/2/oauth2/token"


class Drawer:
    """A place to keep sign-ins; ``stuck`` makes it refuse."""

    def __init__(self):
        self.kept = {}
        self.stuck = False
        self.on_save = lambda: None

    async def load(self, account, /):
        return self.kept.get(account)

    async def save(self, account, tokens, /):
        self.on_save()
        if self.stuck:
            raise Busy("the disk is full")
        self.kept[account] = tokens


@pytest.fixture
def drawer():
    return Drawer()


@pytest.fixture
def signed_in(x, http, clock, account, drawer):
    """Builds a network that signs in by OAuth 2.0."""

    def made(**settings):
        keys = dict.fromkeys(x.credentials) | dict(x.oauth2.credentials)
        settings = {"token_url": x.api_url + TOKEN_ENDPOINT, "replies": "api"} | keys | settings
        return build(account(**settings), http=http, clock=clock, tokens=drawer)

    return made


def renewals(x):
    return [path for _, path, _ in x.calls if path == TOKEN_ENDPOINT]


async def test_the_first_call_signs_in_and_reads(x, signed_in, drawer):
    post_id = x.says("Hello")

    page = await signed_in().fetch(None)

    assert [item.native_id for item in page.items] == [post_id]
    assert json.loads(drawer.kept["main"])["refresh"] == x.oauth2.refresh_token


async def test_a_public_client_shows_no_secret(x, signed_in):
    x.oauth2.public = True

    await signed_in(client_secret=None).fetch(None)

    assert x.oauth2.renewed == 1


async def test_a_token_is_renewed_when_its_two_hours_are_over(x, signed_in, clock):
    account = signed_in()
    cursor = (await account.fetch(None)).cursor
    clock.advance(hours=1)
    cursor = (await account.fetch(cursor)).cursor
    renewed_early = x.oauth2.renewed
    clock.advance(hours=1)

    await account.fetch(cursor)

    assert (renewed_early, x.oauth2.renewed) == (1, 2)
    assert len(renewals(x)) == 2


async def test_a_token_that_ended_early_is_renewed_and_the_reply_goes_out_all_the_same(x, signed_in, reply):
    account = signed_in()
    post_id = x.says("When?")
    await account.fetch(None)
    x.oauth2.end_access()

    receipt = await account.publish(reply(post_id))

    assert [post.id for post in x.replies_to(post_id)] == [receipt.native_id]


async def test_two_callers_at_the_same_time_renew_once(x, signed_in, reply):
    account = signed_in()
    post_id = x.says("When?")

    await asyncio.gather(account.fetch(None), account.preflight(reply(post_id)), account.check())

    assert len(renewals(x)) == 1


async def test_a_restart_goes_on_with_what_was_kept(x, signed_in):
    await signed_in().fetch(None)

    await signed_in().fetch(None)

    assert x.oauth2.renewed == 1


async def test_the_new_refresh_token_is_kept_before_the_access_token_is_used(x, signed_in, drawer):
    calls_at_save = []
    drawer.on_save = lambda: calls_at_save.append([path for _, path, _ in x.calls])

    await signed_in().fetch(None)

    assert calls_at_save == [[TOKEN_ENDPOINT]]


async def test_a_sign_in_that_cannot_be_kept_is_not_used_and_not_lost(x, signed_in, drawer):
    account = signed_in()
    drawer.stuck = True
    with pytest.raises(TryLater, match="cannot be kept"):
        await account.fetch(None)
    used_while_stuck = [path for _, path, _ in x.calls if path != TOKEN_ENDPOINT]
    drawer.stuck = False

    await account.fetch(None)

    assert used_while_stuck == []
    assert x.oauth2.renewed == 1
    assert json.loads(drawer.kept["main"])["refresh"] == x.oauth2.refresh_token


async def test_a_caller_who_gives_up_does_not_break_the_renewal(x, signed_in, drawer):
    account = signed_in()
    x.chaos.append(Trouble(slow=0.2, method="POST"))

    with pytest.raises(TimeoutError):
        await asyncio.wait_for(account.fetch(None), 0.05)
    await account.fetch(None)

    assert x.oauth2.renewed == 1


async def test_a_revoked_sign_in_asks_to_sign_in_again(x, signed_in, clock):
    account = signed_in()
    cursor = (await account.fetch(None)).cursor
    x.oauth2.revoke()

    with pytest.raises(SignInAgain, match="refresh token"):
        await account.fetch(cursor)


async def test_a_wrong_client_secret_is_named(signed_in):
    with pytest.raises(SignInAgain, match="client_secret"):
        await signed_in(client_secret="wrong").fetch(None)


async def test_a_new_refresh_token_in_the_settings_takes_the_place_of_what_was_kept(x, signed_in):
    await signed_in().fetch(None)
    x.oauth2.revoke()
    x.oauth2.refresh_token = "given-by-hand"

    page = await signed_in(refresh_token="given-by-hand").fetch(None)

    assert page.cursor


async def test_a_copy_that_comes_second_goes_on_with_what_the_first_kept(x, signed_in, clock):
    first, second = signed_in(), signed_in()
    await first.fetch(None)
    await second.fetch(None)
    clock.advance(hours=3)

    await first.fetch(None)
    await second.fetch(None)

    assert len(renewals(x)) == 2


async def test_a_copy_whose_refresh_token_was_spent_meanwhile_takes_what_was_kept(x, signed_in, drawer, clock):
    await signed_in().fetch(None)
    old = drawer.kept["main"]
    clock.advance(hours=3)
    await signed_in().fetch(None)
    new, drawer.kept["main"] = drawer.kept["main"], old
    late = signed_in()
    load, answers = drawer.load, [old, new]

    async def loaded(account, /):
        return answers.pop(0) if answers else await load(account)

    drawer.load = loaded

    page = await late.fetch(None)

    assert page.cursor


@pytest.mark.parametrize(
    "trouble",
    [
        Trouble(status=503),
        Trouble(status=429, headers={"Retry-After": "60"}),
        Trouble(status=200, body="{"),
        Trouble(drop=True),
    ],
)
async def test_a_token_endpoint_that_fails_is_asked_later(x, signed_in, trouble):
    x.chaos.append(trouble)
    account = signed_in()

    with pytest.raises(TryLater):
        await account.fetch(None)

    assert (await account.fetch(None)).cursor


async def test_what_is_kept_and_cannot_be_read_is_begun_anew(x, signed_in, drawer):
    drawer.kept["main"] = "half a sign-in"

    await signed_in().fetch(None)

    assert x.oauth2.renewed == 1


async def test_renewed_tokens_are_never_shown(x, signed_in, drawer, caplog):
    await signed_in().fetch(None)

    kept = json.loads(drawer.kept["main"])
    assert {kept["access"], kept["refresh"]} <= REDACTOR.values


async def test_a_sign_in_that_changes_needs_a_place_to_be_kept(x, account, clock):
    settings = account(**dict.fromkeys(x.credentials), **x.oauth2.credentials)

    async with Http() as http:
        with pytest.raises(SettingsError, match=r"accounts\.main\.refresh_token: needs a place to keep"):
            build(settings, http=http, clock=clock)
