"""A reply in several posts: one after the other, each answering what it should, and never half of it without a word."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.errors import NotAllowed, Refused, Unsure
from bot.mention import SYSTEM, Action, State
from bot.ports import Guarantee, NotFound
from bot.reply import Abilities, Answers, Audience, Post, Written
from bot.store import schema
from bot.store.sending import recovery
from tests.bot.council import Bench, account, house, post
from tests.bot.engine.fakes import Office

pytestmark = pytest.mark.slow  # each walks through the outbox

PRIYA = "U0PRIYA"
FIRST, SECOND, THIRD = "Your bin goes on Thursday.", "The brown one goes on Friday.", "Put both out by seven."
THREAD = (Post(FIRST), Post(SECOND, answers=Answers.PREVIOUS), Post(THIRD, answers=Answers.PREVIOUS))
WHOLE = Written(f"{FIRST} {SECOND} {THIRD}", split=True)
WELSH, ENGLISH = "Dydd Iau yw hi.", "It is Thursday."
PAIR = (Post(WELSH, "cy"), Post(ENGLISH, "en"))
BOTH = Written(WELSH, second=ENGLISH)
WALES = account(languages=("cy", "en"), abilities=Abilities(threads=True))


@pytest.fixture
async def bilingual(office: Office) -> Office:
    """The account speaks two languages."""
    office.bench.desk.house = house(WALES)
    return office


async def replies(office: Office, posts: tuple[Post, ...] = THREAD, written: Written = WHOLE, **more: Any) -> Office:
    """M-1 has a reply in several posts whose hold is over."""
    await office.bench.arrives()
    await office.bench.does(Action.REPLY, PRIYA, written=written, posts=posts, **more)
    office.bench.clock.advance(seconds=11)
    return office


def said(office: Office) -> list[tuple[str, str]]:
    """What is public, and what each post answers."""
    return [(one.text, one.in_reply_to) for one in office.box.public]


async def rows(office: Office, *states: str) -> list[Mapping[str, Any]]:
    """The replies in these states, first part first."""
    found = await office.bench.all(schema.reply, schema.reply.c.state.in_(states))
    return sorted(found, key=lambda one: int(one["part"]))


async def tasks(office: Office) -> list[tuple[str, str, str]]:
    """What is owed, for what and to whom."""
    return [(one["kind"], one["what"], one["to"]) for one in await office.bench.all(schema.task)]


async def test_a_thread_goes_post_by_post_each_answering_the_one_before(office: Office) -> None:
    await replies(office)

    await office.delivers()

    assert said(office) == [(FIRST, "p1"), (SECOND, "r1"), (THIRD, "r2")]
    assert len({one.key for one in office.box.public}) == 3
    assert (await office.bench.mention()).state is State.REPLIED
    assert (await office.bench.mention()).owner == PRIYA
    assert await office.bench.due_at() is None
    assert (await office.bench.verdict()).startswith("ok: ")


async def test_a_pair_goes_as_two_answers_to_the_same_post_with_their_languages(bilingual: Office) -> None:
    await replies(bilingual, PAIR, BOTH)

    await bilingual.delivers()

    assert said(bilingual) == [(WELSH, "p1"), (ENGLISH, "p1")]
    assert [one.language for one in bilingual.box.public] == ["cy", "en"]
    assert await tasks(bilingual) == []


async def test_a_thread_in_each_of_two_languages_begins_anew_with_the_second(bilingual: Office) -> None:
    posts = (PAIR[0], Post("A dydd Gwener.", "cy", Answers.PREVIOUS), PAIR[1], Post("And Friday.", "en", Answers.PREVIOUS))

    await replies(bilingual, posts, BOTH)
    await bilingual.delivers()

    assert [where for _, where in said(bilingual)] == ["p1", "r1", "p1", "r3"]


async def test_only_the_first_post_is_under_way_until_it_is_public(office: Office) -> None:
    await replies(office)

    held = await rows(office, "held")

    assert [(one["part"], one["parts"], one["text"]) for one in held] == [(1, 3, WHOLE.text)]


async def test_each_later_post_is_a_row_of_its_own_by_the_same_writer(office: Office) -> None:
    await replies(office)
    await office.delivers()

    first, second, third = await rows(office, "sent")

    assert {one["by"] for one in (first, second, third)} == {PRIYA}
    assert {second["first_id"], third["first_id"]} == {first["id"]}
    assert [one["native_id"] for one in (first, second, third)] == ["r1", "r2", "r3"]
    assert [event["actor"] for event in await office.bench.desk.events("M-1") if event["action"] == "reply"] == [
        PRIYA,
        SYSTEM,
        SYSTEM,
    ]


async def test_undo_before_the_first_has_left_undoes_all(office: Office) -> None:
    await office.bench.arrives()
    await office.bench.does(Action.REPLY, PRIYA, written=WHOLE, posts=THREAD)

    await office.bench.does(Action.WITHDRAW, PRIYA)
    await office.passes(minutes=5)

    (draft,) = await rows(office, "draft")
    assert office.box.public == []
    assert (draft["text"], draft["split"]) == (WHOLE.text, True)


async def test_what_is_left_stops_with_publishing_and_goes_on_with_it(office: Office) -> None:
    await replies(office)
    office.box.answers = ["", Unsure("no answer"), ""]
    office.box.guarantee = Guarantee.NATIVE_KEY
    office.box.abilities = Abilities(threads=True)
    await office.bench.desk.stop("U0DEV", "wrong figures")
    await office.passes(minutes=5)
    before = len(office.box.tries)

    await office.bench.desk.start("U0MORAG")
    await office.passes(minutes=10)

    assert before == 0
    assert [text for text, _ in said(office)] == [FIRST, SECOND, THIRD]


async def test_stopped_between_two_posts_nothing_more_goes_and_undo_keeps_what_is_left(office: Office) -> None:
    await replies(office)
    office.box.answers = ["", Refused("x")]
    stopping = office.bench.desk.stop

    async def stops_after_the_first(*_: Any) -> Any:
        await stopping("U0DEV", "wrong figures")
        return office.box.receipt(office.box.public[0])

    publish, office.box.publish = office.box.publish, publish_then(office, stops_after_the_first)  # type: ignore[method-assign]
    await office.delivers()
    await office.passes(minutes=5)
    office.box.publish = publish  # type: ignore[method-assign]
    await office.bench.does(Action.WITHDRAW, PRIYA)

    (draft,) = await rows(office, "draft")
    assert said(office) == [(FIRST, "p1")]
    assert draft["text"] == f"{SECOND} {THIRD}"
    assert "partly" in await office.bench.told(kind="thread")


def publish_then(office: Office, then: Any) -> Any:
    """Publishing, with something that happens while its answer is on its way."""

    async def publish(outgoing: Any) -> Any:
        office.box.tries.append(outgoing)
        office.box.public.append(outgoing)
        return await then()

    return publish


async def test_a_later_post_that_is_refused_leaves_the_rest_as_a_draft_and_staff_hear_how_much_is_public(
    office: Office,
) -> None:
    await replies(office)
    office.box.answers = ["", "", Refused("the conversation is closed.")]

    await office.passes(minutes=1)

    (draft,) = await rows(office, "draft")
    ((_, notice),) = [(who, what) for who, what in office.wall.told if who == PRIYA]
    assert draft["text"] == THIRD
    assert (await office.bench.mention()).state is State.CLAIMED
    assert "2 of 3 are public." in str(notice.body)
    assert "https://example.org/r2" in str(notice.body)
    assert await office.bench.due_at() is not None


async def test_a_later_post_nobody_can_account_for_is_put_before_a_person_and_the_rest_goes_on_their_word(
    office: Office,
) -> None:
    await replies(office)
    office.box.answers = ["", Unsure("no answer")]
    office.box.guarantee = Guarantee.NONE
    office.box.looks = [NotFound.CANNOT_TELL] * 99
    await office.passes(minutes=5)
    before = [one.text for one in office.box.tries]

    await office.bench.does(Action.RESEND, PRIYA)
    await office.passes(minutes=1)

    assert before == [FIRST, SECOND]
    assert [text for text, _ in said(office)] == [FIRST, SECOND, THIRD]


async def test_a_thread_cannot_go_on_from_a_post_that_nobody_knows_the_place_of(office: Office) -> None:
    await replies(office)
    office.box.answers = [Unsure("no answer")]
    office.box.guarantee = Guarantee.NONE
    office.box.looks = [NotFound.CANNOT_TELL] * 99
    await office.passes(minutes=5)

    after = await office.bench.does(Action.SENT, PRIYA)
    await office.passes(minutes=5)

    (draft,) = await rows(office, "draft")
    assert after.state is State.CLAIMED
    assert len(office.box.tries) == 1
    assert draft["text"] == f"{SECOND} {THIRD}"


async def test_when_the_second_language_is_refused_the_gap_is_on_record_and_owed(bilingual: Office) -> None:
    await replies(bilingual, PAIR, BOTH)
    bilingual.box.answers = ["", Refused("too many posts.")]

    await bilingual.passes(minutes=1)

    (event,) = [one for one in await bilingual.bench.desk.events("M-1") if one["action"] == Action.NOT_SENT]
    (draft,) = await rows(bilingual, "draft")
    assert event["changes"]["missing"] == "en"
    assert await tasks(bilingual) == [("translation", ENGLISH, PRIYA)]
    assert (draft["text"], draft["second"], draft["one_language"]) == ("", ENGLISH, True)


async def test_a_reply_that_a_person_let_go_in_one_language_owes_the_other(bilingual: Office) -> None:
    await replies(bilingual, (Post(WELSH, "cy"),), Written(WELSH, one_language=True))

    await bilingual.delivers()

    (task,) = await bilingual.bench.all(schema.task)
    assert (task["kind"], task["what"]) == ("translation", WELSH)
    assert task["due_at"] == bilingual.bench.clock.now() + WALES.translate_within
    assert (await bilingual.bench.actions())[-2:] == ["sent", "owe"]
    assert (await bilingual.bench.verdict()).startswith("ok: ")


async def test_a_promise_is_tracked_once_its_last_post_is_public_and_not_before(office: Office) -> None:
    friday = office.bench.clock.now() + timedelta(days=3)
    await replies(office, THREAD, Written(WHOLE.text, split=True, promise_by=friday))
    before = await tasks(office)

    await office.delivers()

    (task,) = await office.bench.all(schema.task)
    assert before == []
    assert (task["kind"], task["to"], task["due_at"], task["what"]) == ("promise", PRIYA, friday, WHOLE.text)


async def test_a_reply_that_was_stopped_owes_nothing(office: Office) -> None:
    friday = office.bench.clock.now() + timedelta(days=3)
    await office.bench.arrives()
    await office.bench.does(Action.REPLY, PRIYA, written=Written(FIRST, promise_by=friday))

    await office.bench.does(Action.WITHDRAW, PRIYA)
    await office.passes(minutes=5)

    assert await tasks(office) == []


async def test_what_the_author_adds_between_two_posts_opens_the_mention_again_after_the_last(office: Office) -> None:
    await replies(office)

    async def adds() -> Any:
        if len(office.box.public) == 1:
            await office.bench.arrives(post("p2", "And glass?", conversation="p1"))
        return office.box.receipt(office.box.public[-1])

    office.box.publish = publish_then(office, adds)  # type: ignore[method-assign]
    await office.delivers()

    assert [text for text, _ in said(office)] == [FIRST, SECOND, THIRD]
    assert (await office.bench.mention()).state is State.NEW
    assert (await office.bench.actions())[-1] == "reopen"


async def test_what_is_partly_public_goes_on_to_its_end_though_the_author_writes_again(office: Office) -> None:
    office.bench.desk.house = house(account(per_hour=1))
    await replies(office, (Post(FIRST), Post(SECOND)), Written(FIRST))
    await office.delivers()

    await office.bench.arrives(post("p2", "And glass?", conversation="p1"))
    await office.passes(hours=1, minutes=1, every=60)

    assert [text for text, _ in said(office)] == [FIRST, SECOND]
    assert (await office.bench.mention()).state is State.NEW


async def test_a_later_post_keeps_to_the_readers_of_the_first(office: Office) -> None:
    private = Written(WHOLE.text, audience=Audience.AUTHOR, split=True)
    await replies(office, (Post(FIRST), Post(SECOND)), private)

    await office.delivers()

    assert [(one.audience, one.author_id) for one in office.box.public] == [(Audience.AUTHOR, "a-lou")] * 2


COLUMNS = {"posts": '[{"answers": "same", "language": "", "text": "Swapped"}]', "audience": "author", "account": "other"}


@pytest.mark.parametrize("column", COLUMNS)
async def test_a_row_that_was_changed_behind_our_back_does_not_go_and_is_put_before_a_person(
    office: Office, column: str
) -> None:
    await replies(office, (Post(FIRST),), Written(FIRST))
    await office.bench.db.write(lambda conn: conn.execute(update(schema.reply).values({column: COLUMNS[column]})))

    await office.passes(minutes=1)

    assert office.box.tries == []
    assert await office.bench.told(kind="tell", target=PRIYA) == ["not_sent"]
    assert (await office.bench.mention()).state is State.CLAIMED


async def test_a_description_that_was_changed_behind_our_back_does_not_go(office: Office) -> None:
    await replies(office, (Post(FIRST),), Written(FIRST))
    (reply,) = await rows(office, "held")
    picture = {"id": "m1", "reply": reply["id"], "position": 0, "name": "a.png", "media_type": "image/png", "size": 1}
    await office.bench.db.write(
        lambda conn: conn.execute(schema.reply_media.insert().values(**picture, alt="", content=b"x", digest="0"))
    )

    await office.passes(minutes=1)

    assert office.box.tries == []


async def test_posts_that_were_changed_while_the_first_was_on_its_way_never_follow_it(office: Office) -> None:
    await replies(office)

    async def changes() -> Any:
        kept = '[{"answers": "same", "language": "", "text": "x"}, {"answers": "same", "language": "", "text": "Swapped"}]'
        await office.bench.db.write(lambda conn: conn.execute(update(schema.reply).values(posts=kept)))
        return office.box.receipt(office.box.public[-1])

    office.box.publish = publish_then(office, changes)  # type: ignore[method-assign]
    await office.passes(minutes=2)

    assert [text for text, _ in said(office)] == [FIRST]
    assert (await office.bench.mention()).state is State.CLAIMED


async def test_after_a_restore_a_later_post_is_looked_for_under_the_key_it_was_sent_with(office: Office) -> None:
    await replies(office)
    backup = await office.bench.db.read(lambda conn: recovery_copy(conn))
    await office.delivers()
    keys = [one.key for one in office.box.public]
    await put_back(office.bench, backup)

    await office.bench.db.write(recovery.begin, office.bench.house, office.bench.clock.now())
    await office.passes(minutes=5)

    assert [one.key for one in office.box.public] == keys
    assert [one.key for one in office.box.looked] == keys
    assert (await office.bench.mention()).state is State.REPLIED


def recovery_copy(conn: Any) -> dict[str, list[dict[str, Any]]]:
    """All rows, as a backup has them."""
    return {t.name: [dict(row) for row in conn.execute(t.select()).mappings()] for t in schema.METADATA.sorted_tables}


async def put_back(bench: Bench, backup: dict[str, list[dict[str, Any]]]) -> None:
    """The backup in the place of the database."""

    def swap(conn: Any) -> None:
        for table in reversed(schema.METADATA.sorted_tables):
            conn.execute(table.delete())
        for table in schema.METADATA.sorted_tables:
            if backup[table.name]:
                conn.execute(table.insert(), backup[table.name])

    await bench.db.write(swap)


async def test_after_a_restore_a_later_post_that_is_not_found_is_never_sent_by_itself(office: Office) -> None:
    await replies(office)
    backup = await office.bench.db.read(recovery_copy)
    office.box.answers = ["", Refused("closed.")]
    await office.delivers()
    await put_back(office.bench, backup)
    tried = len(office.box.tries)

    await office.bench.db.write(recovery.begin, office.bench.house, office.bench.clock.now())
    await office.passes(minutes=10)

    assert len(office.box.tries) == tried
    assert "unsure" in await office.bench.told(kind="tell", target=PRIYA)


async def test_what_waited_at_the_backup_and_was_sent_since_is_found_and_not_sent_again_when_it_is_approved_anew(
    office: Office,
) -> None:
    await office.bench.arrives()
    await office.bench.does(Action.CLAIM, "U0TAM")
    await office.bench.does(Action.SUBMIT, "U0TAM", written=Written(FIRST), posts=(Post(FIRST),))
    backup = await office.bench.db.read(recovery_copy)
    await office.bench.does(Action.APPROVE, PRIYA)
    await office.passes(minutes=1)
    await put_back(office.bench, backup)
    await office.bench.db.write(recovery.begin, office.bench.house, office.bench.clock.now())

    await office.bench.does(Action.APPROVE, PRIYA)
    await office.passes(minutes=1)

    assert len(office.box.tries) == 1
    assert (await office.bench.mention()).state is State.REPLIED


async def test_two_replies_cannot_be_under_way_between_two_posts(office: Office) -> None:
    await replies(office)
    refused: list[str] = []

    async def replies_too() -> Any:
        try:
            await office.bench.does(Action.REPLY, "U0FARAH", text="Me too", overrides=True)
        except NotAllowed as error:
            refused.append(str(error))
        return office.box.receipt(office.box.public[-1])

    office.box.publish = publish_then(office, replies_too)  # type: ignore[method-assign]
    await office.delivers()

    assert len(refused) == 3
    assert [text for text, _ in said(office)] == [FIRST, SECOND, THIRD]
