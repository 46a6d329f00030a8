"""What evidence is made of is the same from either database, and proves itself."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from bot.evidence.matter import Asked
from bot.evidence.verifier import check
from bot.line.drawing import Drawing, draw
from bot.line.taking import one_view
from bot.store.proof import evidence
from tests.bot.council import Bench
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
