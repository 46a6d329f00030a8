"""``saved``: who proposes and who approves, what staff are shown, and words that are over and cannot be sent."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.card import Answer
from bot.command import Role, Staff, Way
from bot.engine.saved import SavedWatch
from bot.errors import FormProblem
from bot.form import Form
from bot.mention import Action, Move, State
from bot.reply import Written
from bot.replying.policy import Approval, ApprovalTable
from bot.store import schema
from bot.store.duty import gone
from bot.store.proof.verify import verify
from bot.store.replying import saved as store
from handlers import VERBS
from tests.bot.council import rows
from tests.bot.engine.fakes import Letterbox
from tests.handlers.drawn import assert_golden, drawn
from tests.handlers.office import DEV, FARAH, MORAG, PRIYA, STAFF, Office

STEVE = Staff("U0STEVE", "Steve Gritter")
SALT = "There are 3,100 tonnes of salt in stock, {name}, and every road on the list is gritted by {day}."
VALUES = {"title": "Salt in stock", "text": SALT, "topic": "roads.gritting"}


@pytest.fixture
def office(open_office: Callable[..., Office], monkeypatch: pytest.MonkeyPatch) -> Office:
    """The office everybody knows, with Steve, who knows about salt."""
    monkeypatch.setitem(STAFF, STEVE.id, STEVE)
    office = open_office()
    office.chat.members["mentions"] |= {STEVE.id}
    return office


async def proposes(office: Office, who: Staff = STEVE, **values: str) -> str:
    """Somebody proposes one; what they are told."""
    answer = await office.sends_in(who, await office.ask(who, "saved new"), {**VALUES, **values})
    assert isinstance(answer, Answer), answer
    return answer.plain


async def approves(office: Office, ref: str = "S-1", who: Staff = MORAG) -> str:
    """Somebody approves what they are shown."""
    shown = await office.ask(who, f"saved {ref}")
    assert isinstance(shown, Answer)
    press = next((one for one in shown.buttons if one.label == "Approve"), None)
    return await office.says(who, f"saved {press.argument}", Way.PRESSED) if press else "no such button"


async def test_a_saved_reply_from_its_proposal_to_its_end_reads_as_in_the_golden_file(office: Office) -> None:
    told = [("Priya: saved", await office.ask(PRIYA, "saved"))]
    form = await office.ask(STEVE, "saved new")
    told.append(("Steve: saved new", form))
    told.append(("Steve sends it in", await office.sends_in(STEVE, form, {**VALUES, "expires": "4h"})))
    told += [(f"Steve: {line}", await office.ask(STEVE, line)) for line in ("saved", "saved S-1")]
    told.append(("Morag: saved S-1", await office.ask(MORAG, "saved S-1")))
    told.append(("Morag approves", await office.ask(MORAG, "saved approve S-1 1", Way.PRESSED)))
    await office.hears("Is there enough salt?")
    told.append(("Priya: reply 1 S-1", await office.ask(PRIYA, "reply 1 S-1")))
    told.append(("Priya looks it over", await office.ask(PRIYA, "reply 1 draft", Way.PRESSED)))
    office.clock.advance(hours=4, minutes=15)
    told.append(("Priya looks it over too late", await office.ask(PRIYA, "reply 1 draft", Way.PRESSED)))
    told += [
        (f"Steve: {line}", await office.ask(STEVE, line)) for line in ("saved renew S-1", "saved edit S-1", "saved salt")
    ]
    told += [
        (f"Priya: {line}", await office.ask(PRIYA, line)) for line in ("saved end S-1 over", "saved give S-1", "saved x")
    ]
    told.append(("Morag: saved end S-1 spring", await office.ask(MORAG, "saved end S-1 spring has come")))
    told.append(("Priya: saved S-1", await office.ask(PRIYA, "saved S-1")))

    assert_golden("answers/a_saved_reply.txt", "\n\n".join(f"## {what}\n{drawn(answer)}" for what, answer in told))
    assert (await office.database.read(verify)).line.startswith("ok:")


def label(form: Answer | Form) -> str:
    """What the button says that lets a reply go."""
    return next((one.label for one in form.buttons if one.argument.startswith("send:")), "")


def text_of(form: Answer | Form) -> str:
    """What stands in the box of words."""
    assert isinstance(form, Form), form
    return next(field.value for field in form.fields if field.name == "text")


async def begun(office: Office, text: str = "", who: Staff = PRIYA) -> Answer | Form:
    """A colleague begins with S-1, fills in what is left to them, and looks it over."""
    form = await office.ask(who, "reply 1 S-1")
    return await office.sends_in(who, form, {"text": text or text_of(form).replace("{day}", "Friday")})


async def asked_and_begun(office: Office) -> None:
    """An approved saved reply, a question that it answers, and a draft begun with it."""
    await proposes(office)
    await approves(office)
    await office.hears("Have you got any salt left?")
    await begun(office)


async def test_words_approved_at_half_past_five_for_four_hours_cannot_be_sent_at_a_quarter_to_ten(office: Office) -> None:
    office.clock.advance(hours=-3, minutes=-30)
    await proposes(office, expires="4h")
    await approves(office)
    await office.hears("Have you got any salt left?")
    office.clock.advance(hours=3)
    in_time = await begun(office)
    office.clock.advance(hours=1, minutes=15)

    pressed = await office.sends_in(PRIYA, in_time)

    said = "S-1 expired 15 minutes ago; Steve Gritter owns it. Ask Steve Gritter to renew it, or write your own."
    assert label(in_time)
    assert isinstance(pressed, Form)
    assert (said in "\n".join(map(str, pressed.body)), label(pressed)) == (True, "")
    assert text_of(pressed).endswith("gritted by Friday.")
    assert said in await office.says(FARAH, "reply 1 S-1")
    assert (await office.now(1)).state is State.NEW

    await office.ask(STEVE, "saved renew S-1")
    again = await office.ask(PRIYA, "reply 1 draft", Way.PRESSED)
    assert isinstance(await office.sends_in(PRIYA, again), Answer)
    assert (await office.now(1)).state is State.REPLYING


async def held_with_saved_words(office: Office) -> None:
    """Priya's reply waits out its hold; it is S-1, which ends in four hours."""
    await proposes(office, expires="4h")
    await approves(office)
    await office.hears("Have you got any salt left?")
    assert isinstance(await office.sends_in(PRIYA, await begun(office)), Answer)


async def test_words_that_end_while_they_are_held_go_back_to_their_writer_with_the_reason(
    open_office: Callable[..., Office], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(STAFF, STEVE.id, STEVE)
    office = open_office(hold=timedelta(hours=5))
    network = Letterbox()
    office.desk.networks = {"website": network}
    await held_with_saved_words(office)
    office.clock.advance(hours=5, minutes=1)

    await office.shows_cards()

    told = [str(one) for one in office.chat.said if "expired" in str(one)]
    assert network.public == []
    assert "S-1 expired 1 h 1 m ago; Steve Gritter owns it. Ask Steve Gritter to renew it" in told[0]
    assert (await office.now(1)).state is State.CLAIMED
    assert "by Friday" in text_of(await office.ask(PRIYA, "reply 1"))
    assert (await office.database.read(verify)).line.startswith("ok:")


@pytest.mark.slow
async def test_an_approver_cannot_let_go_words_that_ended_while_they_waited(open_office: Callable[..., Office]) -> None:
    everyone = Approval((ApprovalTable(everyone=True),))
    office = open_office(approval=everyone)
    await proposes(office, who=FARAH, expires="4h")
    await approves(office)
    await office.hears("Have you got any salt left?")
    assert isinstance(await office.sends_in(PRIYA, await begun(office)), Answer)
    waiting = await office.ask(MORAG, "approve 1")
    office.clock.advance(hours=4, minutes=15)

    pressed = next(one for one in waiting.buttons if one.verb == "approve" and "change" not in one.argument)
    refused = await office.says(MORAG, f"approve {pressed.ref} {pressed.argument}", Way.PRESSED)

    assert "S-1 expired 15 minutes ago" in refused
    assert (await office.now(1)).state is State.CLAIMED
    assert (await office.desk.story("M-1")).waiting_reply is not None


@pytest.mark.slow
async def test_words_that_were_rewritten_are_their_writers_own_and_go_all_the_same(office: Office) -> None:
    await proposes(office, expires="4h")
    await approves(office)
    await office.hears("Have you got any salt left?")
    office.clock.advance(hours=3)
    await begun(office)
    office.clock.advance(hours=2)

    own = await office.ask(PRIYA, "reply 1 We do, and more is on its way from the depot tonight.")
    form = await office.ask(PRIYA, "reply 1")
    anew = await office.sends_in(PRIYA, form, {"text": "Yes: a lorry came in this morning, so nobody need worry."})

    assert label(own)
    assert isinstance(await office.sends_in(PRIYA, anew), Answer)
    rows = await office.database.read(lambda conn: conn.execute(schema.reply.select()).mappings().all())
    assert [row["drawn_from"] for row in rows] == [""]


@pytest.mark.slow
async def test_what_was_written_already_stands_below_and_a_change_of_a_few_words_keeps_the_mark(office: Office) -> None:
    await proposes(office)
    await approves(office)
    await office.hears("Have you got any salt left?", by="Lou")
    await office.ask(PRIYA, "reply 1 We have looked into it.")

    form = await office.ask(PRIYA, "reply 1 S-1")
    edited = text_of(form).replace("{day}", "Friday").replace("every road", "each road")
    looked = await office.sends_in(PRIYA, form, {"text": edited})
    await office.sends_in(PRIYA, looked)

    assert text_of(form).startswith("There are 3,100 tonnes of salt in stock, Lou,")
    assert text_of(form).endswith("{day}.\n\nWe have looked into it.")
    assert (await office.desk.story("M-1")).replies[-1].drawn_from == "S-1@1"


@pytest.mark.slow
async def test_changed_words_are_offered_and_old_ones_may_still_go(office: Office) -> None:
    await asked_and_begun(office)
    form = await office.ask(STEVE, "saved edit S-1")
    await office.sends_in(STEVE, form, {**VALUES, "text": "We have all the salt we need, {name}."})
    being_changed = await office.says(PRIYA, "reply 1 draft", Way.PRESSED)
    refused = await office.says(FARAH, "reply 1 S-1")

    await office.says(MORAG, "saved approve S-1 3", Way.PRESSED)
    looked = await office.ask(PRIYA, "reply 1 draft", Way.PRESSED)

    assert "S-1 is being changed: the new words wait for approval. You have the earlier ones." in being_changed
    assert "S-1 is not approved now, so it cannot be sent." in refused
    assert "S-1 has newer words than these. To begin with them: /reply 1 S-1" in "\n".join(map(str, looked.body))
    assert label(looked)


@pytest.mark.slow
async def test_words_past_their_review_may_go_and_taken_back_approval_stops_them(office: Office) -> None:
    await asked_and_begun(office)
    office.clock.advance(days=181)
    late = await office.ask(PRIYA, "reply 1 draft", Way.PRESSED)
    taken_back = await office.says(MORAG, "saved withdraw S-1 the stock was counted again")
    stopped = await office.ask(PRIYA, "reply 1 draft", Way.PRESSED)

    assert "S-1 was due for a look" in "\n".join(map(str, late.body))
    assert label(late)
    assert "nothing that begins with it is sent" in taken_back
    assert label(stopped) == ""


@pytest.mark.slow
async def test_words_whose_approval_was_taken_back_stay_barred_whatever_is_changed_after(office: Office) -> None:
    await asked_and_begun(office)

    await office.says(MORAG, "saved withdraw S-1 the stock was counted again")
    await office.sends_in(STEVE, await office.ask(STEVE, "saved edit S-1"), {**VALUES, "text": "Salt is short."})
    changed = await office.ask(PRIYA, "reply 1 draft", Way.PRESSED)
    await approves(office)
    later = await office.ask(PRIYA, "reply 1 draft", Way.PRESSED)

    assert (label(changed), label(later)) == ("", "")
    assert isinstance(later, Form)
    assert "its newer ones are" in "\n".join(map(str, later.body))


@pytest.mark.slow
async def test_the_words_before_a_change_that_waits_can_be_taken_back(office: Office) -> None:
    await asked_and_begun(office)
    await office.sends_in(STEVE, await office.ask(STEVE, "saved edit S-1"), {**VALUES, "text": "Salt is short."})
    before = label(await office.ask(PRIYA, "reply 1 draft", Way.PRESSED))

    await office.says(MORAG, "saved withdraw S-1 it is wrong")

    assert before
    assert label(await office.ask(PRIYA, "reply 1 draft", Way.PRESSED)) == ""
    assert "is not approved now" in await office.says(MORAG, "saved withdraw S-1 again")
    assert (await office.database.read(verify)).line.startswith("ok:")


@pytest.mark.slow
async def test_nobody_approves_their_own_words_where_somebody_else_could(open_office: Callable[..., Office]) -> None:
    ann = Staff("U0ANN", "Ann Approver", frozenset({Role.APPROVER}))
    office = open_office(approvers=(ann.id,))
    told = await proposes(office, who=MORAG)
    own = await office.says(MORAG, "saved approve S-1 1", Way.PRESSED)
    by_priya = await office.says(PRIYA, "saved approve S-1 1", Way.PRESSED)

    assert "S-1 is proposed. It can be used once" in told
    assert "You wrote S-1, so somebody else looks at it" in own
    assert "Approvers and team leads say which words everybody may use" in by_priya
    assert "Approved. S-1 can be used." in await approves(office, who=ann)
    assert "is approved already" in await office.says(ann, "saved approve S-1 2", Way.PRESSED)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("leads", "who", "said"),
    [
        ((), PRIYA, "Nobody is named here who approves, so it can be used at once."),
        ((MORAG.id,), MORAG, "You are the only one here who approves, so it can be used at once."),
        ((MORAG.id,), PRIYA, "It can be used once"),
    ],
)
async def test_words_are_saved_at_once_only_where_nobody_else_could_look(
    open_office: Callable[..., Office], leads: tuple[str, ...], who: Staff, said: str
) -> None:
    office = open_office(leads=leads)

    assert said in await proposes(office, who=who)


WRONG: Mapping[str, tuple[str, str]] = {
    "no title": ("title", " "),
    "no words": ("text", ""),
    "a topic of a sentence": ("topic", "the bins, mostly"),
    "a review that is past": ("review", "2020-01-01"),
    "a review nobody can read": ("review", "soon"),
    "an end that is past": ("expires", "2020-01-01"),
    "an end with more behind it": ("expires", "4h or so"),
    "an owner who is not here": ("owner", "U0NOBODY"),
}


@pytest.mark.slow
@pytest.mark.parametrize("what", WRONG)
async def test_what_cannot_be_used_is_said_at_its_field(office: Office, what: str) -> None:
    field, value = WRONG[what]

    with pytest.raises(FormProblem) as refused:
        await proposes(office, **{field: value})

    assert refused.value.field == field
    assert await office.database.read(store.in_use) == []


@pytest.mark.slow
async def test_a_title_is_given_once(office: Office) -> None:
    await proposes(office)

    with pytest.raises(FormProblem, match="S-1 is called that already"):
        await proposes(office, title="salt in STOCK")


@pytest.mark.slow
async def test_an_answer_that_was_sent_is_saved_with_its_topic(office: Office) -> None:
    await office.hears("Have you got any salt left?")
    await office.replies(PRIYA, 1, "We have 3,100 tonnes.")
    nothing_yet = await office.says(FARAH, "saved from 1")
    await office.system("M-1", Action.SENT, native_id="r1")

    form = await office.ask(FARAH, "saved from 1")
    await office.sends_in(FARAH, form, {"title": "Salt", "text": text_of(form)})

    assert "Nothing was answered to M-1 yet" in nothing_yet
    found = await office.database.read(store.find, 1)
    assert (found.text, found.owner, found.begun_from) == (
        "We have 3,100 tonnes.",
        FARAH.id,
        (await office.desk.story("M-1")).replies[0].id,
    )


@pytest.mark.slow
async def test_an_answer_that_was_used_again_three_times_is_put_to_those_who_approve(office: Office) -> None:
    await office.hears("Have you got any salt left?")
    await office.replies(PRIYA, 1, "We have 3,100 tonnes.")
    await office.system("M-1", Action.SENT, native_id="r1")
    first = (await office.desk.story("M-1")).replies[0].id
    for number in (2, 3, 4):
        await office.hears("Salt?", by=f"Ann{number}")
        written = Written("We have 3,100 tonnes.", drawn_from=first)
        await office.desk.make(Move(f"M-{number}", Action.REPLY, PRIYA.id, text=written.text, written=written))
        await office.system(f"M-{number}", Action.SENT, native_id=f"r{number}")

    listed = await office.ask(MORAG, "saved")

    assert isinstance(listed, Answer)
    assert "Used 3 times: We have 3,100 tonnes. (M-1). Save it?" in listed.plain
    assert "Used 3 times" not in await office.says(PRIYA, "saved")
    form = await office.ask(MORAG, f"saved {listed.buttons[0].argument}", Way.PRESSED)
    await office.sends_in(MORAG, form, {"title": "Salt", "text": text_of(form)})
    assert "Used 3 times" not in await office.says(MORAG, "saved")


@pytest.mark.slow
async def test_owners_are_asked_once_before_a_review_and_an_end_and_leads_where_there_is_none(office: Office) -> None:
    await proposes(office, expires="4h")
    await approves(office)
    watch = SavedWatch(office.desk)
    asked = [await watch.once()]
    for hours in (2, 1, 1):
        office.clock.advance(hours=hours, minutes=1)
        asked.append(await watch.once())
    await office.shows_cards()
    told = [str(one) for one in office.chat.said if "S-1" in str(one) and "If it still holds" in str(one)]
    await office.ask(STEVE, "saved give S-1 <@U0PRIYA>")
    await office.database.write(gone.mark, PRIYA.id, office.clock.now(), is_wanted=True)
    office.chat.closed.add(PRIYA.id)

    left = [await watch.once(), await watch.once()]

    assert (asked, len(told)) == ([0, 0, 1, 0], 1)
    assert left == [2, 0]  # about its end once more, as nobody asked its new owner; and that she has left
    assert "has expired" in await office.says(MORAG, "saved")
    assert "Renewed." in await office.says(MORAG, "saved renew S-1")
    assert (await office.database.read(store.find, 1)).owner == MORAG.id


@pytest.mark.slow
async def test_words_that_expired_are_not_saved_again_without_a_new_end(office: Office) -> None:
    await proposes(office, expires="4h")
    await approves(office)
    office.clock.advance(hours=30)
    form = await office.ask(STEVE, "saved edit S-1")
    assert isinstance(form, Form)
    as_it_is = {one.name: one.value for one in form.fields}

    with pytest.raises(FormProblem, match="That is past"):
        await office.sends_in(STEVE, form, as_it_is)
    assert "Say only until when" in await office.says(STEVE, "saved renew S-1 2h extra words")
    await office.sends_in(STEVE, form, {**as_it_is, "expires": "2h"})

    assert "can be sent until 18 November 2026 at 17:00." in await office.says(STEVE, "saved renew S-1")


@pytest.mark.slow
async def test_leads_hear_of_every_saved_reply_that_lost_its_owner_as_soon_as_a_lead_is_here(office: Office) -> None:
    await proposes(office)
    watch, now = SavedWatch(office.desk), office.clock.now()
    office.desk.house = replace(office.desk.house, leads=(MORAG.id,), approvers=())
    for one in (STEVE, MORAG, FARAH, PRIYA):
        await office.desk.meet(one)
    for one in (STEVE, MORAG):
        await office.database.write(gone.mark, one.id, now, is_wanted=True)
    counted = [await watch.once()]
    office.desk.house = replace(office.desk.house, leads=(MORAG.id, FARAH.id))
    counted += [await watch.once(), await watch.once()]
    await proposes(office, who=PRIYA, title="Grit", text="Grit.")
    await office.database.write(store.give, 2, STEVE.id, PRIYA.id, now=now)
    office.clock.advance(hours=1)
    counted += [await watch.once(), await watch.once()]

    told = [row["target"] for row in await office.database.read(rows, schema.delivery) if ":left:" in row["key"]]

    assert counted == [0, 1, 0, 1, 0]
    assert told == [FARAH.id, FARAH.id]


@pytest.mark.slow
async def test_a_colleague_who_has_left_is_not_waited_for_to_approve(office: Office) -> None:
    for one in (MORAG, DEV):
        await office.desk.meet(one)
    office.desk.house = replace(office.desk.house, leads=(MORAG.id, DEV.id), approvers=())
    waits = await proposes(office, who=MORAG)
    await office.database.write(gone.mark, DEV.id, office.clock.now(), is_wanted=True)

    assert "once Dev" in waits
    assert "Approved." in await approves(office)
    assert "You are the only one here who approves" in await proposes(office, who=MORAG, title="Grit", text="Grit.")


@pytest.mark.slow
async def test_nothing_the_public_wrote_becomes_a_title(office: Office) -> None:
    await office.hears("Hi I am Louise Tranter of 12 Mill Lane, when are my bins emptied?")
    await office.replies(PRIYA, 1, "On Mondays.")
    await office.system("M-1", Action.SENT, native_id="r1")

    assert "Mill Lane" not in drawn(await office.ask(FARAH, "saved from 1"))
    assert "saved from 142" in await office.says(FARAH, "saved from")


@pytest.mark.slow
async def test_whoever_approves_is_shown_how_to_take_that_back(office: Office) -> None:
    await proposes(office)
    await approves(office)

    labels = [[one.label for one in (await office.ask(who, "saved S-1")).buttons] for who in (MORAG, STEVE)]

    assert ["Take Back Approval" in one for one in labels] == [True, False]


def test_saved_is_explained() -> None:
    assert VERBS["saved"].more
    assert len(VERBS["saved"].summary) < 60
