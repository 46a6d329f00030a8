"""What a report counts of what was hidden and of both languages, from what happened."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.mention import Action
from bot.reply import Post, Written
from bot.reports.report import Period
from bot.reports.report_tables import summary
from bot.store.reading import reports
from bot.store.replying import tasks
from bot.task import Kind
from tests.bot.council import Bench, account, post
from tests.bot.engine.square import ABLE, RULE, WHY, Town

pytestmark = pytest.mark.slow  # a database for each
DAY = timedelta(days=1)


async def reported(bench: Bench) -> str:
    """The report of today, on one screen."""
    today = bench.clock.now().astimezone(bench.house.zone).date()
    period = Period(today - DAY, today + DAY, bench.house.zone)
    made = await bench.db.read(reports.report, bench.house, period, bench.clock.now())
    return "\n".join(summary(made))


async def test_what_was_hidden_is_counted_by_rule_and_what_could_not_be_is_not(bench: Bench) -> None:
    town = Town(bench)
    await bench.arrives(post("p1"), post("p2", "And you", by="ann", conversation="c2"))
    await town.hides()
    bench.desk.networks.clear()

    await bench.does(Action.HIDE, ref="M-2", note=WHY, detail={"rule": "3.2"})
    await town.delivers()

    assert "Posts hidden: 1 (rule 3.2 1); no colleague has looked again yet at 1" in await reported(bench)


async def test_replies_that_began_with_words_said_before_are_counted_once_they_are_out(bench: Bench) -> None:
    await bench.arrives(*(post(f"p{n}", f"Words {n}", by=f"lou{n}", conversation=f"c{n}") for n in range(1, 5)))
    for number, mark in enumerate(("S-4@2", "0" * 32, "", "S-4@2"), 1):
        ref = f"M-{number}"
        await bench.does(Action.REPLY, ref=ref, text="At nine.", written=Written("At nine.", drawn_from=mark))
        if number < 4:
            await bench.does(Action.SENT, by="system", ref=ref)

    told = "Replies begun with words said before: 2, of which 1 with a saved reply, 1 with an earlier answer"
    assert told in await reported(bench)


async def test_both_languages_together_later_and_still_owed(bench: Bench) -> None:
    town = Town(bench)
    bilingual = account(abilities=ABLE, languages=("cy", "en"))
    bench.desk.house = replace(bench.house, accounts={"website": bilingual}, house_rules=(RULE,))
    await bench.arrives(*(post(f"p{n}", f"Words {n}", by=f"lou{n}", conversation=f"c{n}") for n in range(1, 4)))
    for number in range(1, 4):
        ref, one = f"M-{number}", number > 1
        written = Written("Dydd Gwener." if not one else "Friday.", "" if one else "Friday.", one_language=one)
        posts = (Post("Dydd Gwener.", "cy"), Post("Friday.", "en")) if not one else (Post("Friday.", "en"),)
        await bench.does(Action.CLAIM, ref=ref)
        await bench.does(Action.REPLY, ref=ref, text=written.text, written=written, posts=posts)
    await town.passes(minutes=1)
    (first, _) = await bench.db.read(tasks.find_open, tasks.T.kind == Kind.TRANSLATION)
    bench.clock.advance(timedelta(hours=2))
    await bench.does(Action.OWED_DONE, ref=first.ref, detail={"task": first.id})

    said = await reported(bench)

    assert (
        "Replies owed in two languages: 3, of which 1 together, 1 later (half within 2 h, longest 2 h), 1 still owed" in said
    )
