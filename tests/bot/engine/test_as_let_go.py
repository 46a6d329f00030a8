"""What leaves is what was let go, where it was let go, in answer to what was answered: at the gate as at the button."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.errors import NotAllowed, Refused
from bot.mention import SYSTEM, Action, State
from bot.ports import Answered, Edited, Gone, Outgoing, Preflight, Verdict
from bot.reply import Abilities, Attachment, Post, Written
from bot.store import schema
from bot.store.replying import as_shown, media
from bot.store.sending import recovery
from tests.bot.council import Bench, account, house, post
from tests.bot.engine.fakes import Letterbox, Office
from tests.bot.engine.square import WHY, Town

pytestmark = pytest.mark.slow  # each walks through the outbox

PRIYA, TAM, FARAH = "U0PRIYA", "U0TAM", "U0FARAH"
PAIR = (Post("Dydd Iau.", "cy"), Post("Thursday.", "en"))
GATE = Attachment("", "gate.png", "image/png", 4, "A gate", b"gate")


def says_otherwise(bench: Bench, what: str) -> Any:
    """The author changes or deletes M-1, or adds to it."""
    now = bench.clock.now()
    changes = {
        "edit": Edited("p1", "Is it open?", now),
        "gone": Gone("p1", now),
        "add": post("p2", "Sorted, thanks", conversation="p1"),
    }
    return changes[what]


@pytest.mark.parametrize("what", ["edit", "gone"])
@pytest.mark.parametrize("action", [Action.REPLY, Action.SUBMIT])
async def test_what_was_confirmed_before_the_author_changed_the_post_is_not_let_go(
    bench: Bench, action: Action, what: str
) -> None:
    await bench.arrives()
    seen = await bench.does(Action.CLAIM, TAM)
    await bench.arrives(says_otherwise(bench, what))

    with pytest.raises(NotAllowed, match="What it answers changed just now"):
        await bench.does(action, TAM, text="Yes.", detail={as_shown.AS_OF: str(seen.version)})

    assert action not in await bench.actions()


@pytest.mark.parametrize("action", [Action.REPLY, Action.SUBMIT])
async def test_pictures_that_nobody_looked_at_are_not_let_go(bench: Bench, action: Action) -> None:
    await bench.arrives()
    mention = await bench.does(Action.CLAIM, TAM)
    looked_at = media.mark((GATE,), ("another",))
    about = {"written": Written("Look."), "attachments": (GATE,), "alts": None, "now": bench.clock.now()}
    draft = await bench.db.write(media.keep_with_draft, mention, TAM, **about)

    with pytest.raises(NotAllowed, match="The pictures changed just now"):
        await bench.does(action, TAM, written=Written("Look."), pictures=looked_at)

    as_it_is = await bench.db.read(media.mark_of, draft)
    await bench.does(action, TAM, written=Written("Look."), pictures=as_it_is)
    assert (await bench.actions())[-1] == action


class Turning(Letterbox):
    """A network during whose look before sending something happens."""

    meanwhile: Callable[[], Awaitable[None]] | None = None

    async def preflight(self, reply: Outgoing) -> Preflight:
        """It may go; something happens first."""
        if self.meanwhile:
            await self.meanwhile()
        return Preflight(Verdict.OK)


@pytest.mark.parametrize("what", ["edit", "gone", "add"])
async def test_a_reply_stops_where_the_author_says_otherwise_before_its_socket_is_opened(office: Office, what: str) -> None:
    box = Turning()
    office.bench.desk.networks["website"] = box
    await office.bench.arrives()
    await office.bench.does(Action.REPLY, PRIYA, text="Yes.")

    async def turn() -> None:
        box.meanwhile = None
        await office.bench.arrives(says_otherwise(office.bench, what))

    box.meanwhile = turn
    await office.passes(minutes=2)

    assert box.tries == []
    assert (await office.bench.mention()).state is State.CLAIMED
    assert [one["state"] for one in await office.bench.all(schema.reply, schema.reply.c.text == "Yes.")].count("draft") == 1
    assert "stopped" in await office.bench.told()
    assert (await office.bench.verdict()).startswith("ok: ")


async def stopped_at_the_gate(office: Office, *items: object) -> None:
    """A reply to M-1 is on its way when something comes in."""
    box = Turning()
    office.bench.desk.networks["website"] = box
    await office.bench.arrives()
    await office.bench.does(Action.REPLY, PRIYA, text="Yes.")

    async def turn() -> None:
        box.meanwhile = None
        await office.bench.arrives(*items)

    box.meanwhile = turn
    await office.passes(minutes=2)
    assert bool(box.tries) != bool(await office.bench.all(schema.reply, schema.reply.c.state == "draft"))


async def test_a_reply_that_stops_for_an_answer_given_elsewhere_leaves_its_mention_answered(either: Bench) -> None:
    office, url = Office(either), "https://example.org/us/9"

    await stopped_at_the_gate(office, Answered("us9", "p1", "From Monday.", either.clock.now(), url))

    after, replies = await either.mention(), {row["state"]: row for row in await either.all(schema.reply)}
    assert (after.state, after.owner, after.ended_at is None) == (State.REPLIED, PRIYA, False)
    assert (replies["draft"]["text"], replies["draft"]["by"]) == ("Yes.", PRIYA)
    assert (replies["by_hand"]["native_id"], replies["by_hand"]["url"]) == ("us9", url)
    assert (await either.actions())[-3:] == ["elsewhere", "withdraw", "elsewhere"]
    assert await either.due_at() is None
    assert "stopped" in await either.told(kind="tell", target=PRIYA)
    assert (await either.verdict()).startswith("ok: ")


async def test_an_answer_from_elsewhere_to_older_words_stops_no_reply(office: Office) -> None:
    said = Answered("us9", "p0", "From Monday.", office.bench.clock.now() - timedelta(hours=1))
    older = post("p0", "And before?", conversation="p1", posted_at=said.at - timedelta(hours=1))
    await office.bench.arrives(post("p1", posted_at=office.bench.clock.now()), older)

    await stopped_at_the_gate(office, said)

    assert (await office.bench.mention()).state is State.REPLIED
    assert [row["state"] for row in await office.bench.all(schema.reply, schema.reply.c.text == "Yes.")] == ["sent"]
    assert (await office.bench.verdict()).startswith("ok: ")


async def test_what_the_author_added_after_an_answer_from_elsewhere_still_waits(office: Office) -> None:
    now = office.bench.clock.now()
    said = Answered("us9", "p1", "From Monday.", now)
    more = post("p2", "And the brown one?", conversation="p1", posted_at=now + timedelta(seconds=5))

    await stopped_at_the_gate(office, said, more)

    assert (await office.bench.mention()).state is State.CLAIMED
    assert await office.bench.due_at() is not None
    assert (await office.bench.verdict()).startswith("ok: ")


async def test_a_post_that_changed_before_it_was_hidden_is_not_hidden(bench: Bench) -> None:
    town = Town(bench)
    await bench.arrives()
    await bench.does(Action.HIDE, note=WHY, detail={"rule": "3.2"})
    await bench.arrives(Edited("p1", "I take it back, sorry.", bench.clock.now()))

    await town.delivers()

    assert town.square.acts == []
    assert (await town.hidden())["state"] == "failed"
    assert "act_refused" in await bench.told()
    assert (await bench.verdict()).startswith("ok: ")


async def test_a_correction_whose_words_were_swapped_on_the_way_is_not_made(bench: Bench) -> None:
    town = Town(bench)
    await bench.arrives()
    await town.replies()
    which = (await town.replied())["id"]
    await bench.does(Action.CORRECT, text="On Saturday.", note="typo", detail={"of": str(which)})
    d = schema.delivery
    act = await bench.one(d, d.c.kind == "act")
    swapped = update(d).where(d.c.id == act["id"]).values(payload={**act["payload"], "text": "Swapped"})
    await bench.db.write(lambda conn: conn.execute(swapped))

    await town.delivers()

    assert town.square.acts == []


# --- where it goes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("columns", [{"target": "library"}, {"payload": {"to": "p9"}}])
async def test_what_would_go_elsewhere_than_was_let_go_is_held_back(office: Office, columns: Mapping[str, Any]) -> None:
    bench = office.bench
    bench.desk.house = house(account(), account("library"))
    bench.desk.networks["library"] = office.box
    await bench.arrives()
    await bench.does(Action.REPLY, PRIYA, text="Yes.")
    d = schema.delivery
    sends = await bench.one(d, d.c.kind == "reply")
    if "payload" in columns:
        columns = {"payload": {**sends["payload"], **columns["payload"]}}

    await bench.db.write(lambda conn: conn.execute(update(d).where(d.c.id == sends["id"]).values(columns)))
    seen = await bench.verdict()
    await office.passes(minutes=1)

    assert "repl" in seen
    assert office.box.tries == []
    assert "not_sent" in await bench.told()


# --- after a restore ---------------------------------------------------------------------------------------------


async def test_what_waited_at_a_restore_is_looked_for_once_it_is_approved_and_not_just_sent(office: Office) -> None:
    bench = office.bench
    await bench.arrives()
    await bench.does(Action.CLAIM, TAM)
    await bench.does(Action.SUBMIT, TAM, text="Yes.")
    bench.clock.advance(timedelta(hours=1))
    await bench.db.write(recovery.begin, bench.house, bench.clock.now())

    await bench.does(Action.APPROVE, FARAH)
    await office.passes(minutes=10)

    assert office.box.looked
    assert office.box.tries == []
    assert (await bench.mention()).state is State.REPLYING
    assert "looked_up" in await bench.told()
    assert (await bench.verdict()).startswith("ok: ")


async def test_a_draft_from_before_a_restore_is_looked_for_also_after_it_was_taken_back(office: Office) -> None:
    bench = office.bench
    await bench.arrives()
    await bench.does(Action.CLAIM, TAM)
    await bench.does(Action.SUBMIT, TAM, text="Yes.")
    bench.clock.advance(timedelta(hours=1))
    await bench.db.write(recovery.begin, bench.house, bench.clock.now())
    await bench.does(Action.RECALL, TAM)

    await bench.does(Action.REPLY, TAM, text="Yes.")
    await office.passes(minutes=10)

    assert office.box.tries == []


async def test_words_begun_after_a_restore_go_as_ever(office: Office) -> None:
    bench = office.bench
    await bench.arrives()
    await bench.db.write(recovery.begin, bench.house, bench.clock.now())
    bench.clock.advance(timedelta(hours=1))

    await bench.does(Action.REPLY, TAM, text="Yes.")
    await office.passes(minutes=1)

    assert len(office.box.public) == 1


# --- two languages -----------------------------------------------------------------------------------------------


async def test_the_language_that_was_owed_ends_what_is_owed_once_it_is_public(office: Office) -> None:
    bench = office.bench
    bench.desk.house = house(account(languages=("cy", "en"), abilities=Abilities()))
    await bench.arrives()
    office.box.answers = ["", Refused("no")]
    await bench.does(Action.REPLY, PRIYA, written=Written("Dydd Iau.", second="Thursday."), posts=PAIR)
    await office.passes(seconds=30)
    owed = await bench.all(schema.task)

    alone = Written("", second="Thursday.", one_language=True)
    await bench.does(Action.REPLY, PRIYA, written=alone, posts=(Post("Thursday.", "en"),))
    await office.passes(seconds=30)

    (task,) = await bench.all(schema.task)
    assert (len(owed), owed[0]["done_at"]) == (1, None)
    assert (task["kind"], task["done_by"]) == ("translation", SYSTEM)
    assert (await bench.verdict()).startswith("ok: ")


async def test_the_same_language_once_more_leaves_the_other_owed(office: Office) -> None:
    bench = office.bench
    bench.desk.house = house(account(languages=("cy", "en"), abilities=Abilities()))
    await bench.arrives()
    for text in ("Thursday.", "No, Friday."):
        alone = Written("", second=text, one_language=True)
        await bench.does(Action.REPLY, PRIYA, written=alone, posts=(Post(text, "en"),))
        await office.passes(seconds=30)

    (task,) = await bench.all(schema.task)
    assert (task["kind"], task["done_at"]) == ("translation", None)
