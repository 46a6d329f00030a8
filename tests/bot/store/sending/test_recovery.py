"""After a restore nothing public is repeated, what may have left is looked up, and old buttons act on no new mention."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, insert

from bot.card import Card
from bot.command import Place
from bot.delivery import LEASE_OF_REPLY
from bot.errors import Unsure
from bot.mention import Action, State
from bot.ports import Found, Guarantee, MessageRef, NotFound, Receipt
from bot.store import schema
from bot.store.executor import Database
from bot.store.sending import outbox, recovery
from bot.store.sending.recovery import Noted
from tests.bot.council import Bench, post, rows
from tests.bot.engine.fakes import Office

pytestmark = pytest.mark.slow  # each copies and restores a database

PRIYA, WORDS = "U0PRIYA", "It is Thursday this week."
Backup = dict[str, list[dict[str, object]]]


@pytest.fixture
def office(either: Bench) -> Office:
    """A desk with a wall and a letterbox, on SQLite and on PostgreSQL."""
    return Office(either)


def taken(conn: Connection) -> Backup:
    """A backup: all there is."""
    return {table.name: rows(conn, table) for table in schema.METADATA.sorted_tables}


def put_back(conn: Connection, backup: Backup) -> None:
    """A restore."""
    for table in reversed(schema.METADATA.sorted_tables):
        conn.execute(delete(table))
    for table in schema.METADATA.sorted_tables:
        if backup[table.name]:
            conn.execute(insert(table), backup[table.name])


async def restored(office: Office, backup: Backup, *, by_flag: bool = False) -> int:
    """The database as it was, begun with as ``run`` does; how many replies are looked up."""
    bench = office.bench
    seen = await bench.db.read(recovery.newest, bench.clock.now())
    await bench.db.write(put_back, backup)
    assert by_flag or (seen and await bench.db.read(recovery.is_behind, seen))
    return await bench.db.write(recovery.begin, bench.house, bench.clock.now(), None if by_flag else seen)


async def held_at_the_backup(office: Office) -> Backup:
    """M-1 has a reply that waits out its hold."""
    await office.bench.arrives()
    await office.delivers()
    await office.bench.does(Action.REPLY, PRIYA, text=WORDS)
    return await office.bench.db.read(taken)


async def ends(office: Office) -> tuple[State, str]:
    """Where the mention and the delivery of its reply stand."""
    sent = await office.bench.one(schema.delivery, schema.delivery.c.kind == "reply")
    return (await office.bench.mention()).state, str(sent["state"])


@pytest.mark.parametrize("guarantee", list(Guarantee))
async def test_a_reply_that_left_after_the_backup_is_found_and_never_sent_again(
    office: Office, guarantee: Guarantee
) -> None:
    office.box.guarantee = guarantee
    backup = await held_at_the_backup(office)
    await office.passes(minutes=1)
    assert len(office.box.public) == 1

    assert await restored(office, backup) == 1
    await office.passes(minutes=10)

    assert (len(office.box.tries), len(office.box.public)) == (1, 1)
    assert await ends(office) == (State.REPLIED, "done")
    assert (await office.bench.verdict()).startswith("ok: ")


@pytest.mark.parametrize("guarantee", list(Guarantee))
async def test_a_reply_that_was_undone_after_the_backup_is_put_before_a_person_and_never_sent(
    office: Office, guarantee: Guarantee
) -> None:
    office.box.guarantee = guarantee
    backup = await held_at_the_backup(office)
    await office.bench.does(Action.WITHDRAW, PRIYA)
    await office.passes(minutes=1)

    await restored(office, backup)
    await office.passes(minutes=10)

    assert (office.box.tries, office.box.public) == ([], [])
    assert await ends(office) == (State.REPLYING, "needs_human")
    assert (await office.bench.verdict()).startswith("ok: ")


async def test_it_is_looked_for_from_when_it_was_queued_on(office: Office) -> None:
    backup = await held_at_the_backup(office)
    queued = office.bench.clock.now()
    await office.passes(hours=3)

    await restored(office, backup)
    await office.delivers()

    assert office.box.looked[-1].first_sent_at == queued


async def test_a_doubtful_reply_is_looked_up_again_after_the_restore(office: Office) -> None:
    await office.bench.arrives()
    office.box.answers, office.box.looks = [Unsure("no answer came")], [NotFound.CANNOT_TELL] * 3
    await office.bench.does(Action.REPLY, PRIYA, text=WORDS)
    await office.passes(seconds=15)
    backup = await office.bench.db.read(taken)
    await office.passes(seconds=10)
    office.box.looks = [Found(Receipt("r9"))]

    await restored(office, backup)
    await office.passes(minutes=5)

    assert len(office.box.tries) == 1
    assert await ends(office) == (State.REPLIED, "done")


async def test_a_sender_that_still_runs_may_not_finish_what_is_looked_up_now(office: Office) -> None:
    await held_at_the_backup(office)
    for holder, later in (("dead", timedelta(seconds=11)), ("zombie", LEASE_OF_REPLY)):
        office.bench.clock.advance(later)
        (held,) = await office.bench.db.write(outbox.due, office.bench.clock.now(), holder, 1)
    backup = await office.bench.db.read(taken)

    await restored(office, backup, by_flag=True)

    assert held.state == "unknown"
    assert not await office.bench.db.read(outbox.is_held, held)


async def test_a_card_that_had_not_left_is_looked_for_and_then_said_again(office: Office) -> None:
    await office.bench.arrives()
    backup = await office.bench.db.read(taken)
    await office.delivers()
    shown = len(office.wall.posts)

    await restored(office, backup, by_flag=True)
    await office.passes(minutes=2)

    assert office.wall.looked > 0
    assert [where for where, what, _ in office.wall.posts[shown:] if isinstance(what, Card)] == ["mentions"]


async def test_a_card_that_is_found_is_not_said_again(office: Office) -> None:
    await office.bench.arrives()
    backup = await office.bench.db.read(taken)
    await office.delivers()
    shown = len(office.wall.posts)
    office.wall.looks = [MessageRef("mentions", "m1")]

    await restored(office, backup, by_flag=True)
    await office.passes(minutes=2)

    assert not [what for _, what, _ in office.wall.posts[shown:] if isinstance(what, Card)]
    assert (await office.bench.one(schema.card))["message"] == "m1"


async def test_cards_that_show_what_is_no_longer_known_are_drawn_again(office: Office) -> None:
    await office.bench.arrives()
    await office.delivers()
    backup = await office.bench.db.read(taken)
    await office.bench.does(Action.CLAIM, PRIYA)
    await office.delivers()

    await restored(office, backup)
    await office.delivers()

    assert office.wall.redrawn[-1].buttons == office.wall.posts[0][1].buttons


async def test_leads_and_channels_are_told_once_from_when_to_when_nothing_is_known(office: Office) -> None:
    backup = await held_at_the_backup(office)
    office.bench.clock.advance(hours=2)
    await office.bench.does(Action.NOTE, PRIYA, note="asked")
    office.bench.clock.advance(hours=1)

    await restored(office, backup)

    said = {
        row["target"]: str(row["payload"]["text"])
        for row in await office.bench.all(schema.delivery, schema.delivery.c.key.startswith("recovery:"))
    }
    assert set(said) == {"mentions", "U0MORAG"}
    assert all("does not know what happened between 17 Nov at 09:00 and 17 Nov at 11:00" in text for text in said.values())
    assert "1 reply is being looked up; none is sent again by itself" in said["U0MORAG"]


async def test_a_restore_is_on_the_record(office: Office) -> None:
    backup = await held_at_the_backup(office)
    await office.passes(minutes=1)

    await restored(office, backup)

    (event,) = await office.bench.all(schema.event, schema.event.c.subject == "recovery")
    assert (event["action"], event["actor"], event["changes"]["replies"]) == ("recovered", "system", 1)
    assert (await office.bench.verdict()).startswith("ok: ")


async def test_a_database_that_only_went_on_is_not_behind(office: Office) -> None:
    await office.bench.arrives()
    seen = await office.bench.db.read(recovery.newest, office.bench.clock.now())
    await office.bench.arrives(post("p2", by="ann"))

    assert seen
    assert not await office.bench.db.read(recovery.is_behind, seen)


async def test_an_earlier_database_that_went_on_by_itself_is_behind_all_the_same(office: Office) -> None:
    backup = await office.bench.db.read(taken)
    await office.bench.arrives()
    seen = await office.bench.db.read(recovery.newest, office.bench.clock.now())
    await office.bench.db.write(put_back, backup)
    await office.bench.arrives(post("p2", by="ann"), post("p3", by="bob"), post("p4", by="cat"))

    assert seen
    assert await office.bench.db.read(recovery.is_behind, seen)


async def test_a_try_whose_end_nobody_knows_shows_too(office: Office) -> None:
    office.box.guarantee = Guarantee.NONE
    backup = await held_at_the_backup(office)
    office.box.answers, office.box.looks = ["lost"], [NotFound.CANNOT_TELL] * 100
    office.bench.clock.advance(seconds=11)
    await office.delivers()

    await restored(office, backup)
    await office.passes(minutes=10)

    assert (len(office.box.tries), len(office.box.public)) == (1, 1)
    assert await ends(office) == (State.REPLYING, "needs_human")


async def test_a_reply_given_back_and_tried_no_more_is_no_sign_of_a_restore(office: Office) -> None:
    await held_at_the_backup(office)
    office.box.answers = [Unsure("no answer came")]
    await office.passes(seconds=15)
    seen = await office.bench.db.read(recovery.newest, office.bench.clock.now())
    await office.passes(minutes=10)

    assert seen
    assert seen.tries
    assert not await office.bench.db.read(recovery.is_behind, seen)


async def test_what_a_stopping_copy_gives_back_is_no_sign_of_a_restore(office: Office) -> None:
    await held_at_the_backup(office)
    office.bench.clock.advance(seconds=11)
    in_hand = await office.bench.db.write(outbox.due, office.bench.clock.now(), "me", 5)
    seen = await office.bench.db.read(recovery.newest, office.bench.clock.now())
    await office.bench.db.write(outbox.give_back, in_hand, office.bench.clock.now())

    assert seen
    assert not await office.bench.db.read(recovery.is_behind, seen)


async def test_what_another_copy_noted_before_the_recovery_does_not_begin_it_again(office: Office) -> None:
    backup = await held_at_the_backup(office)
    await office.passes(minutes=1)
    seen = await office.bench.db.read(recovery.newest, office.bench.clock.now())
    office.bench.clock.advance(minutes=1)

    await restored(office, backup)

    assert seen
    assert not await office.bench.db.read(recovery.is_behind, seen)


async def test_an_empty_database_has_nothing_to_note(office: Office) -> None:
    assert await office.bench.db.read(recovery.newest, office.bench.clock.now()) is None


def test_the_note_is_read_as_it_was_written_and_only_by_its_owner(tmp_path: Path) -> None:
    path, what = tmp_path / "tolbooth.db.newest", Noted(7, "ab", 1_000, 2_000)

    assert recovery.note(path, what)
    assert recovery.note(path, Noted(8, "cd", 1_500, 2_500))

    assert recovery.noted(path) == Noted(8, "cd", 1_500, 2_500)
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["tolbooth.db.newest"]


@pytest.mark.parametrize("text", [None, "", "[1]", '{"event": 1}', "\x00"])
def test_a_note_that_is_missing_or_broken_says_nothing(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "note"
    if text is not None:
        path.write_text(text)

    assert recovery.noted(path) is None


def test_a_note_that_cannot_be_written_is_said_and_stops_nothing(tmp_path: Path) -> None:
    assert not recovery.note(tmp_path / "nowhere" / "note", Noted(7, "ab", 1_000, 2_000))


def test_the_note_lies_beside_the_file_unless_the_settings_name_a_place(tmp_path: Path) -> None:
    file, server = Database(f"sqlite:///{tmp_path}/tolbooth.db"), Database("postgresql://tolbooth@db.example/tolbooth")

    places = [recovery.side_file(one, named) for one in (file, server) for named in (None, tmp_path / "note")]
    file.close()
    server.close()

    assert places == [tmp_path / "tolbooth.db.newest", tmp_path / "note", None, tmp_path / "note"]


@pytest.fixture
async def renumbered(office: Office) -> Office:
    """M-1 is in the backup; M-2 came in again after the restore, where another M-2 had a card before."""
    await office.bench.arrives()
    await office.delivers()
    backup = await office.bench.db.read(taken)
    await office.bench.arrives(post("lost", by="ann"))
    await office.delivers()
    await restored(office, backup)
    await office.bench.arrives(post("new", by="bob"))
    await office.passes(minutes=1)
    return office


async def is_from_before(office: Office, ref: str, message: str) -> bool:
    """Whether a button there is refused."""
    return await office.bench.db.read(recovery.is_from_before, Place("wall", "mentions", ref=ref, message=message), ref)


async def test_a_button_on_a_card_from_before_does_not_act_on_the_mention_that_has_its_number_now(
    renumbered: Office,
) -> None:
    assert await is_from_before(renumbered, "M-2", "m2")


async def test_buttons_on_what_was_posted_since_work(renumbered: Office) -> None:
    card = await renumbered.bench.one(schema.card, schema.card.c.number == 2)
    pings = [row["remote_id"] for row in await renumbered.bench.all(schema.delivery, schema.delivery.c.number == 2)]

    known = [str(message) for message in (card["message"], *pings) if message]

    assert known
    assert not any([await is_from_before(renumbered, "M-2", message) for message in known])


async def test_a_mention_of_the_backup_keeps_its_buttons_wherever_they_are(renumbered: Office) -> None:
    assert not await is_from_before(renumbered, "M-1", "a card whose answer was lost")


async def test_what_is_typed_is_never_from_before(renumbered: Office) -> None:
    assert not await is_from_before(renumbered, "M-2", "")


async def test_where_nothing_was_restored_no_button_is_refused(office: Office) -> None:
    await office.bench.arrives()

    assert not await is_from_before(office, "M-1", "unknown")
