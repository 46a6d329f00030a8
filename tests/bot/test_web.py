"""The web server over loopback: webhooks in, health and metrics out, and what each caller is told."""

import base64
import io
import json
import re
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from bot.clock import MovableClock
from bot.desk import Desk
from bot.ports import Outgoing
from bot.store.executor import Database
from bot.web import LARGEST, Web
from integrations.alone.peers import AlonePeers
from integrations.http import Http
from integrations.webchat.network import build
from integrations.webchat.settings import WebchatAccount
from integrations.webchat.signature import sign
from tests.handlers.office import PRIYA, Office, house
from tests.town import WebchatReceiver

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
KEY = base64.b64decode(SECRET.removeprefix("whsec_"))
POST = {
    "id": "q1",
    "text": "Is my school shut?",
    "author": {"id": "v1", "name": "Lou Tranter"},
    "posted_at": "2026-11-17T09:00:00Z",
}


def account(**changes: str) -> WebchatAccount:
    given = {"name": "website", "network": "webchat", "channel": "mentions", "secret": SECRET}
    return WebchatAccount.model_validate(given | changes)


class Listening(WebchatReceiver):
    """Keeps what came, to the byte."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[tuple[dict[str, str], bytes]] = []

    async def take(self, request: web.Request) -> web.StreamResponse:
        self.heard.append(({name.lower(): value for name, value in request.headers.items()}, await request.read()))
        return await super().take(request)


class Caller:
    """Calls the server as a web chat, a monitor or a stranger would."""

    def __init__(self, office: Office, http: Http, session: aiohttp.ClientSession) -> None:
        self.office = office
        self.session = session
        office.desk.networks = {"website": build(account(), http=http, clock=office.clock)}
        self.web = Web(office.desk, lambda: {"slack": {"listening": True}}, "0.1.0")
        self.url = ""
        self._sent = 0

    async def open(self) -> None:
        self.url = f"http://127.0.0.1:{await self.web.start('127.0.0.1', 0)}"

    async def get(self, path: str) -> tuple[int, str]:
        async with self.session.get(self.url + path) as answer:
            return answer.status, await answer.text()

    async def hook(
        self, body: bytes, *, to: str = "website", off: int = 0, **headers: str | None
    ) -> tuple[int, dict[str, Any]]:
        """A call signed ``off`` seconds from now; a header given takes the place of the right one, None leaves it out."""
        self._sent += 1
        stamp = int(self.office.clock.now().timestamp()) + off
        message_id = headers.get("webhook_id") or f"msg_{self._sent}"
        right = {
            "webhook-id": message_id,
            "webhook-timestamp": str(stamp),
            "webhook-signature": sign(KEY, message_id, stamp, body),
        }
        right.update({name.replace("_", "-"): value for name, value in headers.items()})
        sent = {name: value for name, value in right.items() if value is not None}
        async with self.session.post(f"{self.url}/hooks/{to}", data=io.BytesIO(body), headers=sent) as answer:
            return answer.status, await answer.json()

    async def says(self, kind: str = "mention.created", data: Mapping[str, object] = POST, **headers: str) -> int:
        status, _ = await self.hook(json.dumps({"type": kind, "data": data}).encode(), **headers)
        return status

    async def count(self) -> int:
        return (await self.office.desk.report()).total


@pytest.fixture
async def http() -> AsyncIterator[Http]:
    async with Http(timedelta(seconds=5)) as http:
        yield http


@pytest.fixture
async def caller(blank: Path, tmp_path: Path, clock: MovableClock, http: Http) -> AsyncIterator[Caller]:
    office = Office(blank, tmp_path, clock)
    async with aiohttp.ClientSession() as session:
        caller = Caller(office, http, session)
        await caller.open()
        yield caller
        await caller.web.stop()
    office.close()


# --- health and figures ------------------------------------------------------------------------------------------


async def test_healthz_says_the_process_lives_and_its_version(caller: Caller) -> None:
    status, body = await caller.get("/healthz")

    assert (status, json.loads(body)) == (200, {"status": "ok", "version": "0.1.0"})


async def test_readyz_has_the_state_of_each_part(caller: Caller) -> None:
    status, body = await caller.get("/readyz")

    said = json.loads(body)
    assert status == 200
    assert said["status"] == "ok"
    assert said["parts"] == {"database": {"ok": True}, "slack": {"listening": True}}


async def test_readyz_metrics_and_hooks_say_503_while_the_database_is_away(clock: MovableClock, http: Http) -> None:
    database = Database("postgresql://nobody@127.0.0.1:9/nothing")
    desk = Desk(database, clock, house=house(), peers=AlonePeers(clock))
    desk.networks = {"website": build(account(), http=http, clock=clock)}
    server = Web(desk, dict, "0.1.0")
    url = f"http://127.0.0.1:{await server.start('127.0.0.1', 0)}"
    body = json.dumps({"type": "mention.created", "data": POST}).encode()
    stamp = int(clock.now().timestamp())
    headers = {"webhook-id": "m1", "webhook-timestamp": str(stamp), "webhook-signature": sign(KEY, "m1", stamp, body)}

    async with aiohttp.ClientSession() as session:
        async with session.get(url + "/readyz") as ready:
            said = await ready.json()
        async with session.get(url + "/metrics") as metrics:
            metrics_status = metrics.status
        async with session.get(url + "/healthz") as alive:
            alive_status = alive.status
        async with session.post(url + "/hooks/website", data=body, headers=headers) as hook:
            hook_status, after = hook.status, hook.headers.get("Retry-After")
    await server.stop()
    database.close()

    assert (ready.status, said["status"], said["parts"]["database"]["ok"]) == (503, "database away", False)
    assert (metrics_status, alive_status) == (503, 200)
    assert (hook_status, after) == (503, "5")


async def test_metrics_are_figures_with_the_headline_among_them_and_nobodys_words(caller: Caller) -> None:
    await caller.says()
    await caller.says(data={**POST, "id": "q2", "author": {"id": "v2", "name": "Ann Other"}})
    await caller.office.ask(PRIYA, "claim 2")
    caller.office.clock.advance(minutes=65)

    status, body = await caller.get("/metrics")

    assert status == 200
    figures = dict(re.findall(r"^(tolbooth_\w+) (\S+)$", body, re.MULTILINE))
    assert figures["tolbooth_oldest_unseen_seconds"] == "3900.0"
    assert (figures["tolbooth_unseen"], figures["tolbooth_overdue"]) == ("1.0", "2.0")
    assert (figures["tolbooth_open_new"], figures["tolbooth_open_claimed"]) == ("1.0", "1.0")
    assert not re.search("school|Lou|Ann|Priya", body)


class Looked:
    """A look at the database that found something."""

    def health(self) -> dict[str, object]:
        return {"ok": False, "at": "2026-11-17T09:00:00+00:00", "broken": {"next_ping": ["M-1"]}, "standing_still": []}

    def figures(self) -> dict[str, float]:
        return {"invariants_broken": 1.0, "invariants_checked_seconds": 40.0, "loops_standing_still": 0.0}


async def test_what_the_last_look_found_is_shown_and_counted_and_takes_nothing_out_of_service(caller: Caller) -> None:
    caller.web.watch = Looked()

    ready, metrics = await caller.get("/readyz"), await caller.get("/metrics")

    assert (ready[0], json.loads(ready[1])["parts"]["invariants"]["broken"]) == (200, {"next_ping": ["M-1"]})
    figures = dict(re.findall(r"^(tolbooth_\w+) (\S+)$", metrics[1], re.MULTILINE))
    assert (figures["tolbooth_invariants_broken"], figures["tolbooth_invariants_checked_seconds"]) == ("1.0", "40.0")


async def test_what_is_served_nowhere_is_404(caller: Caller) -> None:
    assert (await caller.get("/"))[0] == 404
    assert (await caller.get("/admin"))[0] == 404


# --- webhooks ----------------------------------------------------------------------------------------------------


async def test_a_signed_call_is_202_once_it_is_stored(caller: Caller) -> None:
    status = await caller.says(data={**POST, "media": [{"url": "https://x.example/1.jpg", "alt": "A gate"}], "later": 1})

    mention = await caller.office.now(1)
    assert status == 202
    assert (mention.text, mention.author.name, mention.native_id) == ("Is my school shut?", "Lou Tranter", "q1")
    assert mention.media[0].alt == "A gate"


async def test_the_same_call_or_the_same_post_again_is_one_mention(caller: Caller) -> None:
    body = json.dumps({"type": "mention.created", "data": POST}).encode()
    other = json.dumps({"type": "mention.created", "data": {**POST, "id": "q2"}}).encode()

    first = await caller.hook(body, webhook_id="msg_a")
    same_call = await caller.hook(other, webhook_id="msg_a")
    same_post = await caller.hook(body, webhook_id="msg_b")

    assert [first[0], same_call[0], same_post[0]] == [202, 202, 202]
    assert await caller.count() == 1


async def test_an_edit_and_a_deletion_follow(caller: Caller) -> None:
    await caller.says()

    edited = await caller.says("mention.edited", {"id": "q1", "text": "Is my nursery shut?"})
    after_edit = await caller.office.now(1)
    deleted = await caller.says("mention.deleted", {"id": "q1"})
    after_deletion = await caller.office.now(1)

    assert (edited, deleted) == (202, 202)
    assert after_edit.text == "Is my nursery shut?"
    assert after_edit.edited_at is not None
    assert (after_deletion.text, after_deletion.gone_at is not None) == ("", True)


async def test_a_type_nobody_knows_is_taken_and_ignored(caller: Caller) -> None:
    assert await caller.says("mention.liked", {"id": "q1"}) == 202
    assert await caller.count() == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"webhook_signature": None},
        {"webhook_signature": ""},
        {"webhook_signature": "v1,bm90IGl0"},
        {"webhook_signature": "v1,ünïcode☃"},
        {"webhook_signature": "v2," + "A" * 44},
        {"webhook_signature": " ".join(["v1,x"] * 1000)},
        {"webhook_id": None},
        {"webhook_id": "x" * 300},
        {"webhook_timestamp": None},
        {"webhook_timestamp": "soon"},
        {"webhook_timestamp": "²"},
        {"webhook_timestamp": "1" * 400},
    ],
    ids=lambda headers: " ".join(f"{name}={str(value)[:12]}" for name, value in headers.items()),
)
async def test_a_call_that_is_not_signed_as_it_should_be_is_401(caller: Caller, headers: dict[str, str | None]) -> None:
    body = json.dumps({"type": "mention.created", "data": POST}).encode()

    status, said = await caller.hook(body, **headers)

    assert status == 401
    assert "error" in said
    assert await caller.count() == 0


@pytest.mark.parametrize("off", [-301, 301])
async def test_a_timestamp_more_than_five_minutes_off_is_401(caller: Caller, off: int) -> None:
    body = json.dumps({"type": "mention.created", "data": POST}).encode()

    status, said = await caller.hook(body, off=off)

    assert (status, said) == (401, {"error": "webhook-timestamp is more than 5 minutes off"})


async def test_a_body_changed_on_the_way_is_401(caller: Caller) -> None:
    body = json.dumps({"type": "mention.created", "data": POST}).encode()
    stamp = int(caller.office.clock.now().timestamp())

    status, _ = await caller.hook(body + b" ", webhook_id="m1", webhook_signature=sign(KEY, "m1", stamp, body))

    assert status == 401


async def test_one_right_signature_among_several_is_enough_so_that_a_secret_can_be_changed(caller: Caller) -> None:
    body = json.dumps({"type": "mention.created", "data": POST}).encode()
    stamp = int(caller.office.clock.now().timestamp())
    both = f"v1,b2xkIHNlY3JldA== {sign(KEY, 'm1', stamp, body)}"

    assert (await caller.hook(body, webhook_id="m1", webhook_signature=both))[0] == 202


async def test_an_account_nobody_knows_is_404_also_for_what_staff_bring_in(caller: Caller) -> None:
    assert (await caller.hook(b"{}", to="nobody"))[0] == 404
    assert (await caller.hook(b"{}", to="by%20hand"))[0] == 404
    assert (await caller.hook(b"{}", to="x"))[0] == 404


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
async def test_any_method_but_post_is_405(caller: Caller, method: str) -> None:
    async with caller.session.request(method, f"{caller.url}/hooks/website") as answer:
        assert answer.status == 405


def created(**changes: object) -> bytes:
    """A post with some fields changed."""
    return json.dumps({"type": "mention.created", "data": {**POST, **changes}}).encode()


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (b"not json", ["body"]),
        (b"[]", ["body"]),
        (b"{}", ["data", "type"]),
        (b"\xff\xfe", ["body"]),
        (b'{"type": "mention.created", "data": {}}', ["data.author", "data.id", "data.posted_at", "data.text"]),
        (created(author={"name": "Lou"}), ["data.author.id"]),
        (created(author="Lou"), ["data.author"]),
        (created(id=""), ["data.id"]),
        (created(id=5), ["data.id"]),
        (created(posted_at="2026-11-17T09:00:00"), ["data.posted_at"]),
        (created(url="javascript:alert(1)"), ["data.url"]),
        (created(media=[{"url": "x"}]), ["data.media.0.url"]),
        (b'{"type": "mention.edited", "data": {"id": "q1"}}', ["data.text"]),
        (b'{"type": "mention.deleted", "data": {}}', ["data.id"]),
        (b'{"type": 5, "data": {}}', ["type"]),
    ],
)
async def test_a_body_of_another_shape_is_422_naming_the_fields(caller: Caller, body: bytes, fields: list[str]) -> None:
    status, said = await caller.hook(body)

    assert (status, said["fields"]) == (422, fields)
    assert await caller.count() == 0


async def test_a_body_above_one_mebibyte_is_413_and_one_below_is_not(caller: Caller) -> None:
    fits = json.dumps({"type": "mention.created", "data": {**POST, "text": "x" * (LARGEST - 500)}}).encode()

    too_big, said = await caller.hook(b"x" * (LARGEST + 1))

    assert (too_big, said) == (413, {"error": f"larger than {LARGEST} bytes"})
    assert (await caller.hook(fits))[0] == 202


async def test_what_is_deeply_nested_is_refused_and_breaks_nothing(caller: Caller) -> None:
    status, _ = await caller.hook(b'{"type": "mention.created", "data": ' + b"[" * 100_000)

    assert status == 422
    assert await caller.says() == 202


# --- signatures --------------------------------------------------------------------------------------------------


def test_the_signature_is_the_one_published_with_the_specification() -> None:
    signature = sign(KEY, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, b'{"test": 2432232314}')

    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


async def test_what_the_librarys_own_sender_signs_is_taken(caller: Caller) -> None:
    body = json.dumps({"type": "mention.created", "data": POST})
    now = caller.office.clock.now()
    signature = Webhook(SECRET).sign("msg_1", now, body)

    status, _ = await caller.hook(body.encode(), webhook_id="msg_1", webhook_signature=signature)

    assert status == 202


async def test_what_we_send_the_library_believes_and_with_another_secret_does_not(http: Http) -> None:
    receiver = Listening()
    await receiver.start()
    clock = MovableClock(running=True)
    network = build(account(reply_url=receiver.url), http=http, clock=clock)

    receipt = await network.publish(Outgoing("r1", "It is open.", "q1", "q1", clock.now()))
    await receiver.stop()

    [(headers, body)] = receiver.heard
    said = Webhook(SECRET).verify(body, headers)
    assert said["data"] == {"id": "r1", "in_reply_to": "q1", "text": "It is open.", "account": "website"}
    assert headers["webhook-id"] == "r1"
    assert receipt.native_id == "r1"
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_" + base64.b64encode(b"x" * 24).decode()).verify(body, headers)
