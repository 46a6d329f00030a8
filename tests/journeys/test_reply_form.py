"""The reply form as staff meet it: what is typed is never lost, and what goes out is what was shown, as it was shown."""

import pytest

from integrations.sandbox.answering import sends
from integrations.sandbox.slack_person import Person
from tests.town import Town

pytestmark = pytest.mark.slow  # a town each

CHANNEL = "mentions"


def stands(person: Person, name: str) -> str:
    """What stands in a field of the form before somebody."""
    assert person.view
    (element,) = person.view.typed[name].values()
    return str(element.get("value") or "")


async def test_what_was_typed_outlives_a_closed_form_and_a_restart_and_is_sent_by_its_accounts_name(town: Town) -> None:
    priya = town.slack.user("priya")
    await town.writes("Is it open?")
    await town.card("M-1")
    await priya.command("/reply 1", channel=CHANNEL)
    for typed in ("It is", "It is open", "It is open until six."):
        await priya.types("text", typed)
    priya.cancel()
    await town.stop_bot()
    await town.start_bot()

    await priya.command("/reply 1", channel=CHANNEL)
    kept = stands(priya, "text")
    await priya.submit()
    assert priya.view
    buttons = priya.view.buttons
    sent = await sends(priya)
    await town.passes(seconds=11)

    assert kept == "It is open until six."
    assert buttons == ["Reply as Harrowmere web chat", "Change the Words"]
    assert sent.view
    assert sent.view.text.startswith("On its way: it goes out as Harrowmere web chat")
    await town.until(lambda: [post["text"] for post in town.webchat.posts] == ["It is open until six."])
    await town.card("M-1", "answered by Priya Shah")


async def test_words_are_changed_from_the_preview_and_only_the_last_go_out(quiet_town: Town) -> None:
    town, priya = quiet_town, quiet_town.slack.user("priya")
    await town.writes("Is it open?")
    await town.card("M-1")
    await priya.command("/reply 1", channel=CHANNEL)
    await priya.submit({"text": "It is open until seven."})
    assert priya.view

    await priya.click(priya.view, "Change the Words")
    stood = stands(priya, "text")
    await priya.submit({"text": "It is open until six."})
    await sends(priya)
    await town.passes(seconds=11)

    assert stood == "It is open until seven."
    await town.until(lambda: [post["text"] for post in town.webchat.posts] == ["It is open until six."])


async def test_what_blocks_is_justified_in_the_same_form(quiet_town: Town) -> None:
    town, priya = quiet_town, quiet_town.slack.user("priya")
    await town.writes("Is it open?")
    await town.card("M-1")
    await priya.command("/reply 1", channel=CHANNEL)
    await priya.submit({"text": "@lou"})

    refused = await sends(priya)
    before = list(town.webchat.posts)
    assert refused.view
    assert "Say why it should go all the same" in refused.view.text
    assert priya.view
    await sends_with(priya, why="a name is all they asked for")
    await town.passes(seconds=11)

    assert before == []
    await town.until(lambda: [post["text"] for post in town.webchat.posts] == ["@lou"])
    told = (await priya.command("/mention record 1", channel=CHANNEL)).text
    assert "a name is all they asked for" in told


async def sends_with(person: Person, **values: str) -> None:
    """Fill in the form and press its button."""
    for name, text in values.items():
        await person.types(name, text)
    await sends(person)
