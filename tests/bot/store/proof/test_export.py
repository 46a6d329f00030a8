"""What leaves for other people's tools: every field, in its order, safe to open."""

import csv
import io
import json

import pytest

from bot.mention import Action
from bot.reply import Post, Written
from bot.store import mentions
from bot.store.proof.export import FIELDS, cell, everything, write_csv, write_jsonl
from tests.bot.council import Bench, post

CONTRACT = [
    "ref", "network", "account", "native_id", "url", "conversation", "author", "text", "language", "kind", "posted_at",
    "received_at", "seen_at", "edited_at", "gone_at", "state", "priority", "topic", "flags", "owner", "respond_by",
    "additions", "replies", "events", "see_by", "erased_at", "context",
]  # fmt: skip

REPLY = [
    "id", "text", "by", "approved_by", "state", "native_id", "url", "sent_at",
    "posts", "written", "audience", "part", "parts", "first_id", "confirmed_at", "edited_at", "deleted_at",
    "drawn_from",
]  # fmt: skip
"""The first line is that of 0.5.0: what reads it goes on reading it."""


@pytest.fixture
async def told(bench: Bench) -> Bench:
    """One mention with something in every field that can hold something."""
    await bench.arrives(
        post("p1", "=HYPERLINK(1)", url="https://example.org/p1", language="cy"), post("p2", "Two", by="ann")
    )
    await bench.arrives(post("p3", "And the brown bin?", conversation="p1"))
    await bench.does(Action.ANSWERED, text="+44 is not a formula")
    await bench.does(Action.NOTE, note="@her gran rang")
    await bench.db.write(mentions.meet, "U0PRIYA", "Priya Shah")
    return bench


async def jsonl(bench: Bench) -> list[dict[str, object]]:
    """The export, read again."""
    out = io.StringIO()
    await bench.db.read(lambda conn: write_jsonl(everything(conn), out))
    return [json.loads(line) for line in out.getvalue().splitlines()]


async def test_an_object_has_the_fields_of_the_contract_in_its_order(told: Bench) -> None:
    first, second = await jsonl(told)

    assert list(first) == list(second) == list(FIELDS) == CONTRACT
    assert list(first["author"]) == ["id", "name"]
    assert list(first["additions"][0]) == ["native_id", "text", "posted_at"]
    assert list(first["replies"][0]) == REPLY
    assert list(first["events"][0]) == ["seq", "at", "actor", "action", "note", "hash"]


async def test_times_are_rfc_3339_and_people_are_objects_and_the_absent_is_null(told: Bench) -> None:
    first, second = await jsonl(told)

    assert first["posted_at"] == "2026-11-17T08:59:00.000Z"
    assert first["owner"] == {"id": "U0PRIYA", "name": "Priya Shah"}
    assert [event["actor"] for event in first["events"]][:2] == ["system", "system"]
    assert (second["owner"], second["seen_at"], second["url"], second["topic"]) == (None, None, None, None)
    assert [item["ref"] for item in (first, second)] == ["M-1", "M-2"]


async def test_a_row_of_csv_reads_back_as_what_was_written_with_formulas_defused(told: Bench) -> None:
    out = io.StringIO(newline="")
    count = await told.db.read(lambda conn: write_csv(everything(conn), out))

    header, first, second = csv.reader(io.StringIO(out.getvalue(), newline=""))

    objects = await jsonl(told)
    assert count == 2
    assert header == CONTRACT
    assert first[header.index("text")] == "'=HYPERLINK(1)"
    assert second[header.index("text")] == "Two"
    assert json.loads(first[header.index("events")]) == objects[0]["events"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", " =", "\n=", "\u00a0=", "\t=", "＝", "＋", "－", "＠"])
def test_nothing_a_spreadsheet_would_run_begins_a_cell(start: str) -> None:
    assert cell(f"{start}1+1") == f"'{start}1+1"


@pytest.mark.parametrize("text", ["", "Is it = 2?", "1-2", '"=1"', "£5", "'=1"])
def test_other_words_are_left_as_they_are(text: str) -> None:
    assert cell(text) == text


async def test_a_reply_says_what_went_out_and_what_was_written(bench: Bench) -> None:
    await bench.arrives()
    await bench.does(Action.REPLY, written=Written("Thursday."), posts=(Post("Thursday. ^PS", "en"),))

    ((reply,),) = [one["replies"] for one in await jsonl(bench)]

    assert (reply["text"], reply["written"]) == ("Thursday. ^PS", "Thursday.")
    assert reply["posts"] == [{"text": "Thursday. ^PS", "language": "en"}]
    assert (reply["audience"], reply["part"], reply["parts"], reply["first_id"]) == ("as asked", 1, 1, None)
