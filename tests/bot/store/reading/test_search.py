"""Finding mentions by plain words."""

from bot.mention import Action, Author
from bot.ports import Gone
from bot.reply import Written
from bot.store.reading import search
from tests.bot.council import Bench, post


async def found(bench: Bench, text: str) -> list[str]:
    """The references found, in the order shown."""
    return [mention.ref for mention in await bench.db.read(search.holding, text)]


CASES = {
    "mill": ["M-2", "M-1"],
    "MILL road": ["M-1"],
    "mill brown": ["M-1"],
    "engineer": ["M-2"],
    "flooded engineer": ["M-2"],
    "Bob": ["M-3"],
    "100%": ["M-3"],
    "e_w": ["M-3"],
    "e_m": [],
    "%": ["M-3"],
    "!": [],
    "tram": [],
    "": [],
    "   ": [],
    "'; DROP TABLE mention; --": [],
}


async def test_every_word_must_be_in_what_was_said_wherever_it_stands_newest_first(either: Bench) -> None:
    await either.arrives(post("p1", "The bin on Mill Road"), post("p2", "Mill Lane is FLOODED", by="ann"))
    await either.arrives(post("p3", "100% agree_with the Mayor", by="bob"))
    await either.arrives(post("p4", "The brown one", conversation="p1"))
    await either.does(Action.ANSWERED, ref="M-2", text="An engineer comes")

    refs = {text: await found(either, text) for text in CASES}

    assert refs == CASES


async def test_what_a_colleague_is_still_writing_is_not_found(bench: Bench) -> None:
    await bench.arrives()
    await bench.desk.keep_draft(await bench.mention(), "U0PRIYA", Written("a secret plan"))

    assert await found(bench, "secret") == []


async def test_what_its_author_deleted_is_not_found(bench: Bench) -> None:
    await bench.arrives(post("p1", "My daughter Ailsa"))
    await bench.arrives(Gone("p1", bench.clock.now()))

    assert await found(bench, "Ailsa") == []


async def test_no_more_are_shown_than_fit(bench: Bench) -> None:
    await bench.arrives(*(post(f"p{n}", "the same", by=f"author {n}") for n in range(search.MOST + 5)))

    refs = await found(bench, "same")

    assert len(refs) == search.MOST
    assert refs[0] == f"M-{search.MOST + 5}"


async def test_an_author_is_found_by_handle(bench: Bench) -> None:
    await bench.arrives(post("p1", author=Author("a1", "Lou Tranter", "@loutranter")))

    assert await found(bench, "@loutranter") == ["M-1"]
