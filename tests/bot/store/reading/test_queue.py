"""Every open mention, also when there are more than fit on a screen."""

from bot.mention import Action
from bot.store.reading import queue
from tests.bot.council import Bench, post

PRIYA, FARAH = "U0PRIYA", "U0FARAH"
MANY = queue.SCREEN + 10


async def a_surge(bench: Bench) -> None:
    """More open mentions than a screen holds: the first two are Priya's, the third Farah's."""
    await bench.arrives(*(post(f"p{n}", by=f"author {n}") for n in range(1, MANY + 1)))
    for ref, by in (("M-1", PRIYA), ("M-2", PRIYA), ("M-3", FARAH)):
        await bench.does(Action.CLAIM, by, ref=ref)


async def test_the_figures_count_also_what_the_screen_does_not_show(either: Bench) -> None:
    await a_surge(either)
    either.clock.advance(hours=1)

    report = await either.desk.report()

    assert (len(report.open), report.total, report.overdue, report.unseen) == (queue.SCREEN, MANY, MANY, MANY - 3)
    assert report.oldest_unseen == "M-4"


async def test_everybodys_mentions_are_counted_and_nobodys_come_first(either: Bench) -> None:
    await a_surge(either)

    owned = (await either.desk.report()).owned

    assert [(one.owner, one.total, len(one.oldest)) for one in owned] == [
        ("", MANY - 3, queue.OLDEST),
        (PRIYA, 2, 2),
        (FARAH, 1, 1),
    ]
    assert [mention.ref for mention in owned[0].oldest][:2] == ["M-4", "M-5"]


async def test_nobodys_come_first_also_when_somebody_has_more(bench: Bench) -> None:
    await bench.arrives(*(post(f"p{n}", by=f"author {n}") for n in range(1, 4)))
    for ref in ("M-1", "M-2"):
        await bench.does(Action.CLAIM, PRIYA, ref=ref)

    assert [(one.owner, one.total) for one in (await bench.desk.report()).owned] == [("", 1), (PRIYA, 2)]


async def test_every_unclaimed_mention_is_reached_a_page_at_a_time(bench: Bench) -> None:
    await a_surge(bench)

    pages = [await bench.desk.unclaimed(after) for after in (0, 50, 100)]

    refs = [mention.ref for page in pages for mention in page]
    assert [len(page) for page in pages] == [50, MANY - 3 - 50, 0]
    assert refs == [f"M-{n}" for n in range(4, MANY + 1)]


async def test_a_report_of_one_channel_counts_only_its_own(bench: Bench) -> None:
    await bench.arrives(post("p1"), post("p2", by="ann", private=True))

    report = await bench.desk.report(channel="private")

    assert [mention.ref for mention in report.open] == ["M-2"]


async def test_a_report_says_that_publishing_is_stopped(bench: Bench) -> None:
    await bench.desk.stop("U0DEV", "wrong figures")

    assert (await bench.desk.report()).stopped_by == "U0DEV"
