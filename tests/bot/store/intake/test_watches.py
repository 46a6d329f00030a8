"""Watches in the database: what they find, what is over their budget, how they end, and that the record proves it."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, update

from bot.errors import NotAllowed
from bot.exchange import Edited, Gone, Page
from bot.mention import Action, Author
from bot.reply import Abilities, Searches
from bot.store import schema, schema_listening
from bot.store.duty import gone
from bot.store.duty.held import held_by
from bot.store.duty.leaver import Parting, hand_on
from bot.store.intake import watch_clock, watch_pages, watches
from bot.store.intake.watch_pages import Due, Hits, Overtaken
from bot.triage import read_rules
from bot.watching.terms import Terms
from bot.watching.watch import KIND, Watch, Wish
from tests.bot.council import Bench, account, house, post

EVERY = timedelta(minutes=5)
FLOOD = Wish(Terms(("flood", "mill road"), ("harrowflood",), ("film",)), ("main",), "floods", 5, "the river is high")
SEARCHES = Abilities(searches=Searches())


@pytest.fixture
def bench(bench: Bench) -> Bench:
    """A council with two accounts on one network that can be searched."""
    both = [account(one, network="net", speaks_as=f"@{one}er on Net", abilities=SEARCHES) for one in ("main", "other")]
    bench.desk.house = house(account(), *both)
    return bench


async def make(bench: Bench, wish: Wish = FLOOD, *, days: float = 30, key: str = "") -> Watch:
    """Morag makes one."""
    until = bench.clock.now() + timedelta(days=days)
    given: dict[str, Any] = {"until": until, "house": bench.house, "now": bench.clock.now(), "key": key}
    made: Watch = await bench.db.write(watches.make, wish, "U0MORAG", **given)
    return made


async def find(bench: Bench, number: int = 1) -> Watch:
    """As it is now."""
    return await bench.db.read(watches.find, number)


async def due(bench: Bench, name: str = "main") -> list[Due]:
    """What is to be read by now."""
    return await bench.db.read(watch_pages.due, name, bench.clock.now())


async def finds(bench: Bench, *items: Any, name: str = "main", **page: Any) -> Hits:
    """A page of the only watch comes in."""
    bench.clock.advance(hours=1)
    (at,) = await due(bench, name)
    write = bench.db.write(watch_pages.take_page, Page(items, "c1", **page), at, every=EVERY, house=bench.house,
                           now=bench.clock.now())  # fmt: skip
    return await write


async def look(bench: Bench, up: timedelta = timedelta(0)) -> int:
    """The watches' clock looks, in a copy that has been up for so long."""
    now = bench.clock.now()
    return await bench.db.write(watch_clock.look, bench.house, now, began=now - up)


async def said_to(bench: Bench, person: str) -> list[str]:
    """What waits to be told to one person."""
    held = await bench.all(schema.delivery, schema.delivery.c.target == person)
    return [str(row["payload"]["text"]) for row in sorted(held, key=lambda row: row["created_at"])]


async def test_a_hit_is_a_mention_in_the_watchs_own_channel_that_says_who_found_it(bench: Bench) -> None:
    await make(bench)

    await finds(bench, post(text="Mill Road is a river", kind="search"))

    hit = await bench.mention()
    assert (hit.kind, hit.watch, hit.channel) == (KIND, "W-1", "floods")
    assert (await bench.one(schema.card))["channel"] == "floods"
    assert (await bench.desk.story("M-1")).sought == Terms(("flood", "mill road"), ("harrowflood",))
    assert (await bench.verdict()).startswith("ok")


async def test_nobody_is_pinged_about_a_hit_before_the_end_of_the_next_working_day(bench: Bench) -> None:
    bench.desk.house = replace(bench.house, triage=read_rules())
    await make(bench)
    await finds(bench, post(text="Mill Road is a river"), post("p2", "A flood, and I can smell gas", by="ann"))

    calm, urgent = await bench.due_at(1), await bench.due_at(2)

    assert calm
    assert urgent
    assert calm - bench.clock.now() > timedelta(hours=24)
    assert urgent - bench.clock.now() <= timedelta(hours=1)


async def test_a_post_that_came_in_already_is_no_hit_whichever_account_it_came_by(bench: Bench) -> None:
    await make(bench)
    await bench.arrives(post("p1", "flood"), account="other")

    hits = await finds(bench, post("p1", "flood"), post("p2", "flood", by="ann"), post("p2", "flood", by="ann"))

    assert (hits.taken.new, hits.left_out) == (1, 0)


async def test_what_our_own_accounts_said_and_what_is_private_is_no_hit(bench: Bench) -> None:
    await make(bench)
    ours = replace(post("p1", "flood"), author=Author("a1", "Us", "OtherEr"))

    hits = await finds(bench, ours, post("p2", "flood", private=True))

    assert hits.taken.new == 0


async def test_what_is_over_the_days_budget_is_counted_once_not_kept_and_the_owner_hears_of_it(bench: Bench) -> None:
    await make(bench)
    posts = [post(f"p{n}", f"flood {n}", by=f"by{n}") for n in range(9)]

    first = await finds(bench, *posts[:4])
    then = await finds(bench, *posts)
    again = await finds(bench, *posts, Edited("p8", "flood!", bench.clock.now()), Gone("p7", bench.clock.now()))

    assert (first.taken.new, then.taken.new, then.left_out) == (4, 1, 4)
    assert (again.taken.new, again.left_out) == (0, 0)
    assert await bench.all(schema.early) == []
    day = await bench.one(schema_listening.watch_day)
    assert (day["hits"], day["left_out"]) == (5, 4)
    nearly, full = await said_to(bench, "U0MORAG")
    assert "found 4 of the 5 posts it may bring today" in nearly
    assert "The rest are counted, not shown" in full


async def test_what_reads_as_urgent_is_not_left_out_with_the_rest_but_not_without_end_either(bench: Bench) -> None:
    bench.desk.house = replace(bench.house, triage=read_rules())
    await make(bench)

    hits = await finds(bench, *[post(f"p{n}", f"flood, I smell gas {n}", by=f"by{n}") for n in range(12)])

    assert (hits.taken.new, hits.left_out) == (10, 2)
    assert len(await said_to(bench, "U0MORAG")) == 1


async def test_a_watch_that_nobody_reads_or_whose_account_went_is_no_calm_day(bench: Bench) -> None:
    await make(bench)
    bench.clock.advance(minutes=31)
    assert (await look(bench), await look(bench, timedelta(hours=1))) == (0, 1)
    await finds(bench)
    bench.desk.house = replace(bench.house, accounts={"website": account()})
    bench.clock.advance(minutes=31)
    assert (await look(bench), await look(bench)) == (1, 0)

    first, second = await said_to(bench, "U0MORAG")
    assert "whether a copy of Tolbooth runs that listens" in first
    assert "not in the settings any more, or cannot search" in second


async def test_a_watch_whose_budget_is_used_up_looks_less_often_and_begins_anew_the_next_day(bench: Bench) -> None:
    await make(bench)
    await finds(bench, *[post(f"p{n}", "flood", by=f"by{n}") for n in range(6)], more=True)

    reader = await bench.one(schema_listening.watch_reader)
    assert reader["due_at"] - bench.clock.now() == EVERY * watch_pages.SLOWER
    bench.clock.advance(days=1)
    assert (await finds(bench, post("p9", "flood", by="by9"))).taken.new == 1


async def test_edits_and_deletions_of_hits_are_followed(bench: Bench) -> None:
    await make(bench)
    await finds(bench, post("p1", "flood"))

    await finds(bench, Gone("p1", bench.clock.now()))

    assert (await bench.mention()).gone_at


async def test_of_two_readers_one_moves_the_cursor_and_a_stopped_watch_takes_nothing_in(bench: Bench) -> None:
    await make(bench)
    (at,) = await due(bench)
    given: dict[str, Any] = {"every": EVERY, "house": bench.house, "now": bench.clock.now()}
    await bench.db.write(watch_pages.take_page, Page((), "c1"), at, **given)

    with pytest.raises(Overtaken):
        await bench.db.write(watch_pages.take_page, Page((post(),), "c2"), at, **given)
    bench.clock.advance(minutes=5)
    (at,) = await due(bench)
    await bench.db.write(watches.stop, 1, "U0MORAG", why="it is dry", now=bench.clock.now())
    with pytest.raises(Overtaken):
        await bench.db.write(watch_pages.take_page, Page((post(),), "c2"), at, **given)

    assert await due(bench) == []
    assert await bench.all(schema.mention) == []


async def test_what_was_searched_for_with_the_terms_before_a_change_is_not_taken_in(bench: Bench) -> None:
    await make(bench)
    (at,) = await due(bench)
    wish, now = replace(FLOOD, terms=Terms(("river",))), bench.clock.now()
    await bench.db.write(watches.change, 1, wish, "U0ANA", since=1, now=now)

    with pytest.raises(Overtaken):
        await bench.db.write(
            watch_pages.take_page, Page((post(text="flood"),), "c1"), at, every=EVERY, house=bench.house, now=now
        )

    assert await due(bench) == [replace(at, watch=await find(bench), turn=at.turn + 1)]


async def test_a_clock_that_is_put_back_by_days_stops_no_watch_and_one_that_differs_a_little_hurries_none(
    bench: Bench,
) -> None:
    await make(bench)
    await finds(bench)

    bench.clock.advance(minutes=-2)
    assert await due(bench) == []
    bench.clock.advance(days=-2)
    assert len(await due(bench)) == 1


async def test_each_change_stands_in_the_watchs_own_record_with_who_and_why(bench: Bench) -> None:
    await make(bench)
    now = bench.clock.now()
    await bench.db.write(watches.change, 1, replace(FLOOD, accounts=("other",), why="snow too"), "U0ANA", since=1, now=now)
    await bench.db.write(watches.extend, 1, now + timedelta(days=60), "U0ANA", why="rain is forecast", now=now)
    await bench.db.write(watches.stop, 1, "U0MORAG", why="it is dry", now=now)

    events = await bench.desk.events("watch:W-1")
    assert [(event["action"], event["actor"], event["note"]) for event in events] == [
        ("made", "U0MORAG", "the river is high"),
        ("changed", "U0ANA", "snow too"),
        ("extended", "U0ANA", "rain is forecast"),
        ("stopped", "U0MORAG", "it is dry"),
    ]
    assert [row["account"] for row in await bench.all(schema_listening.watch_reader)] == ["other"]
    assert (await find(bench)).owner == "U0MORAG"
    assert (await bench.verdict()).startswith("ok")


@pytest.mark.parametrize(
    ("table", "values", "fault"),
    [
        (schema_listening.watch, {"owner": "U0TAM"}, "W-1: owner is not what its record says"),
        (schema_listening.watch, {"words": ["snow"]}, "W-1: words is not what its record says"),
        (schema.mention, {"watch": ""}, "M-1: watch is not what its record says"),
        (schema.mention, {"channel": "mentions"}, "M-1: channel is not what its record says"),
    ],
)
async def test_a_watch_or_a_hit_that_was_tampered_with_is_found(
    bench: Bench, table: Any, values: dict[str, object], fault: str
) -> None:
    await make(bench)
    await finds(bench, post())

    await bench.db.write(lambda conn: conn.execute(update(table).values(**values)))

    assert await bench.verdict() == fault


async def test_of_a_form_sent_in_twice_one_watch_comes_and_a_number_is_never_used_again(bench: Bench) -> None:
    first = await make(bench, key="k1")

    assert await make(bench, key="k1") is None
    await bench.db.write(watches.stop, 1, "U0MORAG", why="dry", now=bench.clock.now())
    assert ((await make(bench, key="k2")).ref, first.ref) == ("W-2", "W-1")


async def test_no_more_watches_run_than_the_settings_allow_and_what_ended_or_changed_is_not_changed(bench: Bench) -> None:
    bench.desk.house = replace(bench.house, watching=replace(bench.house.watching, most=1))
    await make(bench)
    now = bench.clock.now()

    with pytest.raises(NotAllowed, match="as many as the settings allow"):
        await make(bench)
    with pytest.raises(NotAllowed, match="changed this watch meanwhile"):
        await bench.db.write(watches.change, 1, FLOOD, "U0ANA", since=7, now=now)
    await bench.db.write(watches.stop, 1, "U0ANA", why="dry", now=now)
    with pytest.raises(NotAllowed, match="W-1 has ended"):
        await bench.db.write(watches.stop, 1, "U0ANA", why="dry", now=now)
    with pytest.raises(NotAllowed, match="Say which watch"):
        await find(bench, 9)


async def test_its_owner_is_told_three_days_before_it_ends_and_when_it_does(bench: Bench) -> None:
    await make(bench)
    bench.clock.advance(days=27, minutes=1)
    assert (await look(bench), await look(bench)) == (1, 0)
    bench.clock.advance(days=3)
    assert (await look(bench), await look(bench)) == (1, 0)

    soon, over = await said_to(bench, "U0MORAG")
    assert "ends on 17 Dec" in soon
    assert "its time is over" in over
    assert (await find(bench)).ended_by == "system"
    assert (await bench.verdict()).startswith("ok")


async def test_one_that_lasts_three_days_or_less_is_not_announced_before_its_end(bench: Bench) -> None:
    await make(bench, days=2)

    assert await look(bench) == 0


async def test_the_owner_hears_once_of_trouble_that_lasts_half_an_hour_and_again_of_the_next(bench: Bench) -> None:
    await make(bench)

    async def fails() -> None:
        bench.clock.advance(minutes=6)
        (at,) = await due(bench)
        await bench.db.write(watch_pages.failed, at, "no rights to search", wait=EVERY, now=bench.clock.now())

    await fails()
    assert await look(bench) == 0
    bench.clock.advance(minutes=31)
    assert (await look(bench), await look(bench)) == (1, 0)
    await finds(bench)
    await fails()
    bench.clock.advance(minutes=31)
    assert await look(bench) == 1

    told = await said_to(bench, "U0MORAG")
    assert len(told) == 2
    assert "through @mainer on Net" in told[0]
    assert "no rights to search. It goes on trying" in told[0]


async def test_the_leads_hear_of_a_watch_whose_owner_left_and_whoever_extends_it_has_it(bench: Bench) -> None:
    await make(bench)
    await bench.db.write(gone.mark, "U0MORAG", bench.clock.now(), is_wanted=True)
    bench.desk.house = replace(bench.house, leads=("U0MORAG", "U0ANA"))

    assert (await look(bench), await look(bench)) == (1, 0)
    (told,) = await said_to(bench, "U0ANA")
    until = bench.clock.now() + timedelta(days=9)
    await bench.db.write(watches.extend, 1, until, "U0ANA", why="still wet", now=bench.clock.now())

    assert "who has left" in told
    assert (await find(bench)).owner == "U0ANA"


async def test_a_leavers_watches_are_in_their_pack_and_go_to_the_colleague(bench: Bench) -> None:
    await make(bench)
    held = await bench.db.read(held_by, "U0MORAG")
    parting = Parting("U0MORAG", by="U0ANA", why="she retires", key="k", to="U0PRIYA")

    done = await bench.db.write(hand_on, parting, house=bench.house, now=bench.clock.now())

    assert held.watched == ("W-1",)
    assert done
    assert done.watched == ("W-1",)
    assert (await find(bench)).owner == "U0PRIYA"
    assert "handed on W-1" in (await said_to(bench, "U0PRIYA"))[0]
    assert (await bench.verdict()).startswith("ok")


async def test_a_hit_that_names_us_in_the_same_conversation_is_an_addition_and_can_be_closed(bench: Bench) -> None:
    await make(bench)
    await finds(bench, post("p1", "flood", conversation="c"), post("p2", "more flood", conversation="c"))

    closed = await bench.does(Action.CLOSE, note="known")

    assert (closed.number, closed.version) == (1, 3)
    assert (await bench.one(schema_listening.watch_day))["hits"] == 2


async def test_authors_staff_and_our_own_are_known_by_whatever_they_are_called(bench: Bench) -> None:
    await bench.arrives(replace(post(), author=Author("a1", "Zeb Quill", "ZQ_77")))
    await bench.desk.db.write(staff_of)

    known = await bench.db.read(watches.known, ("zebquill", "flood"), bench.house)

    assert (known.names, known.handles) == (frozenset({"zeb quill"}), frozenset({"zq_77"}))
    assert "priya shah" in known.staff
    assert known.own_handles == {"mainer", "otherer"}


async def test_authors_are_found_by_a_word_of_their_name_and_by_a_handle_without_its_server(bench: Bench) -> None:
    await bench.arrives(replace(post(), author=Author("a1", "Quill, Zeb 🌻", "@zq_77@social.example")))

    by_name = await bench.db.read(watches.known, ("zeb quill",), bench.house)
    by_handle = await bench.db.read(watches.known, ("zq_77",), bench.house)
    by_neither = await bench.db.read(watches.known, ("zq_7", "z_b q_ll"), bench.house)

    assert by_name.names == {"quill, zeb 🌻"}
    assert "zq_77" in by_handle.handles
    assert not by_neither.names | by_neither.handles


def staff_of(conn: Connection) -> None:
    """Priya was met."""
    conn.execute(schema.staff.insert().values(id="U0PRIYA", name="Priya Shah"))


@pytest.mark.slow
async def test_on_either_database_a_watch_finds_counts_changes_and_ends_and_the_record_proves_it(either: Bench) -> None:
    council = [account(one, network="net", speaks_as=f"@{one}er on Net", abilities=SEARCHES) for one in ("main", "other")]
    either.desk.house = house(account(), *council)
    await make(either, days=5)
    await finds(either, *[post(f"p{n}", "flood", by=f"by{n}") for n in range(7)])
    await finds(either, *[post(f"p{n}", "flood", by=f"by{n}") for n in range(8)])
    await either.db.read(watches.known, ("zebquill", "flood"), either.house)
    now = either.clock.now()
    await either.db.write(watches.change, 1, replace(FLOOD, accounts=("main", "other")), "U0ANA", since=1, now=now)
    either.clock.advance(days=6)
    await look(either)

    day = await either.one(schema_listening.watch_day)
    assert (day["hits"], day["left_out"]) == (5, 3)
    assert (await find(either)).ended_by == "system"
    assert (await either.verdict()).startswith("ok")
