"""What a post answers: kept beside it for staff, shown in short on its card, and gone with it or with its own author."""

from dataclasses import replace

import pytest

from bot.mention import Action, Author
from bot.portray import card_of
from bot.ports import Edited, Gone, Parent
from bot.store import schema
from bot.store.proof import forget
from tests.bot.council import Bench, post

ANN = Parent("q1", Author("a-ann", "Ann Oyelaran", "@ann"), "Why is the library shut?", "https://example.org/q1")
OURS = Parent("q2", Author("us", "Harrowmere", "@harrowmere"), "It opens on Monday.", ours=True)


async def shown(bench: Bench, ref: str = "M-1") -> str:
    """What the card says it answers."""
    card = card_of(await bench.desk.story(ref), bench.house, bench.clock.now())
    return "".join(str(part) for part in card.answers)


@pytest.mark.parametrize(
    ("parent", "said"),
    [(ANN, "In answer to Ann Oyelaran: Why is the library shut?"), (OURS, "In answer to us: It opens on Monday.")],
)
async def test_what_a_post_answers_is_on_its_card(either: Bench, parent: Parent, said: str) -> None:
    await either.arrives(post("p1", in_reply_to=parent.native_id, parent=parent))

    assert await shown(either) == said


async def test_what_an_addition_answers_is_kept_too(bench: Bench) -> None:
    await bench.arrives(post("p1", conversation="c1"), post("p2", "And?", conversation="c1", parent=ANN))

    assert (await bench.desk.story("M-1")).context == {
        "p2": Parent("q1", Author("", "Ann Oyelaran", "@ann"), ANN.text, ANN.url)
    }


async def test_what_stands_in_the_mention_already_is_not_kept_beside_it(bench: Bench) -> None:
    itself = Parent("p1", Author("a-lou", "Lou"), "Is my bin day changed?")

    await bench.arrives(post("p1", conversation="c1"), post("p2", "And?", conversation="c1", parent=itself))

    assert await bench.all(schema.context) == []


@pytest.mark.parametrize("gone", ["p1", "q1"])
async def test_it_goes_with_the_post_and_with_whoever_wrote_it(either: Bench, gone: str) -> None:
    await either.arrives(post("q1", ANN.text, by="ann"), post("p1", parent=ANN))
    assert await shown(either, "M-2")

    await either.arrives(Gone(gone, either.clock.now()))

    (kept,) = await either.all(schema.context)
    assert (kept["text"], kept["author_name"], kept["author_handle"], kept["url"]) == ("", "", "", "")
    assert await shown(either, "M-2") == ""


async def test_it_follows_an_edit_of_what_is_answered(bench: Bench) -> None:
    await bench.arrives(post("q1", ANN.text, by="ann"), post("p1", parent=ANN))

    await bench.arrives(Edited("q1", "Why is the museum shut?", bench.clock.now()))

    assert await shown(bench, "M-2") == "In answer to Ann Oyelaran: Why is the museum shut?"


async def test_forgetting_an_author_forgets_them_where_others_answered_them(bench: Bench) -> None:
    await bench.arrives(post("q1", ANN.text, by="ann"), post("p1", parent=ANN))
    await bench.does(Action.CLOSE, note="praise")
    (found,) = await bench.db.read(forget.authors, "Ann")

    await bench.db.write(forget.forget, found, (), "operator:ian", house=bench.house, now=bench.clock.now())

    assert "Oyelaran" not in str(await bench.at_rest())


@pytest.mark.parametrize("called", ["@ANN", "ann", "Ann Oyelaran"])
async def test_who_only_stands_beside_others_can_be_forgotten_too(either: Bench, called: str) -> None:
    await either.arrives(post("p1", parent=ANN), post("p2", by="zed", parent=OURS))
    (found,) = await either.db.read(forget.authors, called)

    await either.db.write(forget.forget, found, (), "operator:ian", house=either.house, now=either.clock.now())

    assert (found.ended, found.open, found.beside) == ((), (), ("M-1",))
    assert (await shown(either), await shown(either, "M-2")) == ("", "In answer to us: It opens on Monday.")
    assert "Oyelaran" not in str(await either.all(schema.context))
    assert (await either.verdict()).startswith("ok")


async def test_what_one_author_said_to_others_is_found_with_what_they_said_to_us(bench: Bench) -> None:
    ann = replace(post().author, id="a-ann", name="Ann Oyelaran", handle="@ann")
    await bench.arrives(post("q9", author=ann), post("p1", parent=ANN))

    (found,) = await bench.db.read(forget.authors, "@ann")

    assert (found.open, found.beside) == (("M-1",), ("M-2",))


async def test_a_parent_without_words_is_not_kept(bench: Bench) -> None:
    await bench.arrives(post("p1", parent=Parent("q1", Author("", "Ann"), " \n")))

    assert await bench.all(schema.context) == []


@pytest.mark.parametrize(("told", "said"), [(Edited, "In answer to Ann Oyelaran: Is it shut for good?"), (Gone, "")])
async def test_what_is_answered_need_not_be_held_to_be_changed_or_deleted(either: Bench, told: type, said: str) -> None:
    await either.arrives(post("p1", parent=ANN))
    words = ("Is it shut for good?",) if told is Edited else ()

    taken = await either.desk.take_in([told("q1", *words, either.clock.now())], "website")

    assert await shown(either) == said
    assert taken.changed == 1


async def test_the_card_beside_which_something_was_deleted_is_drawn_anew(bench: Bench) -> None:
    await bench.arrives(post("p1", parent=ANN))
    redraws = schema.delivery.c.kind == "redraw"
    before = len(await bench.all(schema.delivery, redraws))

    await bench.arrives(Gone("q1", bench.clock.now()))

    assert len(await bench.all(schema.delivery, redraws)) == before + 1


@pytest.mark.parametrize("held", [True, False])
async def test_what_was_deleted_is_not_kept_once_more_by_a_later_answer_to_it(bench: Bench, held: bool) -> None:
    await bench.arrives(*([post("q1", ANN.text, by="ann")] if held else []), Gone("q1", bench.clock.now()))

    await bench.arrives(post("p1", parent=ANN))

    assert await bench.all(schema.context) == []


@pytest.mark.parametrize("known_by", ["network", "store"])
async def test_what_was_said_in_private_does_not_stand_on_a_public_card(bench: Bench, known_by: str) -> None:
    if known_by == "store":
        await bench.arrives(post("q1", ANN.text, by="ann", private=True))

    await bench.arrives(post("p1", parent=replace(ANN, private=known_by == "network")))
    await bench.arrives(post("p2", by="zed", private=True, parent=replace(ANN, private=True)))

    assert [row["of_post"] for row in await bench.all(schema.context)] == ["p2"]
