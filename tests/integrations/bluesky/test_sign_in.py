"""Signing in: seldom, renewed in time by one at a time, and kept before it is used."""

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta

import pytest

from bot.clock import MovableClock
from bot.errors import Busy, SignInAgain, TryLater
from integrations.bluesky.network import BlueskyNetwork
from integrations.bluesky.session import Session, server_in
from integrations.http import Http
from tests.integrations.bluesky.conftest import Ear, Kept
from tests.standins.bluesky import StandInBluesky, Trouble

CREATE, RENEW = "com.atproto.server.createSession", "com.atproto.server.refreshSession"


async def test_a_restart_goes_on_with_the_sign_in_that_was_kept(
    server: StandInBluesky, network: Callable[..., BlueskyNetwork]
) -> None:
    for _ in range(40):
        await network().fetch(None)

    assert server.count("app.bsky.notification.listNotifications") == 40
    assert await network().check() == []


async def test_it_is_renewed_before_it_ends_and_the_new_one_is_kept_first(
    server: StandInBluesky, ear: Ear, kept: Kept, clock: MovableClock
) -> None:
    before = Session.stored(kept.text or "")
    clock.advance(hours=1, minutes=59)

    await ear.hears()

    after = Session.stored(kept.text or "")
    assert before
    assert after
    assert after.refresh != before.refresh
    assert [one.name for one in server.chaos] == []


async def test_what_cannot_be_kept_is_not_used_and_is_kept_at_the_next_try(
    server: StandInBluesky, network: Callable[..., BlueskyNetwork], kept: Kept, clock: MovableClock
) -> None:
    class Full(Kept):
        async def save(self, account: str, tokens: str, /) -> None:
            raise Busy("no room")

    ear = Ear(network())
    await ear.hears()
    clock.advance(hours=2)
    sign_in = ear.network._client._sign_in
    full, sign_in._store = Full(), None
    full.text = kept.text
    sign_in._store = full
    with pytest.raises(TryLater, match="kept"):
        await ear.hears()
    old = kept.text

    sign_in._store = kept
    await ear.hears()

    assert kept.text != old
    assert sign_in._held
    assert sign_in._held.refresh in str(kept.text)


async def test_however_many_ask_one_renews(ear: Ear, server: StandInBluesky, clock: MovableClock) -> None:
    clock.advance(hours=3)
    sign_in = ear.network._client._sign_in

    sessions = await asyncio.gather(*(sign_in.session() for _ in range(8)))

    assert len({one.access for one in sessions}) == 1


async def test_another_copys_renewal_is_taken_over(
    server: StandInBluesky, network: Callable[..., BlueskyNetwork], clock: MovableClock
) -> None:
    here, there = Ear(network()), Ear(network())
    await here.hears()
    await there.hears()
    clock.advance(hours=2)
    await there.hears()

    await here.hears()

    assert server.count(CREATE) == 1


async def test_a_token_that_ended_early_is_renewed_and_the_call_made_again(
    ear: Ear, server: StandInBluesky, clock: MovableClock
) -> None:
    said = server.says("Is it open?")
    server.chaos.append(Trouble("app.bsky.notification.listNotifications", 400, b'{"error": "ExpiredToken"}'))

    assert [one.native_id for one in await ear.hears()] == [said]


async def test_a_sign_in_that_was_taken_back_is_made_anew_with_the_password(ear: Ear, server: StandInBluesky) -> None:
    server.ends_all_tokens()

    await ear.hears()

    assert server.count(CREATE) == 2


async def test_a_password_that_is_refused_is_not_tried_again_at_once(
    server: StandInBluesky, network: Callable[..., BlueskyNetwork], clock: MovableClock
) -> None:
    server.password = "changed"
    ear = Ear(network())
    for _ in range(5):
        with pytest.raises(SignInAgain, match="app password"):
            await ear.hears()

    assert server.count(CREATE) == 1
    clock.advance(minutes=21)
    with pytest.raises(SignInAgain):
        await ear.hears()
    assert server.count(CREATE) == 2
    (fault,) = await ear.network.check()
    assert "make a new app password" in fault


async def test_another_password_in_the_settings_takes_the_place_of_what_was_kept(
    server: StandInBluesky, network: Callable[..., BlueskyNetwork]
) -> None:
    await network().fetch(None)
    server.password = "qrst-uvwx-yzab-cdef"

    await network(app_password="qrst-uvwx-yzab-cdef").fetch(None)

    assert server.count(CREATE) == 2


async def test_too_many_sign_ins_are_waited_for(server: StandInBluesky, network: Callable[..., BlueskyNetwork]) -> None:
    body, headers = b'{"error": "RateLimitExceeded"}', {"Retry-After": "300"}
    server.chaos.append(Trouble(CREATE, 429, body, headers))
    one = network()

    for _ in range(2):
        with pytest.raises(TryLater) as caught:
            await one.fetch(None)
        assert caught.value.after == timedelta(minutes=5)
    assert server.count(CREATE) == 0


async def test_an_answer_that_makes_no_sense_signs_nobody_in(
    server: StandInBluesky, network: Callable[..., BlueskyNetwork], kept: Kept
) -> None:
    for said in ("", "[]", "{}", json.dumps({"did": "did:plc:x", "accessJwt": "a\nb", "refreshJwt": "c"})):
        server.chaos.append(Trouble(CREATE, 200, said.encode()))
        with pytest.raises(TryLater):
            await network().fetch(None)

    assert kept.text is None


async def test_no_secret_is_in_any_error_or_repr(
    server: StandInBluesky, network: Callable[..., BlueskyNetwork], kept: Kept
) -> None:
    one = network()
    await one.fetch(None)
    session = await one._client.session()

    assert session.access not in repr(session)
    assert session.refresh not in repr(session)
    server.password = "changed"
    server.ends_all_tokens()
    with pytest.raises(SignInAgain) as caught:
        await one.fetch(None)
    assert "abcd" not in str(caught.value)


@pytest.mark.parametrize(
    ("endpoint", "server"),
    [
        ("https://shiitake.invented.test", "https://shiitake.invented.test"),
        ("https://shiitake.invented.test/and/more", "https://shiitake.invented.test"),
        ("http://in.the.clear.test", ""),
        ("https://user:secret@other.test", ""),
        ("file:///etc/passwd", ""),
        ("http://[", ""),
        (None, ""),
    ],
)
def test_the_server_an_account_lives_on_is_what_the_sign_in_says_and_never_in_the_clear(
    endpoint: object, server: str
) -> None:
    other = {"id": "#bsky_notif", "serviceEndpoint": "https://other.test"}
    doc = {"service": [None, other, {"id": "did:plc:x#atproto_pds", "serviceEndpoint": endpoint}]}

    assert server_in(doc, "https://bsky.social") == server


async def test_calls_go_to_the_server_the_account_lives_on(
    server: StandInBluesky, network: Callable[..., BlueskyNetwork], http: Http
) -> None:
    home = server.url.replace("127.0.0.1", "localhost")
    server.did_doc = {"service": [{"id": "#atproto_pds", "serviceEndpoint": home}]}
    one = network()

    await one.fetch(None)

    assert (await one._client.session()).server == home


async def test_the_check_names_a_wrong_handle_and_the_accounts_own_password(
    server: StandInBluesky, network: Callable[..., BlueskyNetwork]
) -> None:
    server.scope = "com.atproto.access"
    server.view.handles[server.me] = "old-harrowmere.test"

    handle, password = await network().check()

    assert "@old-harrowmere.test, not as @harrowmere.test" in handle
    assert "make an app password" in password
    server.view.handles[server.me] = "handle.invalid"
    server.ends_all_tokens()
    assert any("DNS" in fault for fault in await network().check())
