"""What evidence is made of is the same from either database, and proves itself."""

import io
import json
import re
import zipfile
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.evidence.matter import Asked, Nameless
from bot.evidence.verifier import check
from bot.line.drawing import Drawing, draw
from bot.line.taking import one_view
from bot.mention import Action
from bot.reply import Post, Written
from bot.store.proof import evidence, forget, record
from tests.bot.council import Bench, post
from tests.bot.store.proof.full_life import a_full_life

pytestmark = pytest.mark.slow  # a whole history


async def test_everything_the_record_speaks_of_is_in_the_bundle_and_proves_itself(either: Bench, tmp_path: Path) -> None:
    first = either.clock.now()
    await a_full_life(either)
    now, out = either.clock.now(), io.BytesIO()
    asked = Asked("everything", "everything", "operator:ian", "the inquiry", at=now)

    with one_view(either.db) as conn:
        numbers = evidence.numbers_of_days(conn, first, now)
        draw(Drawing(conn, asked, numbers, evidence.names(conn), either.house.zone), out, tmp_path)

    with zipfile.ZipFile(out) as file:
        file.extractall(tmp_path / "all")
    texts = [json.loads(line) for line in (tmp_path / "all/record/texts.jsonl").read_text().splitlines()]
    assert numbers == list(range(1, 8))
    assert check(str(tmp_path / "all")).startswith("ok: ")
    assert {one["subject"] for one in texts if one["words"] is None and one["name"] == "text"} == {"M-5", "M-6", "M-7"}


def drawn(bench: Bench, first: datetime, folder: Path, *, redacted: bool = False) -> str:
    """The folder of a bundle with everything from then on."""
    now, out = bench.clock.now(), io.BytesIO()
    asked = Asked("everything", "everything", "operator:ian", "the inquiry", at=now, redacted=redacted)
    with one_view(bench.db) as conn:
        numbers = evidence.numbers_of_days(conn, first, now + timedelta(seconds=1))
        names = Nameless() if redacted else evidence.names(conn)
        draw(Drawing(conn, asked, numbers, names, bench.house.zone), out, folder)
    with zipfile.ZipFile(out) as file:
        file.extractall(folder / "all")
    return str(folder / "all")


async def test_what_is_gone_because_an_event_says_so_that_no_seal_covers_is_called_unproved(
    either: Bench, tmp_path: Path
) -> None:
    first = either.clock.now()
    await a_full_life(either)
    now = either.clock.now()
    (author,) = await either.db.read(forget.authors, "a-author2")
    await either.does(Action.CLOSE, ref="M-2", note="done")
    assert await either.db.write(forget.forget, author, (), "operator", house=either.house, now=now)

    said = check(drawn(either, first, tmp_path))

    assert re.search(r"nothing in here: 3 events .* 1\d texts that are gone because", said), said


@pytest.mark.parametrize("redacted", [False, True])
async def test_what_was_signed_and_never_went_out_proves_itself_too(
    either: Bench, tmp_path: Path, *, redacted: bool
) -> None:
    first = either.clock.now()
    await either.arrives(post("p1", "Two\r\nlines & <b>\u2028 more"), post("p2", "", by="ann"))
    for ref in ("M-1", "M-2"):
        await either.does(Action.CLAIM, ref=ref)
        await either.does(Action.SUBMIT, ref=ref, written=Written("By Friday"), posts=(Post("By Friday ^PS"),))
    await either.does(Action.RECALL, ref="M-1")

    assert check(drawn(either, first, tmp_path, redacted=redacted)).startswith("ok: ")


async def test_a_bundle_holds_the_seals_without_a_gap_though_a_clock_was_put_back(either: Bench) -> None:
    for number, hours in enumerate((0, -5, 6), 1):
        either.clock.advance(hours=hours)
        await either.arrives(post(f"p{number}", "Bins"))
        await either.db.write(record.seal_up, either.clock.now())

    with one_view(either.db) as conn:
        begin = evidence.first_event(conn, ["M-1"])
        assert begin
        assert [one["number"] for one in evidence.seals_since(conn, begin)] == [1, 2, 3]
