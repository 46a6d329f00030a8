"""What only one person knows, what their authors were promised and decided before: on both databases."""

from datetime import timedelta

import pytest

from bot.mention import Action
from bot.store import mentions
from bot.store.duty import departed, handed_on
from bot.store.reading import decided, hangs_on_one
from bot.store.reading.known_by_one import Alone, known_by
from bot.store.replying import promised
from tests.bot.council import Bench, post

pytestmark = pytest.mark.slow  # both databases
PRIYA, DEV = "U0PRIYA", "U0DEV"


async def furnished(bench: Bench) -> None:
    """Priya alone answers about the verge, in one long conversation; Dev answers about bins too, and has been promised."""
    asks = [post(f"p{n}", "Is Priya in? The verge", by=f"author{n}", conversation="verge") for n in (1, 2, 3)]
    await bench.arrives(*asks, post("p4", "My bin", by="lou"), post("p5", "My bin again", by="lou"))
    for person, name in ((PRIYA, "Priya Shah"), (DEV, "Dev Rao")):
        await bench.db.write(mentions.meet, person, name)
    for number, who in ((1, PRIYA), (2, PRIYA), (3, PRIYA), (4, PRIYA), (5, DEV)):
        await bench.does(Action.TOPIC, who, ref=f"M-{number}", topic="verge" if number < 4 else "bins")
        await bench.does(Action.ANSWERED, who, ref=f"M-{number}", text="On Friday.")
    friday = bench.clock.now() + timedelta(days=3)
    await bench.does(Action.OWE, PRIYA, ref="M-4", text="a new bin", until=friday, to=PRIYA)


async def test_topics_conversations_and_those_who_ask_by_name(either: Bench) -> None:
    await furnished(either)
    now = either.clock.now()

    priya = await either.db.read(known_by, PRIYA, "Priya Shah", now)
    dev = await either.db.read(known_by, DEV, "Dev Rao", now)
    year_later = await either.db.read(known_by, PRIYA, "Priya Shah", now + timedelta(days=366))
    hanging = await either.db.read(hangs_on_one.hanging, either.house, now)

    assert priya.topics == (Alone("verge", PRIYA, 3),)
    assert priya.conversations == (Alone("M-3", PRIYA, 3),)
    assert [mention.ref for mention in priya.asked_for] == ["M-3", "M-2", "M-1"]
    assert [bool(one) for one in (priya, dev, year_later)] == [True, False, False]
    assert hanging.topics == (("verge", PRIYA),)


async def test_what_an_author_was_promised_stands_beside_what_they_write_next(either: Bench) -> None:
    await furnished(either)
    await either.does(Action.CLOSE, PRIYA, ref="M-4", note="the van comes on Friday")
    await either.does(Action.NOTE, DEV, ref="M-4", note="Decision: a bigger bin")
    five, one = await either.mention("M-5"), await either.mention("M-1")
    by_conversation = await either.db.read(promised.to_author_of, one)

    (owed,) = await either.db.read(promised.to_author_of, five)
    before = await either.db.read(decided.about_author_of, five)
    await either.does(Action.OWED_DONE, PRIYA, ref="M-4", detail={"task": owed.task.id, "outcome": "broken"}, note="no van")
    (broken,) = await either.db.read(promised.to_author_of, five)
    found = await either.db.read(decided.about_author_of, one)

    assert (owed.task.what, owed.whose, owed.task.ended) == ("a new bin", "Priya Shah", None)
    assert broken.task.ended == "broken"
    assert by_conversation == ()
    assert [(one.mention.ref, one.by, one.why) for one in before] == [
        ("M-4", DEV, "Decision: a bigger bin"),
        ("M-4", PRIYA, "the van comes on Friday"),
    ]
    assert list(found) == []
    assert (await either.verdict()).startswith("ok: ")


async def test_what_one_who_left_had_is_the_first_leads_and_a_look_says_so(either: Bench) -> None:
    await furnished(either)
    before = await either.db.read(handed_on.steps, PRIYA, house=either.house, now=either.clock.now())

    await either.db.write(departed.depart, PRIYA, house=either.house, now=either.clock.now())

    after = await either.db.read(handed_on.steps, PRIYA, house=either.house, now=either.clock.now())
    assert [(one.what, one.found, one.about) for one in before] == [
        ("Promises and what else was owed", "still theirs", ("M-4",))
    ]
    assert [(one.what, one.found, one.about) for one in after] == [("Promises and what else was owed", "done", ("M-4",))]
    assert await either.db.write(handed_on.remind, either.house, either.clock.now() + timedelta(days=4)) == 0
    assert (await either.verdict()).startswith("ok: ")
