"""Whose words are whose: all names somebody ever had, in any alphabet, and nobody else of the same name."""

from dataclasses import replace

import pytest

from bot.mention import Action, Author
from bot.ports import Parent
from bot.store import schema
from bot.store.finding.looked import looked_for_author
from bot.store.proof import by_hand, forget
from tests.bot.council import Bench, post

pytestmark = pytest.mark.slow
ZED = Author("a-9", "Zed", "@zed")


async def forgotten(bench: Bench, called: str) -> tuple[str, ...]:
    """The one who goes by that is forgotten; what of theirs was erased."""
    (found,) = await bench.db.read(forget.authors, called)
    return await bench.db.write(forget.forget, found, (), "operator:ian", house=bench.house, now=bench.clock.now())


async def answers(bench: Bench, author: Author, words: str) -> None:
    """Zed answers something that somebody else said elsewhere."""
    await bench.arrives(post(f"a{len(words)}", author=ZED, parent=Parent(f"q{len(words)}", author, words, "")))


async def test_words_under_an_earlier_handle_go_too(either: Bench) -> None:
    old, new = Author("a-1", "Old Name", "@oldname"), Author("a-1", "New Name", "@newname")
    await either.arrives(post("p1", "One", author=old), post("p2", "Two", author=new))
    await answers(either, old, "oldwords")
    for number in (1, 2):
        await either.does(Action.CLOSE, ref=f"M-{number}", note="praise")

    await forgotten(either, "a-1")

    left = str(await either.all(schema.context)) + str(await either.all(schema.mention))
    assert not [one for one in ("oldwords", "Old Name", "oldname") if one in left]
    assert (await either.verdict()).startswith("ok: ")


@pytest.mark.parametrize(("stored", "typed"), [("@Groß", "@groß"), ("@Élodie", "@Élodie"), ("@Élodie", "@ÉLODIE")])
async def test_a_handle_in_any_letters_is_theirs(either: Bench, stored: str, typed: str) -> None:
    who = Author("a-1", "Name", stored)
    await either.arrives(post("p1", "One", author=who))
    await answers(either, who, "their words")
    await either.does(Action.CLOSE, note="praise")

    assert await forgotten(either, typed) == ("M-1",)
    assert "their words" not in str(await either.all(schema.context))


async def test_two_of_one_name_without_ids_are_two_and_each_is_named_by_a_mention(either: Bench) -> None:
    lou = Author("", "Lou")
    await either.arrives(post("p1", "I am not safe at home", author=lou), post("p2", "When is it open?", author=lou))

    found = await either.db.read(forget.authors, "Lou")
    (second,) = await either.db.read(forget.authors, "M-2")

    assert [one.open for one in found] == [("M-1",), ("M-2",)]
    assert second == found[1]


async def test_words_beside_a_mention_are_nobodys_by_a_name_alone(either: Bench) -> None:
    await either.arrives(*(post(f"p{n}", author=Author(f"b-{n}", "Sam Lee")) for n in (1, 2)))
    await answers(either, Author("b-2", "Sam Lee"), "sams words")

    first, second, beside = await either.db.read(forget.authors, "sam lee")
    (named,) = await either.db.read(forget.authors, "beside M-3")

    assert (first.beside, second.beside, beside.beside) == ((), (), ("M-3",))
    assert named == beside


async def test_what_others_said_of_them_and_why_it_is_kept_are_named_for_a_person_to_look_at(bench: Bench) -> None:
    await bench.arrives(post("p1"), post("p2", "Lou Tranter dumps rubbish", by="nosy"), post("p3", "Hello", by="ann"))
    await bench.does(Action.KEEP, ref="M-3", text="Tranter may sue")
    await bench.does(Action.NOTE, ref="M-3", note="Tell Elis Groß")
    await answers(bench, Author("x", "Lou Tranter"), "Mine too")

    found = await bench.db.read(by_hand.places, ("Lou Tranter",), [1])

    assert found == ["M-3 (a hold)", "M-2 (what was said)", "M-4 (what it answers)"]
    assert await bench.db.read(by_hand.places, ("@Groß",), [1]) == ["M-3 (a note)"]


async def test_what_was_said_of_a_hold_stands_nowhere_once_the_words_are_erased(either: Bench) -> None:
    await either.arrives(replace(post("p1"), author=Author("a-1", "Zara")))
    why = "her solicitor at 07700 900123 says the baby has asthma"
    await either.does(Action.KEEP, note=why, text=why)
    await either.does(Action.CLOSE, note="praise")
    await either.does(Action.LET_GO, note="the baby is well")

    assert await forgotten(either, "a-1") == ("M-1",)

    assert "baby" not in str(await either.at_rest())
    assert (await either.verdict()).startswith("ok: ")


async def test_why_somebody_was_looked_for_goes_with_them(either: Bench) -> None:
    await either.arrives(post("p1", author=Author("a-1", "Zara Khan")))
    await either.does(Action.CLOSE, note="praise")
    now = either.clock.now()
    for why in ("Khan rang from 3 Elm Close", "they asked for it"):
        await either.db.write(looked_for_author, "U0PRIYA", why, shown=["M-1"], now=now)

    await forgotten(either, "a-1")

    notes = [event["note"] for event in await either.all(schema.event, schema.event.c.subject == "find")]
    assert notes == [None, "they asked for it", None]
    assert (await either.verdict()).startswith("ok: ")
