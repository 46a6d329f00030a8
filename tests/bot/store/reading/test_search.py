"""Finding mentions: by all their words, by what is known of them, the nearest, and what is like one."""

from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bot.errors import NeedsMore
from bot.finding.query import Known, Query, read_query
from bot.finding.terms import words_of
from bot.mention import Action, Author
from bot.ports import Gone
from bot.reply import Written
from bot.store import mentions
from bot.store.finding import index
from bot.store.reading import search
from tests.bot.council import LONDON, Bench, account, house, post

MOST = 20


def asked(bench: Bench, text: str) -> Query:
    """What is looked for."""
    accounts = {name: one.label for name, one in bench.house.accounts.items()}
    return read_query(text, Known(frozenset({"webchat", "x"}), accounts, bench.clock.now(), LONDON))


async def found(bench: Bench, text: str, most: int = MOST) -> list[str]:
    """The references found, in the order shown, once all has been read."""
    while await bench.db.read(index.is_behind):
        await bench.db.write(index.catch_up, bench.clock.now())
    return [mention.ref for mention in await bench.db.read(search.found, asked(bench, text), most)]


CASES = {
    "mill": ["M-2", "M-1"],
    "MILL road": ["M-1"],
    "mill brown": ["M-1"],
    "engineers": ["M-2"],
    "floods engineer": ["M-2"],
    '"mill lane"': ["M-2"],
    '"lane mill"': [],
    '"brown mill"': [],
    "mill -lane": ["M-1"],
    'mill -"mill lane"': ["M-1"],
    "flo*": ["M-2"],
    "mayors": ["M-3"],
    "100%": ["M-3"],
    "bob": [],
    "tram": [],
    "topic:roads mill": ["M-1"],
    "topic:road mill": [],
    "topic:roads -lane": ["M-1"],
    "state:answered": ["M-2"],
    "state:open mill": ["M-1"],
    "by:U0PRIYA": ["M-2"],
    "from:2026-11-17 mill": ["M-2", "M-1"],
    "until:2026-11-16 mill": [],
    "account:website network:webchat cafe": ["M-3"],
    "network:x cafe": [],
    "before:M-2 mill": ["M-1"],
    "author:Bob because they ask what we hold": ["M-3"],
    "hullo": ["M-1"],
}


async def test_all_that_is_asked_for_must_be_there_wherever_it_stands_newest_first(either: Bench) -> None:
    await either.arrives(post("p1", "The bin on Mill Road"), post("p2", "Mill Lane is FLOODED", by="ann"))
    await either.arrives(post("p3", "100% agree_with the Mayor’s CAFÉ", by="bob"))
    await either.arrives(post("p4", "The brown one", conversation="p1"))
    await either.does(Action.ANSWERED, ref="M-2", text="An engineer comes")
    await either.does(Action.TOPIC, ref="M-1", topic="roads.lights")
    await either.does(Action.NOTE, ref="M-1", note="said hullo to highways")

    refs = {text: await found(either, text) for text in CASES}

    assert refs == CASES


async def test_what_a_colleague_is_still_writing_is_not_found(bench: Bench) -> None:
    await bench.arrives()
    await bench.desk.keep_draft(await bench.mention(), "U0PRIYA", Written("a secret plan"))

    assert await found(bench, "secret") == []


async def test_what_its_author_deleted_is_not_found(bench: Bench) -> None:
    await bench.arrives(post("p1", "My daughter Ailsa"))
    assert await found(bench, "Ailsa") == ["M-1"]

    await bench.arrives(Gone("p1", bench.clock.now()))

    assert await found(bench, "Ailsa") == []


async def test_what_its_author_deleted_and_a_hold_keeps_is_not_found_either(bench: Bench) -> None:
    await bench.arrives(post("p1", "My daughter Ailsa"), post("p1b", "called Isla", conversation="p1"))
    await bench.does(Action.KEEP, text="may go to court")

    await bench.arrives(Gone("p1", bench.clock.now()), Gone("p1b", bench.clock.now()))

    assert (await bench.mention()).text == "My daughter Ailsa"
    assert await found(bench, "Ailsa") == await found(bench, "Isla") == []


async def test_a_beginning_finds_what_begins_so_though_the_index_cuts_words_down(either: Bench) -> None:
    await either.arrives(post("p1", "Collection of brown bins"), post("p2", "Flooding again", by="ann"))
    await either.arrives(post("p3", "The mark on the plane", by="bob"))

    assert await found(either, "collecti*") == await found(either, "collection*") == ["M-1"]
    assert await found(either, "floodi*") == await found(either, "-plane floodi*") == ["M-2"]
    assert await found(either, "market*") == await found(either, "planet*") == []


async def test_names_are_found_whatever_their_letters(either: Bench) -> None:
    await either.arrives(post("p1", author=Author("a1", "Órla Ní Bhroin", "@Élodie")))
    await either.db.write(mentions.meet, "U0ORLA", "Órla Shah")

    for typed in ("Órla", "órla", "ÓRLA", "élodie", "bhroin"):
        assert await found(either, f"author:{typed} because a complaint") == ["M-1"], typed
    for typed in ("Órla", "órla", "ÓRLA SHAH", "@órla shah"):
        assert await either.db.read(search.colleague, typed) == "U0ORLA", typed


async def test_an_author_is_found_by_handle_with_a_reason_and_only_by_name_not_by_words(bench: Bench) -> None:
    await bench.arrives(post("p1", author=Author("a1", "Lou Tranter", "@loutranter")))

    assert await found(bench, "author:@loutranter because a complaint") == ["M-1"]
    assert await found(bench, "tranter") == []


async def test_the_nearest_hold_the_most_of_what_is_asked_for(either: Bench) -> None:
    await either.arrives(post("p1", "Bins and gulls"), post("p2", "Gulls", by="ann"), post("p3", "Trams", by="bob"))
    await found(either, "x")

    near = await either.db.read(search.nearest, asked(either, "bins gulls castle"))

    assert [mention.ref for mention in near] == ["M-1", "M-2"]


async def test_what_is_like_a_mention_shares_its_rarest_words(either: Bench) -> None:
    others = [post(f"p{n}", f"The road is shut, number {n}", by=f"by {n}") for n in range(9)]
    await either.arrives(*others, post("a", "The heron on the road ate", by="ann"), post("b", "A heron!", by="bob"))
    await found(either, "x")
    number = int((await found(either, "ate"))[0][2:])

    weights = await either.db.read(search.rarest, number)
    alike = await either.db.read(search.like, number, weights)

    assert [mention.text for mention in alike] == ["A heron!"]


@pytest.mark.slow
async def test_a_filter_that_leaves_out_many_does_not_end_the_looking(either: Bench) -> None:
    either.desk.house = house(account(), account("x"))
    await either.arrives(post("old", "the same", by="ann"), account="x")
    await either.arrives(*(post(f"p{n}", "the same", by=f"author {n}") for n in range(150)))
    await either.does(Action.CLAIM, ref="M-1")

    assert await found(either, "same by:U0PRIYA") == ["M-1"]
    assert await found(either, "same state:claimed") == ["M-1"]
    assert (await found(either, "same", 3))[0] == "M-151"
    either.clock.advance(days=3)
    assert await found(either, "same from:yesterday") == []


HOSTILE = [
    "NEAR(bins mill, 2)",
    "words:bins",
    "bins' OR '1'='1",
    "bins & mill | !road <-> x:*A",
    '"unbalanced mill',
    '""" "" "',
    "-",
    "--",
    "*",
    "^mill",
    "(((((((",
    "mill AND",
    "NOT mill",
    "OR",
    "\u202emill\u202c",
    "mill\x00road",
    "mill\ud800",
    "🚮 👩‍👩‍👧",
    "≡network≡x",
    "¶",
    "état:x",
    "state:",
    'state:"',
    "from:99999999d",
    "until:9999-12-31",
    "before:M-99999999999",
    "a " * 5_000,
    "mill* road* *",
    "' OR 1=1 --",
]


async def holds_up(bench: Bench, text: str) -> None:
    """Results, or a sentence."""
    query = Query()
    with suppress(NeedsMore):
        query = asked(bench, text)
    await bench.db.read(search.found, query, MOST)
    await bench.db.read(search.nearest, query)


async def test_whatever_is_typed_there_are_results_or_a_sentence(either: Bench) -> None:
    await either.arrives(post("p1", "The bin on Mill Road"))

    for text in HOSTILE:
        await holds_up(either, text)

    assert await found(either, "^mill") == await found(either, "mill\ud800") == ["M-1"]


SIGNS = some.text(some.sampled_from("abmilroad \"'*-:()&|!<>^~@#\\\x00\ud800é🚮≡¶OR") | some.characters(), max_size=40)


@pytest.mark.slow
async def test_each_word_of_any_text_finds_it_on_both_databases(either: Bench) -> None:
    texts: list[str] = []

    @settings(max_examples=300, database=None)
    @given(SIGNS)
    def made(text: str) -> None:
        texts.append(text)

    made()
    await either.arrives(*(post(f"p{n}", text, by=f"by {n}") for n, text in enumerate(texts)))
    said = {one.ref: one.text for one in [await either.mention(f"M-{n + 1}") for n in range(len(texts))]}
    await found(either, "x")

    for text in said.values():
        await holds_up(either, text)
    for ref, text in said.items():
        for word in list(words_of(text))[:3]:
            assert ref in await found(either, f'"{word}"', len(texts)), (ref, text, word)
