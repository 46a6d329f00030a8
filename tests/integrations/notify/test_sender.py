"""GOV.UK Notify: what leaves, what each of its answers means, and that none of them holds up a ping for ever."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import Refused, SignInAgain, TryLater, Unsure
from bot.ports import Found, Message, NotFound, Way
from integrations.http import Http
from integrations.notify.sender import build
from integrations.notify.settings import NotifySettings
from integrations.sandbox.phone_server import EMAILS, SECRET, SERVICE, TEXTS, StandInPhone, Template
from integrations.sandbox.x_server import Trouble

DEV = "+447700900123"
TEXT = Message(DEV, "", "Harrowmere Council: M-142 has waited 40 minutes.", "d1")
EMAIL = Message("dev@example.gov.uk", "M-142 waits", "M-142 has waited 40 minutes.\nOpen the chat.", "d2")


@pytest.fixture
async def phone(clock):
    async with StandInPhone(clock) as stand_in:
        yield stand_in


@pytest.fixture
async def notify(phone, clock):
    """Builds what sends texts, e-mails or both."""
    async with Http(timedelta(seconds=2)) as http:

        def made(way=Way.TEXT, **settings):
            both = {**phone.notify, "email_template": EMAILS, "api_url": phone.api_url} | settings
            built = {one.way: one for one in build(NotifySettings.model_validate(both), http=http, clock=clock)}
            return built[way]

        yield made


async def test_a_text_arrives_with_our_words_and_our_reference(notify, phone) -> None:
    receipt = await notify().send(TEXT)

    [came] = phone.on(DEV)
    assert (came.text, came.key, came.id) == (TEXT.text, "d1", receipt)


async def test_an_email_arrives_with_its_subject(notify, phone) -> None:
    await notify(Way.EMAIL).send(EMAIL)

    [came] = phone.on("dev@example.gov.uk")
    assert (came.subject, came.text) == (EMAIL.subject, EMAIL.text)


async def test_a_call_is_signed_as_jwt_io_would_sign_it(notify, clock) -> None:
    head, claims, signature = notify().client.token().split(".")

    def read(part: str) -> bytes:
        return base64.urlsafe_b64decode(part + "==")

    expected = hmac.new(SECRET.encode(), f"{head}.{claims}".encode(), hashlib.sha256).digest()
    assert json.loads(read(head)) == {"typ": "JWT", "alg": "HS256"}
    assert json.loads(read(claims)) == {"iss": SERVICE, "iat": int(clock.now().timestamp())}
    assert read(signature) == expected


async def test_the_sender_of_texts_can_be_chosen(phone, notify) -> None:
    sender = "8e222534-7f05-4972-86e3-17c5d9f894e2"

    assert (await notify(text_sender=sender).send(TEXT)) == phone.arrived[0].id


def error(name: str) -> dict[str, object]:
    return {"errors": [{"error": name, "message": f"about {DEV}"}]}


@pytest.mark.parametrize(
    ("status", "name", "meant", "words"),
    [
        (400, "ValidationError", Refused, "no such number or address"),
        (400, "BadRequestError", Refused, "still on trial"),
        (400, "", Refused, "HTTP 400"),
        (401, "AuthError", SignInAgain, "notify.api_key"),
        (403, "AuthError", SignInAgain, "clock is more than 30 seconds off"),
        (404, "NoResultFound", Refused, "notify.api_url"),
        (413, "", Refused, "HTTP 413"),
        (408, "", Unsure, "HTTP 408"),
        (429, "RateLimitError", TryLater, "patience"),
        (429, "TooManyRequestsError", TryLater, "Today's limit"),
        (500, "", Unsure, "HTTP 500"),
        (502, "", Unsure, "HTTP 502"),
        (503, "", TryLater, "patience"),
        (504, "", Unsure, "HTTP 504"),
        (200, "", Unsure, "HTTP 200"),
        (201, "", Unsure, "HTTP 201"),
    ],
)
async def test_each_answer_means_one_thing_and_repeats_no_number(notify, phone, status, name, meant, words) -> None:
    phone.chaos.append(Trouble(status=status, body=error(name)))

    with pytest.raises(meant, match=words) as raised:
        await notify().send(TEXT)

    assert DEV not in str(raised.value)
    assert not phone.arrived


async def test_a_pause_asked_for_is_kept(notify, phone) -> None:
    phone.chaos.append(Trouble(status=429, body=error("RateLimitError"), headers={"Retry-After": "90"}))

    with pytest.raises(TryLater) as raised:
        await notify().send(TEXT)

    assert raised.value.after == timedelta(seconds=90)


async def test_a_days_limit_is_waited_for_until_midnight_in_utc(notify, phone, clock) -> None:
    clock.advance(datetime(2026, 11, 17, 22, 30, tzinfo=UTC) - clock.now())
    phone.chaos.append(Trouble(status=429, body=error("TooManyRequestsError")))

    with pytest.raises(TryLater) as raised:
        await notify().send(TEXT)

    assert raised.value.after == timedelta(minutes=90)


@pytest.mark.parametrize("trouble", [Trouble(accept=True, drop=True), Trouble(accept=True, status=500)])
async def test_one_whose_answer_was_lost_is_found_by_its_reference(notify, phone, clock, trouble) -> None:
    phone.chaos.append(trouble)
    with pytest.raises(Unsure):
        await notify().send(TEXT)

    found = await notify().find_sent(TEXT, clock.now())

    assert isinstance(found, Found)
    assert found.receipt.native_id == phone.arrived[0].id


async def test_one_that_never_arrived_is_absent(notify, phone, clock) -> None:
    phone.chaos.append(Trouble(drop=True))
    with pytest.raises(Unsure):
        await notify().send(TEXT)

    assert await notify().find_sent(TEXT, clock.now()) is NotFound.ABSENT


async def test_one_that_failed_there_counts_as_not_sent(notify, phone, clock) -> None:
    phone.chaos.append(Trouble(status=200, body={"notifications": [{"id": "n1", "status": "permanent-failure"}]}))

    assert await notify().find_sent(TEXT, clock.now()) is NotFound.ABSENT


async def test_a_page_that_is_no_list_leaves_it_open(notify, phone, clock) -> None:
    phone.chaos.append(Trouble(status=200, body="<html>"))

    assert await notify().find_sent(TEXT, clock.now()) is NotFound.CANNOT_TELL


async def test_a_service_that_hangs_is_given_up_on(phone, clock) -> None:
    phone.chaos.append(Trouble(slow=5, accept=True))
    async with Http(timedelta(seconds=0.1)) as http:
        section = NotifySettings.model_validate({**phone.notify, "api_url": phone.api_url})

        with pytest.raises(Unsure):
            await build(section, http=http, clock=clock)[0].send(TEXT)


async def test_nobody_there_is_a_definite_no(notify) -> None:
    with pytest.raises(TryLater):
        await notify(api_url="http://127.0.0.1:9").send(TEXT)


# --- check ---------------------------------------------------------------------------------------------------------


async def test_when_all_is_well_check_says_nothing_and_sends_nothing(notify, phone) -> None:
    assert [*await notify().check(), *await notify(Way.EMAIL).check()] == []
    assert not phone.arrived


@pytest.mark.parametrize(
    ("template", "said"),
    [
        (Template("email", subject="((subject))"), "of type 'email': one of type 'sms' is needed"),
        (Template("sms", "Hello"), "lacks ((message))"),
        (Template("sms", "((message)) ((ref))"), "also wants ((ref))"),
        (None, "has no such template"),
    ],
)
async def test_a_template_that_would_spoil_a_message_is_named(notify, phone, template, said) -> None:
    phone.templates.pop(TEXTS)
    if template:
        phone.templates[TEXTS] = template

    [fault] = await notify().check()

    assert fault.startswith("notify.text_template: ")
    assert said in fault


async def test_a_key_that_is_not_accepted_is_named_with_the_cure(notify) -> None:
    other = f"x-{SERVICE}-{SERVICE}"

    [fault] = await notify(api_key=other).check()

    assert fault.startswith("notify.api_key: ")
    assert SERVICE not in fault


async def test_a_clock_that_is_off_is_a_reason_too(notify, phone, clock) -> None:
    made = notify()
    made.client.clock = type(clock)(clock.now() - timedelta(seconds=40))

    with pytest.raises(SignInAgain, match="clock"):
        await made.send(TEXT)


def test_a_key_that_is_cut_off_is_refused_and_not_shown() -> None:
    with pytest.raises(ValueError, match="not a whole key") as raised:
        NotifySettings.model_validate({"api_key": f"harrowmere-{SERVICE}", "text_template": TEXTS})

    assert SERVICE not in str(raised.value)


def test_a_service_with_no_template_carries_nothing() -> None:
    section = NotifySettings.model_validate({"api_key": f"harrowmere-{SERVICE}-{SECRET}"})

    assert section.ways == ()
