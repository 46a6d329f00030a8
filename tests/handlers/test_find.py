"""``find``: what staff are shown of what was said, answered and noted, and what they are not."""

import pytest

from bot.card import Answer, Strong
from bot.chat import Manner
from bot.command import Way
from bot.errors import FormProblem
from bot.form import Form
from bot.store.proof.verify import verify
from handlers.find import PAGE
from tests.handlers.drawn import assert_golden, drawn
from tests.handlers.office import FARAH, MORAG, PRIYA, TAM, Office


async def furnished(office: Office) -> None:
    """A few mentions, one answered, one private."""
    for person in (PRIYA, FARAH, MORAG):
        await office.desk.meet(person)
    await office.hears("The bins on Mill Road were not emptied")
    await office.hears("Is Mill Lane still FLOODED?", by="Ann")
    await office.hears("The mill owes me money", by="Cat", private=True)
    await office.hears("My bins were not emptied either, on Castle Street", by="Dan")
    await office.ask(PRIYA, "note 1 told waste services about the lorry")
    await office.ask(FARAH, "claim 2")
    await office.replies(FARAH, 2, "Highways have pumps there. It opens at six.")
    office.clock.advance(minutes=4)
    await office.system("M-2", "sent")


async def test_finding_reads_as_in_the_golden_file(office: Office) -> None:
    await furnished(office)
    lines = (
        "mill",
        "pump opening",
        "lorries",
        "mill castle",
        "castle",
        "state:open by:me",
        "by:farah",
        "like 1",
        "colour:red",
    )
    reasoned = "author:ann because they ask what we hold about them"

    told = [(f"find {line}", await office.ask(PRIYA, f"find {line}")) for line in (*lines, reasoned, "author:ann")]
    told += [("find", await office.ask(PRIYA, "find")), ("find, said", await office.ask(PRIYA, "find", Way.SAID))]

    assert_golden("answers/finding.txt", "\n\n".join(f"## {how}\n{drawn(answer)}" for how, answer in told))
    assert (await office.database.read(verify)).line.startswith("ok: ")


@pytest.mark.slow
async def test_a_page_is_full_whatever_lies_between_that_the_person_may_not_read(office: Office) -> None:
    await office.floods(4)
    await office.floods(40, private=True)
    await office.floods(PAGE)

    first = await office.ask(FARAH, "find road")
    (more,) = [button for button in first.buttons if button.label == "Show Older Ones"]
    second = await office.ask(FARAH, f"{more.verb} {more.argument}", Way.PRESSED)

    assert isinstance(first, Answer)
    assert isinstance(second, Answer)
    assert len(first.body) == PAGE
    assert [line.partition(" ")[0] for line in second.plain.splitlines()] == ["M-4", "M-3", "M-2", "M-1"]
    assert not [button for button in second.buttons if button.label == "Show Older Ones"]
    assert (await office.says(TAM, "find road")) == (await office.says(TAM, "find castle"))


@pytest.mark.slow
async def test_nothing_is_said_not_to_be_there_for_all_that_others_may_read(office: Office) -> None:
    await office.floods(1)
    await office.floods(600, private=True)

    assert "M-1" in await office.says(FARAH, "find road")


@pytest.mark.slow
async def test_after_a_burst_find_says_what_it_cannot_know_yet(office: Office) -> None:
    await office.floods(1_100)

    first, second = [await office.says(PRIYA, "find castle") for _ in range(2)]

    assert "100 of the newest changes are still being read" in first
    assert "still being read" not in second


async def test_looking_for_a_member_of_the_public_is_on_the_record_without_their_name(office: Office) -> None:
    await office.hears("Hullo", by="Lou Tranter")

    told = await office.says(PRIYA, "find author:tranter because they asked for it")
    refused = await office.says(PRIYA, "find author:tranter")

    (event,) = await office.desk.events("find")
    assert "M-1" in told
    assert "on the record" in told
    assert "needs a reason" in refused
    assert (event["actor"], event["note"], event["changes"]) == (PRIYA.id, "they asked for it", {"shown": "M-1"})
    assert "ranter" not in str(event)


async def test_the_form_finds_as_the_same_words_typed_do(office: Office) -> None:
    await furnished(office)
    form = await office.ask(PRIYA, "find")

    by_form = await office.sends_in(PRIYA, form, {"words": "mill", "state": "replied", "by": "Farah Ali"})

    assert isinstance(by_form, Answer)
    assert by_form.plain == await office.says(PRIYA, 'find mill state:replied by:"Farah Ali"')
    assert "M-2" in by_form.plain


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"from": "someday"}, "from"),
        ({"author": "Ann"}, "because"),
        ({}, "words"),
        ({"words": "colour:red"}, "words"),
        ({"account": "nowhere"}, "account"),
    ],
)
async def test_the_form_says_at_which_box_something_is_amiss(office: Office, values: dict[str, str], field: str) -> None:
    form = await office.ask(PRIYA, "find")
    assert isinstance(form, Form)

    with pytest.raises(FormProblem) as problem:
        await office.sends_in(PRIYA, form, values)

    assert problem.value.field == field


async def test_what_came_in_a_moment_ago_is_found_with_its_words_strong(office: Office) -> None:
    await office.hears("A heron at the weir")

    told = await office.ask(PRIYA, "find herons")

    assert isinstance(told, Answer)
    assert [part.text for part in told.body[0] if isinstance(part, Strong)] == ["M-1", "heron"]


async def test_where_all_is_typed_find_says_what_to_type(office: Office) -> None:
    office.chat.manner = Manner(commands={"mention": "@tolbooth"})

    told = await office.ask(PRIYA, "find")

    assert isinstance(told, Answer)
    assert "@tolbooth find mill road bins" in told.plain
    assert "account:" in told.plain
