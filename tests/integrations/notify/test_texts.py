"""Texts of the public by GOV.UK Notify: what comes in by call and by list, what goes out, and what becomes of it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import NotDelivered, OutsideError, Refused, TryLater
from bot.ports import Found, Incoming, NotFound, Webhook, WebhookRefused
from bot.reply import Attachment
from integrations.notify.settings import NotifyAccount
from tests.integrations.notify.conftest import GIVEN, MORE
from tests.standins.notify import SENDER, Trouble

SAMPLES = Path(__file__).parents[3].parent / "shared/data/payloads/notify"
CALL = {
    "id": "9d1b6a52-7c14-4c0e-9b6e-0a5f5c1d2e33",
    "source_number": "447700900123",
    "destination_number": "07700900500",
    "message": "Is the bridge <b>open</b>?",
    "date_received": "2026-11-17T08:59:30.120000Z",
}
RECEIPT = {"id": "n1", "reference": "r1", "to": "+447700900123", "status": "delivered", "notification_type": "sms"}


def call(about: object, clock, token: str = "a token of ours", method: str = "POST") -> Webhook:
    body = about if isinstance(about, bytes) else json.dumps(about).encode()
    return Webhook(method, {"authorization": f"Bearer {token}"}, {}, body, clock.now())


# --- in by call ----------------------------------------------------------------------------------------------------


def test_a_call_is_a_private_message_from_a_number_that_staff_see_masked(heard, clock) -> None:
    received = heard().receive(call(CALL, clock))

    [text] = received.items
    assert isinstance(text, Incoming)
    assert (text.native_id, text.text, text.private, text.kind) == (CALL["id"], CALL["message"], True, "text")
    assert (text.author.id, text.author.name, text.author.handle) == ("+447700900123", "07… 123", "")
    assert text.posted_at == datetime(2026, 11, 17, 8, 59, 30, 120000, UTC)
    assert (received.status, received.delivery_id, text.raw) == (200, CALL["id"], b"")
    assert "900123" not in text.conversation + text.native_id


def test_what_one_number_texts_belongs_together_whichever_way_it_comes(heard, clock) -> None:
    network = heard()
    one, two, other = (
        network.receive(call({**CALL, "id": str(n), "source_number": number}, clock)).items[0]
        for n, number in enumerate(("447700900123", "07700 900123", "447700900124"))
    )

    assert one.conversation == two.conversation != other.conversation


def test_a_receipt_is_taken_and_brings_nothing(heard, clock) -> None:
    received = heard().receive(call(RECEIPT, clock))

    assert (received.items, received.status) == ((), 200)


@pytest.mark.parametrize(
    ("about", "fields"),
    [
        (b"", ("body",)),
        (b"{", ("body",)),
        (b"[" * 5000, ("body",)),
        ([CALL], ("body",)),
        ({**CALL, "id": None}, ("id", "source_number")),
        ({**CALL, "id": {"$": 1}}, ("id", "source_number")),
        ({**CALL, "source_number": ""}, ("id", "source_number")),
    ],
)
def test_a_call_that_cannot_be_read_is_refused_by_naming_what_is_wrong(heard, clock, about, fields) -> None:
    with pytest.raises(WebhookRefused) as refused:
        heard().receive(call(about, clock))

    assert (refused.value.status, refused.value.fields) == (422, fields)


@pytest.mark.parametrize("at", [None, 5, "soon", "2999-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00"])
def test_a_text_whose_time_cannot_be_came_now(heard, clock, at) -> None:
    [text] = heard().receive(call({**CALL, "date_received": at}, clock)).items

    assert text.posted_at == clock.now()


def test_without_a_token_in_the_settings_no_call_is_believed(heard, clock) -> None:
    with pytest.raises(WebhookRefused) as refused:
        heard(callback_token=None).receive(call(CALL, clock, token=""))

    assert refused.value.status == 404


def test_only_a_post_brings_a_text(heard, clock) -> None:
    assert heard().receive(call(CALL, clock, method="PUT")).status == 405


# --- in by list ----------------------------------------------------------------------------------------------------


async def test_the_first_look_is_of_the_last_day_and_later_looks_of_what_is_new(texts, service, clock) -> None:
    service.says("last week", "447700900111", clock.now() - timedelta(days=6))
    said = [service.says(f"today {n}", f"44770090010{n}", clock.now() - timedelta(minutes=100 - n)) for n in range(8)]
    network = texts()

    page = await network.fetch(None)
    clock.advance(hours=3)
    new = service.says("now", "447700900102")
    later = await network.fetch(page.cursor)

    assert [one.native_id for one in page.items] == said
    assert ([one.native_id for one in later.items], later.more) == ([new], False)


async def test_a_text_that_both_call_and_list_bring_is_the_same(texts, service, clock) -> None:
    native_id = service.says("Is it open?", "447700900123")
    network = texts()

    [called] = network.receive(call(service.call(native_id), clock)).items
    [listed] = (await network.fetch(None)).items

    assert called == listed


async def test_a_flood_is_read_in_several_goes_and_none_is_left_out(texts, service, clock) -> None:
    said = [service.says(f"{n}", "447700900123", clock.now() - timedelta(seconds=200 - n)) for n in range(120)]
    network, cursor, found, goes = texts(), None, [], 0

    while goes < 20:
        page = await network.fetch(cursor)
        found, cursor, goes = [*found, *(one.native_id for one in page.items)], page.cursor, goes + 1
        if not page.more:
            break

    assert sorted(found) == sorted(said)
    assert goes == 3


@pytest.mark.parametrize("cursor", ["", "{", "null", '["2026-11-17", 3]', '["x","y","z"]'])
async def test_a_cursor_that_cannot_be_read_begins_with_the_last_day(texts, service, cursor) -> None:
    native_id = service.says("Is it open?", "447700900123")

    assert [one.native_id for one in (await texts().fetch(cursor)).items] == [native_id]


async def test_a_list_of_nothing_that_can_be_read_is_asked_for_again(texts, service) -> None:
    service.chaos.append(Trouble("read", 200, b'{"received_text_messages": [{"id": null}, 7]}'))

    with pytest.raises(TryLater):
        await texts().fetch(None)


async def test_one_that_cannot_be_read_is_counted_without_its_words(texts, service, capsys) -> None:
    service.says("a secret", "447700900123")
    good = service.says("Is it open?", "447700900124")
    service.received[0]["user_number"] = None

    page = await texts().fetch(None)

    assert [one.native_id for one in page.items] == [good]
    assert "a secret" not in capsys.readouterr().out


# --- out -----------------------------------------------------------------------------------------------------------


async def test_a_reply_is_poured_into_the_template_with_our_reference_and_from_our_number(texts, service, reply) -> None:
    receipt = await texts().publish(reply())

    [asked] = service.asked
    assert (asked["personalisation"], asked["reference"], asked["sms_sender_id"]) == (
        {"message": "It opens at nine."},
        "r1",
        SENDER,
    )
    assert (service.sent[0].to, service.sent[0].id) == ("+447700900123", receipt.native_id)


@pytest.mark.parametrize("author", ["HarroBus", "60777", "", "whatsapp:+447700900123"])
async def test_who_is_no_number_cannot_be_answered(texts, service, reply, author) -> None:
    with pytest.raises(Refused, match="cannot be answered by text"):
        await texts().publish(reply(author_id=author))

    assert not service.asked


async def test_pictures_do_not_go_by_text(texts, reply) -> None:
    with pytest.raises(Refused, match="no pictures"):
        await texts().publish(reply(media=(Attachment("1", "a.png", "image/png", 1),)))


@pytest.mark.parametrize(
    ("status", "error", "says"),
    [
        (400, "ValidationError", "landline or abroad"),
        (400, "BadRequestError", "the service is on trial"),
        (403, "AuthError", r"accounts\.texts\.api_key"),
        (404, "NoResultFound", r"accounts\.texts\.api_url"),
    ],
)
async def test_a_refusal_says_what_to_do_and_repeats_no_number(texts, service, reply, status, error, says) -> None:
    about = {"status_code": status, "errors": [{"error": error, "message": "about +447700900123"}]}
    service.chaos.append(Trouble("write", status, json.dumps(about).encode()))

    with pytest.raises(OutsideError, match=says) as refused:
        await texts().publish(reply())

    assert "900123" not in str(refused.value)


async def test_what_the_service_puts_before_each_text_is_counted(texts, service, reply) -> None:
    limits = texts(prefix="Harrowmere Council", text_price="2.3").limits

    assert limits.limit == 918 - len("Harrowmere Council: ")
    assert limits.about("x" * 140) == "1 text message, 2.3p"
    assert limits.about("x" * 141) == "2 text messages, 4.6p"
    assert texts().limits.about("x" * 160) == "1 text message"


@pytest.mark.parametrize(
    ("status", "found"),
    [
        ("delivered", True),
        ("sent", True),
        ("sending", NotFound.CANNOT_TELL),
        ("pending", NotFound.CANNOT_TELL),
        ("created", NotFound.CANNOT_TELL),
        ("something new", NotFound.CANNOT_TELL),
    ],
)
async def test_what_became_of_a_reply_is_by_its_receipt(texts, service, reply, status, found) -> None:
    service.becomes = status
    receipt = await texts().publish(reply())

    read = await texts().read_back(receipt.native_id)

    assert isinstance(read, Found) if found is True else read is found


@pytest.mark.parametrize(
    ("status", "why"),
    [
        ("permanent-failure", "no such phone is known"),
        ("temporary-failure", "the phone could not be reached"),
        ("technical-failure", "something went wrong"),
    ],
)
async def test_a_reply_that_never_arrives_says_why_at_once(texts, service, reply, status, why) -> None:
    service.becomes = status
    receipt = await texts().publish(reply())

    with pytest.raises(NotDelivered, match=f"^the text could not be delivered: .*{why}"):
        await texts().read_back(receipt.native_id)


async def test_a_reply_that_notify_has_forgotten_cannot_be_told(texts) -> None:
    assert await texts().read_back("../received-text-messages") is NotFound.CANNOT_TELL


@pytest.mark.parametrize(
    ("later", "found"),
    [
        (timedelta(seconds=30), NotFound.CANNOT_TELL),
        (timedelta(seconds=90), NotFound.ABSENT),
        (timedelta(days=8), NotFound.CANNOT_TELL),
    ],
)
async def test_one_that_is_not_listed_is_absent_once_it_would_be_and_while_it_would_be(
    texts, reply, clock, later, found
) -> None:
    lost = reply()
    clock.advance(later)

    assert await texts().find_sent(lost) is found


async def test_one_that_failed_there_is_found_and_not_sent_again(texts, service, reply, clock) -> None:
    service.becomes = "permanent-failure"
    receipt = await texts().publish(reply())
    clock.advance(minutes=2)

    found = await texts().find_sent(reply())

    assert found == Found(receipt)


# --- check and settings --------------------------------------------------------------------------------------------


async def test_when_all_is_well_check_says_nothing_and_sends_nothing(texts, service) -> None:
    assert list(await texts().check()) == []
    assert not service.sent


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ({"type": "email", "body": "((message))"}, "accounts.texts.template: that template is of type 'email'"),
        ({"type": "sms", "body": "Hello"}, "lacks ((message))"),
        ({"type": "sms", "body": "Dear ((name)) ((message))"}, "also wants ((name))"),
    ],
)
async def test_a_template_that_would_spoil_a_reply_is_named(texts, service, template, says) -> None:
    service.template = template

    [fault] = await texts().check()

    assert says in fault


async def test_texts_that_cannot_be_listed_are_a_fault_with_its_cure(texts, service) -> None:
    service.lists = False

    [fault] = await texts().check()

    assert fault.startswith("accounts.texts: texts that came in cannot be listed")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"private_channel": ""}, "at least 1 character"),
        ({"api_key": "harrowmere-cut-off"}, "not a whole key"),
        ({"callback_token": "short"}, "10 characters or more"),
        ({"poll_every": 5}, "from 60 to 86400"),
        ({"template": ""}, "should match pattern"),
    ],
)
def test_settings_that_cannot_work_are_refused(wrong, said) -> None:
    with pytest.raises(ValueError, match=said):
        NotifyAccount.model_validate({**GIVEN, **MORE, **wrong})


def test_replies_are_shown_with_the_number_they_come_from(heard) -> None:
    assert heard(label="Harrowmere", number="07700 900500").speaks_as == "Harrowmere, by text from 07700 900500"
    assert heard().speaks_as == "texts, by text"


# --- samples -------------------------------------------------------------------------------------------------------


def sample(name):
    path = SAMPLES / name
    if not path.exists():
        pytest.skip(f"{name} is not beside this checkout")
    return json.loads(path.read_text())["body"]


def test_the_call_as_it_is_documented_is_read(heard, clock) -> None:
    about = sample("callback_inbound_sms.json")

    [text] = heard().receive(call(about, clock)).items

    assert (text.native_id, text.text, text.author.id) == (about["id"], about["message"], f"+{about['source_number']}")


def test_the_receipt_as_it_is_documented_brings_nothing(heard, clock) -> None:
    assert heard().receive(call(sample("callback_delivery_receipt.json"), clock)).items == ()


async def test_the_yes_as_it_is_documented_is_a_receipt(texts, service, reply) -> None:
    about = sample("send_sms_201.json")
    service.chaos.append(Trouble("write", 201, json.dumps(about).encode()))

    assert (await texts().publish(reply())).native_id == about["id"]


@pytest.mark.parametrize("name", ["error_403.json", "error_429.json"])
async def test_a_no_as_it_is_documented_is_understood(texts, service, reply, name) -> None:
    about = sample(name)
    service.chaos.append(Trouble("write", about["status_code"], json.dumps(about).encode()))

    with pytest.raises(OutsideError, match="clock" if name == "error_403.json" else "patience"):
        await texts().publish(reply())
