"""Many cards in one message of a chat that takes few: each stays its own, and none is lost or urgent and late."""

from dataclasses import replace

import pytest

from bot.card import Digest
from bot.delivery import LEASE
from bot.errors import Refused, TryLater, Unsure
from bot.mention import Action, Move
from bot.store import schema
from bot.store.sending import together
from tests.bot.council import Bench, house, post
from tests.bot.engine.fakes import Office
from tests.bot.engine.hall import Hall


class Surge(Office):
    """An office whose only chat takes few messages. Its one message of these ten seconds is spent."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self.hall = self.begin()

    def begin(self) -> Hall:
        """With nothing said yet."""
        hall = Hall()
        self.bench.desk.house = replace(house(), chats=("hall",))
        self.bench.desk.chats = {"hall": hall}
        return hall

    async def comes(self, count: int, **other) -> None:
        """So many mentions, of different people, one after the other."""
        start = len(await self.bench.all(schema.mention))
        for number in range(start, start + count):
            await self.bench.arrives(post(f"p{number}", by=f"author {number}", **other))
            self.bench.clock.advance(milliseconds=1)

    async def states(self, kind: str = "card") -> list[str]:
        """Where these deliveries stand, by mention."""
        rows = await self.bench.all(schema.delivery, schema.delivery.c.kind == kind)
        return [row["state"] for row in sorted(rows, key=lambda row: row["number"])]


@pytest.fixture
def surge(either: Bench) -> Surge:
    """On both kinds of database."""
    return Surge(either)


@pytest.fixture
def alone(bench: Bench) -> Surge:
    """On a file."""
    return Surge(bench)


async def test_what_waits_is_said_together_the_oldest_first_and_each_has_its_own_end(surge: Surge) -> None:
    await surge.comes(7)

    await surge.delivers()
    first = list(surge.hall.shown)
    await surge.passes(seconds=10)

    assert first == ["M-1 M-2 M-3 M-4 M-5"]
    assert surge.hall.shown[1:] == ["M-6"]
    assert await surge.states() == ["done"] * 6 + ["pending"]
    cards = await surge.bench.all(schema.card)
    assert [(row["message"], row["shared"]) for row in cards[:6]] == [("m1", True)] * 5 + [("m2", False)]
    assert {row["channel"] for row in cards[:6]} == {"77"}


async def test_three_that_wait_have_a_thread_each(alone: Surge) -> None:
    await alone.comes(3)

    await alone.passes(seconds=30)

    assert alone.hall.shown == ["M-1", "M-2", "M-3"]


async def test_what_is_urgent_is_shown_first_and_by_itself(surge: Surge) -> None:
    await surge.comes(5)
    await surge.comes(1)
    await surge.bench.desk.make(Move("M-6", Action.PRIORITY, "U0DEV", priority="P1", note="danger"))

    await surge.delivers()
    await surge.passes(seconds=20)

    assert surge.hall.shown == ["M-6", "U0DEV set it to P1: danger", "M-1 M-2 M-3 M-4 M-5"]


async def test_a_lost_answer_is_looked_for_card_by_card_and_nothing_is_shown_twice(alone: Surge) -> None:
    alone.hall.answers = ["lost"]
    await alone.comes(5)

    await alone.delivers()
    unknown = await alone.states()
    await alone.passes(minutes=2)

    assert unknown == ["unknown"] * 5
    assert alone.hall.shown == ["M-1 M-2 M-3 M-4 M-5"]
    assert {(row["message"], row["shared"]) for row in await alone.bench.all(schema.card)} == {("m1", True)}
    assert alone.hall.looked == 5


@pytest.mark.parametrize("spoke", [False, True])
async def test_a_sender_that_dies_before_or_after_it_spoke_loses_nothing(surge: Surge, spoke: bool) -> None:
    await surge.comes(5)
    _, [those] = await surge.deliver.taken_with_room()
    if spoke:
        said = await surge.bench.db.write(together.about_to_speak, those, surge.bench.clock.now())
        await surge.hall.post("mentions", Digest(tuple((surge.deliver.say.card(scene), one.id) for one, scene in said)), "k")
    leased = {(row["state"], row["attempt"]) for row in await surge.bench.all(schema.delivery)}
    surge.bench.clock.advance(seconds=LEASE.total_seconds())

    await surge.passes(minutes=4)

    assert (len(those), leased) == (5, {("sending", 1)})
    assert sorted(" ".join(surge.hall.shown).split()) == ["M-1", "M-2", "M-3", "M-4", "M-5"]
    assert await surge.states() == ["done"] * 5


async def test_one_whose_lease_another_has_by_now_is_not_said_with_the_others(alone: Surge) -> None:
    await alone.comes(5)
    _, [those] = await alone.deliver.taken_with_room()
    other = schema.delivery.update().where(schema.delivery.c.number == 3).values(attempt=2)
    await alone.bench.db.write(lambda conn: conn.execute(other).rowcount)

    await alone.deliver.together.cards(those)

    assert alone.hall.shown == ["M-1 M-2 M-4 M-5"]


@pytest.mark.parametrize(
    ("error", "then"),
    [
        (TryLater("slower"), ["M-1 M-2 M-3 M-4"]),
        (Refused("too long"), ["M-1", "M-2", "M-3", "M-4"]),
        (Unsure("no answer"), ["M-1 M-2 M-3 M-4"]),
    ],
)
async def test_what_could_not_be_said_together_goes_its_usual_way(alone: Surge, error: Exception, then: list[str]) -> None:
    alone.hall.answers = [error]
    await alone.comes(4)

    await alone.passes(minutes=8)

    assert sorted(alone.hall.shown) == then
    assert await alone.states() == ["done"] * 4


async def test_told_to_stop_the_sender_gives_all_of_them_back(alone: Surge) -> None:
    await alone.comes(5)
    before = await alone.bench.at_rest()
    taken = await alone.deliver.taken_with_room()

    await alone.deliver.give_back([one for those in taken[1] for one in those])

    assert await alone.bench.at_rest() == before


async def test_under_a_shared_card_the_mention_is_named_and_once_drawn_again_it_has_a_thread_of_its_own(
    alone: Surge,
) -> None:
    await alone.comes(5)
    await alone.delivers()
    await alone.bench.does(Action.NOTE, note="hm", ref="M-2")
    await alone.passes(seconds=30)
    card = (await alone.bench.all(schema.card, schema.card.c.number == 2))[0]
    await alone.bench.does(Action.NOTE, note="and again", ref="M-2")
    await alone.passes(seconds=30)

    ((first, words), (second, later)) = alone.hall.under
    assert (first.id, first.shared, words.splitlines()[0]) == ("m1", True, "M-2: U0PRIYA noted:")
    assert (card["message"], card["shared"]) == (second.id, False)
    assert second.id != "m1"
    assert later.splitlines()[0] == "U0PRIYA noted:"
    assert isinstance(alone.hall.posts[0][1], Digest)
