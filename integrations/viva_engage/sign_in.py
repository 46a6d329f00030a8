"""Signs the service user in: a person opens a page, types a code there, and what Entra gives is kept sealed."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from bot.errors import Busy, OutsideError, SettingsError, SignInAgain, TryLater, Unsure
from bot.ports import Clock
from integrations.http import Http, of_a_read
from integrations.viva_engage import reading_json
from integrations.viva_engage.entra import NO_KEY, kept_as
from integrations.viva_engage.entra_app import EntraApp, Flow, SignedIn
from integrations.viva_engage.failures import Call, failure, read
from integrations.viva_engage.keys import TokenStore
from integrations.viva_engage.parse import User
from integrations.viva_engage.settings import SigningIn

Say = Callable[[str], object]
Pause = Callable[[float], Awaitable[object]]
A_MINUTE = timedelta(minutes=1)
LONGEST = timedelta(minutes=30)
ALREADY = (
    "These settings have a token, which is used in place of a sign-in. Take token out, write client_id and tenant, "
    "and run this again."
)
EXPIRED = "The code was not used in time. Nothing was changed: run this again for a new one."
NOT_KNOWN = (
    "Entra has signed somebody in whom Viva Engage does not let in: {}. Nothing was kept. See that you signed in as the "
    "service user, that it has a licence for Viva Engage, and that it has opened Viva Engage once in a browser."
)


async def sign_in(
    settings: SigningIn,
    *,
    tokens: TokenStore | None,
    http: Http,
    clock: Clock,
    say: Say,
    pause: Pause = asyncio.sleep,
) -> None:
    """Sign in by a code and keep that, in the place of what was kept. Until the end nothing is changed.

    Raises SettingsError, and OutsideError with what to do about it.
    """
    if settings.token:
        raise SettingsError(ALREADY)
    if tokens is None:
        raise SettingsError(NO_KEY)
    app = EntraApp(settings, "tolbooth sign-in")
    flow = await asyncio.to_thread(app.begin)
    say_where(flow, say)
    found = await waited_for(app, flow, clock, say=say, pause=pause)
    await finish(found, settings, tokens=tokens, http=http, say=say)


def say_where(flow: Flow, say: Say) -> None:
    """What the person has to do."""
    say(f"1. Open {flow['verification_uri']} in any browser, on any machine.")
    say(f"2. Enter the code {flow['user_code']}")
    say("3. Sign in as the service user that Tolbooth speaks as, not as yourself.")
    say(f"The code is good for {minutes(timedelta(seconds=flow['expires_in']))}. Ctrl+C stops this, and changes nothing.")


async def waited_for(app: EntraApp, flow: Flow, clock: Clock, *, say: Say, pause: Pause) -> SignedIn:
    """What Entra gives once somebody has signed in. One look that fails for now does not end it. Raises OutsideError."""
    until = clock.now() + min(timedelta(seconds=flow["expires_in"]), LONGEST)
    said, away = clock.now(), False
    while clock.now() < until:
        await pause(flow["interval"])
        try:
            if found := await asyncio.to_thread(app.look, flow):
                return found
            away = False
        except TryLater as error:
            if not away:
                say(f"{error}; trying on.")
            away = True
        said = say_still_waiting(said, clock.now(), until=until, say=say)
    raise SignInAgain(EXPIRED)


def say_still_waiting(said: datetime, now: datetime, *, until: datetime, say: Say) -> datetime:
    """Say so once a minute; returns when that was."""
    if now - said < A_MINUTE or now >= until:
        return said
    say(f"Still waiting for the code to be entered; it is good for another {minutes(until - now)}.")
    return now


async def finish(found: SignedIn, settings: SigningIn, *, tokens: TokenStore, http: Http, say: Say) -> None:
    """See who it is, and only then keep it. Raises OutsideError."""
    try:
        who = await whose(found.token, settings, http)
    except TryLater as error:
        await keep(found, settings, tokens)
        say(f"Signed in. Viva Engage could not be asked whose sign-in it is ({error}): `tolbooth check` will see to that.")
        return
    except OutsideError as error:
        raise SignInAgain(NOT_KNOWN.format(error)) from error
    await keep(found, settings, tokens)
    address = f" ({who.email})" if who.email else ""
    say(f"Signed in to Viva Engage as {who.name or who.id}{address}. A bot that is running takes it up by itself.")


async def whose(token: str, settings: SigningIn, http: Http) -> User:
    """Whose token it is, as Viva Engage says. Raises OutsideError."""
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    try:
        answer = await http.call("GET", f"{settings.api_url}/users/current.json", headers=headers)
    except Unsure as error:
        raise of_a_read(error, "Viva Engage") from error
    if answer.status == 429:
        raise TryLater("Viva Engage asks us to slow down")
    if answer.status != 200:
        raise failure(answer, Call.READ)
    if (who := reading_json.user(read(answer.body))) is None:
        raise TryLater("Viva Engage's answer could not be read")
    return who


async def keep(found: SignedIn, settings: SigningIn, tokens: TokenStore) -> None:
    """Seal it away. Raises TryLater."""
    if found.kept is None:
        raise TryLater("Microsoft Entra gave nothing that can be kept: run this again")
    try:
        await tokens.save(kept_as(settings), found.kept)
    except Busy as error:
        raise TryLater(f"The sign-in could not be kept ({error}): run this again") from error


def minutes(span: timedelta) -> str:
    """A length of time, in minutes."""
    count = max(round(span / A_MINUTE), 1)
    return f"{count} minute{'' if count == 1 else 's'}"
