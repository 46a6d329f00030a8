"""What ``handover`` reads: the lists with their totals, narrowed, on both databases."""

from datetime import timedelta

from sqlalchemy import update

from bot.command import Place
from bot.mention import Action, Mention
from bot.store import schema
from bot.store.reading import overview
from bot.store.reading.overview import Overview
from bot.store.reading.queue import Narrow
from tests.bot.council import Bench, account, house, post

DEV, PRIYA = "U0DEV", "U0PRIYA"


async def read(bench: Bench, narrow: Narrow | None = None, page: int = 0) -> Overview:
    return await bench.db.read(overview.read, bench.clock.now(), bench.house, narrow or Narrow(), page=page)


def refs(found: tuple[Mention, ...]) -> list[str]:
    return [mention.ref for mention in found]


async def test_each_list_has_its_first_and_how_many_there_are(either: Bench) -> None:
    await either.arrives(*(post(f"p{n}", by=f"a{n}") for n in range(1, 21)))
    for number in (1, 2, 3):
        await either.does(Action.CLAIM, by=PRIYA, ref=f"M-{number}")
    await either.does(Action.GIVE, by=PRIYA, ref="M-2", to=DEV, until=either.clock.now() + timedelta(hours=9))
    await either.does(Action.SNOOZE, by=PRIYA, ref="M-3", note="x", until=either.clock.now() + timedelta(hours=5))
    either.clock.advance(minutes=90)

    seen = await read(either)

    assert (seen.unseen.total, refs(seen.unseen.first)[:2], len(seen.unseen.first)) == (17, ["M-4", "M-5"], overview.LISTED)
    assert (seen.overdue.total, refs(seen.overdue.first)[0]) == (20, "M-1")
    assert (seen.waking.total, refs(seen.waking.first)) == (1, ["M-3"])
    assert (seen.offered.total, refs(seen.offered.first)) == (1, ["M-2"])
    assert refs((await read(either, page=2)).page) == []
    assert len((await read(either, page=1)).page) == 20


async def test_an_account_and_an_owner_narrow_every_list(either: Bench) -> None:
    either.desk.house = house(account(), account("floods", channel="floods"))
    await either.arrives(post("p1"))
    await either.arrives(post("p2", by="ann"), post("p3", by="bob"), account="floods")
    await either.does(Action.CLAIM, by=PRIYA, ref="M-3")

    floods, mine = await read(either, Narrow(account="floods")), await read(either, Narrow(owner=PRIYA, channel="floods"))

    assert (floods.report.total, refs(floods.unseen.first)) == (2, ["M-2"])
    assert (mine.report.total, refs(mine.unseen.first)) == (1, [])


async def test_a_channel_is_known_by_the_id_under_which_its_cards_are_posted(either: Bench) -> None:
    await either.arrives(post("p1"), post("p2", by="ann", private=True))

    for channel in ("mentions", "private"):
        moved = update(schema.card).where(schema.card.c.channel == channel).values(channel=f"C0{channel.upper()}")
        await either.db.write(lambda conn, moved=moved: conn.execute(moved).rowcount)

    asked = [Place("wall", one) for one in ("C0MENTIONS", "C0PRIVATE", "C0TEA")] + [Place("hall", "C0MENTIONS")]
    found = [await either.db.read(overview.channel_named, either.house, at) for at in asked]

    assert found == ["mentions", "private", "", ""]
