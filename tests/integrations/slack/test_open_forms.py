"""Forms while somebody writes in them, over the stand-in in both modes: what is kept, and what a press brings along."""

import pytest

from bot.card import Answer, Button, Picture
from bot.command import Way
from bot.errors import Busy, FormProblem
from bot.form import Field, Form
from bot.reply import MediaRules

pytestmark = pytest.mark.slow  # each over real sockets; the rest between two writes is a second

WRITE = Form(
    "reply",
    "write",
    "Reply to M-1",
    "Look It Over",
    fields=(
        Field("text", "Your reply", lines=6, keeps=True),
        Field(
            "more", "Also", choices={"track": "Track the promise", "split": "Send as 3 posts"}, several=True, optional=True
        ),
        Field("pictures", "Pictures", files=MediaRules(4, 5_000_000, frozenset({"image/png"}), 1000), optional=True),
    ),
    context={"ref": "M-1"},
)
PREVIEW = Form(
    "reply",
    "look",
    "Reply to M-1",
    "Check Again",
    body=(("This goes out as us",), Picture("https://council.invalid/crest.png", "Crest", ("@council",))),
    fields=(Field("why", "Why it should go", optional=True),),
    buttons=(
        Button("Reply as @council on X", "reply", "M-1", "send:ab12"),
        Button("Change the Words", "reply", "M-1", "write"),
    ),
    context={"ref": "M-1"},
)


def kept(desk):
    return [one for one in desk.asked if one.step == "keep"]


async def written(slack, desk, form=WRITE):
    """Priya has the form open, and it keeps."""
    desk.on("reply", form)
    desk.on("keep", Answer(()))
    priya = slack.user("priya")
    assert (await priya.command("/reply 1", channel="mentions")).view, priya.last.text
    return priya


async def test_what_is_typed_is_kept_with_all_that_stands_in_the_form_and_the_screen_stays(chat, slack, desk):
    priya = await written(slack, desk)
    before = priya.view

    ack = await priya.types("text", "Sorry")
    await slack.until(lambda: kept(desk))

    [asked] = kept(desk)
    assert not ack.failure
    assert (asked.verb, asked.step, asked.way, asked.by.id) == ("reply", "keep", Way.HAPPENED, "U0PRIYA")
    assert asked.values == {"text": "Sorry", "more": "", "pictures": ""}
    assert asked.context == {"ref": "M-1"}
    assert priya.view is before


async def test_the_last_letters_are_kept_when_the_form_is_closed(chat, slack, desk):
    priya = await written(slack, desk)
    for text in ("S", "So", "Sorr", "Sorry"):
        await priya.types("text", text)

    priya.cancel()
    await slack.until(lambda: kept(desk) and kept(desk)[-1].values["text"] == "Sorry")

    assert len(kept(desk)) <= 2


async def test_the_last_letters_are_kept_when_the_bot_stops(chat, slack, desk):
    priya = await written(slack, desk)
    for text in ("S", "Sorry"):
        await priya.types("text", text)

    await chat.stop()

    assert kept(desk)[-1].values["text"] == "Sorry"


async def test_what_was_typed_last_is_kept_before_the_form_that_was_sent_in(chat, slack, desk):
    priya = await written(slack, desk)
    desk.on("write", PREVIEW)
    for text in ("S", "Sorry"):
        await priya.types("text", text)

    await priya.submit({"text": "Sorry."})

    assert [(one.step, one.values["text"]) for one in desk.asked[1:]] == [
        ("keep", "S"),
        ("keep", "Sorry"),
        ("write", "Sorry."),
    ]


async def test_what_could_not_be_kept_is_tried_again(chat, slack, desk):
    priya = await written(slack, desk)
    desk.on("keep", Busy())

    await priya.types("text", "Sorry")
    await slack.until(lambda: kept(desk))
    desk.on("keep", Answer(()))
    await slack.until(lambda: len(kept(desk)) == 2)

    assert kept(desk)[-1].values["text"] == "Sorry"


@pytest.mark.parametrize("wrong", [Busy(), FormProblem("text", "no"), RuntimeError("a bug")])
async def test_whatever_goes_wrong_in_keeping_the_person_goes_on_writing(chat, slack, desk, wrong):
    priya = await written(slack, desk)
    before = priya.view
    desk.on("keep", wrong)

    ack = await priya.types("text", "Sorry")
    await slack.until(lambda: kept(desk))

    assert not ack.failure
    assert priya.view is before
    assert priya.private == []


async def test_a_press_in_a_form_brings_all_that_is_filled_in_and_its_answer_takes_its_place(chat, slack, desk):
    priya = await written(slack, desk, PREVIEW)

    async def sent(command):
        return Answer((("On its way",),)) if "send:ab12" in command.text else PREVIEW

    desk.on("reply", sent)
    priya.view.typed["why"]["value"]["value"] = "It was agreed"
    pressed = await priya.click(priya.view, "Reply as @council on X")

    asked = desk.asked[-1]
    assert (asked.verb, asked.text, asked.step, asked.way) == ("reply", "M-1 send:ab12", "", Way.PRESSED)
    assert asked.values == {"why": "It was agreed"}
    assert asked.context == {"ref": "M-1"}
    assert "On its way" in pressed.view.text


async def test_a_form_whose_picture_slack_cannot_fetch_opens_without_it(chat, slack, desk):
    priya = await written(slack, desk, PREVIEW)

    assert not [one for block in priya.view.blocks for one in block.get("elements", ()) if one["type"] == "image"]
    assert "@council" in priya.view.text


async def test_ticks_and_files_come_with_the_form(chat, slack, desk):
    priya = await written(slack, desk)
    picture = priya.uploads("bins.png", b"\x89PNG...")

    seen = await priya.submit({"text": "Sorry", "Also": ["Track the promise"], "Pictures": [picture]})

    assert not seen.errors
    assert desk.asked[-1].values == {"text": "Sorry", "more": "track", "pictures": picture}


async def test_slack_itself_refuses_files_of_another_kind(chat, slack, desk):
    priya = await written(slack, desk)

    seen = await priya.submit({"text": "Sorry", "pictures": [priya.uploads("notes.pdf", b"%PDF")]})

    assert seen.errors == {"pictures": "Only these kinds of file: png."}


async def test_what_is_typed_in_another_workspace_is_not_kept(chat, slack, desk):
    priya = await written(slack, desk)
    slack.workspace.team_id = "T0ANOTHER"

    ack = await priya.types("text", "Sorry")
    await chat.stop()

    assert not ack.failure
    assert kept(desk) == []
