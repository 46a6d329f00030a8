"""The record proves replies: whose they are, who let them go, what went out, and where it is."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from bot.mention import SYSTEM, Action
from bot.reply import Attachment, Post, Written
from bot.store import schema
from bot.store.proof import forget
from bot.store.replying import media, replies
from tests.bot.council import Bench

pytestmark = pytest.mark.slow  # each writes a record and proves it

TAM, FARAH = "U0TAM", "U0FARAH"
POSTS = (Post("Thursday. ^TT"), Post("And Friday. ^TT"))
OK = "ok: "


@pytest.fixture
async def approved(bench: Bench) -> Bench:
    """Tam's reply in two posts, approved by Farah with another word in it; both are public."""
    await bench.arrives()
    await bench.does(Action.CLAIM, TAM)
    await bench.does(Action.SUBMIT, TAM, written=Written("Thurday."), posts=(Post("Thurday. ^TT"),))
    await bench.does(Action.APPROVE, FARAH, written=Written("Thursday. And Friday."), posts=POSTS)
    for native_id in ("r1", "r2"):
        await bench.does(Action.SENT, SYSTEM, detail={"native_id": native_id})
    return bench


async def changed(bench: Bench, part: int, columns: Mapping[str, object]) -> str:
    """What is said once somebody changed a row."""
    which = schema.reply.c.native_id == f"r{part}"
    row = update(schema.reply).where(which)
    await bench.db.write(lambda conn: conn.execute(row.values(columns)))
    return await bench.verdict()


async def test_what_was_approved_with_a_change_and_sent_in_parts_is_proved(approved: Bench) -> None:
    assert (await approved.verdict()).startswith(OK)


LATER: Mapping[str, object] = {
    "posts": '[{"answers": "same", "language": "", "text": "x"}]',
    "posts_salt": "0" * 32,
    "text": "x",
    "by": "U0DEV",
    "approved_by": "U0DEV",
    "audience": "author",
    "native_id": "r9",
    "url": "https://elsewhere.example",
    "sent_at": None,
    "confirmed_at": 0,
    "account": "other",
    "state": "by_hand",
    "second": "Dydd Iau.",
    "split": True,
    "one_language": True,
    "promise_by": datetime(2026, 12, 1, tzinfo=UTC),
    "part": 7,
    "parts": 7,
    "first_id": "0" * 32,
    "deleted_at": datetime(2026, 12, 1, tzinfo=UTC),
    "edited_at": datetime(2026, 12, 1, tzinfo=UTC),
    "submitted_at": datetime(2026, 12, 1, tzinfo=UTC),
    "written_second": "Nobody wrote this",
}


@pytest.mark.parametrize("column", [*LATER, "written"])
async def test_a_change_to_a_reply_that_is_public_shows(approved: Bench, column: str) -> None:
    value = {**LATER, "written": "I never wrote this", "confirmed_at": approved.clock.now()}[column]

    assert "repl" in await changed(approved, 1, {column: value})


@pytest.mark.parametrize("column", [*LATER])
async def test_a_change_to_a_later_part_shows(approved: Bench, column: str) -> None:
    value = {**LATER, "confirmed_at": approved.clock.now()}[column]

    assert "repl" in await changed(approved, 2, {column: value})


CHOICES = ("second", "split", "one_language", "promise_by", "submitted_at", "written", "written_second", "parts")


@pytest.mark.parametrize("column", CHOICES)
async def test_what_an_approver_is_shown_and_what_follows_from_it_is_proved_while_it_waits(
    bench: Bench, column: str
) -> None:
    await bench.arrives()
    await bench.does(Action.CLAIM, TAM)
    promised = Written("Thursday.", second="Dydd Iau.", promise_by=bench.clock.now() + timedelta(days=2))
    await bench.does(Action.SUBMIT, TAM, written=promised, posts=(Post("Thursday. ^TT"),))
    before = await bench.verdict()

    value = {**LATER, "written": "I never wrote this", "second": ""}[column]
    await bench.db.write(lambda conn: conn.execute(update(schema.reply).values({column: value})))

    assert before.startswith(OK)
    assert "repl" in await bench.verdict()


SWAPS = ({"content": b"another"}, {"content": b""}, {"media_type": "image/gif"}, {"alt": "A bin"}, {"digest": "0"})


@pytest.mark.parametrize("columns", SWAPS)
async def test_a_picture_that_was_swapped_shows_and_does_not_go_out(bench: Bench, columns: Mapping[str, object]) -> None:
    await bench.arrives()
    mention = await bench.mention()
    gate_picture = Attachment("", "gate.png", "image/png", 4, "A gate", b"gate")
    kept = {"written": Written("Look."), "attachments": (gate_picture,), "alts": None, "now": bench.clock.now()}
    await bench.db.write(media.keep_with_draft, mention, TAM, **kept)
    await bench.does(Action.REPLY, TAM, written=Written("Look."), posts=(Post("Look."),))
    before = await bench.verdict()

    await bench.db.write(lambda conn: conn.execute(update(schema.reply_media).values(columns)))

    reply = await bench.db.read(replies.live, 1)
    assert before.startswith(OK)
    assert reply
    assert not await bench.db.read(replies.is_as_let_go, reply)
    assert "repl" in await bench.verdict()


async def test_a_reply_that_is_not_there_any_more_shows(approved: Bench) -> None:
    await approved.db.write(lambda conn: conn.execute(schema.reply.delete().where(schema.reply.c.part == 2)))

    assert await approved.verdict() == "M-1: words its record speaks of are missing"


@pytest.mark.parametrize("action", [Action.RECALL, Action.SEND_BACK, Action.RELEASE, Action.CLOSE])
async def test_what_came_back_to_its_writer_is_proved_too(bench: Bench, action: Action) -> None:
    await bench.arrives()
    await bench.does(Action.CLAIM, TAM)
    await bench.does(Action.SUBMIT, TAM, written=Written("Thursday."), posts=(Post("Thursday. ^TT"),))

    await bench.does(action, FARAH if action is Action.SEND_BACK else TAM, note="why")

    assert (await bench.verdict()).startswith(OK)


async def test_after_its_words_were_erased_the_rest_is_still_proved(approved: Bench) -> None:
    approved.clock.advance(timedelta(days=400))
    now = approved.clock.now()

    await approved.db.write(forget.purge, now, frozenset(), SYSTEM, house=approved.house, now=now)

    row = await approved.one(schema.reply, schema.reply.c.part == 2)
    assert (row["text"], row["posts"], row["second"], row["written"]) == ("", "", "", "")
    assert (await approved.verdict()).startswith(OK)
