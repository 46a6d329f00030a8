"""``tolbooth sign-in``: which of them is meant, and what a person sees."""

import asyncio
import base64
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.errors import SettingsError
from bot.line.signing_in import chosen, sign_in
from bot.wiring import load_settings
from integrations.sandbox.engage_server import StandInEngage
from integrations.sandbox.entra_server import StandInEntra
from tests.commands.line import PATIENCE, Line

KEY = base64.b64encode(bytes(32)).decode()
CHAT = """
[viva_engage]
client_id = "{app}"
tenant = "{tenant}"
api_url = "{api}"
sign_in_url = "{entra}"
[viva_engage.communities]
desk = 15824708
"""
ACCOUNT = """
[[accounts]]
name = "colleagues"
network = "viva_engage"
channel = "desk"
client_id = "app"
tenant = "harrowmere.gov.uk"
"""
NOWHERE = {"app": "app", "tenant": "harrowmere.gov.uk", "api": "http://127.0.0.1:9", "entra": "https://127.0.0.1:9"}


def written(folder: Path, toml: str) -> Path:
    path = folder / "tolbooth.toml"
    path.write_text(f'database_url = "sqlite:///{folder / "t.db"}"\n{toml}')
    return path


def test_with_one_to_sign_in_its_name_may_be_left_out_and_with_two_they_are_named(tmp_path: Path) -> None:
    chat = CHAT.format(**NOWHERE)
    one = load_settings(written(tmp_path, chat))
    both = load_settings(written(tmp_path, chat + ACCOUNT))

    assert chosen(one, "")[0] is chosen(one, "viva_engage")[0] is one.chats["viva_engage"]
    assert chosen(both, "colleagues")[0] is both.accounts[0]
    with pytest.raises(SettingsError, match="several to sign in: write one of colleagues, viva_engage"):
        chosen(both, "")
    with pytest.raises(SettingsError, match="'slack' is not signed in by hand: write one of colleagues, viva_engage"):
        chosen(both, "slack")
    with pytest.raises(SettingsError, match="Set it up first"):
        chosen(load_settings(written(tmp_path, "")), "")


def test_without_a_key_the_setting_is_named_and_no_database_made(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="secrets_key"):
        sign_in(written(tmp_path, CHAT.format(**NOWHERE)), "", say=lambda _: None)

    assert not (tmp_path / "t.db").exists()


def test_a_failure_is_said_and_not_raised(tmp_path: Path) -> None:
    said: list[str] = []

    assert not sign_in(written(tmp_path, f'secrets_key = "{KEY}"\n' + CHAT.format(**NOWHERE)), "", say=said.append)
    assert said == ["Microsoft Entra cannot be reached (ConnectionError)"]


@pytest.fixture
async def engage() -> AsyncIterator[StandInEngage]:
    async with StandInEngage(SystemClock()) as engage:
        yield engage


@pytest.fixture
async def entra(engage) -> AsyncIterator[StandInEntra]:
    async with StandInEntra(SystemClock(), issue=engage.token) as entra:
        yield entra


async def until(out: asyncio.StreamReader, words: str) -> str:
    """All that is said, up to a line with these words."""
    said = ""
    while words not in said:
        said += (await asyncio.wait_for(out.readuntil(), PATIENCE)).decode()
    return said


@pytest.mark.slow
async def test_a_person_is_led_through_it_and_may_stop_half_way(line: Line, engage, entra) -> None:
    where = {"app": entra.client_id, "tenant": entra.tenant, "api": engage.api_url, "entra": entra.sign_in_url}
    line.settings(f'secrets_key = "{KEY}"\n' + CHAT.format(**where))
    line.environment = {"SSL_CERT_FILE": str(entra.authority), "NO_PROXY": "127.0.0.1", "TOLBOOTH_CONFIG": "tolbooth.toml"}

    stopped = await line.start("sign-in")
    await until(stopped.stdout, "Ctrl+C stops this")
    stopped.send_signal(signal.SIGINT)
    _, err = await asyncio.wait_for(stopped.communicate(), PATIENCE)
    assert stopped.returncode == 1
    assert "Stopped. Nothing was changed." in err.decode()
    assert "Traceback" not in err.decode()

    going = await line.start("sign-in", "viva_engage")
    asked = await until(going.stdout, "Ctrl+C stops this")
    entra.sign_in(user_code=asked.partition("Enter the code ")[2].split()[0])
    out, err = await asyncio.wait_for(going.communicate(), PATIENCE)
    assert (going.returncode, out.decode().partition(".")[0]) == (
        0,
        "Signed in to Viva Engage as Tolbooth (tolbooth@harrowmere",
    )
    everything = asked + out.decode() + err.decode()
    assert not any(token in everything for token in (*engage.sessions, *entra.renewals))
