"""``keep``: a hold on words that nothing erases: not their age, not an author who asks, not one who deletes."""

from collections.abc import Mapping
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Table, update

from bot.card import Answer
from bot.command import Way
from bot.engine.rights import RightWatch
from bot.errors import FormProblem
from bot.form import Form
from bot.mention import Action, Move
from bot.store import moves, schema
from bot.store.duty import rights_due
from bot.store.proof import forget, keeping
from bot.store.proof.verify import verify
from tests.bot.council import rows
from tests.handlers.office import FARAH, MORAG, PRIYA, TAM, Office

pytestmark = pytest.mark.slow  # an office for each


async def purged(office: Office) -> int:
    """A night on which everything that ended is old enough."""
    now, house = office.clock.now(), office.desk.house
    before = now + timedelta(days=1)
    return await office.database.write(forget.purge, before, frozenset(), "operator", house=house, now=now)


async def text(office: Office, number: int = 1) -> str:
    return (await office.now(number)).text


async def ends(office: Office, why: str = "it is settled") -> str:
    """Morag looks at what is on hold on M-1, and ends it."""
    form = await office.ask(MORAG, "keep 1 end")
    assert isinstance(form, Form)
    answer = await office.sends_in(MORAG, form, {"why": why})
    assert isinstance(answer, Answer)
    return answer.plain


async def verified(office: Office) -> str:
    return (await office.database.read(verify)).line


async def test_a_hold_stops_the_purge_until_a_team_lead_ends_it(office: Office) -> None:
    await office.desk.meet(MORAG)
    await office.hears("You broke my gate")
    await office.ask(PRIYA, "close 1 with the insurers")

    answer = await office.says(PRIYA, "keep 1 a solicitor wrote until 2027-03-31")
    skipped, refused = await purged(office), await office.says(PRIYA, "keep 1 end")
    listed, hidden = await office.says(FARAH, "keep"), await office.says(TAM, "keep")
    ended = await ends(office, "it is settled")

    assert answer.startswith("The words of M-1 are kept until 31 Mar 2027, also if its author deletes them.")
    assert (skipped, refused) == (0, "Team leads end a hold. Ask Morag Muir about M-1.")
    assert listed == "M-1 · until 31 Mar 2027 · Priya Shah: a solicitor wrote"
    assert hidden.startswith("Nothing is on hold.")
    assert ended.startswith("The hold on M-1 is over")
    assert await purged(office) == 1
    assert await text(office) == ""
    assert (await verified(office)).startswith("ok: ")


async def test_an_open_right_stops_it_as_well_and_says_so(office: Office) -> None:
    await office.hears("Freedom of information request: what did the gate cost?")
    await office.ask(PRIYA, "close 1 with the records team")
    await office.ask(PRIYA, "rights 1 foi")
    await office.ask(PRIYA, "keep 1 an appeal may follow")
    (author,) = await office.database.read(forget.authors, "Lou")
    now, house = office.clock.now(), office.desk.house

    gone = await office.database.write(forget.forget, author, frozenset(), "operator", house=house, now=now)
    ended = await office.says(PRIYA, "rights 1 end answered")

    assert (await purged(office), gone) == (0, ())
    assert "Its words are kept all the same: on hold until somebody ends it: an appeal may follow." in ended
    await ends(office)
    assert await purged(office) == 1


async def test_what_its_author_deletes_is_kept_under_hold_and_goes_when_the_hold_does(office: Office) -> None:
    await office.hears("You broke my gate", native_id="p1")
    await office.ask(PRIYA, "keep 1 a solicitor wrote")

    await office.loses("p1")
    await office.loses("p1")
    kept, during = await text(office), await verified(office)
    shown = await office.ask(PRIYA, "show 1")
    await ends(office)

    assert kept == "You broke my gate"
    assert shown.card  # type: ignore[union-attr]
    assert "Deleted by its author; its words are kept here" in str(shown.card.status)  # type: ignore[union-attr]
    assert during.startswith("ok: ")
    assert (await text(office), (await office.now(1)).gone_at is not None) == ("", True)
    assert (await verified(office)).startswith("ok: ")


async def test_an_addition_that_its_author_deletes_is_kept_and_goes_alike(office: Office) -> None:
    await office.hears("You broke my gate", native_id="p1", conversation="c1")
    await office.hears("And my fence", native_id="p2", conversation="c1")
    await office.ask(PRIYA, "keep 1 a solicitor wrote")

    await office.loses("p2")
    (kept,) = await office.database.read(rows, schema.addition)
    during = await verified(office)
    await ends(office)
    (gone,) = await office.database.read(rows, schema.addition)

    assert (kept["text"], kept["gone_at"] is not None, gone["text"]) == ("And my fence", True, "")
    assert (during[:4], (await verified(office))[:4], await text(office)) == ("ok: ", "ok: ", "You broke my gate")


async def test_a_deleted_original_does_not_stop_a_clock(office: Office) -> None:
    await office.hears("Freedom of information request: what did the gate cost?", native_id="p1")
    await office.ask(PRIYA, "rights 1 foi")

    await office.loses("p1")
    listed = await office.says(PRIYA, "rights")
    form = await office.ask(PRIYA, "rights 1 end answered it costs 40 pounds")
    assert isinstance(form, Form)
    before, said = await text(office), await office.says(PRIYA, "rights 1 end answered", Way.SAID)
    values = {field.name: field.value for field in form.fields}
    ended = await office.sends_in(PRIYA, form, values)

    assert (before[:7], values) == ("Freedom", {"outcome": "answered", "why": "it costs 40 pounds"})
    assert "once this ends they are erased at once, for good.\nTo keep them: /mention keep 1 why" in said
    assert "What its author had deleted is erased now." in ended.plain  # type: ignore[union-attr]
    assert listed.startswith("M-1 · Freedom of information request: answer by Tue 15 Dec")
    assert await text(office) == ""
    assert (await verified(office)).startswith("ok: ")


async def test_a_reason_that_begins_with_end_ends_nothing_before_somebody_has_seen_what(office: Office) -> None:
    await office.hears("You broke my gate", native_id="p1")
    await office.ask(PRIYA, "keep 1 a solicitor wrote")
    office.clock.advance(minutes=1)
    await office.ask(FARAH, "keep 1 the insurers too")
    await office.loses("p1")

    form = await office.ask(MORAG, "keep 1 End of tenancy dispute, tribunal in May")
    assert isinstance(form, Form)
    with pytest.raises(FormProblem, match="Say why it can end"):
        await office.sends_in(MORAG, form, {"why": " "})
    said = Answer(form.body).plain

    assert await text(office) == "You broke my gate"
    assert said.splitlines() == [
        "This ends every hold on M-1:",
        "M-1 · until somebody ends it · Priya Shah: a solicitor wrote",
        "M-1 · until somebody ends it · Farah Ali: the insurers too",
        "Its author deleted it. Nothing else keeps its words: once this ends they are erased at once, for good.",
        "Nothing has ended yet. To put a hold there instead, begin its reason with another word than “end”.",
    ]
    assert await office.says(MORAG, "keep 1 end", Way.SAID) == "\n".join(said.splitlines()[:-1])
    assert (await ends(office)).endswith("What its author had deleted is erased now.")
    assert (await text(office), (await verified(office))[:4]) == ("", "ok: ")


async def test_why_it_was_on_hold_goes_with_its_words(office: Office) -> None:
    await office.hears("You broke my gate")
    await office.ask(PRIYA, "close 1 with the insurers")
    await office.ask(PRIYA, "keep 1 her HIV clinic wrote")
    await ends(office)

    assert await purged(office) == 1

    assert "clinic" not in await office.says(PRIYA, "why 1")
    assert "clinic" not in repr(await office.database.read(rows, schema.event))
    assert (await verified(office)).startswith("ok: ")


async def test_a_hold_that_another_copy_has_ended_keeps_no_other_from_ending(office: Office) -> None:
    for number in (1, 2):
        await office.hears("You broke my gate")
        await office.ask(PRIYA, f"keep {number} a letter until 2026-11-18")
    office.clock.advance(days=2)
    house, now = office.desk.house, office.clock.now()

    def both(conn: Connection) -> int:
        seen = keeping.over(conn, now)
        moves.make(conn, keeping.let_go_move(seen[0]), house=house, now=now)
        return rights_due.end(conn, seen, house=house, now=now)

    assert await office.database.write(both) == 1


async def test_a_hold_ends_by_itself_once_its_day_is_over(office: Office) -> None:
    await office.hears("You broke my gate")
    await office.ask(PRIYA, "keep 1 until the letter comes until 2026-11-18")
    watch = RightWatch(office.desk)

    first = await watch.once()
    office.clock.advance(days=2)
    then = await watch.once()

    assert (first, then, await watch.once()) == (0, 1, 0)
    assert "Tolbooth ended the hold on its words: its time was over" in await office.says(PRIYA, "record 1")
    assert (await verified(office)).startswith("ok: ")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("keep 1 why until 2026-02-30", "“2026-02-30” is not a day."),
        ("keep 1 why until 2020-02-01", "That day is past."),
        ("keep 1 why until tomorrow", "“tomorrow” is not a day. Write one such as 2027-03-31"),
        ("keep 1 why until the end of March", "“the end of March” is not a day."),
        ("keep 1 until 31/3/2027", "“31/3/2027” is not a day."),
        (f"keep 1 {'x' * 301}", "That reason has 301 letters, and 300 is the most."),
        ("keep 1 end", "Team leads end a hold."),
        ("keep 9 why", "There is no M-9"),
    ],
)
async def test_what_cannot_be_kept_is_said(office: Office, line: str, told: str) -> None:
    await office.hears("You broke my gate")

    assert (await office.says(PRIYA, line)).startswith(told)


async def test_without_a_reason_a_form_asks_for_it(office: Office) -> None:
    await office.hears("You broke my gate")

    form = await office.ask(PRIYA, "keep 1", Way.PRESSED)
    assert isinstance(form, Form)
    await office.sends_in(PRIYA, form, {"why": "a solicitor wrote", "until": ""})

    assert (await office.says(MORAG, "keep")) == "M-1 · until somebody ends it · Priya Shah: a solicitor wrote"
    assert await ends(office, "no") == "The hold on M-1 is over: its words are kept as long as any other."
    assert (await office.says(MORAG, "keep 1 end no")).startswith("M-1 is not on hold.")


CHANGED: Mapping[str, tuple[Table, Mapping[str, object], str]] = {
    "the date of a right": (schema.claim_of_right, {"due_on": "2030-01-01"}, "a right: due_on is not what its record says"),
    "its owner": (schema.claim_of_right, {"owner": "U0TAM"}, "a right: owner is not what its record says"),
    "its outcome": (schema.claim_of_right, {"outcome": "answered"}, "a right: outcome is not what its record says"),
    "the reason of a hold": (schema.kept, {"why": "no reason"}, "a hold: its reason was changed"),
    "who put it there": (schema.kept, {"by": "U0TAM"}, "a hold: by is not what its record says"),
}


@pytest.mark.parametrize("what", CHANGED)
async def test_the_record_proves_rights_and_holds(office: Office, what: str) -> None:
    table, values, fault = CHANGED[what]
    await office.hears("Freedom of information request: what did the gate cost?")
    await office.ask(PRIYA, "rights 1 foi")
    await office.ask(PRIYA, "keep 1 a solicitor wrote")
    ok = await verified(office)

    await office.database.write(lambda conn: conn.execute(update(table).values(**values)))

    assert (ok[:4], await verified(office)) == ("ok: ", f"M-1: {fault}")


async def test_a_row_that_is_gone_or_that_nobody_made_is_named(office: Office) -> None:
    await office.hears("Freedom of information request: what did the gate cost?")
    await office.ask(PRIYA, "rights 1 foi")
    (row,) = await office.database.read(rows, schema.claim_of_right)
    table = schema.claim_of_right

    await office.database.write(lambda conn: conn.execute(table.insert().values(**{**row, "id": "another"})))
    another = await verified(office)
    await office.database.write(lambda conn: conn.execute(table.delete()))

    assert another == "M-1: a right: a row is not in its record"
    assert await verified(office) == "M-1: a right: a row its record speaks of is missing"


async def test_the_list_shows_the_newest_that_one_may_read(office: Office) -> None:
    await office.hears("You broke my gate", native_id="public")
    await office.ask(PRIYA, "keep 1 a solicitor wrote")
    office.clock.advance(minutes=1)
    for number in range(2, 24):
        await office.hears("My rent", private=True)
        await office.desk.make(Move(f"M-{number}", Action.KEEP, by=PRIYA.id, text="a court case"))

    assert await office.says(FARAH, "keep") == "M-1 · until somebody ends it · Priya Shah: a solicitor wrote"
