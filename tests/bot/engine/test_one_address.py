"""One address for all accounts of an app: what a call holds for another account is stored there, or asked for again."""

from collections.abc import AsyncIterator
from dataclasses import replace

import aiohttp
import pytest

from bot.ports import Incoming, Received, Webhook, WebhookRefused
from bot.store import schema
from bot.web import Web
from integrations.plain import PlainNetwork
from tests.bot.council import Bench, account, house, post


class Page(PlainNetwork):
    """An account of an app; a call says what it holds for which of them, one word each: ``own_id:native_id``."""

    def __init__(self, own_id: str, app: str = "one") -> None:
        self.own_id, self.app = own_id, app

    def receive(self, request: Webhook) -> Received:
        """What the call says."""
        if request.method == "GET":
            return Received(status=200, answer=request.query.get("challenge", ""))
        if request.body == b"forged" or self.app != "one":
            raise WebhookRefused(401, "the signature does not match")
        held: dict[str, tuple[Incoming, ...]] = {}
        for word in request.body.decode().split():
            own_id, _, native_id = word.partition(":")
            held[own_id] = (*held.get(own_id, ()), post(native_id, by=native_id))
        return Received(held.pop(self.own_id, ()), delivery_id=request.body.decode(), others=tuple(held))


class Caller:
    """Calls the first account's address."""

    def __init__(self, bench: Bench, url: str, session: aiohttp.ClientSession) -> None:
        self.bench, self.url, self.session = bench, url, session

    async def calls(self, body: str, name: str = "north") -> int:
        """The answer's status."""
        async with self.session.post(f"{self.url}/hooks/{name}", data=body) as answer:
            return answer.status

    async def held(self) -> dict[str, str]:
        """Which account each post came in by."""
        return {row["native_id"]: row["account"] for row in await self.bench.all(schema.mention)}


@pytest.fixture
async def caller(bench: Bench) -> AsyncIterator[Caller]:
    """Two pages of one app, and an account of another network that is called alike."""
    pages = [account(name, network="pages") for name in ("north", "south")]
    bench.desk.house = house(*pages, account("chat", network="webchat"))
    bench.desk.networks = {"north": Page("1"), "south": Page("2"), "chat": Page("3")}  # type: ignore[dict-item]
    web = Web(bench.desk, dict, "0")
    url = f"http://127.0.0.1:{await web.start('127.0.0.1', 0)}"
    async with aiohttp.ClientSession() as session:
        yield Caller(bench, url, session)
    await web.stop()


async def test_each_post_comes_in_by_the_account_it_is_for(caller: Caller) -> None:
    assert await caller.calls("1:a 2:b 2:c") == 202

    assert await caller.held() == {"a": "north", "b": "south", "c": "south"}


async def test_a_repeat_of_the_call_changes_nothing(caller: Caller) -> None:
    await caller.calls("1:a 2:b")
    before = await caller.bench.at_rest()

    assert await caller.calls("1:a 2:b") == 202

    assert await caller.bench.at_rest() == before


async def test_what_is_for_nobody_here_or_for_another_network_is_left_out(
    caller: Caller, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await caller.calls("9:a 3:b :c 2:d") == 202

    assert await caller.held() == {"d": "south"}
    assert "count=3" in capsys.readouterr().out


async def test_what_one_app_signed_says_nothing_for_an_account_of_another(
    caller: Caller, capsys: pytest.CaptureFixture[str]
) -> None:
    caller.bench.desk.networks["south"] = Page("2", app="another")  # type: ignore[assignment]

    assert await caller.calls("1:a 2:b") == 202

    assert await caller.held() == {"a": "north"}
    assert "the signature does not match" in capsys.readouterr().out


async def test_an_account_that_is_not_called_is_answered_as_one_there_is_none_of(caller: Caller) -> None:
    caller.bench.desk.networks["chat"] = PlainNetwork()  # type: ignore[assignment]
    answers = []
    for name in ("chat", "nobody"):
        async with caller.session.post(f"{caller.url}/hooks/{name}", data="x") as answer:
            answers.append((answer.status, await answer.text()))

    assert answers[0] == answers[1] == (404, '{"error": "not found"}')


async def test_what_cannot_be_stored_for_one_is_asked_for_again_and_nothing_comes_in_twice(caller: Caller) -> None:
    whole = caller.bench.desk.house
    caller.bench.desk.house = replace(whole, accounts={name: one for name, one in whole.accounts.items() if name != "south"})
    await caller.calls("1:a 2:b")
    caller.bench.desk.house = whole

    assert await caller.calls("1:a 2:b again:x") == 202

    assert await caller.held() == {"a": "north", "b": "south"}


@pytest.mark.parametrize(("body", "name", "status"), [("forged", "north", 401), ("1:a", "nobody", 404)])
async def test_a_forged_call_and_one_for_an_unknown_account_store_nothing(
    caller: Caller, body: str, name: str, status: int
) -> None:
    assert await caller.calls(body, name) == status
    assert await caller.held() == {}


async def test_a_handshake_is_answered_in_the_networks_words(caller: Caller) -> None:
    async with caller.session.get(f"{caller.url}/hooks/north?challenge=4711") as answer:
        assert (answer.status, await answer.text()) == (200, "4711")


async def test_the_figures_say_how_accounts_are_heard(caller: Caller) -> None:
    async with caller.session.get(f"{caller.url}/metrics") as answer:
        told = await answer.text()

    assert "tolbooth_accounts_slowed 0.0" in told
    assert "tolbooth_accounts_quiet 0.0" in told
