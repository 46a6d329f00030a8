"""What is owed is asked about when it is due, every day, until it is done; and what is hidden ends by itself."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.card import Notice
from bot.engine.tasks import TaskWatch
from bot.errors import NotAllowed
from bot.mention import SYSTEM, Action
from bot.store import mentions, schema
from bot.store.duty import departed, falling_due, leaver
from bot.store.duty.leaver import Parting
from bot.store.proof import forget
from bot.store.proof.invariants import broken
from bot.store.replying import tasks
from tests.bot.council import Bench
from tests.bot.engine.square import WHY, Town

pytestmark = pytest.mark.slow  # a database for each
DAY = timedelta(days=1)


class Days(Town):
    """A town whose watch looks as time passes."""

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self.watch = TaskWatch(bench.desk)

    async def looks(self, after: timedelta = timedelta()) -> list[str]:
        """Whom the watch tells, by name, once so much time has passed."""
        self.b.clock.advance(after)
        before = len(self.wall.told)
        await self.watch.once()
        await self.delivers()
        return sorted(person for person, _ in self.wall.told[before:])

    def last_to(self, person: str) -> Notice:
        """What somebody was told last."""
        return [notice for one, notice in self.wall.told if one == person][-1]

    async def promises(self, by: str = "U0PRIYA", within: timedelta = DAY) -> str:
        """Somebody promises something on M-1; the task's id."""
        until = self.b.clock.now() + within
        await self.b.does(Action.OWE, by, text="The bin will be collected", until=until, to=by)
        rows = await self.b.all(schema.task, schema.task.c.done_at.is_(None))
        return str(rows[-1]["id"])


@pytest.fixture
async def days(bench: Bench) -> Days:
    """M-1 has come in, and a few people are known."""
    made = Days(bench)
    await bench.arrives()
    for person, name in (("U0PRIYA", "Priya Shah"), ("U0MORAG", "Morag Muir"), ("U0FARAH", "Farah Ali")):
        await bench.db.write(mentions.meet, person, name)
    await made.delivers()
    return made


async def test_nobody_is_asked_before_it_is_due(days: Days) -> None:
    await days.promises()

    assert await days.looks(timedelta(hours=23)) == []


async def test_whoever_promised_is_asked_when_it_is_due_and_again_each_day(days: Days) -> None:
    await days.promises()

    first, soon, next_day = (
        await days.looks(DAY),
        await days.looks(timedelta(hours=5)),
        await days.looks(timedelta(hours=19)),
    )

    assert (first, soon, next_day) == (["U0PRIYA"], [], ["U0PRIYA"])
    assert "A promise: “The bin will be collected”, due now." in days.wall.told[0][1].plain
    assert [button.label for button in days.wall.told[0][1].buttons] == ["Done", "Later", "Give", "Can’t Keep It"]


async def test_two_days_late_the_leads_hear_of_it_too_and_whose_it_is(days: Days) -> None:
    await days.promises()
    await days.looks(DAY)

    told = [await days.looks(DAY), await days.looks(DAY)]

    assert told == [["U0PRIYA"], ["U0MORAG", "U0PRIYA"]]
    assert "Priya Shah has a promise: “The bin will be collected”, 2 d overdue." in days.last_to("U0MORAG").plain


async def test_a_watch_that_slept_for_days_asks_once_and_keeps_the_hour(days: Days) -> None:
    await days.promises()
    due_at = (await days.b.one(schema.task))["due_at"]

    told = await days.looks(timedelta(days=4, hours=2))

    assert told == ["U0MORAG", "U0PRIYA"]
    assert (await days.b.one(schema.task))["next_ask_at"] == due_at + 4 * DAY


async def test_two_copies_that_look_at_the_same_moment_ask_once(days: Days) -> None:
    await days.promises()
    days.b.clock.advance(DAY)
    (task,) = await days.b.db.read(tasks.due, days.b.clock.now(), 5)

    for _ in range(2):
        await days.b.db.write(tasks.put_off_asking, task, task.due_at)
        await days.b.db.write(falling_due.ask_due, days.b.house, days.b.clock.now())
    await days.delivers()

    assert [person for person, _ in days.wall.told] == ["U0PRIYA"]


async def test_what_is_done_is_asked_about_no_more_also_where_it_was_just_to_be(days: Days) -> None:
    task = await days.promises()
    days.b.clock.advance(DAY)
    await days.watch.once()

    await days.b.does(Action.OWED_DONE, detail={"task": task})
    await days.delivers()

    assert days.wall.told == []
    assert await days.looks(3 * DAY) == []
    with pytest.raises(NotAllowed, match="done already"):
        await days.b.does(Action.OWED_DONE, detail={"task": task})


async def test_closing_a_mention_drops_no_promise(days: Days) -> None:
    await days.promises()

    await days.b.does(Action.CLOSE, note="told on the telephone")

    assert await days.looks(DAY) == ["U0PRIYA"]


async def test_what_is_put_off_is_asked_about_at_the_new_time(days: Days) -> None:
    task = await days.promises()
    await days.looks(DAY)

    await days.b.does(Action.OWE, detail={"task": task}, until=days.b.clock.now() + 3 * DAY)

    assert await days.looks(2 * DAY) == []
    assert await days.looks(DAY) == ["U0PRIYA"]


async def test_whoever_is_given_it_is_told_at_once_and_asked_when_it_is_due(days: Days) -> None:
    task = await days.promises()

    await days.b.does(Action.OWE, detail={"task": task}, to="U0FARAH")
    await days.delivers()

    assert [person for person, _ in days.wall.told] == ["U0FARAH"]
    assert "Priya Shah gave you a promise: “The bin will be collected”" in days.wall.told[0][1].plain
    assert await days.looks(DAY) == ["U0FARAH"]


async def test_what_somebody_owed_who_has_left_is_a_leads(days: Days) -> None:
    await days.promises()

    done = await days.b.db.write(departed.depart, "U0PRIYA", house=days.b.house, now=days.b.clock.now())
    await days.delivers()

    assert done.owed == ("M-1",)
    assert (await days.b.one(schema.task))["to"] == "U0MORAG"
    assert any("with a lead now: M-1" in notice.plain for _, notice in days.wall.told)
    assert await days.looks(DAY) == ["U0MORAG"]


async def test_where_no_lead_is_named_the_team_is_asked_about_what_a_leaver_owed(days: Days) -> None:
    days.b.desk.house = replace(days.b.house, leads=())
    await days.promises()
    await days.b.db.write(departed.depart, "U0PRIYA", house=days.b.house, now=days.b.clock.now())
    before = len(days.wall.posts)

    told = await days.looks(DAY)

    assert told == []
    assert "The bin will be collected" in days.wall.posts[before][1].plain


async def test_everybody_who_owes_something_is_looked_up(days: Days) -> None:
    await days.promises("U0TAM")

    assert "U0TAM" in await days.b.db.read(departed.to_look_up, days.b.house, days.b.clock.now())


async def test_a_leavers_promises_go_to_the_colleague_the_lead_names(days: Days) -> None:
    await days.promises()
    parting = Parting("U0PRIYA", by="U0MORAG", why="leaves", key="k1", to="U0FARAH", readable=frozenset({"M-1"}))

    done = await days.b.db.write(leaver.hand_on, parting, house=days.b.house, now=days.b.clock.now())

    assert done.owed == ("M-1",)
    assert (await days.b.one(schema.task))["to"] == "U0FARAH"


async def test_a_promise_whose_words_were_erased_is_still_asked_about(days: Days) -> None:
    await days.promises(within=5 * DAY)
    await days.b.does(Action.CLOSE, note="done by telephone")
    now = days.b.clock.now() + DAY
    erased = await days.b.db.write(forget.purge, now, (), SYSTEM, house=days.b.house, now=now)

    told = await days.looks(5 * DAY)

    assert (erased, told) == (1, ["U0PRIYA"])
    assert "A promise (words erased), due now." in days.wall.told[-1][1].plain
    assert (await days.b.verdict()).startswith("ok:")


async def test_what_nobody_asks_about_is_noticed(days: Days) -> None:
    await days.promises()
    days.b.clock.advance(DAY + timedelta(minutes=6))

    late = [one.name for one in await days.b.db.read(broken, days.b.clock.now())]
    await days.looks()

    assert "owed_is_asked_about" in late
    assert "owed_is_asked_about" not in [one.name for one in await days.b.db.read(broken, days.b.clock.now())]


# --- hidden posts ------------------------------------------------------------------------------------------------


async def hidden_for_good(days: Days) -> None:
    """Something was hidden, and a colleague kept it so."""
    await days.b.does(Action.HIDE, note=WHY, detail={"rule": "3.2"})
    await days.delivers()
    await days.b.does(Action.REVIEW, "U0ANGELA")
    await days.delivers()


async def test_the_second_look_is_asked_for_when_it_is_due_and_never_of_whoever_hid_it(days: Days) -> None:
    await days.b.does(Action.HIDE, "U0MORAG", note=WHY, detail={"rule": "3.2"})
    await days.delivers()

    told = [await days.looks(DAY), await days.looks(2 * DAY)]

    assert told == [["U0ANGELA"], ["U0ANGELA"]]
    assert [button.label for button in days.wall.told[-1][1].buttons] == ["Look at It", "Keep Hidden", "Show Again"]


async def test_a_day_before_it_shows_again_whoever_looked_last_hears_so_once(days: Days) -> None:
    await hidden_for_good(days)

    told = [await days.looks(29 * DAY), await days.looks(timedelta(hours=2))]

    assert told == [["U0ANGELA"], []]
    assert [button.label for button in days.wall.told[-1][1].buttons] == ["Renew"]


async def test_what_nobody_renews_shows_again_by_itself(days: Days) -> None:
    await hidden_for_good(days)

    await days.looks(30 * DAY)

    assert (await days.hidden())["state"] == "shown"
    assert "because its time was over" in days.heard("shown to the public again")


async def test_what_is_renewed_stays_hidden(days: Days) -> None:
    await hidden_for_good(days)
    await days.looks(29 * DAY)
    await days.b.does(Action.REVIEW, "U0ANGELA", detail={"renew": "yes"})

    await days.looks(2 * DAY)

    assert (await days.hidden())["state"] == "hidden"


async def test_what_showed_again_unreviewed_still_wants_its_second_look(days: Days) -> None:
    await days.hides()
    await days.looks(30 * DAY)
    open_still = (await days.b.one(schema.task))["done_at"]

    await days.b.does(Action.REVIEW, "U0ANGELA")

    assert open_still is None
    assert (await days.b.one(schema.task))["done_by"] == "U0ANGELA"
    assert (await days.hidden())["state"] == "shown"
