"""Earlier answers to like questions, read from the index of words, on both databases."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.finding.past import Settled
from bot.mention import Action
from bot.saving.saved import Wish
from bot.store.finding import index
from bot.store.reading import past_answers
from bot.store.replying import saved
from tests.bot.council import Bench, account, house, post

pytestmark = pytest.mark.slow  # many moves each
TIP, OPENS = "What time does the tip open on Sundays?", "Hi Ann, the tip opens at nine. ^PS"


@pytest.fixture
def council(either: Bench) -> Bench:
    """A council with a second account."""
    either.desk.house = house(account(), account("x", network="x"))
    return either


async def answered(bench: Bench, number: int, text: str, asked: str, **more: object) -> None:
    """The public asks and is answered."""
    await bench.arrives(post(f"p{number}", asked, by="ann", conversation=f"p{number}", **more))
    ref = f"M-{number}"
    await bench.does(Action.REPLY, ref=ref, text=text)
    await bench.does(Action.SENT, by="system", ref=ref)
    bench.clock.advance(minutes=1)


async def offered(bench: Bench, ref: str) -> list[tuple[str, str, Settled]]:
    """What is offered for a mention, once all has been read."""
    while await bench.db.read(index.is_behind):
        await bench.db.write(index.catch_up, bench.clock.now())
    found = await bench.db.read(past_answers.best_for, await bench.desk.story(ref), bench.clock.now())
    return [(past.mention.ref, past.text, past.settled) for past in found]


async def test_the_answer_to_a_like_question_comes_first_and_says_what_came_of_it(council: Bench) -> None:
    await answered(council, 1, OPENS, TIP)
    await answered(council, 2, "We grit Fell Lane first.", "Is Fell Lane gritted?")
    await answered(council, 3, "Tips take no plasterboard.", "Does the tip take plasterboard?")
    await council.arrives(
        post("q1", "Thank you!", by="ann", in_reply_to="p1", conversation="p1", posted_at=council.clock.now())
    )
    await council.arrives(post("p9", "Hello, when does the tip open?", by="lou"))

    found = await offered(council, "M-4")

    assert found[0] == ("M-1", OPENS, Settled.THANKED)
    assert "M-2" not in [ref for ref, _, _ in found]


async def test_the_same_words_are_offered_once_and_those_of_the_mention_itself_never(council: Bench) -> None:
    for number in (1, 2, 3):
        await answered(council, number, OPENS, TIP)

    assert [ref for ref, _, _ in await offered(council, "M-3")] == ["M-2"]


async def test_nothing_private_erased_deleted_or_not_sent_is_offered(council: Bench) -> None:
    await answered(council, 1, "To you alone.", TIP, private=True)
    await answered(council, 2, "Of one who is forgotten.", TIP)
    await council.arrives(post("p3", TIP, by="ann"))
    await council.does(Action.REPLY, ref="M-3", text="Never sent.")
    await council.does(Action.ERASE, by="system", ref="M-2")
    await council.arrives(post("p4", TIP, by="lou"))

    assert await offered(council, "M-4") == []
    assert await council.db.read(past_answers.one, "nobody", council.clock.now()) is None


async def test_words_that_were_saved_and_taken_back_are_not_offered(council: Bench) -> None:
    await answered(council, 1, OPENS, TIP)
    await council.arrives(post("p2", TIP, by="lou"))
    (sent,), now = (await council.desk.story("M-1")).replies, council.clock.now()
    wish = Wish("Tip", OPENS, "waste.tips", now + timedelta(days=30), owner="U0TAM", begun_from=sent.id)
    await council.db.write(saved.make, wish, "U0TAM", approved=True, now=now)
    first = await offered(council, "M-2")

    one = await council.db.write(saved.withdraw, 1, "U0MORAG", why="wrong", now=now)
    right = replace(wish, text="At ten.")
    await council.db.write(saved.change, 1, right, "U0TAM", since=one.version, approved=True, now=now)

    assert [ref for ref, _, _ in first] == ["M-1"]
    assert await offered(council, "M-2") == []


@pytest.mark.parametrize(
    "text", ["", "🔥", '" OR NOT NEAR( * ^', "'; DROP TABLE reply --", "x" * 10_000, "tip " * 2_500, "¶≡topic≡"]
)
async def test_no_question_is_an_error(council: Bench, text: str) -> None:
    await answered(council, 1, OPENS, TIP)
    await council.arrives(post("p2", text or "x", by="lou", media=()))

    found = await offered(council, "M-2")

    assert found in ([], [("M-1", OPENS, Settled.QUIET)])


async def test_a_topic_that_staff_gave_finds_what_no_word_would(council: Bench) -> None:
    await answered(council, 1, OPENS, TIP)
    await council.does(Action.TOPIC, ref="M-1", topic="waste.hwrc")
    await council.arrives(post("p2", "Still queueing!!", by="lou"))
    assert await offered(council, "M-2") == []

    await council.does(Action.TOPIC, ref="M-2", topic="waste.hwrc")

    assert [ref for ref, _, _ in await offered(council, "M-2")] == ["M-1"]
