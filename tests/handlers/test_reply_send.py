"""The press that lets a reply go: as the account it names, with what was shown, and with a reason where one is needed."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.card import Answer, Weight
from bot.command import Way
from bot.form import Form
from bot.mention import State
from bot.reply import ReplyState
from bot.replying.findings import Check, Rules, Says
from bot.replying.policy import Approval, ApprovalTable
from bot.words.replying import LABEL, send_label
from tests.handlers.drawn import assert_golden, drawn
from tests.handlers.office import DEV, MORAG, PRIYA, Office, account

pytestmark = pytest.mark.slow  # an office each

Opens = Callable[..., Office]
BLOCKS = Rules(says={Check.BLOCKED_WORDS: Says.BLOCK}, blocked_words=("gobbledegook",))
WARNS = Rules(says={Check.BLOCKED_WORDS: Says.WARN}, blocked_words=("gobbledegook",))
PROMISES = Rules(says={Check.PROMISE: Says.WARN})
EVERYONE = Approval(tables=(ApprovalTable(everyone=True),))
GOBBLEDEGOOK = "That is gobbledegook."


async def looked(office: Office, text: str) -> Form:
    """The preview of words by Priya for M-1."""
    form = await office.sends_in(PRIYA, await office.ask(PRIYA, "reply 1"), {"text": text})
    assert isinstance(form, Form), form
    return form


async def reply_event(office: Office, action: str = "reply") -> dict[str, object]:
    """What the record has of the reply."""
    return dict(next(one for one in await office.desk.events("M-1") if one["action"] == action))


# --- as whom ------------------------------------------------------------------------------------------------------


def test_a_button_that_sends_never_lacks_the_account_however_long_its_name() -> None:
    long = account("website", speaks_as="Harrowmere Council " + "and all its many committees " * 5 + "on Mastodon")

    labels = [send_label(long, private=private, asks=asks) for private in (True, False) for asks in (True, False)]

    for label in labels:
        assert len(label) <= LABEL
        assert label.endswith("on Mastodon")
        assert " as Harrowmere Council" in label


async def test_the_button_that_sends_names_the_account_and_stands_out(office: Office) -> None:
    await office.hears("Is my school shut?")

    shown = await looked(office, "It is open.")

    assert (shown.submit, shown.fields) == ("", ())
    assert [one.label for one in shown.buttons] == ["Reply as Harrowmere web chat", "Change the Words"]
    assert shown.buttons[0].weight is Weight.PRIMARY


async def test_a_press_on_one_accounts_name_never_sends_as_another(office: Office) -> None:
    await office.hears("Is my school shut?")
    shown = await looked(office, "It is open.")
    known = office.desk.house.accounts
    schools = replace(known["website"], speaks_as="Harrowmere Schools")
    office.desk.house = replace(office.desk.house, accounts={**known, "website": schools})

    again = await office.sends_in(PRIYA, shown)

    assert isinstance(again, Form)
    assert (await office.now(1)).state is State.NEW
    assert again.buttons[0].label == "Reply as Harrowmere Schools"
    assert "Something changed since you looked (the account it speaks as). Look again:" in drawn(again)


async def test_the_marks_of_one_mention_send_nothing_for_another(office: Office) -> None:
    await office.hears("Is my school shut?")
    await office.hears("And mine?", by="Ann")
    shown = await looked(office, "It is open.")
    await office.ask(PRIYA, "reply 2 It is open.")

    await office.ask(PRIYA, f"reply M-2 {shown.buttons[0].argument}", Way.PRESSED, context={"ref": "M-2"})

    assert (await office.now(2)).state is State.NEW


@pytest.mark.parametrize("argument", ["send:", "send:" + ".".join(["0" * 16] * 6), "send:.....", "send:\x00"])
async def test_marks_that_nobody_was_shown_send_nothing(office: Office, argument: str) -> None:
    await office.hears("Is my school shut?")
    await looked(office, "It is open.")

    again = await office.ask(PRIYA, f"reply M-1 {argument}", Way.PRESSED)

    assert isinstance(again, Form)
    assert (await office.now(1)).state is State.NEW


# --- what was found -----------------------------------------------------------------------------------------------


async def test_what_is_warned_of_is_said_beside_the_words_and_one_press_sends(open_office: Opens) -> None:
    office = open_office(rules=WARNS)
    await office.hears("Is my school shut?")

    shown = await looked(office, GOBBLEDEGOOK)
    answer = await office.sends_in(PRIYA, shown)

    assert "Look at this: " in drawn(shown)
    assert isinstance(answer, Answer)
    assert answer.plain.startswith("On its way")
    assert "overrode" not in (await reply_event(office))["changes"]  # type: ignore[operator]


async def test_what_blocks_goes_only_with_a_reason_and_both_are_recorded(open_office: Opens) -> None:
    office = open_office(rules=BLOCKS)
    await office.hears("Is my school shut?")
    shown = await looked(office, GOBBLEDEGOOK)

    again = await office.sends_in(PRIYA, shown, {"why": "  "})
    before = (await office.now(1)).state
    await office.sends_in(PRIYA, again, {"why": "they asked what it means"})

    assert [one.name for one in shown.fields] == ["why"]
    assert shown.submit == "Check Again"
    assert "Say why it should go all the same (blocked words), then send it again." in drawn(again)
    assert before is State.NEW
    event = await reply_event(office)
    assert event["note"] == "they asked what it means"
    assert event["changes"]["overrode"] == "blocked_words"  # type: ignore[index]


async def test_checking_again_keeps_the_reason_and_sends_nothing(open_office: Opens) -> None:
    office = open_office(rules=BLOCKS)
    await office.hears("Is my school shut?")
    shown = await looked(office, GOBBLEDEGOOK)

    given = {"values": {"why": "they asked"}, "context": shown.context}
    again = await office.ask(PRIYA, "reply", Way.SENT_IN, step=shown.step, **given)

    assert isinstance(again, Form)
    assert again.fields[0].value == "they asked"
    assert (await office.now(1)).state is State.NEW


async def test_a_promise_is_tracked_when_its_writer_says_so(open_office: Opens) -> None:
    office = open_office(rules=PROMISES)
    await office.hears("When are the bins emptied?")
    shown = await looked(office, "We will empty them by Friday.")
    (offer,) = [one for one in shown.fields if one.name == "promise"]
    (due,) = offer.choices

    await office.sends_in(PRIYA, shown, {"promise": due})

    live = (await office.desk.story("M-1")).live_reply
    assert live
    assert live.promise_by
    assert live.promise_by.isoformat() == due
    assert offer.choices[due].startswith("Keep track of this promise: Friday 20 November")


@pytest.mark.parametrize("ticked", ["", "2030-01-01T00:00:00+00:00", "rubbish"])
async def test_a_promise_is_not_tracked_by_itself_nor_by_a_date_nobody_offered(open_office: Opens, ticked: str) -> None:
    office = open_office(rules=PROMISES)
    await office.hears("When are the bins emptied?")

    await office.sends_in(PRIYA, await looked(office, "We will empty them by Friday."), {"promise": ticked})

    live = (await office.desk.story("M-1")).live_reply
    assert live
    assert live.promise_by is None


# --- approval, stop -----------------------------------------------------------------------------------------------


async def test_what_needs_approval_is_put_before_somebody_and_can_be_taken_back(open_office: Opens) -> None:
    office = open_office(approval=EVERYONE, approvers=(MORAG.id, DEV.id))
    for person in (MORAG, DEV):
        await office.desk.meet(person)
    await office.hears("Is my school shut?")
    shown = await looked(office, "It is open.")

    answer = await office.sends_in(PRIYA, shown)

    story = await office.desk.story("M-1")
    waits = story.waiting_reply
    assert shown.buttons[0].label == "Ask to Send as Harrowmere web chat"
    assert isinstance(answer, Answer)
    assert answer.plain.startswith("Waiting for Morag Muir or Dev Rao to approve. Nothing is public yet")
    assert waits
    assert (story.mention.state, waits.state) == (State.CLAIMED, ReplyState.WAITING)
    assert [(one.label, one.argument) for one in answer.buttons] == [("Take It Back", waits.id[:8])]


async def test_a_second_reply_while_one_waits_is_refused_with_whose_waits(open_office: Opens) -> None:
    office = open_office(approval=EVERYONE, approvers=(MORAG.id,))
    await office.hears("Is my school shut?")
    await office.sends_in(PRIYA, await looked(office, "It is open."))

    mine = await office.ask(PRIYA, "reply 1 Another thing.")
    theirs = await office.ask(MORAG, "reply 1 Another thing.")

    assert drawn(mine).startswith("Your reply to M-1 waits for ")
    assert "recall 1" in drawn(mine)
    assert "[Take It Back]" in drawn(mine)
    assert "Priya Shah’s reply to M-1 waits for " in drawn(theirs)
    assert "approve 1" in drawn(theirs)
    assert "Take It Back" not in drawn(theirs)


async def test_a_press_that_was_to_ask_never_sends(open_office: Opens) -> None:
    office = open_office(approval=EVERYONE, approvers=(MORAG.id,))
    await office.hears("Is my school shut?")
    shown = await looked(office, "It is open.")
    office.desk.house = replace(office.desk.house, approval=Approval())

    again = await office.sends_in(PRIYA, shown)

    assert isinstance(again, Form)
    assert again.buttons[0].label == "Reply as Harrowmere web chat"
    assert (await office.now(1)).state is State.NEW


async def test_nothing_is_sent_while_publishing_is_stopped_and_the_draft_is_kept(office: Office) -> None:
    await office.hears("Is my school shut?")
    shown = await looked(office, "It is open.")
    await office.ask(MORAG, "stop wrong figures")

    answer = await office.sends_in(PRIYA, shown)

    assert "Publishing is stopped by Morag Muir. Your draft is kept" in drawn(answer)
    assert (await office.desk.story("M-1")).draft_by(PRIYA.id)


async def test_a_cap_is_said_before_the_press(open_office: Opens) -> None:
    office = open_office(accounts={"website": account("website", per_hour=30)})
    await office.hears("Is my school shut?")

    assert "At most 30 replies an hour leave as Harrowmere web chat" in drawn(await looked(office, "It is open."))


# --- signed -------------------------------------------------------------------------------------------------------


async def test_a_reply_is_signed_where_the_account_signs_and_shown_so(open_office: Opens) -> None:
    office = open_office(accounts={"website": account("website", signs=True)})
    await office.hears("Is my school shut?")

    shown = await looked(office, "It is open.")
    await office.sends_in(PRIYA, shown)

    live = (await office.desk.story("M-1")).live_reply
    assert "> It is open. ^PS" in drawn(shown)
    assert live
    assert (live.text, live.public_text) == ("It is open.", "It is open. ^PS")


async def test_a_careful_reply_reads_as_in_the_golden_file(open_office: Opens) -> None:
    rules = replace(BLOCKS, says={**BLOCKS.says, Check.PROMISE: Says.WARN})
    signing = account("website", signs=True, languages=("cy", "en"), per_hour=30)
    office = open_office(rules=rules, approval=EVERYONE, approvers=(MORAG.id,), accounts={"website": signing})
    await office.desk.meet(MORAG)
    await office.hears("When is my bin emptied?", native_id="p1", conversation="p1")
    told = [("Priya: reply 1", form := await office.ask(PRIYA, "reply 1"))]
    words = {"text": "Erbyn dydd Gwener.", "second": "By Friday, no gobbledegook."}
    told.append(("Priya looks it over", shown := await office.sends_in(PRIYA, form, words)))
    told.append(("without a reason", again := await office.sends_in(PRIYA, shown)))
    await office.hears("Both of them", in_reply_to="p1", conversation="p1")
    told.append(("its author writes again", again := await office.sends_in(PRIYA, again, {"why": "it is a quotation"})))
    told.append(("with a reason", await office.sends_in(PRIYA, again, {"why": "it is a quotation"})))

    text = "\n\n".join(f"## {what}\n{drawn(answer)}" for what, answer in told)

    assert_golden("answers/a_careful_reply.txt", text)
