"""What ends a hold or a right ends what was shown, and erases nothing that was not: a form may be open for a day."""

import pytest

from bot.card import Answer
from bot.command import Way
from bot.errors import NotAllowed
from bot.form import Form
from bot.mention import Action, Move
from bot.store import schema
from bot.store.proof.verify import verify
from tests.bot.council import rows
from tests.handlers.office import FARAH, MORAG, PRIYA, Office

pytestmark = pytest.mark.slow  # an office for each
GOES = "once this ends they are erased at once, for good."


async def test_a_hold_placed_since_a_form_was_opened_is_shown_before_it_ends(office: Office) -> None:
    await office.hears("You broke my gate", native_id="p1")
    await office.ask(PRIYA, "keep 1 first")
    old = await office.ask(MORAG, "keep 1 end")
    office.clock.advance(minutes=1)
    await office.ask(FARAH, "keep 1 the tribunal asks")

    anew = await office.sends_in(MORAG, old, {"why": "first is settled"})
    await office.loses("p1")
    again = await office.sends_in(MORAG, anew, {"why": "first is settled"})
    kept = (await office.now(1)).text
    ended = await office.sends_in(MORAG, again, {"why": "both are settled"})

    assert isinstance(anew, Form)
    assert isinstance(again, Form)
    assert isinstance(ended, Answer)
    assert anew.body[0] == (
        "Nothing has ended: something about M-1 changed since you looked. Look at it again, as it is now.",
    )
    assert ("the tribunal asks" in Answer(anew.body).plain, GOES in Answer(anew.body).plain) == (True, False)
    assert (anew.fields[0].value, GOES in Answer(again.body).plain, kept) == ("first is settled", True, "You broke my gate")
    assert ended.plain.endswith("What its author had deleted is erased now.")
    assert ((await office.now(1)).text, (await office.database.read(verify)).line[:4]) == ("", "ok: ")


async def test_what_its_author_deleted_since_a_right_was_to_end_is_shown_before_it_goes(office: Office) -> None:
    await office.hears("Freedom of information: what did the gate cost?", native_id="p1")
    await office.ask(PRIYA, "rights 1 foi")
    old = await office.ask(PRIYA, "rights 1 end foi")
    await office.loses("p1")

    anew = await office.sends_in(PRIYA, old, {"outcome": "answered", "why": "40 pounds"})
    kept = (await office.now(1)).text
    ended = await office.sends_in(PRIYA, anew, {"outcome": "answered", "why": "40 pounds"})

    assert isinstance(anew, Form)
    assert isinstance(ended, Answer)
    assert (GOES in Answer(anew.body).plain, [one.value for one in anew.fields]) == (True, ["answered", "40 pounds"])
    assert (kept[:7], "is erased now" in ended.plain, (await office.now(1)).text) == ("Freedom", True, "")


@pytest.mark.parametrize("what", ["hold", "right"])
async def test_the_write_itself_ends_nothing_that_was_not_shown(office: Office, what: str) -> None:
    await office.hears("Freedom of information: what did the gate cost?", native_id="p1")
    await office.ask(PRIYA, "keep 1 a solicitor wrote" if what == "hold" else "rights 1 foi")
    await office.loses("p1")
    move = Move("M-1", Action.LET_GO, by=MORAG.id, shown="")
    if what == "right":
        (row,) = await office.database.read(rows, schema.claim_of_right)
        move = Move(
            "M-1",
            Action.RIGHT,
            by=PRIYA.id,
            detail={"right": row["id"], "deed": "ended", "ended_as": "answered"},
            shown="",
        )

    with pytest.raises(NotAllowed, match="changed since you looked"):
        await office.desk.make(move)

    assert (await office.now(1)).text


@pytest.mark.parametrize("deed", ["end", "pause", "extend", "give"])
async def test_a_form_for_a_right_that_is_over_does_nothing_to_the_next_of_its_kind(office: Office, deed: str) -> None:
    for person in (PRIYA, FARAH):
        await office.desk.meet(person)
    await office.hears("What do you hold about me?")
    await office.ask(PRIYA, "rights 1 sar")
    old = await office.ask(PRIYA, f"rights 1 {deed} sar", Way.PRESSED)
    await office.ask(PRIYA, "rights 1 end sar answered")
    await office.ask(PRIYA, "rights 1 sar")
    before = await office.database.read(rows, schema.claim_of_right)

    answer = await office.sends_in(PRIYA, old, {"outcome": "withdrawn", "why": "proof of identity", "to": FARAH.id})

    assert isinstance(answer, Answer)
    assert answer.plain.startswith("That is over already")
    assert await office.database.read(rows, schema.claim_of_right) == before


async def test_a_reason_that_begins_with_end_is_kept_or_says_how_to_keep_it(office: Office) -> None:
    await office.desk.meet(MORAG)
    await office.hears("You broke my gate")

    asked, none = await office.says(PRIYA, "keep 1 end of tenancy"), await office.says(MORAG, "keep 1 end of tenancy")
    kept = await office.says(PRIYA, "keep 1 end of tenancy dispute until 2027-03-31")

    how = " Nothing has ended yet. To put a hold there instead, begin its reason with another word than “end”."
    assert asked == f"Team leads end a hold. Ask Morag Muir about M-1.{how}"
    assert none == f"M-1 is not on hold. What is: /mention keep{how}"
    assert kept.startswith("The words of M-1 are kept until 31 Mar 2027")
    assert await office.says(PRIYA, "keep") == "M-1 · until 31 Mar 2027 · Priya Shah: end of tenancy dispute"


async def test_a_reason_may_speak_of_until_without_a_day(office: Office) -> None:
    await office.hears("You broke my gate")

    assert (await office.says(PRIYA, "keep 1 wait until it is decided")).startswith(
        "The words of M-1 are kept until somebody"
    )
