"""Signing in by Microsoft Entra, through its own library and over TLS: by a code, then silently for as long as it lasts."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from bot.clock import MovableClock
from bot.errors import Busy, SettingsError, SignInAgain, TryLater
from bot.logs import REDACTOR
from bot.store.executor import Database
from bot.store.sealed import SealedTokens
from bot.vault import Vault
from integrations.sandbox.entra_server import Refusal, StandInEntra
from integrations.viva_engage.client import Engage
from integrations.viva_engage.entra import EntraKeys, kept_as, keys_of
from integrations.viva_engage.settings import SigningIn
from integrations.viva_engage.sign_in import sign_in
from tests.handlers.office import blank_database
from tests.integrations.viva_engage.bench import Drawer


@pytest.fixture
async def entra(there, clock, monkeypatch) -> AsyncIterator[StandInEntra]:
    for name in ("HTTPS_PROXY", "https_proxy", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)
    async with StandInEntra(clock, issue=there.token) as stand_in:
        monkeypatch.setenv("SSL_CERT_FILE", str(stand_in.authority))
        yield stand_in


@pytest.fixture
def signing_in(there, entra) -> SigningIn:
    return SigningIn(client_id=entra.client_id, tenant=entra.tenant, api_url=there.api_url, sign_in_url=entra.sign_in_url)


class Person:
    """Somebody at the command line: reads what is said, and does what ``when_asked`` says once time passes."""

    def __init__(self, clock: MovableClock, when_asked=lambda: None) -> None:
        self.clock, self.when_asked, self.heard = clock, when_asked, []

    def hears(self, line: str) -> None:
        self.heard.append(line)

    async def waits(self, seconds: float) -> None:
        self.clock.advance(seconds=max(seconds, 20))
        self.when_asked()


@pytest.fixture
async def signed_in(entra, signing_in, http, clock) -> Drawer:
    """A place where a sign-in is kept."""
    drawer, person = Drawer(), Person(clock, entra.sign_in)
    await sign_in(signing_in, tokens=drawer, http=http, clock=clock, say=person.hears, pause=person.waits)
    return drawer


async def test_a_person_signs_in_by_a_code_and_it_is_kept_sealed(tmp_path, there, entra, signing_in, http, clock, caplog):
    caplog.set_level(logging.DEBUG)
    database = Database(f"sqlite:///{blank_database(tmp_path / 't.db')}")
    tokens = SealedTokens(database, Vault([b"k" * 32]), clock)
    person = Person(clock)
    person.when_asked = lambda: entra.sign_in() if clock.now().minute >= 2 else None

    await sign_in(signing_in, tokens=tokens, http=http, clock=clock, say=person.hears, pause=person.waits)

    said = "\n".join(person.heard)
    assert "https://microsoft.com/devicelogin" in person.heard[0]
    assert "Enter the code " in person.heard[1]
    assert "good for 15 minutes" in person.heard[3]
    assert "Still waiting" in person.heard[4]
    assert person.heard[-1].startswith("Signed in to Viva Engage as Tolbooth (tolbooth@harrowmere.gov.uk).")
    kept = await tokens.load(kept_as(signing_in))
    await asyncio.to_thread(database.close)
    secrets = [*there.sessions, *entra.renewals]
    on_disk = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert kept
    assert all(one in kept for one in secrets)
    assert len(secrets) == 2
    assert not any(one.encode() in on_disk or one in said or one in caplog.text for one in secrets)
    assert all(REDACTOR.redacted(one) == "(hidden)" for one in secrets)


async def test_it_is_renewed_without_anybody_once_however_many_ask(there, entra, signing_in, signed_in, http, clock, peers):
    keys = keys_of(signing_in, tokens=signed_in, clock=clock)
    engage = Engage(signing_in, http=http, clock=clock, keys=keys, peers=peers)
    before = signed_in.kept[kept_as(signing_in)]
    assert (await engage.me()).id == there.service.id
    assert len(entra.grants) == 1

    there.expire_tokens()
    found = await asyncio.gather(*(engage.user(there.service.id, patient=True) for _ in range(3)))

    assert {one.id for one in found} == {there.service.id}
    assert entra.grants[1:] == ["refresh_token"]
    assert signed_in.kept[kept_as(signing_in)] != before
    other = keys_of(signing_in, tokens=signed_in, clock=clock)
    assert await other.token() == await keys.token(), "another copy uses the same"
    assert len(entra.grants) == 2


@pytest.mark.parametrize(
    ("wrong", "expected", "words"),
    [
        (lambda entra: entra.revoke(), SignInAgain, ["run `tolbooth sign-in desk`", "AADSTS50173"]),
        (lambda entra: entra.refusals.append(Refusal.TOO_OLD), SignInAgain, ["run `tolbooth sign-in desk`"]),
        (lambda entra: entra.refusals.append(Refusal.MORE_PROOF), SignInAgain, ["run `tolbooth sign-in desk`"]),
        (
            lambda entra: setattr(entra, "consented", False),
            SignInAgain,
            ["Entra administrator", "access_as_user", "Grant admin consent", "then run `tolbooth sign-in desk`"],
        ),
        (lambda entra: entra.refusals.append(Refusal.NO_SUCH_APP), SignInAgain, ["client_id or tenant"]),
        (lambda entra: setattr(entra, "tenant", "moved"), SignInAgain, ["mend tenant"]),
        (lambda entra: entra.refusals.append(Refusal.BUSY), TryLater, ["later"]),
        (lambda entra: setattr(entra, "outage", 503), TryLater, ["Entra"]),
        (lambda entra: setattr(entra, "outage", 200), TryLater, ["could not be read"]),
    ],
    ids=["revoked", "old", "proof", "consent", "app", "tenant", "busy", "503", "page"],
)
async def test_why_it_cannot_be_renewed_is_said_with_who_must_do_what(
    entra, signing_in, signed_in, clock, wrong, expected, words
):
    keys = keys_of(signing_in, tokens=signed_in, clock=clock, name="desk")
    held = await keys.token()
    fresh = keys_of(signing_in, tokens=signed_in, clock=clock, name="desk")
    wrong(entra)

    with pytest.raises(expected) as error:
        await fresh.renew(held)

    assert all(word in str(error.value) for word in words)
    assert held not in str(error.value)


async def test_what_ended_is_taken_up_again_by_itself_once_somebody_signed_in(entra, signing_in, http, clock, caplog):
    drawer = Drawer()
    keys = keys_of(signing_in, tokens=drawer, clock=clock)
    with pytest.raises(SignInAgain, match="nobody is signed in"):
        await keys.token()
    person = Person(clock, entra.sign_in)
    await sign_in(signing_in, tokens=drawer, http=http, clock=clock, say=person.hears, pause=person.waits)

    assert await keys.token()


async def test_a_database_that_is_busy_costs_no_sign_in(signing_in, signed_in, there, clock):
    class Stuck(Drawer):
        async def save(self, account: str, tokens: str, /) -> None:
            raise Busy("the disk is full")

    stuck = Stuck()
    stuck.kept = signed_in.kept
    keys = keys_of(signing_in, tokens=stuck, clock=clock)

    assert await keys.renew(await keys.token())


async def test_entra_that_cannot_be_reached_is_said_so(entra, signing_in, signed_in, clock, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", "")
    with pytest.raises(TryLater, match="SSL_CERT_FILE names"):
        await EntraKeys(signing_in, tokens=signed_in, clock=clock).token()
    await entra.stop()
    with pytest.raises(TryLater, match="cannot be reached"):
        await EntraKeys(signing_in, tokens=signed_in, clock=clock).token()
    signed_in.kept[kept_as(signing_in)] = "half of a cac"
    await entra.start()
    monkeypatch.setenv("SSL_CERT_FILE", str(entra.authority))


def test_without_a_key_to_seal_with_the_setting_is_named(signing_in, clock):
    with pytest.raises(SettingsError, match="secrets_key"):
        keys_of(signing_in, tokens=None, clock=clock)


# --- by a code


async def attempt(signing_in, http, clock, person, drawer=None):
    drawer = drawer or Drawer()
    with pytest.raises((SignInAgain, SettingsError, TryLater)) as error:
        await sign_in(signing_in, tokens=drawer, http=http, clock=clock, say=person.hears, pause=person.waits)
    assert drawer.kept == {}, "nothing is half done"
    return str(error.value)


async def test_each_way_it_can_fail_says_what_to_do_and_changes_nothing(there, entra, signing_in, http, clock):
    person = Person(clock)
    assert "not used in time" in await attempt(signing_in, http, clock, person)

    assert "Cancel" in await attempt(signing_in, http, clock, Person(clock, entra.decline))
    entra.is_public = False
    assert "Allow public client flows" in await attempt(signing_in, http, clock, Person(clock, entra.sign_in))
    entra.is_public, entra.consented = True, False
    assert "Grant admin consent" in await attempt(signing_in, http, clock, Person(clock, entra.sign_in))
    entra.consented = True
    there.service.state = "suspended"
    assert "licence for Viva Engage" in await attempt(signing_in, http, clock, Person(clock, entra.sign_in))
    with_token = SigningIn(token="given")
    assert "Take token out" in await attempt(with_token, http, clock, person)


async def test_an_outage_while_one_waits_is_waited_through(entra, signing_in, http, clock, monkeypatch):
    person, times = Person(clock), []

    def later() -> None:
        times.append(clock.now())
        monkeypatch.setenv("SSL_CERT_FILE", "" if len(times) < 3 else str(entra.authority))
        if len(times) == 4:
            entra.sign_in()

    person.when_asked = later
    await sign_in(signing_in, tokens=Drawer(), http=http, clock=clock, say=person.hears, pause=person.waits)

    assert [line for line in person.heard if "trying on" in line] == person.heard[4:5]
    assert person.heard[-1].startswith("Signed in")


async def test_stopping_it_half_way_changes_nothing(entra, signing_in, http, clock):
    drawer = Drawer()

    async def stopped(_seconds: float) -> None:
        raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await sign_in(signing_in, tokens=drawer, http=http, clock=clock, say=lambda _: None, pause=stopped)

    assert drawer.kept == {}


# --- on the way there


@pytest.fixture
async def proxy() -> AsyncIterator[tuple[str, list[str]]]:
    """A proxy that opens tunnels, and to where."""
    asked: list[str] = []

    async def pipe(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while piece := await reader.read(1 << 16):
                writer.write(piece)
        writer.close()

    async def tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        asked.append(head.split()[1])
        host, _, port = asked[-1].rpartition(":")
        onward = await asyncio.open_connection(host, int(port))
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        await asyncio.gather(pipe(reader, onward[1]), pipe(onward[0], writer))
        tunnels.release()

    tunnels, server = asyncio.Semaphore(0), await asyncio.start_server(tunnel, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", asked
    for _ in asked:
        await tunnels.acquire()
    server.close()


async def test_a_proxy_in_the_environment_is_used_unless_it_is_excepted(
    entra, signing_in, signed_in, clock, proxy, monkeypatch
):
    where, asked = proxy
    monkeypatch.setenv("HTTPS_PROXY", where)
    held = await EntraKeys(signing_in, tokens=signed_in, clock=clock).token()
    assert asked == [entra.sign_in_url.removeprefix("https://")]

    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    await EntraKeys(signing_in, tokens=signed_in, clock=clock).renew(held)
    assert len(asked) == 1
