"""Each class is erased when its own time is over, and the database finds the same class as Python; what is held stays."""

from dataclasses import replace

import pytest

from bot.mention import SYSTEM, Action
from bot.retention.classes import OTHERS
from bot.store import schema
from bot.store.proof import aged, forget
from bot.store.proof.aged import Ages
from tests.bot.council import Bench, post
from tests.bot.retention.test_classes import CLASSES, DAY, TOPICS

pytestmark = pytest.mark.slow  # whole histories


async def test_each_class_goes_when_its_own_time_is_over_and_the_database_finds_the_same_class(either: Bench) -> None:
    either.desk.house = replace(either.house, classes=CLASSES, erase_after=90 * DAY)
    refs = {}
    for number, topic in enumerate(TOPICS, 1):
        await either.arrives(post(f"p{number}", "Hello", by=f"author{number}"))
        refs[topic] = f"M-{number}"
        if topic:
            await either.does(Action.TOPIC, ref=refs[topic], topic=topic)
        await either.does(Action.CLOSE, ref=refs[topic], note="done")
    gone: list[set[str]] = []
    for days in (91, 731, 2191):
        now = either.clock.now() + days * DAY
        ages = Ages(now - 90 * DAY, now, CLASSES)
        due = await either.db.read(aged.due, ages, ())
        await either.db.write(forget.purge, now - 90 * DAY, (), SYSTEM, house=either.house, now=now)
        erased = await either.all(schema.mention, schema.mention.c.erased_at.is_not(None))
        gone.append({row["topic"] for row in erased})
        fresh = gone[-1] - set().union(*gone[:-1])
        assert {one.kept_as for one in due} == {TOPICS[topic] or OTHERS for topic in fresh}

    no_class = {topic for topic, name in TOPICS.items() if not name}
    enquiries = {topic for topic, name in TOPICS.items() if name == "enquiries"}
    complaints = {topic for topic, name in TOPICS.items() if name == "complaints"}
    assert gone == [no_class, no_class | enquiries, no_class | enquiries | complaints]
    assert (await either.verdict()).startswith("ok: ")
    last = (await either.desk.events(refs["info.complaint"]))[-1]
    assert (last["changes"]["class"], last["changes"]["days"]) == ("complaints", "2190")
