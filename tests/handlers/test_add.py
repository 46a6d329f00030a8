"""Bringing in what was said elsewhere: a link goes to the account whose network has it, and is one mention for ever."""

import pytest

from bot.card import Answer
from bot.clock import SystemClock
from bot.command import Way
from bot.form import Form
from bot.mention import Author
from bot.ports import Incoming
from integrations.by_hand.network import build
from integrations.by_hand.settings import ByHandAccount
from integrations.x import links
from tests.handlers.office import FARAH, PRIYA, Office, account

PIN = "https://www.pinterest.co.uk/pin/4711/?utm_source=share&utm_medium=mail#comments"
NATIVE = "https://pinterest.co.uk/pin/4711"


def pinterest(**more: object):
    given = {"name": "pins", "network": "by_hand", "channel": "mentions", "place": "Pinterest", "handle": "@harrowmere"}
    settings = ByHandAccount.model_validate({**given, "sites": "pinterest.com, pinterest.co.uk", **more})
    return build(settings, http=None, clock=SystemClock())


class Polled:
    """A network that knows its posts by number."""

    def post_at(self, url: str) -> str:
        return links.post_at(url, "https://x.com")


@pytest.fixture
def pins(open_office) -> Office:
    """Harrowmere with an account on a place without an API, beside its others."""
    network = pinterest()
    settings = {"network": "by_hand", "label": "our pins", "speaks_as": network.speaks_as, "by_hand": True}
    ours = account("pins", **settings, page_name="Pinterest", limits=network.limits)
    office = open_office(accounts={"website": account("website"), "x": account("x", network="x"), "pins": ours, **by_hand()})
    office.desk.networks = {"x": Polled(), "pins": network}
    return office


def by_hand() -> dict[str, object]:
    return {"by hand": account("by hand", network="by hand", label="added by staff", by_hand=True)}


async def test_a_link_asks_what_stands_there_and_goes_to_its_own_account(pins: Office) -> None:
    form = await pins.ask(PRIYA, f"add <{PIN}>")
    assert isinstance(form, Form)
    assert [field.name for field in form.fields] == ["what", "who"]

    answer = await pins.sends_in(PRIYA, form, {"what": "Is the fountain on?", "who": "Ann Bell"})

    mention = await pins.now(1)
    assert isinstance(answer, Answer)
    assert answer.plain == "Added. Its card is on its way to the channel mentions."
    assert (mention.account, mention.native_id, mention.url) == ("pins", NATIVE, PIN)
    assert (mention.text, mention.author.name, mention.kind) == ("Is the fountain on?", "Ann Bell", "added")


async def test_a_link_with_words_beside_it_is_added_at_once(pins: Office) -> None:
    await pins.ask(PRIYA, f"add Is the fountain on? {PIN}")

    mention = await pins.now(1)
    assert (mention.text, mention.url) == ("Is the fountain on?", PIN)


async def test_a_link_alone_can_be_added_where_no_form_is_shown(pins: Office) -> None:
    await pins.ask(PRIYA, f"add {PIN}", Way.SAID)

    mention = await pins.now(1)
    assert (mention.text, mention.native_id) == (PIN, NATIVE)


async def test_a_form_that_is_sent_in_empty_still_adds_the_link(pins: Office) -> None:
    await pins.sends_in(PRIYA, await pins.ask(PRIYA, f"add {PIN}"), {})

    assert (await pins.now(1)).author.name == "Somebody"


@pytest.mark.parametrize("again", [PIN, "https://pinterest.co.uk/pin/4711", "http://www.pinterest.co.uk/pin/4711/?fbclid=x"])
async def test_a_link_that_is_known_answers_with_its_mention(pins: Office, again: str) -> None:
    await pins.ask(PRIYA, f"add Is it on? {PIN}")

    said = await pins.says(FARAH, f"add {again}")

    assert said.startswith("That is M-1 already.")


async def test_a_link_to_a_post_that_comes_by_itself_is_the_same_mention(pins: Office) -> None:
    await pins.ask(PRIYA, "add Tip open? https://twitter.com/lou/status/1855?s=20")
    post = Incoming("1855", "Tip open?", Author("7", "Lou"), pins.clock.now())

    taken = await pins.desk.take_in([post], "x")

    assert (await pins.now(1)).account == "x"
    assert (taken.new, taken.known) == (0, 1)
    assert (await pins.says(FARAH, "add https://x.com/lou/status/1855/photo/1")).startswith("That is M-1 already.")


async def test_a_link_that_is_longer_than_any_post_has_is_refused_in_words(pins: Office) -> None:
    assert "Paste the plain address of the post" in await pins.says(PRIYA, f"add https://x.com/a/status/123?{'a' * 4000}")


async def test_a_link_that_no_account_has_is_answered_by_hand_as_before(pins: Office) -> None:
    await pins.ask(PRIYA, "add somebody asks at https://forum.example.org/t/9, please look")

    mention = await pins.now(1)
    assert (mention.account, mention.url) == ("by hand", "https://forum.example.org/t/9")
    assert mention.text == "somebody asks at https://forum.example.org/t/9, please look"


async def test_two_people_who_send_in_the_same_link_make_one_mention(pins: Office) -> None:
    first, second = await pins.ask(PRIYA, f"add {PIN}"), await pins.ask(FARAH, f"add {PIN}")
    await pins.sends_in(PRIYA, first, {"what": "Is it on?"})

    answer = await pins.sends_in(FARAH, second, {"what": "Is the fountain on?"})

    assert isinstance(answer, Answer)
    assert answer.plain.startswith("That is M-1 already.")


async def test_a_reply_there_is_posted_by_a_person_on_the_place_that_is_named(pins: Office) -> None:
    await pins.ask(PRIYA, f"add Is the fountain on? {PIN}")

    form = await pins.ask(PRIYA, "reply 1 It is on till six.")
    assert isinstance(form, Form)
    opens, done = form.buttons
    answer = await pins.ask(PRIYA, f"done 1 {done.argument}", Way.PRESSED)

    assert (opens.label, opens.url, form.submit) == ("Open Pinterest", PIN, "")
    assert "Open Pinterest, check the account" in str(form.body)
    assert isinstance(answer, Answer)
    assert answer.plain == "Recorded: M-1 was answered by hand."
    assert (await pins.desk.story("M-1")).replies[-1].text == "It is on till six."
