"""Every export is on the record, with its reason; a name in a reason is erased with whoever it names."""

import pytest

from bot.store import schema
from bot.store.proof.exported import Taken, forget_reasons, on_the_record
from tests.bot.council import Bench

pytestmark = pytest.mark.slow

TAKEN = Taken("evidence", "operator:ian", "Lou Tranter asked", 3, "0" * 64, of="a person")


async def test_an_export_is_one_event_and_its_reason_can_be_erased(either: Bench) -> None:
    now = either.clock.now()
    await either.db.write(on_the_record, TAKEN, now)
    await either.db.write(on_the_record, Taken("export", "operator:ian", " ", 7, "1" * 64), now)

    first, second = await either.all(schema.event, schema.event.c.subject == "export")
    assert (first["action"], first["actor"], first["note"]) == ("evidence", "operator:ian", "Lou Tranter asked")
    assert first["changes"] == {"count": 3, "of": "a person", "sha256": "0" * 64}
    assert second["note"] == "no reason given"

    assert await either.db.write(forget_reasons, ("Lou Tranter",), "operator:ian", now) == [1]

    first, second, _erased = await either.all(schema.event, schema.event.c.subject == "export")
    assert (first["note"], first["note_salt"], second["note"]) == (None, None, "no reason given")
    assert (await either.verdict()).startswith("ok: 3 events, 1 subjects")
