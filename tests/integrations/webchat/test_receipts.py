"""What the receiver of a web chat's replies may answer, byte by byte, and what each answer means."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from bot.clock import MovableClock
from bot.errors import Refused, SignInAgain, TryLater, Unsure
from bot.ports import Outgoing, Receipt
from integrations.http import Http
from integrations.webchat.network import Webchat, build
from integrations.webchat.settings import WebchatAccount

SECRET = "whsec_" + "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
PAGE = b"<!doctype html><title>Sign in</title>"
HTML = b"Content-Type: text/html\r\n"
JSON = b"Content-Type: application/json\r\n"


def answer(body: bytes, head: bytes = JSON, status: bytes = b"200 OK", length: int | None = None) -> bytes:
    size = str(len(body) if length is None else length).encode()
    return b"HTTP/1.1 " + status + b"\r\n" + head + b"Content-Length: " + size + b"\r\nConnection: close\r\n\r\n" + body


@asynccontextmanager
async def receiving(given: bytes, clock: MovableClock) -> AsyncIterator[tuple[Webchat, list[bytes]]]:
    """An account whose receiver answers every call with these bytes, and what the receiver was sent."""
    taken: list[bytes] = []

    async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        wanted = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        taken.append(await reader.readexactly(int(wanted[0].partition(b":")[2]) if wanted else 0))
        writer.write(given)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(take, "127.0.0.1", 0)
    async with Http() as http:
        yield network(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/", http, clock), taken
    server.close()
    await server.wait_closed()


def network(url: str, http: Http, clock: MovableClock) -> Webchat:
    settings = {"name": "website", "network": "webchat", "channel": "C1", "secret": SECRET, "reply_url": url}
    return build(WebchatAccount.model_validate(settings), http=http, clock=clock)


@pytest.fixture
def reply(clock: MovableClock) -> Callable[[], Outgoing]:
    return lambda: Outgoing("r1", "It is open.", "p1", "c1", created_at=clock.now())


@pytest.mark.parametrize(
    ("given", "receipt"),
    [
        (answer(b'{"id": "n1", "url": "https://chat.example/n1"}'), Receipt("n1", "https://chat.example/n1")),
        (answer(b""), Receipt()),
        (answer(b"", HTML), Receipt()),
        (answer(b"ok", b"Content-Type: text/plain\r\n"), Receipt()),
        (answer(b"ok", HTML), Receipt()),
        (answer(b"[]"), Receipt()),
        (answer(b"[" * 100_000), Receipt()),
        (answer(b'{"id": {"a": 1}, "url": 7}'), Receipt()),
        (answer(b'{"id": "' + b"x" * 501 + b'"}'), Receipt()),
        (answer(b"", status=b"204 No Content"), Receipt()),
    ],
)
async def test_a_yes_with_or_without_particulars_is_sent(
    given: bytes, receipt: Receipt, reply: Callable[[], Outgoing], clock: MovableClock
) -> None:
    async with receiving(given, clock) as (account, taken):
        assert await account.publish(reply()) == receipt

    assert len(taken) == 1


@pytest.mark.parametrize(
    "given",
    [
        answer(PAGE, HTML),
        answer(PAGE, b""),
        answer(b"\xef\xbb\xbf\r\n " + PAGE, HTML),
        answer(PAGE, JSON, b"202 Accepted"),
        answer(PAGE, HTML, b"302 Found"),
        answer(b"", status=b"500 Oh"),
        answer(b"", status=b"503 Away"),
        answer(b"", status=b"408 Slow"),
        answer(b'{"id": "n1"', length=4000),
        b"HTTP/1.1 200 OK\r\nContent-Le",
        b"",
    ],
)
async def test_what_may_be_somebody_elses_answer_leaves_a_doubt(
    given: bytes, reply: Callable[[], Outgoing], clock: MovableClock
) -> None:
    async with receiving(given, clock) as (account, taken):
        with pytest.raises(Unsure):
            await account.publish(reply())

    assert len(taken) == 1


@pytest.mark.parametrize(
    ("status", "error"),
    [(b"404 Gone", Refused), (b"422 No", Refused), (b"429 Slow down", TryLater)]
    + [(status, SignInAgain) for status in (b"401 Who", b"403 No")],
)
async def test_a_clear_no_is_a_no_even_with_a_page(
    status: bytes, error: type[Exception], reply: Callable[[], Outgoing], clock: MovableClock
) -> None:
    async with receiving(answer(PAGE, HTML, status), clock) as (account, _):
        with pytest.raises(error):
            await account.publish(reply())


async def test_an_address_nobody_can_call_is_refused_and_not_in_doubt() -> None:
    async with Http() as http:
        with pytest.raises(Refused):
            await http.call("POST", "http://[::1/tolbooth")
