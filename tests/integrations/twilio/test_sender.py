"""Twilio: what leaves, what each of its answers means, and how an earlier try is found by its words."""

from datetime import timedelta

import pytest

from bot.errors import Refused, SignInAgain, TryLater, Unsure
from bot.ports import Found, Message, NotFound
from integrations.http import Http
from integrations.sandbox.phone_server import StandInPhone
from integrations.sandbox.x_server import Trouble
from integrations.twilio.sender import REFUSALS, build
from integrations.twilio.settings import TwilioSettings

DEV = "+447700900123"
TEXT = Message(DEV, "", "Harrowmere Council: M-142 has waited 40 minutes.", "d1")


@pytest.fixture
async def phone(clock):
    async with StandInPhone(clock) as stand_in:
        yield stand_in


@pytest.fixture
async def twilio(phone, clock):
    async with Http(timedelta(seconds=2)) as http:

        def made(**settings):
            section = TwilioSettings.model_validate({**phone.twilio, "api_url": phone.api_url} | settings)
            return build(section, http=http, clock=clock)[0]

        yield made


async def test_a_text_arrives_with_our_words(twilio, phone) -> None:
    receipt = await twilio().send(TEXT)

    [came] = phone.on(DEV)
    assert (came.text, came.id) == (TEXT.text, receipt)


@pytest.mark.parametrize("code", [21211, 21408, 21606, 21610, 21612, 21614])
async def test_a_number_that_takes_no_texts_is_said_in_words_without_the_number(twilio, phone, code) -> None:
    phone.refuses[DEV] = code

    with pytest.raises(Refused) as raised:
        await twilio().send(TEXT)

    assert REFUSALS[code] in str(raised.value)
    assert DEV not in str(raised.value)


@pytest.mark.parametrize("code", [30003, 30005, 30006, 30007])
async def test_one_that_failed_at_once_is_a_no(twilio, phone, code) -> None:
    phone.chaos.append(Trouble(status=201, body={"sid": "SM1", "status": "failed", "error_code": code}))

    with pytest.raises(Refused) as raised:
        await twilio().send(TEXT)

    assert REFUSALS[code] in str(raised.value)


@pytest.mark.parametrize(
    ("status", "code", "meant"),
    [
        (401, 20003, SignInAgain),
        (403, 20003, SignInAgain),
        (403, 21610, Refused),
        (400, 20003, SignInAgain),
        (400, 99999, Refused),
        (404, 20404, Refused),
        (429, 20429, TryLater),
        (400, 20429, TryLater),
        (503, 20503, TryLater),
        (408, None, Unsure),
        (500, 20500, Unsure),
        (502, None, Unsure),
        (200, None, Unsure),
        (201, None, Unsure),
    ],
)
async def test_each_answer_means_one_thing(twilio, phone, status, code, meant) -> None:
    phone.chaos.append(Trouble(status=status, body={"code": code, "message": DEV}))

    with pytest.raises(meant) as raised:
        await twilio().send(TEXT)

    assert DEV not in str(raised.value)


async def test_a_pause_asked_for_is_kept(twilio, phone) -> None:
    phone.chaos.append(Trouble(status=429, body={"code": 20429}, headers={"Retry-After": "7"}))

    with pytest.raises(TryLater) as raised:
        await twilio().send(TEXT)

    assert raised.value.after == timedelta(seconds=7)


async def test_one_whose_answer_was_lost_is_found_by_number_day_and_words(twilio, phone, clock) -> None:
    first_try = clock.now()
    phone.chaos.append(Trouble(accept=True, drop=True))
    with pytest.raises(Unsure):
        await twilio().send(TEXT)
    clock.advance(timedelta(minutes=2))

    found = await twilio().find_sent(TEXT, first_try)

    assert isinstance(found, Found)
    assert found.receipt.native_id == phone.arrived[0].id


async def test_the_same_words_of_an_earlier_hour_are_another_text(twilio, clock) -> None:
    await twilio().send(TEXT)
    clock.advance(timedelta(hours=1))

    assert await twilio().find_sent(TEXT, clock.now()) is NotFound.ABSENT


async def test_other_words_are_another_text(twilio, clock) -> None:
    await twilio().send(Message(DEV, "", "M-7 waits.", "d7"))

    assert await twilio().find_sent(TEXT, clock.now()) is NotFound.ABSENT


async def test_a_list_that_cannot_be_read_leaves_it_open(twilio, phone, clock) -> None:
    phone.chaos.append(Trouble(status=200, body="<html>"))

    assert await twilio().find_sent(TEXT, clock.now()) is NotFound.CANNOT_TELL


async def test_when_all_is_well_check_says_nothing_and_sends_nothing(twilio, phone) -> None:
    assert await twilio().check() == ()
    assert not phone.arrived


async def test_credentials_that_are_not_accepted_are_named_with_the_cure(twilio) -> None:
    [fault] = await twilio(secret="hidden").check()

    assert fault.startswith("twilio.secret: Twilio does not accept the credentials. Put new ones")
    assert "hidden" not in fault


@pytest.mark.parametrize("by", [{"from_number": ""}, {"messaging_service": "MG" + "0" * 32}])
def test_texts_come_from_a_number_or_a_service(phone, by) -> None:
    with pytest.raises(ValueError, match="set one of from_number and messaging_service"):
        TwilioSettings.model_validate({**phone.twilio} | by)
