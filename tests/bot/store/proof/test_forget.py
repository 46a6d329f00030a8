"""Erasing by age and by author: nothing of the public's words is left anywhere, the record stays whole, the open stays."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Table

from bot.delivery import Kind, Rank
from bot.errors import NotAllowed
from bot.mention import SYSTEM, Action, Author, Media, State
from bot.portray import card_of
from bot.ports import Edited, Gone
from bot.reply import Written
from bot.store import mentions, schema
from bot.store.duty import leaver
from bot.store.finding import index
from bot.store.proof import aged, forget, trace
from bot.store.proof.aged import Ages
from bot.store.proof.personal import PLACES, repeats
from bot.store.remembered import Remembered
from bot.store.replying import replies
from bot.store.sending import outbox
from bot.store.sending.outbox import Wanted
from tests.bot.council import Bench, post
from tests.bot.store.proof.held import NOBODYS, OF_STAFF, named_in, of_text

pytestmark = pytest.mark.slow  # whole histories

YEAR = timedelta(days=365)
OPERATOR = "operator:ian"
MARK = "quagmire"
"""Stands in whatever the public said, and in their name."""


@pytest.mark.parametrize("table", schema.METADATA.sorted_tables, ids=lambda table: table.name)
def test_every_column_of_text_is_known_to_hold_the_publics_words_or_not_to(table: Table) -> None:
    erased, staffs, others = set(PLACES.get(table, {})), named_in(OF_STAFF, table), named_in(NOBODYS, table)

    assert not erased & (staffs | others)
    assert not staffs & others
    assert of_text(table) <= erased | staffs | others, "name it in bot/store/proof/personal.py, or in held.py"
    assert erased | staffs | others <= {column.name for column in table.c}, "no longer there"


async def said_and_done(bench: Bench) -> None:
    """Two mentions of one author that have ended, with all that can belong to one; and one by somebody else."""
    words = f"My {MARK} is deep and the council does nothing"
    author = Author(f"id-{MARK}", f"Lou {MARK.capitalize()}", f"@{MARK}")
    about = {"url": f"https://x.example/{MARK}", "media": (Media("photo", f"https://x.example/{MARK}.jpg", MARK),)}
    lou = replace(post("p1", words), author=author, **about)
    await bench.arrives(lou, Edited("p1", f"{words}, still", bench.clock.now()))
    await bench.does(Action.CLAIM)
    await bench.arrives(replace(lou, native_id="p2", text=f"And the {MARK} grows", in_reply_to="p1"))
    written = Written(f"A {MARK}?")
    await bench.db.write(replies.keep_draft, await bench.mention(), "U0FARAH", written=written, now=bench.clock.now())
    await bench.does(Action.NOTE, note=f"Rang {MARK}, no answer")
    await Remembered(bench.db, bench.clock, "wall").keep("prompt:m1:U0DEV", f"Send “{MARK}”", "M-1")
    await bench.does(Action.NOTE, note="he says: and the Council does nothing")
    await bench.does(Action.NOTE, note="Asked highways to look")
    await bench.does(Action.REPLY, text=f"Lou, your {MARK} is being drained")
    await bench.does(Action.SENT, SYSTEM, detail={"native_id": "r1"})
    told = Wanted("told", Kind.TELL, "told", Rank.ACTION, None, "U0DEV", {"text": MARK})
    await bench.db.write(outbox.queue, told, bench.clock.now())
    await bench.arrives(replace(lou, native_id="p3", conversation="c3"))
    await bench.does(Action.CLOSE, ref="M-2", note=f"{MARK} again")
    await bench.arrives(post("p4", "Is my school shut?"))
    await bench.does(Action.CLOSE, ref="M-3", note="praise")
    bench.clock.advance(YEAR + timedelta(days=1))
    await bench.db.write(everything_told)


def everything_told(conn: Connection) -> None:
    """Whatever waited to be told has been."""
    d = schema.delivery
    conn.execute(d.update().where(d.c.state == "pending").values(state="done", due_at=None))
    conn.execute(d.update().where(d.c.number != 3).values(trouble=MARK))


async def purge(bench: Bench, keeps: frozenset[str] = frozenset()) -> int:
    """Erase what ended a year ago."""
    now = bench.clock.now()
    return await bench.db.write(forget.purge, now - YEAR, keeps, OPERATOR, house=bench.house, now=now)


async def left(bench: Bench) -> list[str]:
    """Where a word of the author's still stands."""
    rows = await bench.at_rest()
    cells = [(table, name, value) for table in rows for row in rows[table] for name, value in row.items()]
    return [f"{table}.{name}" for table, name, value in cells if MARK in str(value).lower()]


async def test_nothing_the_public_said_is_left_in_any_table_and_the_record_is_whole(either: Bench) -> None:
    await said_and_done(either)
    assert len(set(await left(either))) >= 12

    erased = await purge(either)

    assert erased == 3
    assert await left(either) == []
    assert (await either.verdict()).startswith("ok: ")
    assert [event["actor"] for event in await either.desk.events("M-1")][-1] == OPERATOR


async def test_what_staff_decided_stays_and_only_notes_that_repeat_the_author_go(bench: Bench) -> None:
    await said_and_done(bench)

    await purge(bench)

    notes = {event["note"] for event in await bench.desk.events("M-1")} | {e["note"] for e in await bench.desk.events("M-3")}
    assert notes == {None, "Asked highways to look", "praise"}
    assert (await bench.mention("M-2")).close_reason == ""
    assert (await bench.mention("M-3")).close_reason == "praise"


async def test_erased_a_second_time_nothing_is_left_to_do(bench: Bench) -> None:
    await said_and_done(bench)
    await purge(bench)
    before = await bench.at_rest()

    assert await purge(bench) == 0
    assert await bench.at_rest() == before


async def test_what_is_open_or_not_old_enough_or_kept_is_left(bench: Bench) -> None:
    await bench.arrives(post("p1"), post("p2", by="ann"), post("p3", by="bob"), post("p4", by="cat"))
    for ref in ("M-2", "M-3"):
        await bench.does(Action.CLOSE, ref=ref, note="praise")
    bench.clock.advance(YEAR + timedelta(days=1))
    await bench.does(Action.CLOSE, ref="M-4", note="praise")

    erased = await purge(bench, frozenset({"M-3"}))

    assert erased == 1
    assert [row["number"] for row in await bench.all(schema.mention, schema.mention.c.erased_at.is_not(None))] == [2]
    assert (await bench.mention()).state is State.NEW


async def test_a_preview_counts_by_account_and_changes_nothing(bench: Bench) -> None:
    await said_and_done(bench)
    before = await bench.at_rest()

    found = await bench.db.read(aged.due, Ages(bench.clock.now() - YEAR, bench.clock.now()), frozenset({"M-3"}))

    assert [(one.account, one.count, f"{one.oldest:%Y-%m-%d}") for one in found] == [("website", 2, "2026-11-17")]
    assert await bench.at_rest() == before


async def test_cards_are_drawn_again_without_the_words(bench: Bench) -> None:
    await said_and_done(bench)
    await purge(bench)

    waiting = await bench.all(schema.delivery, schema.delivery.c.state == "pending")
    card = card_of(await bench.desk.story("M-1"), bench.house, bench.clock.now())

    assert sorted((row["kind"], row["number"]) for row in waiting) == [("redraw", 1), ("redraw", 2), ("redraw", 3)]
    assert card.quote == "(erased: its words are not kept any longer)"
    assert MARK not in str(card).lower()
    assert "Reply Again" not in {button.label for button in card.buttons}


async def test_what_holds_no_words_any_longer_is_not_answered_again(bench: Bench) -> None:
    await said_and_done(bench)
    await purge(bench)

    with pytest.raises(NotAllowed, match="M-1 has been answered by U0PRIYA, and its words are no longer kept"):
        await bench.does(Action.REPLY, text="One thing more")


async def test_a_post_that_was_erased_does_not_come_back_however_it_is_told_again(bench: Bench) -> None:
    await said_and_done(bench)
    await purge(bench)
    before = (await bench.all(schema.mention), await bench.all(schema.addition), await bench.all(schema.earlier_text))

    now = bench.clock.now()
    await bench.arrives(post("p1", MARK), Edited("p1", MARK, now), Edited("p2", MARK, now), Gone("p2", now), Gone("p1", now))

    after = (await bench.all(schema.mention), await bench.all(schema.addition), await bench.all(schema.earlier_text))
    assert after == before
    assert (await bench.verdict()).startswith("ok: ")


async def test_a_reply_that_was_not_erased_by_an_erasure_shows(bench: Bench) -> None:
    await said_and_done(bench)
    await purge(bench)
    await bench.db.write(lambda conn: conn.execute(schema.reply.update().values(text="", text_salt="")))
    assert (await bench.verdict()).startswith("ok: ")

    await bench.db.write(lambda conn: conn.execute(schema.reply.update().values(text="We never said this")))

    assert await bench.verdict() == "M-1: a reply was changed"


@pytest.mark.parametrize("number", [1, 3])
async def test_a_note_that_goes_without_the_record_saying_so_shows(bench: Bench, number: int) -> None:
    await said_and_done(bench)
    await purge(bench)
    kept = schema.event.c.note.is_not(None) & (schema.event.c.subject == f"M-{number}")

    await bench.db.write(lambda conn: conn.execute(schema.event.update().where(kept).values(note=None, note_salt=None)))

    assert re.fullmatch(rf"M-{number} event \d+: its note was changed", await bench.verdict())


async def test_one_author_is_erased_everywhere_and_nobody_else(either: Bench) -> None:
    await said_and_done(either)
    (found,) = await either.db.read(forget.authors, f"@{MARK}")

    now = either.clock.now()
    erased = await either.db.write(forget.forget, found, frozenset(), OPERATOR, house=either.house, now=now)

    assert erased == ("M-1", "M-2")
    assert await left(either) == []
    assert (await either.mention("M-3")).text == "Is my school shut?"
    assert (await either.verdict()).startswith("ok: ")
    about = await either.all(schema.event, schema.event.c.subject == "retention")
    assert [(event["action"], event["changes"]["mentions"]) for event in about] == [("forgot", ["M-1", "M-2"])]


@pytest.mark.parametrize("called", ["a-lou", "Lou", "lou", "@lou_h", "LOU_H"])
async def test_an_author_is_known_by_id_handle_or_name(bench: Bench, called: str) -> None:
    await bench.arrives(replace(post(), author=Author("a-lou", "Lou", "@lou_h")), post("p2", by="ann"))

    (found,) = await bench.db.read(forget.authors, called)

    assert (found.id, found.open, found.ended) == ("a-lou", ("M-1",), ())


async def test_one_name_of_two_people_is_two_and_an_earlier_name_is_the_same_person(bench: Bench) -> None:
    await bench.arrives(
        replace(post("p1"), author=Author("1", "Lou")),
        replace(post("p2"), author=Author("2", "Lou")),
        replace(post("p3"), author=Author("2", "Louise")),
        replace(post("p4"), author=Author("", "Lou")),
    )

    found = await bench.db.read(forget.authors, "Lou")
    (other,) = await bench.db.read(forget.authors, "2")

    assert [(one.id, one.open) for one in found] == [("1", ("M-1",)), ("2", ("M-2", "M-3")), ("", ("M-4",))]
    assert (other.name, other.open) == ("Louise", ("M-2", "M-3"))


async def test_an_open_mention_of_an_author_who_is_forgotten_is_left_and_said(bench: Bench) -> None:
    await bench.arrives(post("p1"), replace(post("p2"), conversation="other"))
    await bench.does(Action.CLOSE, ref="M-2", note="praise")
    (found,) = await bench.db.read(forget.authors, "Lou")
    opened_meanwhile = replace(found, ended=("M-1", "M-2"))

    now = bench.clock.now()
    erased = await bench.db.write(forget.forget, opened_meanwhile, frozenset(), OPERATOR, house=bench.house, now=now)

    assert (found.open, found.ended, erased) == (("M-1",), ("M-2",), ("M-2",))
    assert (await bench.mention()).text


@pytest.mark.parametrize("rewrite", [False, True])
async def test_no_byte_of_the_file_holds_what_was_erased(bench: Bench, sqlite_file: Path, rewrite: bool) -> None:
    await said_and_done(bench)
    for number in range(5, 20):
        text = f"{MARK} {number} " * 400
        await bench.arrives(replace(post(f"p{number}", text), author=Author(f"{MARK}-{number}", MARK), raw=text.encode()))
        await bench.does(Action.CLOSE, ref=f"M-{number - 1}", note="praise")
    assert MARK.encode() in written(sqlite_file)
    await bench.db.write(index.catch_up, bench.clock.now())
    assert b"quagmir" in b"".join(row["words"].encode() for row in await bench.all(schema.findable))
    bench.clock.advance(YEAR + timedelta(days=1))
    await bench.db.write(everything_told)

    await purge(bench)

    assert trace.leave_none(bench.db, rewrite=rewrite)
    assert b"quagmir" not in written(sqlite_file).lower()


async def test_a_draft_that_was_copied_when_its_writer_left_goes_too_though_it_was_changed_since(either: Bench) -> None:
    await either.arrives()
    mention, now = await either.mention(), either.clock.now()
    await either.db.write(replies.keep_draft, mention, "U0PRIYA", written=Written(f"A {MARK}, no"), now=now)
    parting = leaver.Parting("U0PRIYA", "U0MORAG", "last day", "k", notes=True)
    await either.db.write(leaver.hand_on, parting, house=either.house, now=now)
    await either.db.write(replies.keep_draft, mention, "U0PRIYA", written=Written("Something else"), now=now)
    await either.does(Action.CLOSE, note="praise")
    either.clock.advance(YEAR + timedelta(days=1))
    before = await left(either)

    await purge(either)

    assert (before, await left(either)) == (["event.note"], [])
    assert (await either.verdict()).startswith("ok: ")


async def test_a_note_that_repeats_what_was_written_to_them_goes_too(bench: Bench) -> None:
    await bench.arrives()
    await bench.does(Action.NOTE, note="I told them your case was refused on Tuesday")
    await bench.does(Action.REPLY, text="Your case was refused on Tuesday.")
    await bench.does(Action.SENT, SYSTEM)
    bench.clock.advance(YEAR + timedelta(days=1))

    await purge(bench)

    assert [event["note"] for event in await bench.desk.events("M-1") if event["action"] == Action.NOTE] == [None]


def written(file: Path) -> bytes:
    """All that stands in the file and beside it."""
    return b"".join(path.read_bytes() for path in sorted(file.parent.glob(f"{file.name}*")))


@pytest.mark.parametrize(
    ("note", "is_theirs"),
    [
        ("Rang Lou, no answer", True),
        ("see @lou_h elsewhere", True),
        ("they said: the council does nothing about it!", True),
        ("The council does something", False),
        ("Asked highways; loud road", False),
        ("", False),
    ],
)
def test_a_note_is_theirs_when_it_names_them_or_repeats_five_words_in_a_row(note: str, is_theirs: bool) -> None:
    assert repeats(note, ("Lou", "@lou_h", ""), ("My road, and the Council does nothing about it",)) is is_theirs


async def test_a_mention_number_is_never_given_again(bench: Bench) -> None:
    await said_and_done(bench)
    await purge(bench)
    await bench.arrives(post("p9", "New", by="lou"))

    assert (await bench.db.read(mentions.find, "M-4")).text == "New"
