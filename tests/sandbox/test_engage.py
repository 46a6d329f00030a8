"""The stand-ins for Viva Engage and for Entra keep to their rules, seen through plain HTTP and through msal as it comes."""

import asyncio
import json
from datetime import timedelta
from pathlib import Path

import aiohttp
import msal
import pytest

from integrations.sandbox.engage_server import NEXT_DOOR, StandInEngage, Trouble
from integrations.sandbox.entra_server import Refusal, StandInEntra

SAMPLES = Path(__file__).parents[2].parent / "shared/data/payloads/yammer"
SCOPES = ["https://www.yammer.com/.default"]
CUT = aiohttp.ServerDisconnectedError, aiohttp.ClientOSError


@pytest.fixture
async def engage(clock):
    async with StandInEngage(clock) as stand_in:
        stand_in.add_person("priya", "Priya Shah")
        stand_in.add_person("morag", "Morag Muir")
        stand_in.add_community("Desk", members=["priya", "morag"], private=True)
        yield stand_in


@pytest.fixture
def desk(engage):
    return engage.world.community("Desk")


@pytest.fixture
async def ask(engage):
    token = engage.token()
    async with aiohttp.ClientSession() as session:

        async def asked(path, method="GET", by=token, **how):
            url, headers = f"{engage.api_url}/{path}", {"Authorization": f"Bearer {by}"}
            async with session.request(method, url, headers=headers, **how) as answer:
                said = await answer.text()
                return answer.status, json.loads(said) if answer.content_type == "application/json" else said

        yield asked


def ids(answer):
    status, body = answer
    assert status == 200, body
    return [one["id"] for one in body["messages"]]


# --- what is said


async def test_a_thread_is_begun_answered_and_read(engage, ask, desk, clock):
    status, made = await ask("messages.json", "POST", data={"body": "M-142 · Is my school shut?", "group_id": desk.id})
    thread = engage.thread_of("M-142")
    clock.advance(minutes=1)
    said = engage.person("priya").says("give @morag", under=thread)
    _, page = await ask(f"messages/in_group/{desk.id}.json", params={"newer_than": made["messages"][0]["id"]})
    status_of_reply, reply = await ask("messages.json", "POST", json={"body": "Morag has it.", "replied_to_id": said.id})

    assert (status, status_of_reply) == (201, 201)
    assert made["messages"][0]["id"] == thread.id > 1 << 53
    [read] = page["messages"]
    assert (read["sender_id"], read["thread_id"], read["replied_to_id"]) == (engage.person("priya").id, thread.id, thread.id)
    assert read["body"]["parsed"] == f"give [[user:{engage.person('morag').id}]]"
    assert (read["body"]["plain"], read["body"]["rich"]) == ("give Morag Muir", "<p>give <strong>Morag Muir</strong></p>")
    assert read["created_at"] == "2026/11/17 09:01:00 +0000"
    assert reply["messages"][0] | {"group_id": desk.id, "thread_id": thread.id} == reply["messages"][0]
    assert [one.text for one in thread.messages] == ["M-142 · Is my school shut?", "give Morag Muir", "Morag has it."]
    assert [one.text for one in engage.person("morag").notifications] == ["give Morag Muir"]


async def test_private_messages_are_between_those_they_are_to(engage, ask, desk):
    priya, morag = engage.person("priya"), engage.person("morag")
    _, made = await ask("messages.json", "POST", json={"body": "M-142 is overdue.", "direct_to_user_ids": [priya.id]})
    priya.says("acknowledge 142", under=priya.private[0])
    priya.says("@tolbooth help", where=desk)
    priya.writes("lunch?", "morag")

    received, private = await ask("messages/received.json"), await ask("messages/private.json")
    of_morag = await ask("messages/private.json", by=engage.token("morag"))

    assert made["messages"][0] | {"direct_message": True, "group_id": None} == made["messages"][0]
    assert [one.text for one in priya.told] == ["M-142 is overdue."]
    assert [one["body"]["plain"] for one in received[1]["messages"]] == ["Tolbooth help", "acknowledge 142"]
    assert [one["body"]["plain"] for one in private[1]["messages"]] == ["acknowledge 142", "M-142 is overdue."]
    assert [one["body"]["plain"] for one in of_morag[1]["messages"]] == ["lunch?"]
    assert len(morag.private) == 1


async def test_newer_than_brings_the_newest_page_and_older_than_the_rest(engage, ask, desk):
    said = [engage.person("priya").says(f"number {number}").id for number in range(30)]
    path = f"messages/in_group/{desk.id}.json"

    newest = await ask(path, params={"newer_than": said[3]})
    rest = await ask(path, params={"newer_than": said[3], "older_than": said[10]})
    few = await ask(path, params={"limit": 5})

    assert ids(newest) == said[:9:-1]
    assert newest[1]["meta"] | {"older_available": True, "requested_poll_interval": 60} == newest[1]["meta"]
    assert ids(rest) == said[9:3:-1]
    assert not rest[1]["meta"]["older_available"]
    assert ids(few) == said[:24:-1]
    engage.routes.counts_all_older = True
    assert (await ask(path, params={"newer_than": said[28]}))[1]["meta"]["older_available"]


async def test_threads_are_listed_by_their_first_message_or_by_what_was_said_last(engage, ask, desk):
    first, second = (engage.person("priya").says(words) for words in ("one", "two"))
    replies = [engage.person("morag").says(f"reply {number}", under=first).id for number in range(3)]
    path = f"messages/in_group/{desk.id}.json"

    starters = await ask(path, params={"threaded": "true"})
    extended = await ask(path, params={"threaded": "extended"})

    assert ids(starters) == [second.id, first.id]
    assert ids(extended) == [first.id, second.id]
    assert [one["id"] for one in extended[1]["threaded_extended"][str(first.id)]] == replies[:0:-1]


async def test_what_people_do_to_a_message_shows(engage, ask, desk):
    said = engage.person("priya").says("claim 1")
    picture = engage.person("priya").says("", under=said, attachments=["plan.pdf"])
    before = engage.world.version
    engage.person("priya").edits(said, "claim 2")
    liked = await ask("messages/liked_by/current.json", "POST", params={"message_id": said.id})
    engage.person("morag").joins(desk)

    _, page = await ask(f"messages/in_group/{desk.id}.json")
    joined, with_file, edited = page["messages"]

    assert (liked[0], said.liked_by) == (201, ["Tolbooth"])
    assert (edited["id"], edited["body"]["plain"], edited["liked_by"]["count"]) == (said.id, "claim 2", 1)
    assert (with_file["id"], with_file["attachments"][0]["name"]) == (picture.id, "plan.pdf")
    assert (joined["system_message"], joined["message_type"]) == (True, "system")
    assert engage.world.version > before
    assert (await ask("messages/liked_by/current.json", "DELETE", params={"message_id": said.id}))[0] == 200
    assert said.liked_by == []


async def test_what_is_refused(engage, ask, desk):
    mine = (await ask("messages.json", "POST", data={"body": "M-1", "group_id": desk.id}))[1]["messages"][0]["id"]
    gone = engage.person("priya").says("to go")
    engage.person("morag").says("goes with it", under=gone)
    engage.person("priya").deletes(gone)
    other = engage.add_community("Board", members=["morag"], private=True, service=False)

    assert (await ask("messages.json", "POST", data={"body": "x" * 10_001, "group_id": desk.id}))[0] == 422
    assert (await ask("messages.json", "POST", data={"body": " ", "group_id": desk.id}))[1] == {
        "errors": {"body": ["can't be blank"]}
    }
    assert (await ask("messages.json", "POST", data={"body": "x", "replied_to_id": gone.id}))[0] == 404
    assert (await ask(f"messages/in_thread/{gone.id}.json"))[0] == 404
    assert ids(await ask(f"messages/in_group/{desk.id}.json")) == [mine]
    assert (await ask("messages.json", "POST", data={"body": "x", "group_id": other.id}))[0] == 403
    engage.routes.hides = True
    assert (await ask(f"groups/{other.id}.json"))[0] == 404
    assert (await ask(f"messages/{engage.person('priya').says('hers').id}", "DELETE"))[0] == 403
    assert (await ask(f"messages/{mine}", "DELETE"))[0] == 200
    with pytest.raises(LookupError, match="no thread begins with M-1"):
        engage.thread_of("M-1")
    engage.delete_community(desk)
    assert (await ask(f"groups/{desk.id}.json"))[0] == 404


async def test_people_are_found_by_id_and_by_e_mail(engage, ask, desk):
    guest = engage.add_person("gail", "Gail Guest", email="gail@next-door.example", network=NEXT_DOOR)
    engage.deactivate("morag")
    desk.members |= {engage.add_person(f"p{number}", f"Person {number}").id for number in range(50)}

    me = (await ask("users/current.json"))[1]
    found = (await ask("users/by_email.json", params={"email": "Priya@harrowmere.gov.uk"}))[1]
    pages = [(await ask(f"users/in_group/{desk.id}.json", params={"page": page}))[1] for page in (1, 2)]

    assert me["id"] == engage.service.id
    assert [one["full_name"] for one in found] == ["Priya Shah"]
    assert (await ask("users/by_email.json", params={"email": "nobody@harrowmere.gov.uk"}))[0] == 404
    assert (await ask(f"users/{guest.id}.json"))[1]["network_id"] != me["network_id"]
    assert (await ask(f"users/{engage.person('morag').id}.json"))[1]["state"] == "suspended"
    assert [(len(page["users"]), page["more_available"]) for page in pages] == [(50, True), (3, False)]
    assert (await ask(f"groups/{desk.id}.json"))[1]["privacy"] == "private"
    assert (await ask("users/current.json", by=engage.token("morag")))[0] == 401


# --- limits


async def test_ten_calls_in_thirty_seconds_and_the_eleventh_shuts_everything(engage, ask, desk, clock):
    path = f"messages/in_group/{desk.id}.json"
    for _ in range(10):
        assert (await ask(path))[0] == 200
        clock.advance(seconds=2)
    seen = [await ask("users/current.json"), await ask(path), await ask("users/current.json")]
    seen.append(await ask("users/current.json", by=engage.token(app="another")))
    clock.advance(seconds=10)
    seen += [await ask(path), await ask(path)]

    assert [status for status, _ in seen] == [200, 429, 429, 200, 200, 429]
    assert seen[1][1]["response"]["stat"] == "fail"
    assert len(engage.limits.refused) == 3
    assert (engage.limits.tightest_window(), engage.limits.tightest_window("others")) == (12, 2)


async def test_the_log_tells_polls_from_further_pages(engage, ask, desk, clock):
    feed = f"in_group/{desk.id}"
    for wait, query in [(0, {}), (1, {"older_than": 5}), (60, {"newer_than": 5}), (70, {})]:
        clock.advance(seconds=wait)
        await ask(f"messages/{feed}.json", params=query)
    await ask("messages/received.json")
    await ask("messages.json", "POST", data={"body": "x", "group_id": desk.id})

    assert [len(engage.limits.polls(one)) for one in (feed, "received", "all")] == [3, 1, 0]
    assert len(engage.limits.reads(feed)) == 4
    assert engage.limits.shortest_gap(feed) == timedelta(seconds=61)


# --- what goes wrong


async def test_tokens_end_in_each_way(engage, ask):
    short = engage.token("priya", lasts=timedelta(0))

    assert await ask("users/current.json", by="invented") == (
        401,
        {"response": {"message": "Token not found.", "code": 16, "stat": "fail"}},
    )
    assert (await ask("users/current.json", by=short))[1]["response"]["message"] == "Token expired."
    engage.withdraw_consent()
    assert (await ask("users/current.json"))[0] == 403


async def test_a_lost_answer_was_a_deed_and_a_dropped_line_was_none(engage, ask, desk):
    for trouble in (Trouble.LOST, Trouble.DROPPED, Trouble.HANGS):
        engage.problems.next(trouble, method="POST")
        with pytest.raises((*CUT, TimeoutError)):
            within = aiohttp.ClientTimeout(total=0.2 if trouble is Trouble.HANGS else 20)
            await ask("messages.json", "POST", data={"body": trouble.name, "group_id": desk.id}, timeout=within)

    assert [one.text for one in engage.world.live()] == ["LOST"]


async def test_troubles_come_once_or_for_a_while(engage, ask, clock):
    engage.problems.next(Trouble.TOO_MANY, path="current")
    engage.problems.next(Trouble.BAD_GATEWAY, lasting=timedelta(minutes=1))
    seen = [(await ask("users/current.json"))[0] for _ in range(3)]
    clock.advance(minutes=1)
    engage.problems.next(Trouble.HTML)

    assert seen == [429, 502, 502]
    assert (await ask("users/current.json"))[1].startswith("<!DOCTYPE html>")
    assert (await ask("users/current.json"))[0] == 200


async def test_a_page_may_be_spoilt(engage, ask, desk):
    said = [engage.person("priya").says(f"number {number}").id for number in range(4)]
    path = f"messages/in_group/{desk.id}.json"
    pages = {}
    for trouble in (Trouble.DOUBLED, Trouble.SHUFFLED, Trouble.CUT, Trouble.WILD):
        engage.problems.next(trouble)
        pages[trouble] = (await ask(path))[1]
    engage.person("priya").says("more")
    engage.problems.next(Trouble.REPEATED)

    newest = said[::-1]
    assert [one["id"] for one in pages[Trouble.DOUBLED]["messages"]] == [id for id in newest for _ in range(2)]
    shuffled = [one["id"] for one in pages[Trouble.SHUFFLED]["messages"]]
    assert (sorted(shuffled), shuffled == newest) == (said, False)
    assert (len(pages[Trouble.CUT]["messages"]), pages[Trouble.CUT]["meta"]["older_available"]) == (1, True)
    assert None in pages[Trouble.WILD]["messages"]
    assert ids(await ask(path)) == newest


@pytest.mark.parametrize("name", ["messages_in_group.json", "messages_reply_staff_command.json"])
async def test_what_it_answers_has_all_that_a_sample_has(engage, ask, desk, name):
    path = SAMPLES / name
    if not path.exists():
        pytest.skip(f"{name} is not beside this checkout")
    starter = engage.person("priya").says("Testing")
    engage.person("morag").likes(starter)

    _, page = await ask(f"messages/in_group/{desk.id}.json")

    assert lacking(json.loads(path.read_text())["body"], page) == []


def lacking(sample, ours, at=""):
    """The places of a sample, by name, that an answer of ours lacks; each of a list's things is met by one of its type."""
    if isinstance(sample, dict):
        gone = [f"{at}/{key}" for key in sample if key not in ours]
        return gone + [one for key in sample if key in ours for one in lacking(sample[key], ours[key], f"{at}/{key}")]
    if not isinstance(sample, list):
        return []
    return [one for each in sample for one in lacking(each, like(each, ours), f"{at}/{each.get('type', '')}")]


def like(each, ours):
    """The one of ours that is of the same type."""
    return next((one for one in ours if one.get("type") == each.get("type")), {})


# --- signing in


@pytest.fixture
async def entra(engage, clock, monkeypatch):
    async with StandInEntra(clock, issue=engage.token) as stand_in:
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(stand_in.authority))
        yield stand_in


@pytest.fixture
async def library(entra):
    """The sign-in library as it comes, in a thread, as it waits on the network."""

    def make():
        authority = f"{entra.sign_in_url}/{entra.tenant}"
        return msal.PublicClientApplication(entra.client_id, authority=authority, instance_discovery=False)

    app = await asyncio.to_thread(make)
    yield app
    app.http_client.close()


async def polled(library, flow):
    flow["latest_attempt_at"] = 0
    return await asyncio.to_thread(library.acquire_token_by_device_flow, flow, exit_condition=lambda _: True)


async def renewed(library, entra):
    [account] = library.get_accounts()
    return await asyncio.to_thread(library.acquire_token_silent_with_error, SCOPES, account, force_refresh=True)


async def test_msal_signs_in_by_a_code_and_its_token_opens_the_api(engage, entra, library, ask):
    flow = await asyncio.to_thread(library.initiate_device_flow, SCOPES)
    pending = await polled(library, flow)
    entra.sign_in()
    entra.consented = False
    refused = await polled(library, flow)
    entra.consented = True
    signed_in = await polled(library, flow)
    again = await renewed(library, entra)

    assert flow["user_code"] in flow["message"]
    assert pending["error"] == "authorization_pending"
    assert (refused["error"], refused["error_codes"], refused["suberror"]) == ("invalid_grant", [65001], "consent_required")
    assert [account["username"] for account in library.get_accounts()] == ["tolbooth@harrowmere.gov.uk"]
    assert signed_in["access_token"] != again["access_token"]
    assert (await ask("users/current.json", by=again["access_token"]))[1]["id"] == engage.service.id


@pytest.mark.parametrize(
    ("happens", "error", "code"),
    [
        (StandInEntra.revoke, "invalid_grant", 50173),
        (StandInEntra.want_more_proof, "interaction_required", 50076),
        (lambda entra: entra.clock.advance(days=90), "invalid_grant", 700082),
        (lambda entra: entra.refusals.append(Refusal.NO_CONSENT), "invalid_grant", 65001),
    ],
)
async def test_a_renewal_is_refused_as_entra_refuses_it(entra, library, happens, error, code):
    flow = await asyncio.to_thread(library.initiate_device_flow, SCOPES)
    entra.sign_in()
    await polled(library, flow)
    happens(entra)

    refused = await renewed(library, entra)

    assert (refused["error"], refused["error_codes"]) == (error, [code])
    assert f"AADSTS{code}" in refused["error_description"]


async def test_a_code_lasts_a_quarter_of_an_hour(entra, library, clock):
    flow = await asyncio.to_thread(library.initiate_device_flow, SCOPES)
    clock.advance(minutes=15)

    assert (await polled(library, flow))["error"] == "expired_token"
