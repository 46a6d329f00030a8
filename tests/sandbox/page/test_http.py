"""The page is given to this machine's own browser, with headers that let nothing else in, and to nobody elsewhere."""

import asyncio
import socket
from pathlib import Path

import aiohttp
import pytest
from yarl import URL

from integrations.sandbox.page.server import CLIENT, Page
from integrations.sandbox.page.visit import Visit
from tests.sandbox.page.caller import Caller

pytestmark = pytest.mark.asyncio(loop_scope="module")

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
}
PASS = {"json": {"minutes": 1}}


@pytest.mark.parametrize("path", ["/", "/view", "/events", "/client/none.js", "/nowhere", "/do/write"])
async def test_every_answer_carries_the_headers(shared: Caller, path: str) -> None:
    async with shared.http.get(path) as answer:
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


async def test_the_front_is_the_page_itself(shared: Caller) -> None:
    async with shared.http.get("/") as answer:
        assert (answer.status, answer.content_type) == (200, "text/html")
        assert await answer.text() == (CLIENT / "index.html").read_text()


async def test_a_script_is_given_out_as_one(shared: Caller) -> None:
    script = next(CLIENT.rglob("*.js"))

    async with shared.http.get(f"/client/{script.relative_to(CLIENT)}") as answer:
        assert (answer.status, answer.content_type) == (200, "text/javascript")
        assert await answer.read() == script.read_bytes()


@pytest.mark.parametrize(
    "path",
    [
        "../server.py",
        "..%2fserver.py",
        "%2e%2e/server.py",
        "%2e%2e%2fclient%2f..%2fserver.py",
        "..%5cserver.py",
        "/etc/passwd",
        "%2fetc%2fpasswd",
        "vendor",
        "index.html%00.js",
        "a" * 5000 + ".js",
        "vendor/lit-html/LICENSE",
    ],
)
async def test_nothing_but_the_client_is_given_out(shared: Caller, path: str) -> None:
    async with shared.http.get(URL(f"{shared.url}client/{path}", encoded=True)) as answer:
        assert answer.status == 404
        assert (await answer.json())["error"]


async def test_a_link_that_leads_out_of_the_client_is_not_followed(shared: Caller, tmp_path: Path) -> None:
    client = tmp_path / "client"
    client.mkdir()
    (client / "own.js").write_text("own")
    (tmp_path / "secret.js").write_text("secret")
    (client / "link.js").symlink_to(tmp_path / "secret.js")
    page = Page(shared.town, Visit(shared.town), client=client)

    try:
        async with aiohttp.ClientSession(await page.start(port=0)) as http:
            async with http.get("/client/own.js") as answer:
                assert answer.status == 200
            async with http.get("/client/link.js") as answer:
                assert answer.status == 404
    finally:
        await page.stop()


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1", "http://localhost", "nonsense"])
async def test_a_page_from_elsewhere_is_refused(shared: Caller, origin: str) -> None:
    before = shared.town.clock.now()

    async with shared.http.post("/do/pass", **PASS, headers={"Origin": origin}) as answer:
        assert answer.status == 403
        assert await answer.json() == {"error": "Only the page itself may ask for this."}
    async with shared.http.get("/events", headers={"Origin": origin}) as answer:
        assert answer.status == 403

    assert (shared.town.clock.now() - before).total_seconds() < 60


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
async def test_a_picture_on_another_page_cannot_read_anything_for_anybody(shared: Caller, site: str) -> None:
    async with shared.http.get("/view", headers={"Sec-Fetch-Site": site}) as answer:
        assert answer.status == 403


async def test_a_link_on_another_page_leads_to_the_page(shared: Caller) -> None:
    async with shared.http.get("/", headers={"Sec-Fetch-Site": "cross-site"}) as answer:
        assert answer.status == 200


async def test_the_pages_own_origin_is_taken(shared: Caller) -> None:
    origin = shared.url.rstrip("/")

    async with shared.http.post("/do/pause", json={}, headers={"Origin": origin, "Sec-Fetch-Site": "same-origin"}) as answer:
        assert answer.status == 200


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8765", "10.0.0.7", "127.0.0.1.evil.example", "[::", ""])
async def test_a_name_that_is_not_this_machines_is_refused(shared: Caller, host: str) -> None:
    async with shared.http.get("/view", headers={"Host": host}) as answer:
        assert answer.status in (400, 403)


@pytest.mark.parametrize("host", ["localhost", "localhost:8765", "127.0.0.1:99", "[::1]:8765", "LOCALHOST"])
async def test_this_machines_own_names_are_taken(shared: Caller, host: str) -> None:
    async with shared.http.get("/view", headers={"Host": host}) as answer:
        assert answer.status == 200


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""])
async def test_what_a_plain_form_can_send_is_refused(shared: Caller, kind: str) -> None:
    async with shared.http.post("/do/pass", data=b'{"minutes": 1}', headers={"Content-Type": kind}) as answer:
        assert answer.status == 403
        assert await answer.json() == {"error": "This must be sent as application/json."}


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 400), (b"{", 400), (b"\xff\xfe", 400), (b"[" * 100_000, 400), (b"[]", 422), (b"null", 422), (b'"x"', 422)],
)
async def test_a_body_that_is_no_object_is_refused(shared: Caller, body: bytes, status: int) -> None:
    async with shared.http.post("/do/pause", data=body, headers={"Content-Type": "application/json"}) as answer:
        assert answer.status == status
        assert (await answer.json())["error"]


async def test_a_body_too_large_is_refused(shared: Caller) -> None:
    async with shared.http.post("/do/write", json={"text": "a" * 300_000}) as answer:
        assert answer.status == 413
        assert (await answer.json())["error"]


async def test_an_unknown_deed_is_not_found(shared: Caller) -> None:
    assert await shared.tries("conquer") == (404, {"error": "There is no such deed."})


async def test_a_deed_is_not_done_by_looking(shared: Caller) -> None:
    async with shared.http.get("/do/pass?minutes=1") as answer:
        assert answer.status == 405
        assert answer.headers["Allow"] == "POST"


async def test_a_port_that_is_taken_gives_way_to_another(shared: Caller) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        page = Page(shared.town, Visit(shared.town))

        try:
            url = await page.start(port=taken)
            async with aiohttp.ClientSession() as http, http.get(f"{url}view") as answer:
                assert answer.status == 200
            assert URL(url).port != taken
        finally:
            await page.stop()


async def test_a_host_that_was_asked_for_answers_to_any_name(shared: Caller) -> None:
    page = Page(shared.town, Visit(shared.town))

    try:
        url = await page.start(host="0.0.0.0", port=0)
        async with aiohttp.ClientSession() as http:
            async with http.get(f"{url}view", headers={"Host": "council.example"}) as answer:
                assert answer.status == 200
            async with http.post(f"{url}do/pause", json={}, headers={"Origin": "https://evil.example"}) as answer:
                assert answer.status == 403
    finally:
        await page.stop()


async def test_stopping_ends_streams_and_deeds_within_a_second(shared: Caller) -> None:
    page = Page(shared.town, Visit(shared.town))
    async with aiohttp.ClientSession(await page.start(port=0)) as http:
        one, two = await http.get("/events"), await http.get("/events?as=U0DEV")
        await one.content.readline()
        await two.content.readline()

        async with asyncio.timeout(5):
            await page.stop()
            await one.content.read()
            await two.content.read()

        assert page.streams.open == []
        assert page.changed not in shared.town.listeners
