"""Texts of the public by Twilio: what comes in by signed call and by list, what goes out, and what becomes of it."""

import json
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from bot.errors import NotDelivered, OutsideError, Refused, SignInAgain, TryLater
from bot.mention import Media
from bot.ports import Found, Incoming, NotFound, Receipt, Webhook, WebhookRefused
from bot.reply import Attachment
from bot.web import answered
from integrations.twilio.network import REFUSALS
from integrations.twilio.settings import TwilioAccount
from tests.integrations.twilio.conftest import GIVEN, MORE
from tests.standins.twilio import ACCOUNT, HOOK, TOKEN, Text, Trouble, signed

SAMPLES = Path(__file__).parents[3].parent / "shared/data/payloads/twilio"
ANN = "+447700900123"


def call(body: bytes, clock, url: str = HOOK, **query: str) -> Webhook:
    return Webhook("POST", signed(url, body), query, body, clock.now())


# --- in by call ----------------------------------------------------------------------------------------------------


def test_a_call_is_a_private_message_from_a_number_that_staff_see_masked(heard, public, clock) -> None:
    sid = public.says("Is the bridge <b>open</b>? £5 ’til 9 🌉", ANN)

    received = heard().receive(call(public.call(sid), clock))

    [text] = received.items
    assert isinstance(text, Incoming)
    assert (text.native_id, text.text) == (sid, "Is the bridge <b>open</b>? £5 ’til 9 🌉")
    assert (text.author.id, text.author.name, text.private, text.kind) == (ANN, "07… 123", True, "text")
    assert received.delivery_id == sid


def test_where_somebody_is_rung_from_is_not_kept(heard, public, clock) -> None:
    sid = public.says("Is it open?", ANN)

    [text] = heard().receive(call(public.call(sid), clock)).items

    assert "HM1 1AA" not in repr(text)
    assert "900123" not in text.conversation


def test_twilio_is_answered_in_xml_that_sends_nothing(heard, public, clock) -> None:
    answer = answered(heard().receive(call(public.call(public.says("Hello", ANN)), clock)))

    assert (answer.status, answer.content_type) == (200, "text/xml")
    assert answer.text == '<?xml version="1.0" encoding="UTF-8"?><Response/>'


def test_pictures_are_links_and_are_not_fetched(heard, public, clock) -> None:
    sid = public.says("", ANN, media=("image/jpeg", "application/pdf"))

    [text] = heard().receive(call(public.call(sid), clock)).items

    at = f"{public.url}/2010-04-01/Accounts/{ACCOUNT}/Messages/{sid}/Media"
    assert text.media == (Media("image", f"{at}/ME0"), Media("file", f"{at}/ME1"))


def test_a_link_that_is_none_of_the_web_is_left_out(heard, clock) -> None:
    form = {"MessageSid": "MM1", "From": ANN, "Body": "look", "NumMedia": "9" * 99, "MediaUrl0": "javascript:alert(1)"}

    [text] = heard().receive(call(urlencode(form).encode(), clock)).items

    assert text.media == ()


@pytest.mark.parametrize("missing", [{"MessageSid": "", "SmsSid": "", "SmsMessageSid": ""}, {"From": ""}])
def test_a_call_without_its_id_or_its_sender_is_refused(heard, public, clock, missing) -> None:
    form = dict(parse_qsl(public.call(public.says("Hello", ANN)).decode())) | missing

    with pytest.raises(WebhookRefused) as refused:
        heard().receive(call(urlencode(form).encode(), clock))

    assert refused.value.status == 422


def test_a_form_of_thousands_of_fields_is_not_read(heard, clock) -> None:
    with pytest.raises(WebhookRefused) as refused:
        heard().receive(call(b"&".join(b"a%d=1" % n for n in range(5000)), clock))

    assert refused.value.status == 422


def test_without_its_address_in_the_settings_no_call_is_believed(heard, public, clock) -> None:
    with pytest.raises(WebhookRefused) as refused:
        heard(webhook_url=None).receive(call(public.call(public.says("Hello", ANN)), clock))

    assert refused.value.status == 404


def test_a_call_signed_with_a_key_of_its_own_is_believed_where_that_key_is_set(heard, public, clock) -> None:
    body = public.call(public.says("Hello", ANN))
    made = Webhook("POST", signed(HOOK, body, "our shared key", "sha256"), {}, body, clock.now())

    assert len(heard(shared_key="our shared key").receive(made).items) == 1
    with pytest.raises(WebhookRefused):
        heard().receive(made)


# --- in by list ----------------------------------------------------------------------------------------------------


async def test_a_text_that_both_call_and_list_bring_is_the_same(texts, service, clock) -> None:
    sid = service.says("Look at this", ANN, media=("image/jpeg",))
    network = texts()

    [called] = network.receive(call(service.call(sid), clock)).items
    [listed] = (await network.fetch(None)).items

    assert called == listed


async def test_what_we_sent_and_what_other_numbers_got_is_not_read(texts, service, reply) -> None:
    await texts().publish(reply())
    service.texts.append(Text("SM9", "+447700900999", ANN, "not for us", "inbound", "received", service.clock.now()))
    sid = service.says("Is it open?", ANN)

    assert [one.native_id for one in (await texts().fetch(None)).items] == [sid]


async def test_a_flood_is_read_in_several_goes_and_none_is_left_out(texts, service, clock) -> None:
    said = [service.says(f"{n}", ANN, clock.now() - timedelta(seconds=3000 - n)) for n in range(2300)]
    network = texts()

    first = await network.fetch(None)
    rest = await network.fetch(first.cursor)

    assert (first.more, rest.more) == (True, False)
    assert sorted(one.native_id for one in (*first.items, *rest.items)) == sorted(said)


async def test_a_place_in_the_list_that_is_no_longer_known_begins_the_list_anew(texts, service, clock) -> None:
    sid = service.says("Is it open?", ANN)
    now = clock.now().isoformat()
    service.chaos.append(Trouble("read", 400, b'{"code":20001,"message":"invalid page token","status":400}'))

    page = await texts().fetch(json.dumps([now, now, "/Messages.json?PageToken=old"]))
    again = await texts().fetch(page.cursor)

    assert (page.items, page.more) == ((), True)
    assert [one.native_id for one in again.items] == [sid]


async def test_the_next_page_is_only_looked_for_in_our_own_account(texts, service) -> None:
    about = {"messages": [], "next_page_uri": "https://elsewhere.example/2010-04-01/Accounts/x/Messages.json?Page=1"}
    service.chaos.append(Trouble("read", 200, json.dumps(about).encode()))

    assert (await texts().fetch(None)).more is False


async def test_a_list_of_nothing_that_can_be_read_is_asked_for_again(texts, service) -> None:
    service.chaos.append(Trouble("read", 200, b'{"messages": [{"sid": null}, 7]}'))

    with pytest.raises(TryLater):
        await texts().fetch(None)


# --- out -----------------------------------------------------------------------------------------------------------


async def test_a_reply_comes_from_the_number_that_was_texted(texts, service, reply) -> None:
    receipt = await texts().publish(reply())

    [sent] = service.sent
    assert (sent.sid, sent.to, sent.by, sent.body) == (receipt.native_id, ANN, GIVEN["number"], "It opens at nine.")


async def test_a_reply_may_go_by_a_messaging_service(texts, service, reply) -> None:
    await texts(messaging_service="MG" + "0" * 32).publish(reply())

    assert service.sent[0].by == ""


@pytest.mark.parametrize("author", ["HarroBus", "60777", "", "whatsapp:+447700900123"])
async def test_who_is_no_number_cannot_be_answered(texts, service, reply, author) -> None:
    with pytest.raises(Refused, match="cannot be answered by text"):
        await texts().publish(reply(author_id=author))

    assert await texts().find_sent(reply(author_id=author)) is NotFound.CANNOT_TELL
    assert not service.sent


async def test_pictures_do_not_go_by_text(texts, reply) -> None:
    with pytest.raises(Refused, match="no pictures"):
        await texts().publish(reply(media=(Attachment("1", "a.png", "image/png", 1),)))


@pytest.mark.parametrize("code", [21211, 21408, 21606, 21610, 21612, 21614, 21617])
async def test_a_refusal_says_why_in_words_for_staff_and_repeats_no_number(texts, service, reply, code) -> None:
    service.refuses[ANN] = code

    with pytest.raises(Refused) as refused:
        await texts().publish(reply())

    assert REFUSALS[code] in str(refused.value)
    assert "900123" not in str(refused.value)


async def test_credentials_that_are_not_accepted_are_named_by_their_settings(texts, reply) -> None:
    with pytest.raises(SignInAgain, match=r"accounts\.texts\.secret"):
        await texts(secret="other", auth_token=TOKEN).publish(reply())


async def test_twilio_tells_of_a_reply_whose_answer_was_lost(texts, service, reply, clock) -> None:
    service.chaos.append(Trouble("write", lost=True))
    network, lost = texts(), reply("Same words as ever.", key="r/7 ä")
    with pytest.raises(OutsideError):
        await network.publish(lost)
    url, body = service.status_call(service.sent[0])
    asked = dict(parse_qsl(urlsplit(url).query))

    told = network.receive(call(body, clock, url, **asked))

    assert (told.items, told.content_type) == ((), "text/xml")
    sid = service.texts.pop().sid
    assert await network.find_sent(lost) == Found(Receipt(sid))


async def test_another_replys_same_words_of_an_hour_ago_are_not_this_one(texts, reply, clock) -> None:
    await texts().publish(reply())
    clock.advance(hours=1)
    lost = reply(key="r2")
    clock.advance(minutes=2)

    assert await texts().find_sent(lost) is NotFound.ABSENT


@pytest.mark.parametrize(
    "body",
    [
        "It's open - till nine...",
        "It’s open – till  nine… ",
        "Sent from your Twilio trial account - It’s open – till nine…",
    ],
)
async def test_a_reply_is_known_though_twilio_put_plainer_letters_in_it(texts, service, reply, clock, body) -> None:
    lost = reply("It’s open – till nine…")
    service.texts.append(Text("SM" + "a" * 32, ANN, "", body, "outbound-api", "sent", clock.now()))

    assert isinstance(await texts().find_sent(lost), Found)


async def test_what_the_author_texted_is_not_taken_for_our_reply(texts, service, reply, clock) -> None:
    lost = reply()
    service.texts.append(Text("SM" + "a" * 32, ANN, ANN, lost.text, "inbound", "received", clock.now()))
    clock.advance(minutes=2)

    assert await texts().find_sent(lost) is NotFound.ABSENT


@pytest.mark.parametrize(
    ("status", "found"),
    [
        ("delivered", True),
        ("read", True),
        ("sent", NotFound.CANNOT_TELL),
        ("queued", NotFound.CANNOT_TELL),
        ("something new", NotFound.CANNOT_TELL),
    ],
)
async def test_what_became_of_a_reply_is_what_its_network_says(texts, service, reply, status, found) -> None:
    service.becomes = status
    receipt = await texts().publish(reply())

    read = await texts().read_back(receipt.native_id)

    assert isinstance(read, Found) if found is True else read is found


@pytest.mark.parametrize(
    ("status", "code", "why"),
    [
        ("undelivered", 30006, "the number is a landline's"),
        ("failed", 30003, "switched off or has no signal"),
        ("failed", 39999, "Twilio gives its error 39999"),
        ("canceled", None, "Twilio does not say why"),
    ],
)
async def test_a_reply_that_never_arrives_says_why_at_once(texts, service, reply, status, code, why) -> None:
    service.becomes = "sent"
    receipt = await texts().publish(reply())
    service.texts[-1].status, service.texts[-1].error_code = status, code

    with pytest.raises(NotDelivered, match=f"^the text could not be delivered: .*{why}"):
        await texts().read_back(receipt.native_id)


@pytest.mark.parametrize("native_id", ["", "../IncomingPhoneNumbers", "SM" + "0" * 32])
async def test_a_reply_that_twilio_does_not_know_cannot_be_told(texts, native_id) -> None:
    assert await texts().read_back(native_id) is NotFound.CANNOT_TELL


# --- check and settings --------------------------------------------------------------------------------------------


async def test_when_all_is_well_check_says_nothing_and_sends_nothing(texts, service) -> None:
    assert list(await texts().check()) == []
    assert not service.sent


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ({"phone_number": "+447700900999"}, "accounts.texts.number: this Twilio account has no such number"),
        ({"capabilities": {"sms": False}}, "accounts.texts.number: it cannot send or take texts"),
        ({"sms_url": ""}, f"accounts.texts.webhook_url: Twilio calls another address: put {HOOK}"),
        ({"sms_method": "GET"}, "accounts.texts.webhook_url: Twilio calls it by GET"),
    ],
)
async def test_a_number_that_would_keep_texts_from_us_is_named_with_the_cure(texts, service, number, says) -> None:
    service.number |= number

    [fault] = await texts().check()

    assert fault.startswith(says)


async def test_a_key_that_is_not_accepted_is_named_with_the_cure(texts) -> None:
    [fault] = await texts(secret="hidden", auth_token=TOKEN).check()

    assert fault.startswith("accounts.texts.secret: Twilio does not accept the credentials.")
    assert "hidden" not in fault


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"private_channel": ""}, "at least 1 character"),
        ({"number": "07700 900600"}, "should match pattern"),
        ({"webhook_url": f"{HOOK}?a=1"}, "without \\? and #"),
        ({"api_key": "SK" + "0" * 32}, "webhook_url needs auth_token"),
        ({"poll_every": 5}, "from 60 to 86400"),
    ],
)
def test_settings_that_cannot_work_are_refused(wrong, said) -> None:
    with pytest.raises(ValueError, match=said):
        TwilioAccount.model_validate({**GIVEN, **MORE, **wrong})


# --- samples -------------------------------------------------------------------------------------------------------


def sample(name):
    path = SAMPLES / name
    if not path.exists():
        pytest.skip(f"{name} is not beside this checkout")
    return json.loads(path.read_text())["body"]


def test_the_call_as_it_is_documented_is_read(heard, clock) -> None:
    form = sample("inbound_sms_form.json")

    [text] = heard().receive(call(urlencode(form).encode(), clock)).items

    assert (text.native_id, text.text, text.author.id) == (form["MessageSid"], form["Body"], form["From"])


def test_the_status_as_it_is_documented_brings_nothing(heard, clock) -> None:
    assert heard().receive(call(urlencode(sample("status_callback_form.json")).encode(), clock)).items == ()


async def test_where_twilio_shows_no_words_nothing_is_called_absent(texts, service, reply, clock) -> None:
    lost = reply()
    await texts().publish(lost)
    service.texts[-1].body = ""
    clock.advance(minutes=2)

    assert await texts().find_sent(lost) is NotFound.CANNOT_TELL


async def test_the_same_words_sent_a_minute_before_as_another_reply_are_not_this_one(texts, service, reply, clock) -> None:
    network = texts()
    lost = reply(key="r2")
    await network.publish(reply(key="r1"))
    clock.advance(minutes=2)

    assert await network.find_sent(lost) is NotFound.ABSENT


async def test_after_a_restart_the_same_words_of_a_minute_before_prove_nothing(texts, service, reply, clock) -> None:
    await texts().publish(reply(key="r1"))
    clock.advance(minutes=1)
    lost = reply(key="r2")
    clock.advance(minutes=2)

    assert await texts().find_sent(lost) is NotFound.CANNOT_TELL
