"""``rights``: who puts one on a mention, by when it is answered, whose it is, and how it ends."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.card import Answer, Notice, plain
from bot.command import Way
from bot.engine.rights import RightWatch
from bot.errors import FormProblem
from bot.exchange import Incoming
from bot.form import Form
from bot.mention import Author
from bot.rights.kinds import Kind, RightRules, Unit
from bot.store import schema
from bot.store.duty import gone, rights_due
from bot.store.proof.verify import verify
from bot.triage import read_rules
from tests.bot.council import rows
from tests.handlers.office import DEV, FARAH, MORAG, PRIYA, TAM, Office

pytestmark = pytest.mark.slow  # an office for each

OCTOBER = datetime(2026, 10, 5, 8, 2, tzinfo=UTC)
FOI = "Under the freedom of information act, what did the new chairs cost? Trevor Maddox"
DUE = "Freedom of information request: answer by Mon 2 Nov (20 working days)"
Opens = Callable[..., Office]


async def asked(office: Office, text: str = FOI, at: datetime = OCTOBER) -> None:
    """The clock is set to when M-1 was posted; it reaches us three minutes later."""
    office.clock.advance(at - office.clock.now() + timedelta(minutes=3))
    for person in (PRIYA, FARAH, MORAG, DEV):
        await office.desk.meet(person)
    post = Incoming("p1", text, Author("a-trevor", "Trevor Maddox"), at)
    await office.desk.take_in([post], "website")


async def right(office: Office) -> dict[str, object]:
    """The only row."""
    (row,) = await office.database.read(rows, schema.claim_of_right)
    return row


async def told(office: Office, who: str) -> list[str]:
    """What somebody was told in private, in the order it was queued: the stage it was about."""
    held = await office.database.read(rows, schema.delivery, schema.delivery.c.target == who)
    held.sort(key=lambda row: row["created_at"])
    return [str(row["key"]).split(":")[4] for row in held if row["payload"].get("what") == "right_due"]


async def verified(office: Office) -> str:
    return (await office.database.read(verify)).line


async def test_a_person_puts_it_there_and_hears_by_when_it_is_answered(office: Office) -> None:
    await asked(office)

    answer = await office.says(PRIYA, f"rights 1 foi <@{FARAH.id}>")

    row = await right(office)
    assert (row["kind"], row["owner"], row["by"], row["due_on"]) == ("foia_20wd", FARAH.id, PRIYA.id, "2026-11-02")
    assert row["received_at"] == OCTOBER, "by the network's own clock, not ours"
    assert answer.startswith(
        "Freedom of information request on M-1: answer by Mon 2 Nov (20 working days). Farah Ali will hear as its time "
        "passes."
    )
    assert "A reply does not end it. When it is dealt with: /mention rights 1 end answered" in answer
    assert "If it does not give a real name" in answer
    assert "not legal advice" in answer


async def test_both_dates_are_shown_where_the_calendars_disagree(office: Office) -> None:
    await asked(office, at=datetime(2026, 12, 19, 11, 0, tzinfo=UTC))

    answer = await office.says(PRIYA, "rights 1 foi")

    assert "answer by Wed 20 Jan 2027, at the very latest Thu 21 Jan 2027 (20 working days)" in answer
    assert "The calendars disagree about: Mon 4 Jan 2027: 2 January (substitute day), Scotland." in answer


async def test_scotland_has_its_own_words_and_calendar(open_office: Opens) -> None:
    office = open_office(rights=RightRules("scotland"))
    await asked(office)

    answer = await office.says(PRIYA, "rights 1 foi")

    assert (await right(office))["kind"] == "foisa_20wd"
    assert "The name must be evident in the request itself, with an address for correspondence" in answer


async def test_words_only_make_somebody_ask_and_just_a_question_is_not_one(open_office: Opens) -> None:
    office = open_office(triage=read_rules())
    await asked(office)
    post = Incoming("p2", "what time does the registrar shut, dont make me do a freedom of information request",
                    Author("a-beryl", "Beryl"), OCTOBER)  # fmt: skip
    await office.desk.take_in([post], "website")

    first, second = await office.says(PRIYA, "show 1"), await office.says(PRIYA, "show 2")

    assert "Could this be a freedom of information request? If it is: /mention rights 1 foi" in first
    assert "Could this be" not in second
    assert not await office.database.read(rows, schema.claim_of_right)


async def test_a_whole_of_me_request_is_for_information_governance(open_office: Opens) -> None:
    office = open_office(rights=RightRules(owners={"sar": FARAH.id}), triage=read_rules())
    await asked(office, "i want everything the council holds about me, everything you hold about me")

    shown, answer = await office.says(PRIYA, "show 1"), await office.says(PRIYA, "rights 1 sar")

    row = await right(office)
    assert "rights 1 sar" in shown
    assert (row["due_on"], row["owner"]) == ("2026-11-05", FARAH.id)
    assert "This is for information governance" in answer


async def test_a_form_offers_what_there_is_and_a_press_enquiry_needs_its_time(open_office: Opens) -> None:
    office = open_office(triage=read_rules())
    await asked(office)

    form = await office.ask(PRIYA, "rights 1")
    assert isinstance(form, Form)
    assert form.fields[0].value == "foi"
    with pytest.raises(FormProblem, match="Say until when"):
        await office.sends_in(PRIYA, form, {"label": "media", "to": "", "when": "soon"})
    answer = await office.sends_in(PRIYA, form, {"label": "media", "to": "", "when": "2026-10-06 17:00"})

    assert isinstance(answer, Answer)
    assert (await right(office))["due_at"] == datetime(2026, 10, 6, 16, tzinfo=UTC)
    assert "answer by Tue 6 Oct at 17:00" in answer.plain


async def test_it_outlives_a_reply_and_a_close_and_a_press_on_end_asks_how(office: Office) -> None:
    await asked(office)
    await office.ask(PRIYA, "rights 1 foi")

    closed = await office.says(PRIYA, "close 1 passed to the records team")
    form = await office.ask(PRIYA, "rights 1 end foi", Way.PRESSED)
    with pytest.raises(FormProblem, match="Say why"):
        await office.sends_in(PRIYA, form, {"outcome": "not", "why": ""})
    ended = await office.sends_in(PRIYA, form, {"outcome": "not", "why": "only asked how to ask"})

    assert "Freedom of information request: its clock still runs, answer by Mon 2 Nov (20 working days)." in closed
    assert isinstance(ended, Answer)
    assert ended.plain.startswith("Freedom of information request on M-1 is over: not one after all.")
    assert (await right(office))["outcome"] == "not_one"
    record = await office.says(PRIYA, "record 1")
    assert "Priya Shah put a right on it: Freedom of information request, answer by 2026-11-02, Priya Shah" in record
    assert "ended the right Freedom of information request (not one after all): only asked how to ask" in record
    assert (await verified(office)).startswith("ok: ")


async def test_a_right_that_stands_still_is_due_later_by_the_days_that_passed(office: Office) -> None:
    await asked(office)
    await office.ask(PRIYA, "rights 1 sar")

    no_reason = await office.says(PRIYA, "rights 1 pause")
    await office.ask(PRIYA, "rights 1 pause we asked for proof of identity")
    twice = await office.says(PRIYA, "rights 1 pause again")
    office.clock.advance(days=60)
    goes_on = await office.says(PRIYA, "rights 1 resume")

    assert no_reason.startswith("Say why in a few words")
    assert twice == "Subject access request: its clock stands still already."
    assert "goes on: answer by Mon 4 Jan 2027" in goes_on
    assert (await right(office))["paused_days"] == 60
    assert (await verified(office)).startswith("ok: ")


async def test_it_takes_longer_once_where_the_law_lets_it_and_never_where_not(office: Office) -> None:
    await asked(office)
    await office.ask(PRIYA, "rights 1 eir")
    await office.ask(PRIYA, "rights 1 foi")

    several = await office.says(PRIYA, "rights 1 extend much to read")
    longer = await office.says(PRIYA, "rights 1 extend eir much to read")
    again = await office.says(PRIYA, "rights 1 extend eir more still")
    never = await office.says(PRIYA, "rights 1 extend foi much to read")

    assert several.startswith("More than one right is running on M-1. Name it")
    assert (
        longer == "Environmental information request on M-1 has longer: answer by Mon 30 Nov, at the very latest Tue 1 Dec "
        "(40 working days)."
    )
    assert again == "Environmental information request was extended once, which is all there is."
    assert never.startswith("Freedom of information request: there is no set extension.")


async def test_whoever_has_it_or_a_lead_changes_it_and_nobody_else(office: Office) -> None:
    await asked(office)
    await office.ask(PRIYA, "rights 1 foi")

    refused = await office.says(FARAH, "rights 1 end answered")
    outside = await office.says(TAM, "rights 1 foi")
    given = await office.says(MORAG, f"rights 1 give <@{FARAH.id}>")
    again = await office.says(PRIYA, "rights 1 foi")
    unknown = await office.says(PRIYA, "rights 1 wish")

    assert refused == "Whoever owes that for M-1, or Morag Muir, can say so."
    assert "not in it" in outside
    assert given == "Farah Ali has it now: Freedom of information request, M-1. They have been told."
    assert again.startswith("M-1 has that already: Freedom of information request.")
    assert unknown.startswith("There is no such right here.")
    assert (await office.says(FARAH, "rights 1 end answered")).startswith("Freedom of information request on M-1 is over")


async def test_its_owner_hears_at_amber_at_red_and_on_the_day_and_the_leads_when_it_is_late(office: Office) -> None:
    await asked(office)
    await office.ask(PRIYA, "rights 1 foi")
    watch, heard = RightWatch(office.desk), []

    for day in (16, 20, 21, 28, 29, 33, 34):
        office.clock.advance(OCTOBER.replace(day=1) + timedelta(days=day - 1, hours=4) - office.clock.now())
        heard.append((await watch.once(), await watch.once()))

    assert heard == [(0, 0), (1, 0), (0, 0), (1, 0), (0, 0), (1, 0), (1, 0)]
    assert await told(office, PRIYA.id) == ["amber", "red", "today", "late"]
    assert await told(office, MORAG.id) == ["late"]


async def test_nobody_is_woken_for_a_clock_of_days_but_for_one_of_hours(office: Office) -> None:
    await asked(office, "there is a gas leak in the flat", at=datetime(2026, 10, 5, 17, 0, tzinfo=UTC))
    await office.ask(PRIYA, "rights 1 hazard")
    office.clock.advance(hours=13)

    assert await RightWatch(office.desk).once() == 1


async def test_the_handover_the_list_the_card_and_the_show_name_it(office: Office) -> None:
    await asked(office)
    await office.ask(PRIYA, "rights 1 foi")
    office.clock.advance(days=16)

    sheet, listed = await office.says(MORAG, "handover"), await office.says(TAM, "rights")
    card = (await office.ask(PRIYA, "show 1")).card  # type: ignore[union-attr]
    hers, his = await office.says(MORAG, f"handover <@{PRIYA.id}>"), await office.says(MORAG, f"handover <@{DEV.id}>")

    home, about = await office.says(PRIYA, "home"), await office.says(PRIYA, "rights 1")
    assert f"{DUE}, yours" in home
    assert "Counted from when it was posted: 5 Oct at 09:02.\nIt reached us 5 Oct at 09:05" in about
    line = f"M-1 · {DUE}, Priya Shah · amber, half of its time is gone"
    assert "Rights with a clock: 1 open" in sheet
    assert line in sheet
    assert listed == line
    assert card
    assert f"{DUE}, Priya Shah · " in plain(card.status)
    assert line in hers
    assert "Rights with a clock" not in his


async def test_a_leavers_rights_are_anothers_with_one_owner_each(office: Office) -> None:
    await asked(office)
    await office.ask(PRIYA, "rights 1 foi")
    now, house = office.clock.now(), office.desk.house

    before = await office.database.read(rights_due.owned_by, PRIYA.id)
    moved = await office.database.write(rights_due.hand_on, PRIYA.id, lambda _: FARAH.id, MORAG.id, house=house, now=now)
    after = [await office.database.read(rights_due.owned_by, who.id) for who in (PRIYA, FARAH)]

    assert ([one.ref for one in before], moved, [len(found) for found in after]) == (["M-1"], ("M-1",), [0, 1])
    assert (await verified(office)).startswith("ok: ")
    await office.shows_cards()
    notices = [plain(line) for said in office.chat.said if isinstance(said, Notice) for line in said.body]
    assert any("gave you a right with a clock" in line for line in notices)


async def test_whoever_answers_for_it_may_read_it_without_being_in_its_channel(open_office: Opens) -> None:
    office = open_office(rights=RightRules(owners={"foi": TAM.id}))
    await asked(office)
    before = await office.says(TAM, "show 1")
    await office.ask(PRIYA, "rights 1 foi")

    after = await office.says(TAM, "rights 1 end refused")

    assert "not in it" in before
    assert after.startswith("Freedom of information request on M-1 is over: refused.")
    assert "not in it" in await office.says(TAM, "show 1")


async def test_a_clock_that_left_the_settings_is_shown_given_and_ended_but_not_counted_anew(open_office: Opens) -> None:
    own = Kind("own_petition", "petition", "Petition", Unit.WORKING_DAYS, 10, extension=5, pauses=True)
    office = open_office(rights=RightRules(own=(own,)))
    await asked(office)
    await office.ask(PRIYA, "rights 1 petition")
    await office.ask(PRIYA, "rights 1 pause waiting for names")
    office.desk.house = replace(office.desk.house, rights=RightRules())

    shown, listed = await office.ask(PRIYA, "rights 1"), await office.says(PRIYA, "rights")
    resumed = await office.says(PRIYA, "rights 1 resume")
    longer = await office.says(PRIYA, "rights 1 extend many names")
    given = await office.says(PRIYA, f"rights 1 give <@{FARAH.id}>")
    assert isinstance(shown, Answer)
    form = await office.ask(FARAH, f"rights {shown.buttons[0].ref} {shown.buttons[0].argument}", Way.PRESSED)
    assert isinstance(form, Form)
    ended = await office.sends_in(FARAH, form, {"outcome": "answered", "why": ""})

    gone = "petition is not in the settings any more, so its days cannot be counted anew. It can be given and ended."
    assert gone in shown.plain
    assert listed.startswith("M-1 · petition: answer by Mon 19 Oct")
    assert resumed == gone
    assert longer.startswith("petition: there is no set extension.")
    assert given.startswith("Farah Ali has it now")
    assert ended.plain.startswith("petition on M-1 is over: answered.")  # type: ignore[union-attr]


async def test_a_right_of_another_nation_is_named_by_the_label_it_began_with(office: Office) -> None:
    await asked(office)
    await office.ask(PRIYA, "rights 1 foi")
    office.desk.house = replace(office.desk.house, rights=RightRules("scotland"))

    assert (await office.says(PRIYA, "rights 1 end foi answered")).startswith(
        "Freedom of information request on M-1 is over"
    )


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("rights 2 media", "/mention rights 2 media fri 17:00"),
        ("rights 2 pause hazard a storm", "/mention rights 2 end hazard answered"),
        ("rights 2 end hazard not", "/mention rights 2 end hazard not why"),
        ("rights 2 extend hazard", "/mention rights 2 extend hazard why"),
        (
            "rights 2 foi Farah Ali",
            "“Farah Ali” is not understood. To say whose it is, name them with @: /mention rights 2 foi",
        ),
        ("rights 2 media fri 17:00 Farah Ali", "“Farah Ali” is not understood."),
    ],
)
async def test_a_refusal_names_the_mention_it_was_asked_of(office: Office, line: str, told: str) -> None:
    await asked(office)
    await office.hears("The ceiling is down", by="Lou", native_id="p2")
    for label in ("complaint", "hazard"):
        await office.ask(PRIYA, f"rights 2 {label}")

    assert told in await office.says(PRIYA, line)
    assert "foia_20wd" not in repr(await office.database.read(rows, schema.claim_of_right))


async def test_what_is_late_stays_late(office: Office) -> None:
    await asked(office)
    await office.ask(PRIYA, "rights 1 sar")
    before = await right(office)
    office.clock.advance(days=60)

    paused, longer = await office.says(PRIYA, "rights 1 pause proof"), await office.says(PRIYA, "rights 1 extend it is much")

    over = "Subject access request: its time was over on Thu 5 Nov 2026, and nothing moves that now."
    assert [told[: len(over)] for told in (paused, longer)] == [over, over]
    assert await right(office) == before


async def test_a_clock_that_stands_still_is_asked_about_each_fortnight(office: Office) -> None:
    await asked(office)
    await office.ask(PRIYA, "rights 1 sar")
    await office.ask(PRIYA, "rights 1 pause proof of identity")
    watch, heard = RightWatch(office.desk), []

    for days in (13, 2, 1, 13, 14):
        office.clock.advance(days=days)
        heard.append((await watch.once(), await watch.once()))
    await office.shows_cards()
    words = [said.plain for said in office.chat.said if isinstance(said, Notice)]

    assert heard == [(0, 0), (1, 0), (0, 0), (2, 0), (2, 0)]
    assert (len(await told(office, PRIYA.id)), len(await told(office, MORAG.id))) == (3, 2)
    asks = "Is what it waited for here? Then let it go on: "
    assert any("M-1: Standing still since Mon 5 Oct 2026." in word and asks in word for word in words)


async def test_a_lead_who_is_named_later_hears_that_a_right_is_late(office: Office) -> None:
    await asked(office)
    await office.ask(MORAG, "rights 1 sar")
    await office.database.write(gone.mark, MORAG.id, office.clock.now(), is_wanted=True)
    watch = RightWatch(office.desk)
    office.clock.advance(days=40)

    nobody = await watch.once()
    office.desk.house = replace(office.desk.house, leads=(FARAH.id,))

    assert (nobody, await watch.once(), await told(office, FARAH.id)) == (0, 1, ["late"])


async def test_a_private_right_is_nobodys_who_may_not_read_it(open_office: Opens) -> None:
    office = open_office(rights=RightRules(owners={"sar": TAM.id}))
    for person in (PRIYA, MORAG, TAM):
        await office.desk.meet(person)
    await office.hears("all you hold about me", private=True)
    await office.hears("all you hold about me", on="form", private=True)

    told = await office.says(PRIYA, "rights 1 sar")
    named = await office.says(MORAG, f"rights 2 foi <@{FARAH.id}>")
    await office.ask(MORAG, "promise 2 tomorrow a call")
    owed = await office.says(MORAG, f"tasks give 2 <@{FARAH.id}>")

    assert (await right(office))["owner"] == PRIYA.id
    assert "Such rights are Tam Doig’s, who cannot read M-1: it is private." in told
    assert named == owed
    assert "M-2" in named


async def test_the_thread_names_whose_a_right_is_only_while_it_is_theirs(office: Office) -> None:
    await asked(office)
    await office.ask(PRIYA, "rights 1 foi")
    await office.ask(PRIYA, f"rights 1 give <@{FARAH.id}>")
    await office.shows_cards()
    said = "".join(one.plain for one in office.chat.said if isinstance(one, Notice))

    assert "It is with Farah Ali" in said
    assert "U0" not in said
