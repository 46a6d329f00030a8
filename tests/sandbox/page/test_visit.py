"""The guided first visit: every step by its deed, by hand, out of order, skipped, and once more."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from integrations.sandbox.page.visit import STEPS, Visit
from integrations.sandbox.town import Town
from tests.demo_town import opened_town

pytestmark = pytest.mark.slow

TITLES = [step.title for step in STEPS]


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Town]:
    """The town on a Tuesday morning."""
    async with opened_town(tmp_path) as town:
        yield town


@pytest.fixture
def visit(town: Town) -> Visit:
    """A visit nobody has begun."""
    return Visit(town)


async def reach(visit: Visit, title: str) -> dict[str, Any]:
    """Let the deeds do it, up to a step; what the page shows there."""
    if visit.state != "on":
        await visit.go("start")
    while (shown := visit.json())["title"] != title:
        await visit.go("do" if shown["deed"] else "next")
    return shown


async def test_it_is_offered_at_first(visit: Visit) -> None:
    shown = visit.json()

    assert (shown["state"], shown["of"], shown["deed"]) == ("offered", len(STEPS), None)
    assert [one["title"] for one in shown["steps"]] == TITLES
    assert not any(one["done"] for one in shown["steps"])


async def test_its_deeds_lead_from_the_post_to_the_handover(town: Town, visit: Visit) -> None:
    await visit.go("start")
    titles = []
    while (shown := visit.json())["state"] == "on":
        if not titles or titles[-1] != shown["title"]:
            titles.append(shown["title"])
        await visit.go("do" if shown["deed"] else "next")

    assert titles == TITLES
    assert shown["state"] == "over"
    assert all(one["done"] for one in shown["steps"])
    assert [post.author_name for post in town.places["x"].threads()[0].posts] == ["Lou Tranter", "Harrowmere Council"]
    await town.slack.until(lambda: "answered by Priya Shah" in town.slack.card("M-1").footer)
    assert town.slack.user("priya").view is None


async def test_each_step_says_who_to_be_and_where(visit: Visit) -> None:
    await visit.go("start")
    places = {}
    while (shown := visit.json())["state"] == "on":
        places[shown["title"]] = (shown["as"], shown["in"], shown["network"])
        await visit.go("do" if shown["deed"] else "next")

    assert list(places.values()) == [
        ("", "", "x"),
        ("U0PRIYA", "C0MENTIONS", ""),
        ("U0FARAH", "D0FARAH", ""),
        ("U0PRIYA", "C0MENTIONS", ""),
        ("U0PRIYA", "C0MENTIONS", ""),
        ("U0PRIYA", "C0MENTIONS", "x"),
        ("U0PRIYA", "C0MENTIONS", ""),
        ("U0MORAG", "C0MENTIONS", ""),
    ]


async def test_what_to_type_names_the_mention(visit: Visit) -> None:
    assert (await reach(visit, "Priya claims it"))["hint"] == "/claim 1"
    assert (await reach(visit, "Write to the public"))["hint"] == "/reply 1"
    assert (await reach(visit, "Who did what, and why"))["hint"] == "/mention record 1"
    assert (await reach(visit, "What the next shift must know"))["hint"] == "/handover"


async def test_a_step_done_by_hand_brings_the_next(town: Town, visit: Visit) -> None:
    await reach(visit, "Priya claims it")

    await town.slack.user("priya").command("/claim 1", channel="mentions")
    await town.slack.until(lambda: visit.json()["title"] == "Write to the public")

    assert visit.json()["steps"][3]["done"]


async def test_what_is_worth_reading_stays_until_next(visit: Visit) -> None:
    await reach(visit, "Who did what, and why")

    await visit.go("do")
    read = visit.json()
    await visit.go("next")

    assert (read["title"], read["deed"], read["hint"]) == ("Who did what, and why", None, "")
    assert read["text"].startswith("There it is")
    assert visit.json()["title"] == "What the next shift must know"


async def test_a_claim_before_the_hour_is_up_leaves_the_ping_out(town: Town, visit: Visit) -> None:
    await reach(visit, "Its card is in #mentions")

    await town.slack.user("farah").command("/claim 1", channel="mentions")
    await town.slack.until(lambda: visit.json()["title"] == "Write to the public")

    assert visit.json()["as"] == "U0FARAH"


async def test_whoever_claimed_it_answers_it(town: Town, visit: Visit) -> None:
    await reach(visit, "Its card is in #mentions")
    await town.slack.user("farah").command("/claim 1", channel="mentions")
    await town.slack.until(lambda: visit.json()["title"] == "Write to the public")

    await visit.go("do")
    await visit.go("do")

    await town.slack.until(lambda: "answered by Farah Ali" in town.slack.card("M-1").footer)


async def test_words_of_the_visitors_own_serve_as_the_post(town: Town, visit: Visit) -> None:
    await visit.go("start")

    await town.post("x", "Ann Example", "the lights on the High Street are out")
    await town.slack.until(lambda: visit.json()["title"] == "Its card is in #mentions")

    assert len(town.places["x"].threads()) == 1


async def test_a_deed_after_next_and_next_first_does_what_is_missing(town: Town, visit: Visit) -> None:
    await visit.go("start")
    for _ in range(5):
        await visit.go("next")
    assert visit.json()["title"] == "Ten seconds to think again"

    await visit.go("do")

    assert [post.ours for post in town.places["x"].threads()[0].posts] == [False, True]


async def test_next_alone_reaches_the_end(visit: Visit) -> None:
    await visit.go("start")
    for _ in STEPS:
        await visit.go("next")

    assert visit.json()["state"] == "over"
    assert not any(one["done"] for one in visit.json()["steps"])


async def test_a_skipped_visit_can_be_begun_later(visit: Visit) -> None:
    await visit.go("start")
    await visit.go("skip")
    skipped = visit.json()
    await visit.go("again")

    assert (skipped["state"], skipped["deed"]) == ("skipped", None)
    assert (visit.json()["state"], visit.json()["step"]) == ("on", 1)


async def test_a_second_visit_has_a_post_of_its_own_and_is_answered_too(town: Town, visit: Visit) -> None:
    for _ in range(2):
        await reach(visit, "Who did what, and why")
        await visit.go("again")

    first, second = sorted(town.places["x"].threads(), key=lambda thread: thread.id)
    assert first.posts[0].text != second.posts[0].text
    assert [post.ours for post in second.posts] == [False, True]


async def test_a_deed_that_cannot_be_done_says_so_and_next_goes_on(town: Town, visit: Visit) -> None:
    await reach(visit, "Write to the public")
    form = await town.slack.user("priya").command("/mention close 1 repaired already", channel="mentions")
    assert not form.failure
    await town.slack.until(lambda: "closed" in town.slack.card("M-1").footer)

    shown = visit.json()
    await visit.go("next")

    assert shown["deed"]
    assert visit.json()["title"] == "Ten seconds to think again"


@pytest.mark.parametrize("what", ["do", "next"])
async def test_a_visit_that_is_not_on_has_nothing_to_do(visit: Visit, what: str) -> None:
    with pytest.raises(LookupError, match="Start it first"):
        await visit.go(what)


async def test_a_word_nobody_knows_is_refused(visit: Visit) -> None:
    with pytest.raises(LookupError, match="cannot dance"):
        await visit.go("dance")
