"""What people are told of a reply that waits: what was found in it, what it lacks, whom it waits for, what ends it."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.card import Answer, Code, Notice
from bot.form import Form
from bot.mention import Action, State
from bot.reply import ReplyState
from bot.replying.findings import Check, Rules, Says
from bot.replying.policy import Approval, ApprovalTable
from bot.triage import Rule
from bot.words import approvals as words
from tests.handlers.office import DEV, FARAH, MORAG, PRIYA, TAM, Office, account
from tests.handlers.test_approve import APPROVAL, APPROVER, TRAINEE, labelled, looks, press

pytestmark = pytest.mark.slow
BOTH = {"website": account("website", languages=("cy", "en"))}
PROMISES = Rules(says={Check.PROMISE: Says.WARN})


async def opened(open_office: Callable[..., Office], **rules: object) -> Office:
    """An office where trainees’ replies are approved by Farah; a mention that Priya, a trainee, can answer."""
    given: dict[str, object] = {"approval": APPROVAL, "approvers": (FARAH.id,), "officers": (DEV.id,), **rules}
    office = open_office(**given)
    for person in (PRIYA, FARAH, MORAG, DEV):
        await office.desk.meet(person)
    await office.hears("Is my school shut?", native_id="p1", conversation="p1")
    return office


@pytest.fixture
async def here(open_office: Callable[..., Office]) -> Office:
    """The same, where Priya’s reply waits."""
    office = await opened(open_office)
    await office.replies(TRAINEE, 1, "It is open on Monday.")
    return office


async def sends_in(office: Office, written: Mapping[str, str], then: Mapping[str, str]) -> None:
    """Priya fills in the form, looks it over, fills in what the look over asks for, and sends it in."""
    looked = await office.sends_in(TRAINEE, await office.ask(TRAINEE, "reply 1"), dict(written))
    await office.sends_in(TRAINEE, looked, dict(then))


async def change(office: Office, **values: str) -> Answer | Form:
    """Farah changes the words, looks them over and lets them go."""
    form = await press(office, APPROVER, labelled(await looks(office), "Change"))
    looked = await office.sends_in(APPROVER, form, values)
    return await press(office, APPROVER, labelled(looked, "Approve"), values=values, context=form.context)


# --- what an approver changes ------------------------------------------------------------------------------------


async def test_the_other_language_that_an_approver_adds_goes_too_and_nothing_is_owed(
    open_office: Callable[..., Office],
) -> None:
    office = await opened(open_office, accounts=BOTH)
    await sends_in(office, {"text": "Agor", "second": "", "one_language": "yes"}, {"why": "flood"})

    went = await change(office, text="Agor", second="Open", why="")

    assert isinstance(went, Answer)
    reply = (await office.desk.story("M-1")).replies[0]
    assert "Open" in "".join(post.text for post in reply.posts)
    assert not reply.one_language


async def test_a_promise_that_an_approver_takes_out_is_not_tracked(open_office: Callable[..., Office]) -> None:
    office = await opened(open_office, rules=PROMISES)
    looked = await office.sends_in(TRAINEE, await office.ask(TRAINEE, "reply 1"), {"text": "We will mend it by Friday."})
    assert isinstance(looked, Form)
    due = next(iter(next(one for one in looked.fields if one.name == "promise").choices))
    await office.sends_in(TRAINEE, looked, {"promise": due})
    tracked = (await office.desk.story("M-1")).replies[0].promise_by

    await change(office, text="Sorry about that.", why="")

    assert tracked is not None
    assert (await office.desk.story("M-1")).replies[0].promise_by is None


async def test_the_words_of_an_approver_who_comes_too_late_are_given_back(here: Office) -> None:
    form = await press(here, APPROVER, labelled(await looks(here), "Change"))
    await here.ask(TRAINEE, "recall 1")

    told = await here.sends_in(APPROVER, form, {"text": "It is open, and warm."})

    assert isinstance(told, Answer)
    assert told.plain.startswith("No reply to M-1 waits for approval now.")
    assert Code("It is open, and warm.") in told.body


# --- what an approver is shown -----------------------------------------------------------------------------------


async def test_an_approver_is_shown_what_was_found_in_the_words(open_office: Callable[..., Office]) -> None:
    office = await opened(open_office, rules=Rules(says={Check.PERSONAL_DATA: Says.WARN}))
    await office.replies(TRAINEE, 1, "Ring Bev on 07700 900123.")
    await office.shows_cards()

    request = next(one for one in office.chat.said if isinstance(one, Notice) and "asks you to look" in one.plain)
    shown = await looks(office)

    assert "Look at this: “07700 900123”" in request.plain
    assert "Look at this: “07700 900123”" in shown.plain


async def test_what_there_is_a_reason_for_asks_its_approver_for_none(open_office: Callable[..., Office]) -> None:
    office = await opened(open_office, rules=Rules(says={Check.BLOCKED_WORDS: Says.BLOCK}, blocked_words=("rubbish",)))
    await sends_in(office, {"text": "What rubbish."}, {"why": "a quotation"})

    shown = await looks(office)
    went = await press(office, APPROVER, labelled(shown, "Approve"))

    assert "Sent in past: blocked words. The reason: a quotation" in shown.plain
    assert "Look at this: “rubbish”" in shown.plain
    assert "Needs a reason" not in shown.plain
    assert isinstance(went, Answer)
    assert went.plain.startswith("Approved:")


async def test_what_is_owed_in_two_languages_by_now_does_not_go_in_one(open_office: Callable[..., Office]) -> None:
    office = await opened(open_office)
    await office.replies(TRAINEE, 1, "It is open on Monday.")
    before = labelled(await looks(office), "Approve")
    office.desk.house = replace(office.desk.house, accounts={**office.desk.house.accounts, **BOTH})

    told = await press(office, APPROVER, before)
    again = await looks(office)

    assert isinstance(told, Answer)
    assert "It cannot go as it is: Write it in English too" in told.plain
    assert [one.label for one in again.buttons] == ["Change", "Send Back"]
    assert (await office.desk.story("M-1")).replies[0].state is ReplyState.WAITING


async def test_what_needs_a_reason_by_now_goes_only_with_one(here: Office) -> None:
    pressed = labelled(await looks(here), "Approve")
    here.desk.house = replace(
        here.desk.house, rules=Rules(says={Check.BLOCKED_WORDS: Says.BLOCK}, blocked_words=("monday",))
    )

    told = await press(here, APPROVER, pressed)

    assert isinstance(told, Answer)
    assert "It can only go with a reason (blocked words), and there is none yet." in told.plain
    assert (await here.desk.story("M-1")).replies[0].state is ReplyState.WAITING


# --- trust -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("stopped", "then"), [(True, "Waiting for Farah Ali to approve."), (False, "On its way")])
async def test_what_an_approver_stopped_again_earns_no_trust(here: Office, stopped: bool, then: str) -> None:
    await here.ask(MORAG, "topic 1 schools")
    await press(here, APPROVER, labelled(await looks(here), "Approve"))
    if stopped:
        await here.ask(APPROVER, "undo 1")
    else:
        await here.system("M-1", Action.SENT)
    await here.hears("And the pool?", by="Ann")
    await here.ask(MORAG, "topic 2 schools")

    asked = await here.replies(TRAINEE, 2, "It is open too.")

    assert isinstance(asked, Answer)
    assert asked.plain.startswith(then)


async def test_a_priority_raised_while_a_reply_is_held_asks_for_the_approval_that_it_needs_now(
    open_office: Callable[..., Office],
) -> None:
    urgent = Approval((ApprovalTable(everyone=True, priorities=("P0",)),))
    office = await opened(open_office, approval=urgent)
    await office.replies(PRIYA, 1, "It is open on Monday.")

    await office.ask(MORAG, "priority 1 P0 a gas leak")
    await office.shows_cards()

    states = {one.state for one in (await office.desk.story("M-1")).replies}
    told = [one.plain for one in office.chat.said if isinstance(one, Notice) and "stopped before it left" in one.plain]
    assert states == {ReplyState.WITHDRAWN, ReplyState.DRAFT}
    assert told
    assert "its priority was raised, and at that one somebody approves a reply before it goes" in told[0]


async def test_so_does_what_the_author_adds_when_the_word_list_raises_it(open_office: Callable[..., Office]) -> None:
    urgent = Approval((ApprovalTable(everyone=True, priorities=("P0",)),))
    office = await opened(open_office, approval=urgent, triage=(Rule("danger", "P0", "danger", re.compile("gas"), None),))
    await office.replies(PRIYA, 1, "It is open on Monday.")

    await office.hears("I smell gas there", native_id="p2", in_reply_to="p1", conversation="p1")

    story = await office.desk.story("M-1")
    assert (story.mention.priority, story.mention.state) == ("P0", State.CLAIMED)
    assert story.live_reply is None


async def test_what_an_approver_let_go_is_not_stopped_by_a_higher_priority(open_office: Callable[..., Office]) -> None:
    both = Approval((ApprovalTable(), ApprovalTable(everyone=True, priorities=("P0",))))
    office = await opened(open_office, approval=both)
    await office.replies(TRAINEE, 1, "It is open on Monday.")
    await press(office, APPROVER, labelled(await looks(office), "Approve"))

    await office.ask(MORAG, "priority 1 P0 a gas leak")

    assert (await office.desk.story("M-1")).live_reply is not None


async def test_how_somebody_stands_is_for_them_and_for_those_who_look_at_their_replies(here: Office) -> None:
    said = {who.id: await here.says(who, f"trust <@{PRIYA.id}>") for who in (TRAINEE, APPROVER, MORAG, DEV, TAM)}

    shown = {who for who, text in said.items() if text.startswith("Priya Shah’s replies")}
    assert shown == {PRIYA.id, FARAH.id, MORAG.id}
    assert said[DEV.id].startswith("How somebody’s replies stand is shown to them")
    assert (await here.says(TRAINEE, "trust")).startswith("Priya Shah’s replies")


async def test_nobody_is_said_of_one_who_does_not_exist(here: Office) -> None:
    told = await here.says(MORAG, "trust <@U0NOBODY>")

    assert told.startswith("U0NOBODY is no full member of staff here.")


async def test_trust_is_given_in_either_order_and_never_on_half_of_what_was_said(here: Office) -> None:
    cut = await here.says(MORAG, f"trust <@{PRIYA.id}> give bin collections")
    given = await here.says(MORAG, f"trust give <@{PRIYA.id}> bins")

    assert cut.startswith("A topic is one word, such as bins or bins.missed, and “bin collections” is none.")
    assert given.startswith("Given; they are told.")


# --- where it stands ---------------------------------------------------------------------------------------------


async def test_why_the_queue_and_home_say_what_a_reply_waits_for(here: Office) -> None:
    said = "Priya Shah’s reply waits for Farah Ali’s approval"
    home = await here.ask(APPROVER, "home")

    assert f"{said} since" in await here.says(DEV, "why 1")
    assert said in await here.says(DEV, "queue")
    assert said in await here.says(TRAINEE, "home")
    assert isinstance(home, Answer)
    assert "Waits for your approval: M-1" in home.plain
    assert "Look at M-1" in [one.label for one in home.buttons]
    assert "Waits for your approval" not in await here.says(TRAINEE, "home")


async def test_the_record_says_in_words_what_became_of_it_and_past_what_it_went(
    open_office: Callable[..., Office],
) -> None:
    office = await opened(open_office, rules=Rules(says={Check.BLOCKED_WORDS: Says.BLOCK}, blocked_words=("rubbish",)))
    await sends_in(office, {"text": "What rubbish."}, {"why": "a quotation"})
    await office.ask(APPROVER, "send_back 1 shorter please")
    await sends_in(office, {"text": "Rubbish."}, {"why": "a quotation"})
    await office.ask(TRAINEE, "recall 1")
    await sends_in(office, {"text": "Rubbish!"}, {"why": "a quotation"})
    await change(office, text="It is open.", why="plainer")

    told = await office.says(MORAG, "record 1")

    assert "Priya Shah sent in a reply to be approved past blocked words: a quotation" in told
    assert "Farah Ali sent the reply back: shorter please" in told
    assert "Priya Shah took the reply back before it was approved" in told
    assert "Farah Ali approved the reply with a change: plainer" in told


# --- next steps --------------------------------------------------------------------------------------------------


async def test_nothing_is_recorded_as_answered_by_hand_while_a_reply_waits(here: Office) -> None:
    own, others = await here.says(TRAINEE, "done 1"), await here.says(DEV, "done 1")

    assert own.endswith("so nothing is public yet. To take it back first: /mention recall 1")
    assert "Priya Shah takes it back first, or whoever approves sends it back: /mention send_back 1" in others
    assert (await here.desk.story("M-1")).waiting_reply is not None


async def test_done_where_replies_go_from_here_says_that_nothing_was_sent(open_office: Callable[..., Office]) -> None:
    office = await opened(open_office)

    told = await office.says(DEV, "done 1")

    assert told.startswith("Recorded: M-1 was answered by hand.\nTolbooth itself sent nothing to the public.")


@pytest.mark.parametrize("said", ["release 1", "close 1 spam", "snooze 1 tomorrow highways will know"])
async def test_whoever_ends_the_waiting_is_told_so(here: Office, said: str) -> None:
    told = await here.says(MORAG, said)

    assert told.endswith(
        "Priya Shah’s reply to it waits for approval no more: nothing of it was published, and the draft is theirs."
    )


@pytest.mark.parametrize(
    ("ends", "how"),
    [
        ("recall 1", "Priya Shah took it back"),
        ("release 1", "M-1 was put back in the queue"),
        ("close 1 spam", "M-1 was closed"),
    ],
)
async def test_those_who_were_asked_hear_that_nobody_need_look_any_more(here: Office, ends: str, how: str) -> None:
    await here.shows_cards()

    await here.ask(TRAINEE, ends)
    await here.shows_cards()

    told = [one for one in here.chat.said if isinstance(one, Notice) and "Nobody need look" in one.plain]
    assert [one.plain for one in told] == [f"Nobody need look at Priya Shah’s reply to M-1 any more: {how}."]
    assert told[0].buttons == ()


async def test_an_offer_says_that_the_reply_goes_on_waiting(here: Office) -> None:
    told = await here.says(TRAINEE, f"give 1 <@{DEV.id}>")

    assert told.endswith("Your reply to it goes on waiting for approval until Dev Rao accepts; then it is a draft again.")


async def test_undo_of_what_waits_names_the_way_to_take_it_back(here: Office) -> None:
    own, others = await here.says(TRAINEE, "undo 1"), await here.says(DEV, "undo 1")

    assert own.endswith("To take it back: /mention recall 1")
    assert others.endswith("whoever approves can send it back: /mention send_back 1 why")


async def test_recall_of_a_colleagues_names_who_can_and_the_other_way(here: Office) -> None:
    told = await here.says(DEV, "recall 1")

    assert told.endswith("Whoever approves can send it back with a word: /mention send_back 1 why")


def test_several_are_asked_and_one_is() -> None:
    waited = timedelta(minutes=15)

    assert words.still_waits("M-1", waited, ["Farah", "Dev"]).endswith("Farah or Dev are asked now.")
    assert words.still_waits("M-1", waited, ["Farah"]).endswith("Farah is asked now.")


async def test_a_trainee_reads_who_looks_at_it_before_a_word_is_written(open_office: Callable[..., Office]) -> None:
    office = await opened(open_office)

    form = await office.ask(TRAINEE, "reply 1")
    alone = await office.ask(DEV, "reply 1")

    assert isinstance(form, Form)
    assert isinstance(alone, Form)
    assert ("Farah Ali looks at it before it goes.",) in form.body
    assert ("Farah Ali looks at it before it goes.",) not in alone.body
