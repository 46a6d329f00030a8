"""What the public says comes in once, whole, and in the place it belongs."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import StatementError

from bot.clean import LONGEST
from bot.clock import MovableClock
from bot.errors import Busy
from bot.mention import Action, Author, Media, State
from bot.ports import Edited, Gone, Page, Receipt
from bot.store import schema
from bot.store.executor import Database
from bot.store.intake import accounts, arrivals
from bot.store.intake.accounts import Overtaken
from bot.store.intake.corrections import Intake, Taken
from bot.store.sending import deliveries, outbox
from tests.bot.council import Bench, account, house, post

PRIYA = "U0PRIYA"
NO_MORE_EVENTS = "CREATE TRIGGER full BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 'no'); END"
SECRET = "My daughter Ailsa is at 4 Mill Road"


def intake(bench: Bench) -> Intake:
    """Where and when."""
    return Intake(bench.house.accounts["website"], bench.house, bench.clock.now())


# --- once --------------------------------------------------------------------------------------------------------


async def test_the_same_post_three_times_is_one_mention(either: Bench) -> None:
    await either.arrives(post("p1"), post("p1"))
    await either.arrives(post("p1"))

    assert len(await either.all(schema.mention)) == 1
    assert await either.actions() == ["received"]


async def test_a_webhook_delivered_twice_changes_nothing(either: Bench) -> None:
    await either.desk.take_in([post("p1")], "website", "msg_1")

    again = await either.desk.take_in([post("p1"), post("p2", by="ann")], "website", "msg_1")

    assert again == Taken(known=2)
    assert len(await either.all(schema.mention)) == 1


async def test_the_same_post_in_two_pages_with_a_restart_between_is_one_mention(
    sqlite_file: Path, clock: MovableClock
) -> None:
    for cursor in ("1", "2"):
        database = Database(f"sqlite:///{sqlite_file}")
        bench = Bench(database, clock, house())
        at = await database.write(accounts.place, "website")
        await database.write(accounts.take_page, Page((post("p1"),), cursor), at, intake(bench))
        held = await bench.all(schema.mention)
        database.close()

    assert len(held) == 1


async def test_of_two_readers_of_one_account_the_second_is_dropped_with_its_cursor(either: Bench) -> None:
    first = await either.db.write(accounts.place, "website")
    second = await either.db.write(accounts.place, "website")
    await either.db.write(accounts.take_page, Page((post("p1"),), "new"), first, intake(either))

    with pytest.raises(Overtaken):
        await either.db.write(accounts.take_page, Page((post("p0", by="ann"),), "old"), second, intake(either))

    assert (await either.db.write(accounts.place, "website")).cursor == "new"
    assert len(await either.all(schema.mention)) == 1


async def test_numbers_have_no_gap_after_a_page_that_failed(either: Bench) -> None:
    await either.arrives(post("p1"))
    with pytest.raises(StatementError, match="without a zone"):
        await either.arrives(post("p2", by="ann"), post("p3", by="bob", posted_at=either.clock.now().replace(tzinfo=None)))

    await either.arrives(post("p4", by="cat"))

    assert [row["number"] for row in await either.all(schema.mention)] == [1, 2]
    assert (await either.verdict()).startswith("ok")


async def test_our_own_reply_coming_back_is_not_a_mention(bench: Bench) -> None:
    await bench.arrives()
    await bench.does(Action.REPLY, text="Thursday.")
    bench.clock.advance(seconds=11)
    taken = await bench.db.write(outbox.due, bench.clock.now(), "me", 50)
    (reply,) = [delivery for delivery in taken if delivery.kind == "reply"]
    await bench.db.write(deliveries.reply_sent, reply, Receipt("r1"), bench.house, now=bench.clock.now())

    came = await bench.desk.take_in([post("r1", "Thursday.", by="council")], "website")

    assert came == Taken(known=1)


async def test_the_same_id_on_another_account_is_another_mention(database: Database, clock: MovableClock) -> None:
    bench = Bench(database, clock, house(account("website"), account("x")))
    await bench.arrives(post("1"))

    await bench.arrives(post("1"), account="x")

    assert {(row["account"], row["number"]) for row in await bench.all(schema.mention)} == {("website", 1), ("x", 2)}


# --- whole -------------------------------------------------------------------------------------------------------


async def test_words_no_database_takes_are_made_safe_wherever_they_stand(either: Bench) -> None:
    bad = "a\x00b\ud800c"
    hostile = post(
        bad, bad, conversation=bad, url=bad, language=bad, kind=bad, in_reply_to=bad,
        media=(Media("image", bad, bad),), raw=b"\x00\xff",
    )  # fmt: skip
    await either.arrives(replace(hostile, author=Author(bad, bad, bad)))

    mention = await either.mention()

    assert mention.text == "a\ufffdb\ufffdc"
    assert mention.author.name == mention.media[0].alt == mention.native_id == "a\ufffdb\ufffdc"
    assert (await either.one(schema.mention))["raw"] == b"\x00\xff"
    assert (await either.verdict()).startswith("ok")


async def test_a_post_with_a_hostile_id_is_still_one_mention_and_can_be_edited_and_deleted(either: Bench) -> None:
    await either.arrives(post("a\x00b"), post("a\x00b"))
    await either.arrives(Edited("a\x00b", "Other words", either.clock.now()))
    edited = await either.mention()
    await either.arrives(Gone("a\x00b", either.clock.now()))

    assert edited.text == "Other words"
    assert (await either.mention()).text == ""
    assert len(await either.all(schema.mention)) == 1


async def test_a_post_of_a_hundred_thousand_and_one_characters_is_cut_and_said_under_its_card(bench: Bench) -> None:
    await bench.arrives(post("p1", "x" * (LONGEST + 1)))

    said = await bench.all(schema.delivery, schema.delivery.c.kind == "thread")
    assert len((await bench.mention()).text) == LONGEST
    assert [row["payload"] for row in said] == [{"what": "full_text"}]


@pytest.mark.parametrize("text", ["", " ", "🇬🇧" * 100, "مرحبا", "a\u2028b", "\r\n\t"])
async def test_any_other_words_are_kept_as_they_are(bench: Bench, text: str) -> None:
    await bench.arrives(post("p1", text))

    assert (await bench.mention()).text == text


async def test_half_an_emoji_and_its_other_half_become_the_emoji(bench: Bench) -> None:
    await bench.arrives(post("p1", "\ud83d\ude00"))

    assert (await bench.mention()).text == "😀"


# --- where it belongs --------------------------------------------------------------------------------------------


async def test_the_same_author_in_the_same_conversation_adds_to_the_mention(bench: Bench) -> None:
    await bench.arrives(post("p1"), post("p2", "And the brown bin?", in_reply_to="p1"))

    story = await bench.desk.story("M-1")
    assert [addition.text for addition in story.additions] == ["And the brown bin?"]
    assert await bench.actions() == ["received", "add"]


async def test_another_author_in_the_same_conversation_is_a_mention_of_their_own(bench: Bench) -> None:
    await bench.arrives(post("p1"), post("p2", "Mine too", by="ann", in_reply_to="p1"))

    assert [row["conversation"] for row in await bench.all(schema.mention)] == ["p1", "p1"]


@pytest.mark.parametrize("first", [True, False], ids=["private then public", "public then private"])
async def test_what_is_said_in_private_never_joins_what_is_said_in_public(bench: Bench, first: bool) -> None:
    await bench.arrives(post("p1", conversation="c1", private=first))
    await bench.arrives(post("p2", "More of it", conversation="c1", private=not first))
    await bench.arrives(post("p3", "And more", conversation="c1", private=first))

    assert [row["private"] for row in await bench.all(schema.mention)] == [first, not first]
    assert [(row["number"], row["native_id"]) for row in await bench.all(schema.addition)] == [(1, "p3")]


async def test_authors_without_an_id_are_never_taken_for_one_another(bench: Bench) -> None:
    await bench.arrives(post("p1", by="", conversation="c"), post("p2", by="", conversation="c"))

    assert len(await bench.all(schema.mention)) == 2


async def test_an_answer_to_our_reply_joins_the_mention_we_replied_to(bench: Bench) -> None:
    await bench.arrives()
    await bench.does(Action.REPLY, text="Thursday.")
    bench.clock.advance(seconds=11)
    taken = await bench.db.write(outbox.due, bench.clock.now(), "me", 50)
    (reply,) = [delivery for delivery in taken if delivery.kind == "reply"]
    await bench.db.write(deliveries.reply_sent, reply, Receipt("r1"), bench.house, now=bench.clock.now())

    await bench.arrives(post("p2", "Thanks, and next week?", in_reply_to="r1"))

    after = await bench.mention()
    assert (after.state, after.owner, after.last_owner, after.seen_at) == (State.NEW, None, PRIYA, None)
    assert await bench.due_at() == bench.clock.now() + timedelta(hours=1)
    assert after.respond_by == bench.clock.now() + timedelta(hours=1)


async def test_an_addition_reopens_a_closed_mention(bench: Bench) -> None:
    await bench.arrives()
    await bench.does(Action.CLOSE, note="praise")

    await bench.arrives(post("p2", "But one more thing", conversation="p1"))

    after = await bench.mention()
    assert (after.state, after.close_reason) == (State.NEW, "")
    assert await bench.actions() == ["received", "close", "reopen", "add"]


async def test_an_addition_tells_the_owner_and_leaves_the_mention_theirs(bench: Bench) -> None:
    await bench.arrives()
    await bench.does(Action.CLAIM)

    await bench.arrives(post("p2", "Hello?", conversation="p1"))

    told = await bench.all(schema.delivery, schema.delivery.c.kind == "thread")
    assert (await bench.mention()).owner == PRIYA
    assert [row["payload"]["what"] for row in told] == ["addition"]


# --- a reply that waits ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "why"),
    [
        (post("p9", "Never mind, found it", conversation="p1"), "wrote again"),
        (Edited("p1", "Is my brown bin day changed?", post().posted_at), "changed the post"),
        (Edited("p2", "And the green bin?", post().posted_at), "changed the post"),
        (Gone("p1", post().posted_at), "deleted the post"),
        (Gone("p2", post().posted_at), "deleted the post"),
    ],
)
async def test_a_held_reply_stops_when_what_it_answers_changes(bench: Bench, what: object, why: str) -> None:
    await bench.arrives(post("p1"), post("p2", "And the blue bin?", conversation="p1"))
    await bench.does(Action.REPLY, text="Thursday.")

    await bench.arrives(what)

    delivery = await bench.one(schema.delivery, schema.delivery.c.kind == "reply")
    stopped = [row["payload"] for row in await bench.all(schema.delivery) if row["payload"].get("what") == "stopped"]
    assert delivery["state"] == "cancelled"
    assert [payload["why"] for payload in stopped] == [why, why]
    assert await bench.told(kind="tell", target=PRIYA) == ["stopped"]
    assert (await bench.mention()).state is State.CLAIMED
    assert {row["state"] for row in await bench.all(schema.reply)} == {"withdrawn", "draft"}


async def test_a_reply_that_is_leaving_is_not_stopped(bench: Bench) -> None:
    await bench.arrives()
    await bench.does(Action.REPLY, text="Thursday.")
    bench.clock.advance(seconds=11)
    await bench.db.write(outbox.due, bench.clock.now(), "me", 50)

    await bench.arrives(post("p2", "Never mind", conversation="p1"))

    delivery = await bench.one(schema.delivery, schema.delivery.c.kind == "reply")
    assert delivery["state"] == "sending"
    assert (await bench.mention()).state is State.REPLYING


# --- taken back --------------------------------------------------------------------------------------------------


async def test_an_edit_keeps_both_texts(either: Bench) -> None:
    await either.arrives()

    await either.arrives(Edited("p1", "Is my brown bin day changed?", either.clock.now()))

    earlier = await either.one(schema.earlier_text)
    after = await either.mention()
    assert (earlier["text"], after.text) == ("Is my bin day changed?", "Is my brown bin day changed?")
    assert after.edited_at == either.clock.now()
    assert (await either.verdict()).startswith("ok")


async def test_an_edit_to_the_same_words_changes_nothing(bench: Bench) -> None:
    await bench.arrives()
    before = await bench.at_rest()

    await bench.arrives(Edited("p1", "Is my bin day changed?", bench.clock.now()))

    assert await bench.at_rest() == before


async def test_a_deletion_erases_the_words_everywhere_and_the_record_still_holds(either: Bench, sqlite_file: Path) -> None:
    await either.arrives(post("p1", SECRET, media=(Media("image", "https://example.org/i", SECRET),)))
    await either.arrives(post("p2", f"{SECRET}, again", conversation="p1"))
    await either.arrives(Edited("p1", f"{SECRET}!", either.clock.now()), Edited("p2", f"{SECRET}!!", either.clock.now()))

    await either.arrives(Gone("p1", either.clock.now()), Gone("p2", either.clock.now()))

    assert SECRET not in str(await either.at_rest())
    assert SECRET.encode() not in b"".join(bytes(row["raw"]) for row in await either.all(schema.mention))
    assert (await either.verdict()).startswith("ok")


async def test_what_nobody_has_closes_by_itself_when_its_author_deletes_it(bench: Bench) -> None:
    await bench.arrives()

    await bench.arrives(Gone("p1", bench.clock.now()))

    after = await bench.mention()
    assert (after.state, after.close_reason, after.seen_at) == (State.CLOSED, "deleted by its author", None)
    assert await bench.due_at() is None


async def test_what_the_author_added_still_waits_for_an_answer_when_the_first_post_is_deleted(bench: Bench) -> None:
    await bench.arrives(post("p1"), post("p2", "And the brown bin?", conversation="p1"))

    await bench.arrives(Gone("p1", bench.clock.now()))
    first = await bench.mention()
    await bench.arrives(Gone("p2", bench.clock.now()))
    second = await bench.mention()

    assert (first.state, second.state) == (State.NEW, State.CLOSED)


async def test_an_owner_keeps_what_its_author_deleted_and_is_told(bench: Bench) -> None:
    await bench.arrives()
    await bench.does(Action.CLAIM)

    await bench.arrives(Gone("p1", bench.clock.now()), Gone("p1", bench.clock.now()))

    told = [row["payload"]["what"] for row in await bench.all(schema.delivery, schema.delivery.c.kind == "thread")]
    after = await bench.mention()
    assert (after.state, after.owner, told) == (State.CLAIMED, PRIYA, ["gone"])
    assert await bench.actions() == ["received", "claim", "gone"]


async def test_an_edit_that_comes_after_the_deletion_brings_nothing_back(bench: Bench) -> None:
    await bench.arrives()
    await bench.arrives(Gone("p1", bench.clock.now()))

    await bench.arrives(Edited("p1", "Is my brown bin day changed?", bench.clock.now()), post("p1"))

    assert (await bench.mention()).text == ""
    assert not [row for row in await bench.all(schema.earlier_text) if row["text"]]


# --- private -----------------------------------------------------------------------------------------------------


@pytest.fixture
def held(database: Database, clock: MovableClock) -> Bench:
    """A council whose web chat has nowhere to show private messages."""
    return Bench(database, clock, house(account(private_channel="")))


async def test_a_private_message_goes_to_the_private_channel(bench: Bench) -> None:
    await bench.arrives(post("p1", private=True))

    assert (await bench.one(schema.card))["channel"] == "private"


async def test_a_private_message_with_no_private_channel_is_held_and_the_leads_are_told(held: Bench) -> None:
    await held.arrives(post("p1", SECRET, private=True))

    (told,) = await held.all(schema.delivery)
    assert (told["kind"], told["target"], told["payload"]) == ("tell", "U0MORAG", {"what": "held"})
    assert not await held.all(schema.card)


async def test_nothing_that_is_done_to_a_held_message_reaches_a_channel(held: Bench) -> None:
    await held.arrives(post("p1", SECRET, private=True), post("p2", SECRET, conversation="p1", private=True))
    await held.does(Action.CLAIM, "U0MORAG")
    await held.does(Action.NOTE, "U0MORAG", note=SECRET)
    await held.arrives(Edited("p1", f"{SECRET}!", held.clock.now()))
    await held.does(Action.CLOSE, "U0MORAG", note="rang her")

    sent = await held.all(schema.delivery)
    assert {row["kind"] for row in sent} == {"tell"}
    assert SECRET not in str(sent)


async def test_a_page_the_database_cannot_take_leaves_the_cursor_where_it_was(bench: Bench) -> None:
    at = await bench.db.write(accounts.place, "website")
    await bench.db.write(lambda conn: conn.exec_driver_sql(NO_MORE_EVENTS))

    with pytest.raises(Busy):
        await bench.db.write(accounts.take_page, Page((post(),), "1"), at, intake(bench))

    assert (await bench.db.read(lambda conn: conn.exec_driver_sql("SELECT cursor FROM account").scalar())) is None


async def test_items_are_taken_in_the_order_given(bench: Bench) -> None:
    taken = await bench.db.write(
        arrivals.take_in, [post("p1"), Edited("p1", "b", bench.clock.now()), Gone("p1", bench.clock.now())], intake(bench)
    )

    assert taken == Taken(new=1, changed=2)
    assert await bench.actions() == ["received", "edit", "gone", "close"]
