"""What a watch found and then comes as said to us is a mention of its account: none of its time is lost."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot import words
from bot.exchange import Gone, Page
from bot.mention import Action, State
from bot.notices import NOTICES, About
from bot.reply import Abilities, Searches
from bot.reports.report import Period
from bot.reports.report_page import comma_separated
from bot.reports.report_tables import summary
from bot.store import schema
from bot.store.intake import watch_pages, watches
from bot.store.reading import queue, reports
from bot.watching.terms import Terms
from bot.watching.watch import KIND, Wish
from tests.bot.council import Bench, account, house, post

HOUR = timedelta(hours=1)
FLOOD = Wish(Terms(("flood",)), ("main",), "floods", 5, "the river is high")


@pytest.fixture
def bench(bench: Bench) -> Bench:
    """A council with two accounts on one network that can be searched."""
    searches = Abilities(searches=Searches())
    both = [account(one, network="net", channel=one, label=one.title(), abilities=searches) for one in ("main", "other")]
    bench.desk.house = house(account(), *both)
    return bench


async def found(bench: Bench, *posts: Any) -> None:
    """A watch found them, and an hour passes."""
    now, until = bench.clock.now(), bench.clock.now() + timedelta(days=30)
    await bench.db.write(watches.make, FLOOD, "U0MORAG", until=until, house=bench.house, now=now, key="")
    (at,) = await bench.db.read(watch_pages.due, "main", now)
    await bench.db.write(watch_pages.take_page, Page(posts, "c1"), at, every=HOUR, house=bench.house, now=now)
    bench.clock.advance(hours=1)


async def posted(bench: Bench) -> None:
    """Its card has been posted."""

    def done(conn: Any) -> None:
        conn.execute(update(schema.card).values(message="9.1", version=1))
        conn.execute(update(schema.delivery).values(state="done", due_at=None))

    await bench.db.write(done)


async def said(bench: Bench, channel: str) -> list[str]:
    """What waits to be said in a channel that does not have the card."""
    waiting = await bench.all(schema.delivery, schema.delivery.c.kind == "post", schema.delivery.c.target == channel)
    return [str(NOTICES[row["payload"]["what"]](About(await bench.desk.story(f"M-{row['number']}"), row["payload"],
            bench.house, bench.clock.now())).body) for row in waiting]  # fmt: skip


async def test_what_is_told_to_an_account_after_a_watch_found_it_has_that_accounts_clock_and_channel(bench: Bench) -> None:
    await found(bench, post(text="flood at @main"))
    await posted(bench)

    await bench.arrives(post(text="flood at @main"), account="main")

    risen = await bench.mention()
    assert (risen.kind, risen.watch, risen.channel) == ("mention", "W-1", "")
    assert risen.respond_by == bench.clock.now() + HOUR
    assert risen.see_by
    assert risen.see_by <= bench.clock.now() + 4 * HOUR
    assert await bench.due_at() == min(risen.see_by, risen.respond_by)
    card = await bench.one(schema.card)
    assert (card["channel"], card["message"]) == ("main", None)
    again = await bench.all(schema.delivery, schema.delivery.c.kind == "card", schema.delivery.c.state == "pending")
    assert len(again) == 1
    (told,) = await said(bench, "floods")
    assert "M-1: What watch W-1 found came to Main itself" in told
    assert (await bench.verdict()).startswith("ok")


async def test_it_rises_once_and_what_is_found_again_or_brought_in_by_staff_changes_nothing(bench: Bench) -> None:
    await found(bench, post())
    await bench.arrives(post(kind="added"), account="main")
    assert (await bench.mention()).kind == KIND

    for _ in range(3):
        await bench.arrives(account="main")

    assert await bench.actions() == ["received", Action.SAID_TO_US]
    assert len(await bench.all(schema.delivery, schema.delivery.c.kind == "card")) == 1


async def test_a_hit_whose_words_its_author_took_back_does_not_rise(bench: Bench) -> None:
    await found(bench, post())
    await bench.arrives(Gone("p1", bench.clock.now()), account="main")

    await bench.arrives(account="main")

    assert Action.SAID_TO_US not in await bench.actions()


async def test_a_mention_by_the_author_of_a_hit_in_its_conversation_is_not_kept_for_days(bench: Bench) -> None:
    await found(bench, post("p1", "flood", conversation="c"))

    await bench.arrives(post("p2", "@main please answer me", conversation="c"), account="main")

    risen = await bench.mention()
    assert (risen.kind, risen.respond_by) == ("mention", bench.clock.now() + HOUR)
    assert await bench.actions() == ["received", Action.SAID_TO_US, Action.ADD]
    assert (await bench.one(schema.card))["channel"] == "main"
    assert (await bench.verdict()).startswith("ok")


async def test_a_closed_hit_whose_author_turns_to_us_is_open_again_with_the_accounts_clock(bench: Bench) -> None:
    await found(bench, post("p1", "flood", conversation="c"))
    await bench.does(Action.CLOSE, note="not ours")

    await bench.arrives(post("p2", "@main please answer me", conversation="c"), account="main")

    again = await bench.mention()
    assert (again.state, again.channel, again.respond_by) == (State.NEW, "", bench.clock.now() + HOUR)
    assert (await bench.verdict()).startswith("ok")


async def test_a_hit_that_somebody_has_stays_with_them_and_the_accounts_channel_hears_of_it(bench: Bench) -> None:
    await found(bench, post())
    await bench.does(Action.CLAIM)

    await bench.arrives(account="main")

    risen = await bench.mention()
    assert (risen.owner, risen.channel, risen.kind) == ("U0PRIYA", "floods", "mention")
    assert risen.respond_by == bench.clock.now() + HOUR
    assert await bench.due_at() == risen.respond_by
    (told,) = await said(bench, "main")
    assert "U0PRIYA has it" in told
    assert (await bench.verdict()).startswith("ok")


async def test_what_was_said_to_another_account_than_the_one_searched_through_is_one_persons_work(bench: Bench) -> None:
    await found(bench, post("p1", "flood at @other"), post("p2", "flood, @other", by="ann"))
    await bench.does(Action.CLAIM, ref="M-2")

    await bench.arrives(post("p1", "flood at @other"), post("p2", "flood, @other", by="ann"), account="other")

    hit, taken, ours = [await bench.mention(f"M-{number}") for number in (1, 2, 3)]
    assert (hit.state, hit.close_reason) == (State.CLOSED, "it was said to Other itself: M-3")
    assert (ours.account, ours.kind, ours.respond_by) == ("other", "mention", bench.clock.now() + HOUR)
    assert taken.state is State.CLAIMED
    assert (await bench.desk.events("M-2"))[-1]["note"] == "It was said to Other itself too: M-4"
    assert (await bench.verdict()).startswith("ok")


@pytest.mark.parametrize("column", [{"kind": "watch"}, {"channel": "floods"}])
async def test_a_risen_hit_that_was_made_a_hit_again_outside_is_found(bench: Bench, column: dict[str, str]) -> None:
    await found(bench, post())
    await bench.arrives(account="main")

    await bench.db.write(lambda conn: conn.execute(update(schema.mention).values(column)))

    assert f"{next(iter(column))} is not what its record says" in await bench.verdict()


async def test_a_hit_is_no_silence_while_there_is_time_to_look_at_it(bench: Bench) -> None:
    await found(bench, post())
    calm = await bench.db.read(queue.report, bench.clock.now(), bench.house)
    bench.clock.advance(days=4)
    late = await bench.db.read(queue.report, bench.clock.now(), bench.house)

    assert (calm.oldest_unseen, calm.unseen) == (None, 1)
    assert words.oldest_unseen(None, None, hits=calm.unseen) == (
        "Oldest unseen: none that was said to us. Found by watches, with time left to be looked at: 1"
    )
    assert late.oldest_unseen == "M-1"


async def test_a_report_counts_what_watches_found_apart(bench: Bench) -> None:
    await found(bench, post(), post("p2", by="ann"), post("p3", by="zed"))
    await bench.does(Action.CLAIM)
    await bench.arrives(post("p2", by="ann"), post("p9", by="eve"), account="main")
    now = bench.clock.now()
    today = Period(now.date(), now.date(), bench.house.zone)

    made = await bench.db.read(reports.report, bench.house, today, now)

    assert (made.whole.received, made.whole.seen) == (2, 0)
    assert made.found == (2, 1, 1)
    assert "Found by watches, counted nowhere else: 2, of which 1 seen" in summary(made)
    assert '"found by watches","2"' in comma_separated(made, "Harrowmere").replace("\r", "")
