"""What stands at an address that came from outside is read within limits, and never from inside a network."""

import asyncio
import gzip
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from ipaddress import ip_address

import pytest
from aiohttp import web
from yarl import URL

from bot.errors import OutsideError, Refused, TryLater
from integrations.outside import is_outside, onward, read

SECOND = timedelta(seconds=1)
INSIDE = "the address is inside a network"
HERE = ("127.0.0.1", "localhost")
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Site:
    """Somebody's web server, on loopback; what it heard, and an answer for each path."""

    def __init__(self) -> None:
        self.heard: list[web.Request] = []
        self.answers: dict[str, Handler] = {}
        self.url = ""

    def says(self, path: str, status: int = 200, body: bytes = b"calendar", **headers: str) -> None:
        async def answer(_: web.Request) -> web.StreamResponse:
            return web.Response(status=status, body=body, headers={name.replace("_", "-"): v for name, v in headers.items()})

        self.answers[path] = answer

    async def take(self, request: web.Request) -> web.StreamResponse:
        self.heard.append(request)
        return await self.answers[request.path](request)


@pytest.fixture
async def site(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    for name in ("http_proxy", "https_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    site, app = Site(), web.Application()
    app.router.add_route("*", "/{anything:.*}", site.take)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield site
    await runner.cleanup()


async def read_inside(url: str, most: int = 1000) -> bytes:
    return await read(url, most=most, within=SECOND, inside=HERE)


async def fault(url: str, *, inside: tuple[str, ...] = HERE, most: int = 1000) -> OutsideError:
    with pytest.raises(OutsideError) as caught:
        await read(url, most=most, within=SECOND, inside=inside)
    assert "127.0.0.1" not in str(caught.value)
    assert "secret" not in str(caught.value)
    return caught.value


# --- where it may lead --------------------------------------------------------------------------------------------


async def test_a_host_that_is_listed_may_be_inside(site: Site) -> None:
    site.says("/secret.ics")

    assert await read_inside(f"{site.url}/secret.ics") == b"calendar"
    assert await read_inside(f"{site.url.replace('127.0.0.1', 'LOCALHOST')}/secret.ics") == b"calendar"


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0x7f.1", "[::ffff:127.0.0.1]", "0.0.0.0"])
async def test_an_address_inside_is_refused(site: Site, host: str) -> None:
    refused = await fault(f"{site.url.replace('127.0.0.1', host)}/secret.ics", inside=())

    assert isinstance(refused, Refused)
    assert str(refused) == f"{INSIDE}; a host that may be read there is listed in shifts.calendar_hosts"
    assert site.heard == []


@pytest.mark.parametrize("host", ["2130706433", "127.1", "0177.0.0.1", "127.0.0.1.", "①②⑦.⓪.⓪.①"])
async def test_no_odd_way_of_writing_it_leads_inside(site: Site, host: str) -> None:
    await fault(f"{site.url.replace('127.0.0.1', host)}/secret.ics", inside=())

    assert site.heard == []


async def test_a_redirect_does_not_lead_inside(site: Site) -> None:
    site.says("/secret.ics", 302, Location=f"{site.url.replace('127.0.0.1', '127.0.0.2')}/inner")

    assert "inside a network" in str(await fault(f"{site.url}/secret.ics"))
    assert [request.path for request in site.heard] == ["/secret.ics"]


async def test_what_a_name_resolves_to_is_looked_at_as_it_is_connected_to(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that was public when it was looked up first and is private when it is called."""
    resolved = [[(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", int(site.url.rpartition(":")[2])))]]

    async def rebound(*_: object, **__: object) -> list[object]:
        return list(resolved[0])

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", rebound)

    assert "inside a network" in str(await fault(f"http://calendar.example:{site.url.rpartition(':')[2]}/a.ics", inside=()))
    assert site.heard == []


@pytest.mark.parametrize("url", ["ftp://127.0.0.1/a", "file:///etc/passwd", "gopher://x/", "", "secret", "http://", "//h/a"])
async def test_only_the_web_is_read(url: str) -> None:
    assert isinstance(await fault(url), OutsideError)


async def test_how_calendars_write_their_addresses_is_understood() -> None:
    assert "inside a network" in str(await fault("webcal://127.0.0.1:9/a.ics", inside=()))


async def test_it_leads_on_three_times_and_no_more(site: Site) -> None:
    for step in range(4):
        site.says(f"/{step}", 302, Location=f"/{step + 1}")
    site.says("/4")

    assert await read_inside(f"{site.url}/1") == b"calendar"
    assert str(await fault(f"{site.url}/0")) == "the address leads on more than 3 times"


@pytest.mark.parametrize("location", ["file:///etc/passwd", "http://[", "javascript:1"])
async def test_a_redirect_to_what_is_not_of_the_web_is_refused(site: Site, location: str) -> None:
    site.says("/a", 302, Location=location)

    assert isinstance(await fault(f"{site.url}/a"), OutsideError)


def test_what_is_encrypted_does_not_lead_to_what_is_not() -> None:
    assert onward(URL("https://a.example/x"), "/y") == URL("https://a.example/y")
    assert onward(URL("http://a.example/x"), "https://b.example/") == URL("https://b.example/")
    with pytest.raises(Refused, match="not encrypted"):
        onward(URL("https://a.example/x"), "http://a.example/x")


async def test_cookies_and_sign_ins_of_other_calls_are_not_sent(site: Site) -> None:
    site.says("/a", 302, Location="/b", Set_Cookie="a=1; Path=/")
    site.says("/b")
    await read_inside(f"{site.url.replace('//', '//user:secret@')}/a")

    first, second = (request.headers for request in site.heard)
    assert first["Authorization"]
    assert not {"Cookie", "Authorization"} & set(second)


# --- within limits ------------------------------------------------------------------------------------------------


async def test_as_much_as_is_asked_for_is_read_and_not_a_byte_more(site: Site) -> None:
    site.says("/a", body=b"x" * 1000)
    site.says("/b", body=b"x" * 1001)

    assert len(await read_inside(f"{site.url}/a")) == 1000
    assert str(await fault(f"{site.url}/b")) == "the answer is larger than 1,000 bytes"


async def test_what_is_packed_is_not_unpacked(site: Site) -> None:
    site.says("/a", body=gzip.compress(b"x" * 100_000), Content_Encoding="gzip")

    assert str(await fault(f"{site.url}/a")) == "the answer is packed, which was not asked for"


async def test_an_endless_answer_is_given_up_in_time(site: Site) -> None:
    async def drip(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        await answer.prepare(request)
        while True:
            await answer.write(b"x")
            await asyncio.sleep(0.02)

    site.answers["/a"] = drip

    with pytest.raises(TryLater, match="did not answer in time"):
        await read(f"{site.url}/a", most=10_000, within=SECOND / 5, inside=HERE)


@pytest.mark.parametrize(
    ("status", "kind", "said"),
    [
        (404, Refused, "the address is not there any more, or wants a sign-in (status 404)"),
        (401, Refused, "the address is not there any more, or wants a sign-in (status 401)"),
        (503, TryLater, "the address answered with status 503"),
        (302, TryLater, "the address answered with status 302"),
    ],
)
async def test_any_other_answer_is_said_in_a_sentence(site: Site, status: int, kind: type[OutsideError], said: str) -> None:
    site.says("/a", status)

    refused = await fault(f"{site.url}/a")

    assert (type(refused), str(refused)) == (kind, said)


async def test_nobody_there_is_said_without_the_address() -> None:
    assert str(await fault("http://127.0.0.1:9/secret")) == "the address could not be read (ClientConnectorError)"


# --- by a proxy ---------------------------------------------------------------------------------------------------


async def test_a_proxy_of_the_environment_makes_the_connection(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """The proxy may be inside; a name only it can resolve is left to it."""
    monkeypatch.setenv("http_proxy", site.url)
    site.says("/a.ics")

    assert await read("http://calendar.invalid/a.ics", most=100, within=SECOND) == b"calendar"
    assert [str(request.url) for request in site.heard] == ["http://calendar.invalid/a.ics"]


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.7", "169.254.169.254", "localhost"])
async def test_a_proxy_is_not_asked_for_what_is_inside(site: Site, monkeypatch: pytest.MonkeyPatch, host: str) -> None:
    monkeypatch.setenv("http_proxy", site.url)

    assert "inside a network" in str(await fault(f"http://{host}/a.ics", inside=()))
    assert site.heard == []


# --- addresses ----------------------------------------------------------------------------------------------------


PUBLIC = "8.8.8.8 2a00:1450:4009::1 ::ffff:8.8.8.8 64:ff9b::808:808 2002:808:808::1"
PRIVATE = "127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 100.64.0.1 0.0.0.0 ::1 :: fe80::1 fec0::1 fd00:ec2::1"
OF_CLOUDS = "169.254.169.254 100.100.100.200 192.0.0.192 168.63.129.16 fd00:ec2::254"
NOBODYS = "224.0.0.1 239.1.1.1 240.0.0.1 255.255.255.255 192.0.2.1 198.18.0.1 ff02::1 2001:db8::1 2001::1"
WRAPPED = "::127.0.0.1 ::ffff:127.0.0.1 ::ffff:169.254.169.254 64:ff9b::7f00:1 64:ff9b:1::1 2002:7f00:1:: 2002:a9fe:a9fe::1"


@pytest.mark.parametrize("address", PUBLIC.split())
def test_what_is_out_in_the_world(address: str) -> None:
    assert is_outside(ip_address(address))


@pytest.mark.parametrize("address", " ".join((PRIVATE, OF_CLOUDS, NOBODYS, WRAPPED)).split())
def test_what_is_not(address: str) -> None:
    assert not is_outside(ip_address(address))
