"""A question put to somebody is answered, mended where it must be, and sent in with all that belongs to it."""

from bot.card import Answer, Button, Quote
from bot.command import Command, Way
from bot.errors import FormProblem, NotAllowed
from bot.form import Field, Form
from tests.contracts.chats.bench import ChatBench
from tests.contracts.chats.benches import on
from tests.contracts.chats.cards import posted
from tests.contracts.chats.desk import said

WORDS = Form(
    verb="reply",
    step="preview",
    title="Reply to M-142",
    submit="Preview",
    body=((("Ada Byron asked whether her school is shut."),),),
    fields=(Field("words", "Your reply", lines=4),),
    context={"draft": "7", "ref": "M-142", "odd": 'a=b&c "d" <e> | [[user:1]] ✔'},
)
SEVERAL = Form(
    verb="close",
    step="why",
    title="Close M-142",
    submit="Close It",
    fields=(
        Field("reason", "Reason", choices={"r-answered": "Answered elsewhere", "r-spam": "Spam"}),
        Field("note", "Anything to add", optional=True),
        Field("again", "Words for next time", lines=3),
    ),
    context={"ref": "M-142"},
)
LOOK = Form(
    verb="reply",
    step="send",
    title="Check it",
    submit="Send It",
    body=((("As @harrowmere on X:"),), Quote("The school is open.")),
    buttons=(Button("Change the Words", "reply", "M-142", "r1"),),
    context={"draft": "7"},
)


@on(always=True)
async def test_a_form_is_sent_in_with_its_values_and_its_context_unchanged(bench: ChatBench) -> None:
    bench.desk.on("reply", WORDS)
    priya = bench.person("priya")

    asked_for = await priya.asks("reply 142")
    answered = await priya.fills_in({"Your reply": "The school is open: <b>come in</b> & [[user:1]]"})

    assert "Your reply" in asked_for
    assert "Ada Byron asked whether her school is shut." in asked_for
    sent = bench.desk.asked[-1]
    assert (sent.verb, sent.step, sent.way, sent.by.id) == ("reply", "preview", Way.SENT_IN, priya.id)
    assert dict(sent.values) == {"words": "The school is open: <b>come in</b> & [[user:1]]"}
    assert dict(sent.context) == dict(WORDS.context)
    assert "did reply" in answered


@on()
async def test_every_question_of_a_form_is_answered_by_its_own_name(bench: ChatBench) -> None:
    bench.desk.on("close", SEVERAL)
    priya = bench.person("priya")
    await priya.asks("close 142")

    await priya.fills_in({"Reason": "Spam", "Anything to add": "", "Words for next time": "claim\nis not what I meant"})

    (_, sent) = bench.desk.asked
    assert (sent.verb, sent.step) == ("close", "why")
    assert dict(sent.values) == {"reason": "r-spam", "note": "", "again": "claim\nis not what I meant"}
    assert dict(sent.context) == {"ref": "M-142"}


@on(always=True)
async def test_what_is_wrong_is_said_and_mended_and_nothing_else_is_asked_again(bench: ChatBench) -> None:
    bench.desk.on("close", SEVERAL)
    bench.desk.on("why", FormProblem("again", "12 characters too long: shorten it."))
    priya = bench.person("priya")
    await priya.asks("close 142")

    told = await priya.fills_in({"Reason": "Spam", "Anything to add": "no", "Words for next time": "Far too long"})
    bench.desk.on("why", said("M-142 is closed."))
    after = await priya.fills_in({"Words for next time": "Short"})

    first, second = [one for one in bench.desk.asked if one.step == "why"]
    assert "12 characters too long: shorten it." in told
    assert dict(first.values) == {"reason": "r-spam", "note": "no", "again": "Far too long"}
    assert dict(second.values) == {"reason": "r-spam", "note": "no", "again": "Short"}
    assert "M-142 is closed." in after


@on()
async def test_one_form_leads_to_the_next_and_each_is_sent_in_once(bench: ChatBench) -> None:
    bench.desk.on("reply", WORDS)
    bench.desk.on("preview", LOOK)
    bench.desk.on("send", said("Going out in 10 seconds.", (Button("Undo", "undo", "M-142", "r1"),)))
    priya = bench.person("priya")
    await priya.asks("reply 142")

    looked = await priya.fills_in({"Your reply": "The school is open."})
    sent = await priya.fills_in({})
    undone = await priya.presses("Undo")

    assert "As @harrowmere on X:" in looked
    assert "The school is open." in looked
    assert "Going out in 10 seconds." in sent
    assert "did undo" in undone
    assert [(one.verb, one.step) for one in bench.desk.asked] == [
        ("reply", ""),
        ("reply", "preview"),
        ("reply", "send"),
        ("undo", ""),
    ]
    assert len({one.key for one in bench.desk.asked}) == 4
    assert dict(bench.desk.asked[2].context) == {"draft": "7"}


@on()
async def test_a_button_in_a_form_runs_its_verb_with_the_forms_context(bench: ChatBench) -> None:
    bench.desk.on("show", LOOK)
    priya = bench.person("priya")
    await priya.asks("show 142")

    await priya.presses("Change the Words")

    pressed = bench.desk.asked[-1]
    assert (pressed.verb, pressed.text, pressed.way) == ("reply", "M-142 r1", Way.PRESSED)
    assert dict(pressed.context) == {"draft": "7"}


@on()
async def test_what_one_person_is_asked_nobody_else_answers(bench: ChatBench) -> None:
    bench.desk.on("show", said("Going out in 10 seconds.", (Button("Undo", "undo", "M-142", "r1"),)))
    card = await posted(bench)
    await bench.person("priya").asks("show", under=card)

    for word in ("undo", "Undo", "send"):
        await bench.person("dev").says(word, under=card)
    await bench.heard()

    assert not [one for one in bench.desk.asked if one.way in (Way.SENT_IN, Way.PRESSED)]


@on()
async def test_what_was_not_done_keeps_the_form_so_that_it_can_be_sent_in_again(bench: ChatBench) -> None:
    bench.desk.on("reply", WORDS)
    bench.desk.on("preview", ZeroDivisionError("oops"))
    priya = bench.person("priya")
    await priya.asks("reply 142")

    told = await priya.fills_in({"Your reply": "The school is open."})
    bench.desk.on("preview", NotAllowed("Dev has M-142. You can help in its thread."))
    refused = await priya.fills_in({"Your reply": "The school is open."})
    bench.desk.on("preview", echoed)
    after = await priya.fills_in({"Your reply": "The school is open."})

    assert "ref " in told
    assert "Dev has M-142. You can help in its thread." in refused
    assert "Kept: The school is open." in after


async def echoed(command: Command) -> Answer:
    """What was sent in, said back."""
    return said(f"Kept: {command.values['words']}")
