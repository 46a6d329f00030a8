"""A colleague looks at a reply before it goes: what they are shown, what one press does, and what it never does."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.card import Answer, Button, Notice
from bot.command import Role, Staff, Way
from bot.engine.approvals import ApprovalWatch
from bot.errors import FormProblem
from bot.form import Form
from bot.mention import Action, State
from bot.reply import ReplyState
from bot.replying.findings import Check, Rules, Says
from bot.replying.policy import Approval, ApprovalTable
from tests.handlers.office import DEV, FARAH, MORAG, PRIYA, TAM, Office, account

pytestmark = pytest.mark.slow
TRAINEE = replace(PRIYA, roles=frozenset({Role.TRAINEE}))
APPROVER = replace(FARAH, roles=frozenset({Role.APPROVER}))
APPROVAL = Approval((ApprovalTable(),), graduate_after=1)


@pytest.fixture
async def here(open_office: Callable[..., Office]) -> Office:
    """An office where trainees’ replies are approved by Farah; a mention that Priya, a trainee, sends a reply to."""
    office = open_office(approval=APPROVAL, approvers=(FARAH.id,), officers=(DEV.id,))
    for person in (PRIYA, FARAH, MORAG, DEV):
        await office.desk.meet(person)
    await office.hears("Is my school shut?", native_id="p1", conversation="p1")
    await office.replies(TRAINEE, 1, "It is open on Monday.")
    return office


async def press(office: Office, who: Staff, button: Button, **more: object) -> Answer | Form:
    """Somebody presses a button."""
    return await office.ask(who, f"{button.verb} {button.ref} {button.argument}".strip(), Way.PRESSED, **more)


async def looks(office: Office, who: Staff = APPROVER) -> Answer:
    """Somebody looks at the reply that waits."""
    answer = await office.ask(who, "approve 1")
    assert isinstance(answer, Answer)
    return answer


def labelled(answer: Answer | Form | Notice, begins: str) -> Button:
    """The button whose label begins so."""
    return next(button for button in answer.buttons if button.label.startswith(begins))


async def state(office: Office) -> str:
    """Where the reply stands; of what was taken back, the draft it became."""
    (one,) = [one for one in (await office.desk.story("M-1")).replies if one.state is not ReplyState.WITHDRAWN]
    return one.state


async def test_a_trainees_press_asks_and_publishes_nothing(here: Office) -> None:
    assert await state(here) == "waiting"
    assert (await here.now(1)).state is State.CLAIMED


async def test_one_press_on_what_the_approver_was_told_lets_it_go_as_the_account_it_names(here: Office) -> None:
    await here.shows_cards()
    request = next(one for one in here.chat.said if isinstance(one, Notice) and "asks you to look" in one.plain)
    button = labelled(request, "Approve as Harrowmere web chat")

    answer = await press(here, APPROVER, button)

    assert "Is my school shut?" in request.plain
    assert "It is open on Monday." in request.plain
    assert isinstance(answer, Answer)
    assert answer.plain.startswith("Approved: Priya Shah’s reply goes out as Harrowmere web chat in 10 seconds.")
    assert [one.label for one in answer.buttons] == ["Undo"]
    assert answer.replaces
    assert await state(here) == "held"


async def test_typed_or_pressed_without_having_seen_it_shows_it_first(here: Office) -> None:
    answer = await looks(here)

    assert answer.plain.startswith("Priya Shah’s reply waits for Farah Ali’s approval. Nothing is public yet.")
    assert [one.label for one in answer.buttons] == ["Approve as Harrowmere web chat", "Change", "Send Back"]
    assert await state(here) == "waiting"


async def test_whoever_does_not_approve_may_look_and_the_writer_may_take_it_back(here: Office) -> None:
    colleague, writer = await looks(here, DEV), await looks(here, TRAINEE)

    assert colleague.buttons == ()
    assert [one.label for one in writer.buttons] == ["Take It Back"]


@pytest.mark.parametrize("who", [TRAINEE, replace(PRIYA, roles=frozenset({Role.LEAD, Role.APPROVER}))])
async def test_nobody_approves_or_sends_back_their_own(here: Office, who: Staff) -> None:
    mark = labelled(await looks(here), "Approve").argument

    told = [await here.says(who, f"approve 1 {mark}", Way.PRESSED), await here.says(who, "send_back 1 hm")]

    assert all("so somebody else looks at it" in one for one in told)
    assert await state(here) == "waiting"


async def test_a_colleague_without_the_role_is_told_who_can(here: Office) -> None:
    mark = labelled(await looks(here), "Approve").argument

    told = await here.says(DEV, f"approve 1 {mark}", Way.PRESSED)

    assert told == "The reply to M-1 waits for a colleague who approves: Farah Ali, Morag Muir."
    assert await state(here) == "waiting"


async def test_whoever_is_on_duty_stands_in_once_they_are_asked(here: Office) -> None:
    mark = labelled(await looks(here), "Approve").argument
    watch = ApprovalWatch(here.desk)
    for _ in range(2):
        here.clock.advance(minutes=15)
        await watch.once()

    answer = await here.says(DEV, f"approve 1 {mark}", Way.PRESSED)

    assert answer.startswith("Approved:")


async def test_an_approver_outside_the_channel_who_was_asked_may_look_at_what_is_public(here: Office) -> None:
    here.chat.members["mentions"] = frozenset({PRIYA.id})

    assert "It is open on Monday." in (await looks(here)).plain
    assert (await here.says(TAM, "approve 1")).startswith("M-1 belongs to the channel")


async def test_of_a_private_message_an_approver_is_told_no_words(open_office: Callable[..., Office]) -> None:
    office = open_office(approval=APPROVAL, approvers=(FARAH.id,))
    await office.hears("My neighbour shouts", private=True)
    await office.replies(TRAINEE, 1, "Please call the night line.")
    await office.shows_cards()

    request = next(one for one in office.chat.said if isinstance(one, Notice) and "asks you to look" in one.plain)

    assert "neighbour" not in request.plain
    assert "night line" not in request.plain
    assert (await office.says(APPROVER, "approve 1")).startswith("M-1 is a private message")


# --- what changed meanwhile --------------------------------------------------------------------------------------


async def test_when_the_author_wrote_again_the_change_is_shown_first_and_nothing_goes(here: Office) -> None:
    button = labelled(await looks(here), "Approve")
    await here.hears("And the pool?", native_id="p2", in_reply_to="p1", conversation="p1")

    again = await press(here, APPROVER, button)
    went = await press(here, APPROVER, labelled(again, "Approve"))

    assert isinstance(again, Answer)
    assert again.plain.startswith("Something changed since that was put before you. Nothing was sent.")
    assert "And the pool?" in again.plain
    assert isinstance(went, Answer)
    assert went.plain.startswith("Approved")


async def test_what_speaks_as_another_account_by_now_is_shown_first(here: Office) -> None:
    button = labelled(await looks(here), "Approve")
    others = {**here.desk.house.accounts, "website": account("website", speaks_as="Harrowmere Council")}
    here.desk.house = replace(here.desk.house, accounts=others)

    again = await press(here, APPROVER, button)

    assert labelled(again, "Approve").label == "Approve as Harrowmere Council"
    assert await state(here) == "waiting"


async def test_a_deleted_mention_is_approved_by_nobody(here: Office) -> None:
    button = labelled(await looks(here), "Approve")
    await here.loses("p1")

    answer = await press(here, APPROVER, button)

    assert isinstance(answer, Answer)
    assert answer.plain.startswith("No reply to M-1 waits for approval now.")


async def test_while_publishing_is_stopped_nothing_is_approved_and_it_goes_on_waiting(here: Office) -> None:
    button = labelled(await looks(here), "Approve")
    await here.ask(MORAG, "stop wrong figures")

    answer = await press(here, APPROVER, button)

    assert isinstance(answer, Answer)
    assert answer.plain == (
        "Publishing is stopped by Morag Muir. The reply to M-1 goes on waiting; approve it when publishing goes on."
    )
    assert await state(here) == "waiting"


async def test_the_second_of_two_who_approve_is_told_who_did(here: Office) -> None:
    button = labelled(await looks(here), "Approve")
    await press(here, APPROVER, button)

    told = await press(here, MORAG, button)

    assert isinstance(told, Answer)
    assert told.plain == "Farah Ali approved the reply to M-1 already. Its card shows where it is."


# --- changing ----------------------------------------------------------------------------------------------------


async def changes(office: Office, **values: str) -> Form:
    """Farah opens the form, changes something, and looks it over."""
    form = await press(office, APPROVER, labelled(await looks(office), "Change"))
    looked = await office.sends_in(APPROVER, form, values)
    assert isinstance(looked, Form)
    return looked


async def confirms(office: Office, form: Form, **values: str) -> Answer | Form:
    """Farah presses the button that names the account."""
    return await press(office, APPROVER, labelled(form, "Approve"), values=values, context=form.context)


async def test_an_approver_changes_the_words_and_the_writer_sees_what_and_why(here: Office) -> None:
    values = {"text": "It is open on Tuesday.", "why": "Monday is a holiday"}
    looked = await changes(here, **values)

    await confirms(here, looked, **values)
    await here.shows_cards()

    told = [one.plain for one in here.chat.said if isinstance(one, Notice) and "with a change" in one.plain]
    assert labelled(looked, "Approve").label == "Approve as Harrowmere web chat"
    assert len(told) == 1
    assert "“Monday.” is now “Tuesday.”" in told[0]
    assert "Monday is a holiday" in told[0]
    reply = (await here.desk.story("M-1")).replies[0]
    assert (reply.text, reply.written, reply.by, reply.approved_by) == (
        "It is open on Tuesday.",
        "It is open on Monday.",
        PRIYA.id,
        FARAH.id,
    )


async def test_words_that_changed_since_they_were_looked_over_are_shown_once_more(here: Office) -> None:
    looked = await changes(here, text="It is open on Tuesday.")

    again = await confirms(here, looked, text="It is shut.")

    assert isinstance(again, Form)
    assert "Something changed since you looked it over." in "".join(str(piece) for piece in again.body)
    assert await state(here) == "waiting"


async def test_what_is_found_in_changed_words_needs_a_reason_too(here: Office) -> None:
    rules = Rules(says={Check.BLOCKED_WORDS: Says.BLOCK}, blocked_words=("rubbish",))
    here.desk.house = replace(here.desk.house, rules=rules)
    looked = await changes(here, text="What rubbish.")

    again = await confirms(here, looked, text="What rubbish.")
    went = await confirms(here, looked, text="What rubbish.", why="a quotation")

    assert isinstance(again, Form)
    assert isinstance(went, Answer)


async def test_what_does_not_fit_goes_back_to_its_field(here: Office) -> None:
    with pytest.raises(FormProblem, match="20 too many"):
        await changes(here, text="x" * 300)


# --- sending back, taking back -----------------------------------------------------------------------------------


async def test_sending_back_asks_for_a_word_and_tells_only_the_writer(here: Office) -> None:
    form = await press(here, APPROVER, labelled(await looks(here), "Send Back"))
    answer = await here.sends_in(APPROVER, form, {"why": "Say which school, please."})
    await here.shows_cards()

    notices = [one.plain for one in here.chat.said if isinstance(one, Notice)]
    assert isinstance(answer, Answer)
    assert answer.plain.startswith("Sent back to Priya Shah, with your word on it.")
    assert [one for one in notices if "Say which school" in one] == [
        "Farah Ali has a word on your reply to M-1 before it goes:\n> Say which school, please.\n"
        "Your words are kept as a draft. Change what you like, and send it in again."
    ]
    assert await state(here) == "draft"


async def test_typed_without_a_word_it_is_not_sent_back(here: Office) -> None:
    told = await here.says(APPROVER, "send_back 1")

    assert told.startswith("Say what should change, so that they know")
    assert await state(here) == "waiting"


async def test_its_writer_takes_it_back_and_goes_on_writing(here: Office) -> None:
    answer = await press(here, TRAINEE, labelled(await looks(here, TRAINEE), "Take It Back"))
    form = await here.ask(TRAINEE, "reply 1")

    assert isinstance(answer, Answer)
    assert answer.plain == "Taken back: your reply to M-1 is a draft again. Nothing was published."
    assert isinstance(form, Form)
    assert form.fields[0].value == "It is open on Monday."


async def test_an_old_button_does_nothing_to_what_was_sent_in_anew(here: Office) -> None:
    old = labelled(await looks(here), "Send Back")
    await here.ask(TRAINEE, "recall 1")
    here.clock.advance(minutes=1)
    await here.replies(TRAINEE, 1, "It is open.")

    told = await press(here, APPROVER, old)

    assert isinstance(told, Answer)
    assert told.plain.startswith("That is about an earlier reply to M-1.")
    assert await state(here) == "waiting"


# --- lists, trust ------------------------------------------------------------------------------------------------


async def test_what_waits_is_listed_by_number_and_without_words(here: Office) -> None:
    here.clock.advance(minutes=5)

    answer = await here.ask(DEV, "approvals")

    assert isinstance(answer, Answer)
    assert answer.plain == "M-1 · Priya Shah’s reply waits for Farah Ali’s approval · 5 m"
    assert [one.label for one in answer.buttons] == ["Look at M-1"]


async def test_where_nothing_waits_the_list_says_so(office: Office) -> None:
    assert await office.says(PRIYA, "approvals") == "No reply waits for approval."


async def test_the_card_says_for_whom_it_waits_and_the_handover_lists_it(here: Office) -> None:
    await here.shows_cards()

    card = next(one for one in reversed(here.chat.said) if not isinstance(one, Notice))

    assert "waits for Farah Ali’s approval" in "".join(str(part) for part in card.status)
    assert "Awaiting approval: M-1 by Priya Shah" in await here.says(DEV, "handover")


async def test_after_trust_was_earned_the_next_reply_needs_no_approval_until_a_lead_takes_it_back(here: Office) -> None:
    await here.says(MORAG, "topic 1 schools")
    await press(here, APPROVER, labelled(await looks(here), "Approve"))
    await here.system("M-1", Action.SENT)
    for number, post in ((2, "And the pool?"), (3, "And the hall?")):
        await here.hears(post, by=f"Ann {number}")
        await here.says(MORAG, f"topic {number} schools")
    alone = await here.replies(TRAINEE, 2, "It is open too.")

    shown = await here.says(APPROVER, f"trust <@{PRIYA.id}>")
    refused = await here.says(DEV, f"trust <@{PRIYA.id}> take schools new rules")
    without = await here.says(MORAG, f"trust <@{PRIYA.id}> take schools")
    taken = await here.says(MORAG, f"trust <@{PRIYA.id}> take schools new rules")
    asked = await here.replies(TRAINEE, 3, "It is open too.")

    assert isinstance(alone, Answer)
    assert isinstance(asked, Answer)
    assert alone.plain.startswith("On its way")
    assert shown == "Priya Shah’s replies\n“schools”: needs no approval"
    assert refused.startswith("Team leads say whose replies need no approval.")
    assert without.startswith("Say why, kindly")
    assert taken.startswith("Taken back; they are told, with your reason.")
    assert asked.plain.startswith("Waiting for Farah Ali to approve.")


async def test_a_lead_gives_trust_on_a_topic_and_nobody_on_their_own(here: Office) -> None:
    given = await here.says(MORAG, f"trust <@{PRIYA.id}> give bins.missed")
    again = await here.says(MORAG, f"trust <@{PRIYA.id}> give bins")
    own = await here.says(MORAG, f"trust <@{MORAG.id}> give bins")
    whose = await here.says(MORAG, "trust bins")
    which = await here.says(MORAG, f"trust <@{PRIYA.id}> give")

    assert given == "Given; they are told.\nPriya Shah’s replies\n“bins”: needs no approval"
    assert again.startswith("That is so already.")
    assert own.startswith("Nobody says that of themselves")
    assert whose.startswith("Say whose:")
    assert which.startswith("Say on which topic")


async def test_approval_is_not_in_help_where_nobody_set_it_up(office: Office) -> None:
    told = await office.says(PRIYA, "help more")

    assert "approvals" not in told
    assert "trust" not in told


async def test_an_approver_whose_account_was_closed_is_not_waited_for(here: Office) -> None:
    here.chat.closed.add(FARAH.id)

    await ApprovalWatch(here.desk).once()

    story = await here.desk.story("M-1")
    assert story.asked == (FARAH.id, MORAG.id)


async def test_the_clock_looks_again_after_a_while_and_asks_nobody_twice(here: Office) -> None:
    watch = ApprovalWatch(here.desk)
    here.clock.advance(timedelta(minutes=15))

    assert [await watch.once(), await watch.once()] == [1, 0]
