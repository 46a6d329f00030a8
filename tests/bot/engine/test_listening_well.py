"""Reading at the pace a network asks for, following posts, counting down sign-ins, and noticing that a feed is quiet."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from bot.clock import MovableClock
from bot.engine.follow import Follow
from bot.engine.listen import Listen
from bot.engine.quiet import QuietWatch
from bot.engine.sign_ins import SignIns
from bot.errors import Refused, SignInAgain, TryLater, Unsure
from bot.exchange import ADDED, Edited, Gone, Held, Item, Page
from bot.mention import Action
from bot.reply import Abilities, LookUps
from bot.store import schema
from bot.store.executor import Database
from bot.store.intake import follow, quiet
from bot.store.proof import invariants
from bot.store.reading import listening
from integrations.plain import PlainNetwork
from tests.bot.council import Bench, account, house, post

pytestmark = pytest.mark.slow

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LOOKS = LookUps(every=timedelta(minutes=10), at_once=3)


class Feed(PlainNetwork):
    """A network that gives what it is told to give, an exception too."""

    poll_every = MINUTE

    def __init__(self) -> None:
        self.pages: list[Page | Exception] = []
        self.found: list[Item | Exception] = []
        self.asked: list[list[str]] = []
        self.end: datetime | Exception | None = None

    async def fetch(self, cursor: str | None) -> Page:
        """The next page; nothing once there is none."""
        page = self.pages.pop(0) if self.pages else Page((), cursor)
        if isinstance(page, Exception):
            raise page
        return page

    async def look_up(self, posts: Sequence[Held]) -> Sequence[Item]:
        """What it was told to find, once."""
        self.asked.append([one.native_id for one in posts])
        found, self.found = self.found, []
        for one in found:
            if isinstance(one, Exception):
                raise one
        return [one for one in found if not isinstance(one, Exception)]

    async def ends_at(self) -> datetime | None:
        """As told."""
        if isinstance(self.end, Exception):
            raise self.end
        return self.end


@pytest.fixture
def feed(bench: Bench) -> Feed:
    """The network of the only account."""
    network = Feed()
    bench.desk.networks["website"] = network  # type: ignore[assignment]
    return network


def listener(bench: Bench) -> Listen:
    """Its reader."""
    return Listen(bench.desk, "website", bench.desk.networks["website"])


async def leads_hear(bench: Bench) -> list[str]:
    """What the lead is told that belongs to no mention."""
    rows = await bench.all(schema.delivery, schema.delivery.c.target == "U0MORAG", schema.delivery.c.number.is_(None))
    return [str(row["payload"]["text"]) for row in sorted(rows, key=lambda row: row["created_at"])]


# --- pace --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "waits"),
    [
        (Page((), None), MINUTE),
        (Page((), None, wait=HOUR), HOUR),
        (Page((), None, wait=timedelta(seconds=5)), MINUTE),
        (Page((), None, more=True), timedelta(0)),
        (Page((), None, more=True, wait=timedelta(seconds=5)), timedelta(seconds=5)),
    ],
)
async def test_a_page_may_ask_for_a_longer_wait(bench: Bench, feed: Feed, page: Page, waits: timedelta) -> None:
    feed.pages = [page]

    assert await listener(bench).once(MINUTE) == waits


async def test_who_asks_for_an_hour_is_left_alone_for_an_hour_and_that_is_no_reader_standing_still(
    bench: Bench, feed: Feed
) -> None:
    feed.pages = [Page((), None, wait=2 * HOUR)]
    await listener(bench).once(MINUTE)

    found = await bench.db.read(invariants.unread, {"website": MINUTE}, bench.clock.advance(2 * HOUR))
    later = await bench.db.read(invariants.unread, {"website": MINUTE}, bench.clock.advance(HOUR))

    assert found == []
    assert later


async def test_try_later_is_honoured_in_full(bench: Bench, feed: Feed) -> None:
    feed.pages = [TryLater("busy", timedelta(minutes=14))]

    assert await listener(bench).once(MINUTE) == timedelta(minutes=14)


async def test_the_leads_hear_once_a_day_that_an_account_is_read_more_slowly(either: Bench) -> None:
    feed = Feed()
    either.desk.networks["website"] = feed  # type: ignore[assignment]
    slow = Page((), None, wait=10 * MINUTE, slowed="today's reading budget is spent")
    feed.pages = [slow, slow, Page((), None), slow]

    for _ in range(4):
        await listener(either).once(MINUTE)
        either.clock.advance(10 * MINUTE)

    assert [text.split(":")[0] for text in await leads_hear(either)] == ["website is read more slowly than it should be"]
    assert (await either.db.read(listening.figures, {"website"}))["accounts_slowed"] == 1
    either.clock.advance(DAY)
    feed.pages = [Page((), None), slow]
    await listener(either).once(MINUTE)
    await listener(either).once(MINUTE)
    assert len(await leads_hear(either)) == 2


# --- following ---------------------------------------------------------------------------------------------------


@pytest.fixture
def followed(bench: Bench, feed: Feed) -> Follow:
    """Looks at posts of the account, three at once."""
    feed.abilities = Abilities(look_ups=LOOKS)
    return Follow(bench.desk, "website", feed, LOOKS)  # type: ignore[arg-type]


async def test_open_mentions_are_looked_at_first_and_then_what_came_in_lately(
    bench: Bench, feed: Feed, followed: Follow
) -> None:
    await bench.arrives(*(post(f"p{n}", by=f"person{n}") for n in range(1, 5)))
    await bench.does(Action.CLOSE, ref="M-1", note="spam")
    bench.clock.advance(HOUR)

    await followed.once()
    await followed.once()
    await followed.once()

    assert feed.asked == [["p2", "p3", "p4"], ["p1"]]


async def test_what_just_came_in_need_not_be_looked_at_yet_nor_what_is_gone_or_old(
    bench: Bench, feed: Feed, followed: Follow
) -> None:
    await bench.arrives(post("p1"), post("p2", by="ann"))
    await bench.does(Action.CLOSE, ref="M-2", note="spam")
    await bench.arrives(Gone("p1", bench.clock.now()))
    bench.clock.advance(8 * DAY)
    await bench.arrives(post("p3", by="bob"))

    await followed.once()

    assert feed.asked == []


async def test_edits_and_deletions_are_followed(either: Bench) -> None:
    feed = Feed()
    either.desk.networks["website"] = feed  # type: ignore[assignment]
    await either.arrives(post("p1", conversation="c1"), post("p2", "And?", conversation="c1"))
    feed.found = [Edited("p1", "Is my bin week changed?", either.clock.now()), Gone("p2", either.clock.now())]
    either.clock.advance(HOUR)

    await Follow(either.desk, "website", feed, LOOKS).once()  # type: ignore[arg-type]

    assert (await either.mention()).text == "Is my bin week changed?"
    assert [one.text for one in (await either.desk.story("M-1")).additions] == [""]
    looked = {row["native_id"]: row["looked_at"] for row in await either.all(schema.arrival)}
    assert looked == dict.fromkeys(("p1", "p2"), either.clock.now())


@pytest.mark.parametrize(
    ("error", "waits"),
    [
        (TryLater("busy", timedelta(minutes=15)), timedelta(minutes=15)),
        (Unsure("no answer"), MINUTE),
        (SignInAgain("401"), timedelta(minutes=5)),
    ],
)
async def test_a_network_in_trouble_is_left_alone_and_the_same_posts_are_looked_at_again(
    bench: Bench, feed: Feed, followed: Follow, error: Exception, waits: timedelta
) -> None:
    await bench.arrives()
    bench.clock.advance(HOUR)
    feed.found = [error]

    assert await followed.once() == waits
    await followed.once()

    assert feed.asked == [["p1"], ["p1"]]


class Choosy(Feed):
    """Looks at nothing at all where one of the posts is one it will not look at."""

    will_not: frozenset[str] = frozenset()

    async def look_up(self, posts: Sequence[Held]) -> Sequence[Item]:
        """Nothing has become of any."""
        self.asked.append([one.native_id for one in posts])
        if self.will_not & {one.native_id for one in posts}:
            raise Refused("that is no post")
        return []


async def test_a_post_that_its_network_will_not_look_at_keeps_no_other_back(bench: Bench) -> None:
    feed = Choosy()
    feed.will_not = frozenset({"p1", "p2"})
    await bench.arrives(*(post(f"p{n}", by=f"person{n}") for n in range(1, 6)))
    bench.clock.advance(HOUR)
    loop = Follow(bench.desk, "website", feed, LOOKS)  # type: ignore[arg-type]

    waits = [await loop.once() for _ in range(3)]

    assert feed.asked == [["p1", "p2", "p3"], ["p1"], ["p2"], ["p3", "p4", "p5"]]
    assert waits == [timedelta(minutes=5), MINUTE, MINUTE]


async def test_of_an_account_of_which_nothing_can_be_looked_at_few_are_asked_for(bench: Bench) -> None:
    feed = Choosy()
    feed.will_not = frozenset(f"p{n}" for n in range(9))
    await bench.arrives(*(post(f"p{n}", by=f"person{n}") for n in range(9)))
    bench.clock.advance(HOUR)
    loop = Follow(bench.desk, "website", feed, LookUps(every=timedelta(minutes=10), at_once=9))  # type: ignore[arg-type]

    await loop.once()

    assert len(feed.asked) == 3


async def test_an_account_nobody_reads_is_in_trouble_until_it_can_be_looked_at_again(
    bench: Bench, feed: Feed, followed: Follow
) -> None:
    feed.poll_every = None  # type: ignore[assignment]
    await bench.arrives()
    bench.clock.advance(HOUR)
    feed.found = [SignInAgain("401")]

    await followed.once()
    told = await leads_hear(bench)
    await followed.once()

    assert len(told) == 1
    assert (await bench.one(schema.account))["trouble"] is None


async def test_choosing_what_to_look_at_is_quick_with_many_mentions(bench: Bench) -> None:
    now = bench.clock.now()
    await bench.arrives(*(post(f"p{n}", by=f"person{n}") for n in range(20)))
    plan = await bench.db.read(plan_of_due, now)

    assert "SCAN arrival" not in plan
    assert "ix_mention_open" in plan
    assert "ix_arrival_number" in plan


def plan_of_due(conn: object, now: datetime) -> str:
    """How SQLite goes about it."""
    those = select(schema.mention.c.number).where(follow.OPEN)
    query = follow.looked_at_before(now, those, 5)
    sql = query.compile(conn.engine, compile_kwargs={"literal_binds": False})  # type: ignore[attr-defined]
    rows = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", tuple(sql.params[name] for name in sql.positiontup))  # type: ignore[attr-defined, union-attr]
    return "\n".join(str(row[-1]) for row in rows)


# --- sign-ins ----------------------------------------------------------------------------------------------------


async def test_the_end_of_a_sign_in_is_counted_down_once_a_step_and_begins_anew_when_renewed(
    bench: Bench, feed: Feed
) -> None:
    begun = bench.clock.now()
    feed.end = begun + 15 * DAY
    loop = SignIns(bench.desk)

    for _ in range(17):
        await loop.once()
        await loop.once()
        bench.clock.advance(DAY)
    told = len(await leads_hear(bench))
    feed.end = bench.clock.now() + 60 * DAY
    await loop.once()

    assert told == 5
    assert len(await leads_hear(bench)) == 5
    assert "in 14 days" in (await leads_hear(bench))[0]
    assert "ended on" in (await leads_hear(bench))[-1]
    row = await bench.one(schema.account)
    assert (row["ends_at"], row["end_told"]) == (feed.end, None)


async def test_a_sign_in_that_is_renewed_a_little_each_day_is_said_once(bench: Bench, feed: Feed) -> None:
    loop = SignIns(bench.desk)

    for _ in range(5):
        feed.end = bench.clock.now() + 5 * DAY
        await loop.once()
        bench.clock.advance(DAY)

    assert len(await leads_hear(bench)) == 1


async def test_what_cannot_be_asked_is_asked_again_in_an_hour(bench: Bench, feed: Feed) -> None:
    feed.end = TryLater("busy")
    loop = SignIns(bench.desk)
    await loop.once()
    feed.end = bench.clock.now() + 3 * DAY

    await loop.once()
    before = await leads_hear(bench)
    bench.clock.advance(HOUR)
    await loop.once()

    assert before == []
    assert len(await leads_hear(bench)) == 1


# --- quiet -------------------------------------------------------------------------------------------------------


async def heard_for(bench: Bench, days: int, *, times: Sequence[int] = (9, 12, 15)) -> None:
    """Posts at those hours each day."""
    start = bench.clock.now().replace(hour=0, minute=0, second=0, microsecond=0) + DAY
    for day in range(days):
        for hour in times:
            bench.clock.advance(start + day * DAY + timedelta(hours=hour) - bench.clock.now())
            await bench.arrives(post(f"d{day}h{hour}", by=f"p{day}-{hour}", posted_at=bench.clock.now()))


async def test_the_leads_hear_once_that_a_feed_is_quiet_and_the_next_post_ends_it(
    database: Database, clock: MovableClock
) -> None:
    bench = Bench(database, clock, house(account()))
    bench.desk.networks["website"] = Feed()  # type: ignore[assignment]
    await heard_for(bench, 20)
    watch = QuietWatch(bench.desk)
    await watch.once()
    calm = await leads_hear(bench)

    for _ in range(6):
        clock.advance(DAY)
        await watch.once()

    told = await leads_hear(bench)
    quiet = await bench.db.read(listening.figures, {"website"})
    await bench.arrives(post("again", by="ann"))
    assert calm == []
    assert len(told) == 1
    assert told[0].startswith("Nothing has come in from website since")
    assert quiet["accounts_quiet"] == 1
    assert (await bench.one(schema.account))["quiet_at"] is None


@pytest.mark.parametrize(("days", "times"), [(10, (9, 12, 15)), (16, (9,))])
async def test_an_account_that_is_hardly_known_yet_has_no_rhythm(
    bench: Bench, feed: Feed, days: int, times: Sequence[int]
) -> None:
    await heard_for(bench, days, times=times)
    bench.clock.advance(9 * DAY)

    await QuietWatch(bench.desk).once()

    assert await leads_hear(bench) == []


async def test_of_an_account_that_is_in_trouble_the_leads_know_already(bench: Bench, feed: Feed) -> None:
    await heard_for(bench, 16)
    feed.pages = [SignInAgain("401")]
    await listener(bench).once(MINUTE)
    bench.clock.advance(9 * DAY)

    await QuietWatch(bench.desk).once()

    assert len(await leads_hear(bench)) == 1


async def test_links_that_staff_paste_do_not_hide_that_a_feed_is_dead(bench: Bench, feed: Feed) -> None:
    await heard_for(bench, 20)
    last = (await bench.one(schema.account))["heard_at"]
    watch = QuietWatch(bench.desk)

    for day in range(6):
        bench.clock.advance(DAY)
        await bench.arrives(post(f"pasted{day}", by="", kind=ADDED, posted_at=bench.clock.now()))
        await watch.once()
    told = await leads_hear(bench)
    await bench.arrives(post("pasted", by="", kind=ADDED))

    assert len(told) == 1
    row = await bench.one(schema.account)
    assert (row["heard_at"], row["quiet_at"] is None) == (last, False)
    counts = await bench.db.read(quiet.by_the_hour, "website", last - 28 * DAY)
    assert sum(counts.values()) == 60


async def test_an_account_to_which_only_staff_add_has_no_feed_to_go_quiet(bench: Bench, feed: Feed) -> None:
    for day in range(30):
        await bench.arrives(post(f"pasted{day}", by="", kind=ADDED, posted_at=bench.clock.advance(DAY)))
    bench.clock.advance(30 * DAY)

    await QuietWatch(bench.desk).once()

    assert await leads_hear(bench) == []


async def test_what_is_told_again_is_not_heard(bench: Bench) -> None:
    await bench.arrives()
    first = (await bench.one(schema.account))["heard_at"]
    bench.clock.advance(DAY)

    await bench.arrives()

    assert (await bench.one(schema.account))["heard_at"] == first
