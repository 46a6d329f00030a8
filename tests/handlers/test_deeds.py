"""What staff are answered when all goes well, and when a form is filled in wrongly."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from bot.card import Answer
from bot.command import Way
from bot.errors import FormProblem
from bot.exchange import Edited
from bot.form import Form
from bot.mention import State
from bot.reply import ReplyState
from bot.store import schema
from tests.handlers.drawn import assert_golden, drawn
from tests.handlers.office import FARAH, MORAG, PRIYA, Office, account


async def test_a_day_reads_as_in_the_golden_file(office: Office) -> None:
    await office.hears("The traffic light at Mill Road is stuck on red")
    await office.hears("Great fireworks!", by="Ann")
    told = [("Priya: claim 1", await office.ask(PRIYA, "claim 1"))]
    told.append(("Farah: claim 1", await office.ask(FARAH, "claim 1")))
    told.append(("Priya: release 1", await office.ask(PRIYA, "release 1")))
    form = await office.ask(PRIYA, "reply 1")
    told.append(("Priya: reply 1", form))
    shown = await office.sends_in(PRIYA, form, {"text": "An engineer is on the way."})
    told.append(("Priya looks it over", shown))
    told.append(("Priya sends it", await office.sends_in(PRIYA, shown)))
    told.append(("Farah: close 1 spam", await office.ask(FARAH, "close 1 spam")))
    told.append(("Priya: undo 1", await office.ask(PRIYA, "undo 1")))
    told.append(("Priya: reply 1", await office.ask(PRIYA, "reply 1")))
    told.append(("Farah: note 2 thanked in person", await office.ask(FARAH, "note 2 thanked in person")))
    told.append(("Farah: close 2 praise", await office.ask(FARAH, "close 2 praise")))
    told.append(("Farah: add caller says bins missed", await office.ask(FARAH, "add caller says bins missed")))
    told.append(("Farah: reply 3 Sorry!", await office.ask(FARAH, "reply 3 Sorry!")))
    told.append(("Farah: done 3", await office.ask(FARAH, "done 3 https://x.example/1")))
    office.clock.advance(minutes=70)
    told.append(("Morag: handover", await office.ask(MORAG, "handover")))
    told.append(("Morag: queue", await office.ask(MORAG, "queue")))
    told.append(("Morag: record 1", await office.ask(MORAG, "record 1")))

    text = "\n\n".join(f"## {what}\n{drawn(answer)}" for what, answer in told)

    assert_golden("answers/a_day.txt", without_hash(text))


def without_hash(text: str) -> str:
    """The record's hashes hold salts, which differ each time."""
    return "\n".join(line.split(", hash ")[0] + ", hash …" if ", hash " in line else line for line in text.split("\n"))


async def test_a_typo_is_asked_about_and_no_verb_is_told_off(office: Office) -> None:
    assert await office.says(PRIYA, "clam 1") == (
        "There is no verb “clam”. Did you mean /claim? To see them all: /mention help"
    )
    assert await office.says(PRIYA, "xyzzy") == "There is no verb “xyzzy”. To see them all: /mention help"


@pytest.mark.parametrize("written", ["1", "#1", "m1", "M-1", "m-1", "M-1."])
async def test_a_mention_is_understood_however_it_is_written(office: Office, written: str) -> None:
    await office.hears("Is my school shut?")

    assert (await office.says(PRIYA, f"claim {written}")).startswith("M-1 is yours.")


async def test_under_a_card_no_number_is_needed(office: Office) -> None:
    await office.hears("Is my school shut?")

    assert (await office.says(PRIYA, "claim", Way.SAID, ref="M-1")).startswith("M-1 is yours.")


async def test_commands_are_spelled_as_the_organisation_calls_them(open_office) -> None:
    office = open_office(commands={"mention": "/post", "claim": "/mine", "reply": "/answer", "handover": "/shift"})
    await office.hears("Is my school shut?")

    told = await office.says(PRIYA, "claim 1")
    listed = await office.says(PRIYA, "help")

    assert told == "M-1 is yours. To answer it: /answer 1. To put it back: /post release 1."
    assert "/mine 142" in listed
    assert "/mention" not in listed


async def test_a_reply_too_long_is_sent_back_with_its_count_and_nothing_is_cut(office: Office) -> None:
    await office.hears("Is my school shut?")
    form = await office.ask(PRIYA, "reply 1")

    with pytest.raises(FormProblem, match="20 too many: it is 300 of 280 characters"):
        await office.sends_in(PRIYA, form, {"text": "x" * 300})

    again = await office.ask(PRIYA, "reply 1")
    assert isinstance(again, Form)
    assert again.fields[0].value == "x" * 300


@pytest.mark.parametrize(
    ("verb", "value", "told"),
    [("reply", "text", "Write something first"), ("close", "why", "Say why M-1"), ("note", "note", "Write the note first")],
)
async def test_an_empty_form_is_asked_for_again(office: Office, verb: str, value: str, told: str) -> None:
    await office.hears("Is my school shut?")
    form = await office.ask(PRIYA, f"{verb} 1", Way.PRESSED)

    with pytest.raises(FormProblem, match=told) as refused:
        await office.sends_in(PRIYA, form, {value: "   "})

    assert refused.value.field == value


async def test_only_the_words_that_were_shown_are_sent(office: Office) -> None:
    await office.hears("Is my school shut?")
    shown = await office.sends_in(PRIYA, await office.ask(PRIYA, "reply 1"), {"text": "It is open."})
    await office.sends_in(PRIYA, await office.ask(PRIYA, "reply 1"), {"text": "It is shut."})

    answer = await office.sends_in(PRIYA, shown)

    assert isinstance(answer, Form)
    assert "It is shut." in drawn(answer)
    assert (await office.now(1)).state is State.NEW


async def another_draft(office: Office) -> None:
    await office.sends_in(PRIYA, await office.ask(PRIYA, "reply 1"), {"text": "It is shut."})


async def other_words(office: Office) -> None:
    await office.desk.take_in([Edited("p1", "Is my library shut?", office.clock.now())], "website")


async def more_words(office: Office) -> None:
    await office.hears("And the pool?", in_reply_to="p1", conversation="p1")


async def another_account(office: Office) -> None:
    known = office.desk.house.accounts
    website = replace(known["website"], speaks_as="Harrowmere Schools")
    office.desk.house = replace(office.desk.house, accounts={**known, "website": website})


async def another_audience(office: Office) -> None:
    await office.database.write(lambda conn: conn.execute(schema.mention.update().values(private=True)))


@pytest.mark.parametrize(
    ("change", "shown_now"),
    [
        (another_draft, "It is shut."),
        (other_words, "Is my library shut?"),
        (more_words, "And the pool?"),
        (another_account, "Harrowmere Schools"),
        (another_audience, "privately to its author"),
    ],
)
async def test_what_changed_since_it_was_shown_is_shown_again_before_it_goes(
    office: Office, change: Callable[[Office], Awaitable[None]], shown_now: str
) -> None:
    await office.hears("Is my school shut?", native_id="p1", conversation="p1")
    shown = await office.ask(PRIYA, "reply 1 It is open.")
    await change(office)

    again = await office.sends_in(PRIYA, shown)

    assert isinstance(again, Form)
    assert drawn(again).split("\n")[1].startswith("Something changed since you looked")
    assert shown_now in drawn(again)
    assert (await office.now(1)).state is State.NEW


async def test_what_is_shown_again_goes_once_it_is_confirmed(office: Office) -> None:
    await office.hears("Is my school shut?")
    shown = await office.ask(PRIYA, "reply 1 It is open.")
    await another_account(office)

    answer = await office.sends_in(PRIYA, await office.sends_in(PRIYA, shown))

    assert isinstance(answer, Answer)
    assert answer.plain.startswith("On its way: it goes out as Harrowmere Schools")


async def test_an_account_answered_by_hand_opens_its_own_page_and_done_records_the_words_that_were_copied(
    office: Office,
) -> None:
    await office.hears("Is it open?", on="x", url="https://x.example/lou/1")

    form = await office.ask(PRIYA, "reply 1 It is open.")
    assert isinstance(form, Form)
    page, done = form.buttons
    answer = await office.ask(PRIYA, f"done 1 {done.argument}", Way.PRESSED)

    assert (page.label, page.url, done.label, form.submit) == ("Open the Page", "https://x.example/lou/1", "Done", "")
    assert isinstance(answer, Answer)
    assert answer.plain == "Recorded: M-1 was answered by hand."
    assert (await office.desk.story("M-1")).replies[-1].text == "It is open."


@pytest.mark.parametrize("typed", ["done 1 https://x.example/us/2", "done 1", "done 1 draft:0123456789abcdef"])
async def test_done_records_no_words_unless_it_is_known_that_they_were_copied(office: Office, typed: str) -> None:
    await office.hears("Is it open?", on="x", url="https://x.example/lou/1")
    await office.ask(PRIYA, "reply 1 It is open.")

    await office.ask(PRIYA, typed)

    replies = (await office.desk.story("M-1")).replies
    assert (await office.now(1)).state is State.REPLIED
    assert [reply.text for reply in replies if reply.state is ReplyState.BY_HAND] == [""]


async def test_done_does_not_record_a_draft_written_after_the_words_were_copied(office: Office) -> None:
    await office.hears("Is it open?", on="x", url="https://x.example/lou/1")
    form = await office.ask(PRIYA, "reply 1 It is open.")
    assert isinstance(form, Form)
    await office.ask(PRIYA, "reply 1 It is shut.")

    await office.ask(PRIYA, f"done 1 {form.buttons[-1].argument}", Way.PRESSED)

    replies = (await office.desk.story("M-1")).replies
    assert [reply.text for reply in replies if reply.state is ReplyState.BY_HAND] == [""]


async def test_opening_a_form_is_seeing_and_being_listed_is_not(office: Office) -> None:
    await office.hears("Is my school shut?")
    await office.hears("And mine?", by="Ann")
    await office.ask(PRIYA, "queue")
    await office.ask(PRIYA, "handover")
    await office.ask(PRIYA, "close 2", Way.PRESSED)

    assert (await office.now(1)).seen_at is None
    assert (await office.now(2)).seen_by == PRIYA.id


async def test_a_handover_may_be_of_one_person(office: Office) -> None:
    await office.hears("Is my school shut?")
    await office.hears("And mine?", by="Ann")
    await office.ask(PRIYA, "claim 1")
    await office.ask(FARAH, "claim 2")

    told = await office.says(MORAG, f"handover @{FARAH.id}")

    assert "Farah Ali: M-2" in told
    assert "M-1" not in told


async def test_a_handover_may_be_of_one_channel(open_office) -> None:
    floods = {"website": account("website"), "form": account("form", channel="floods", private_channel="")}
    office = open_office(accounts=floods)
    await office.hears("Is my school shut?")
    await office.hears("Flooded again", by="Ann", on="form")

    told = await office.says(MORAG, "handover #floods")

    assert "1 open" in told
    assert "Nobody has: M-2" in told


async def test_a_mention_brought_in_by_hand_carries_its_link_and_who_said_it(office: Office) -> None:
    form = await office.ask(PRIYA, "add")

    answer = await office.sends_in(PRIYA, form, {"what": "bins missed <https://x.example/a|x.example/a>", "who": "Mrs Bell"})

    mention = await office.now(1)
    assert isinstance(answer, Answer)
    assert answer.plain == "Added. Its card is on its way to the channel mentions."
    assert (mention.text, mention.url) == ("bins missed https://x.example/a", "https://x.example/a")
    assert mention.author.name == "Mrs Bell"


async def test_when_nothing_is_open_the_list_says_so(office: Office) -> None:
    assert await office.says(PRIYA, "queue") == (
        "Oldest unseen: none. Every open mention has been looked at.\n"
        "Nothing is open. Every mention has been answered or closed."
    )
    assert (await office.says(PRIYA, "next")).endswith("Every mention has been answered or closed.")
