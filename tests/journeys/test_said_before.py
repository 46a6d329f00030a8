"""An earlier answer is offered where a reply is written, put into the box with one press, changed and sent: in each chat."""

import pytest

from bot.store.finding import index
from tests.engage_town import EngageTown, whole
from tests.journeys.test_reply_form import stands
from tests.town import Town

pytestmark = pytest.mark.slow  # a town each
ASKED, ANSWER = "What time does the tip open on Sundays?", "Hi Louise, it opens at nine."


async def is_found(town: Town) -> None:
    """All that was said is in the index of words."""
    assert town.bot
    desk = town.bot.desk
    while await desk.db.read(index.is_behind):
        await desk.db.write(index.catch_up, desk.now())


async def test_in_slack_what_is_typed_stays_and_the_words_show_in_the_open_form(quiet_town: Town) -> None:
    town, farah = quiet_town, quiet_town.slack.user("farah")
    await town.writes(ASKED, by="Louise Tranter")
    await town.card("M-1")
    await town.replies("priya", 1, ANSWER)
    await town.passes(seconds=11)
    await town.card("M-1", "answered by Priya Shah")
    await town.writes("When is the tip open?", by="Brian Postle")
    await town.card("M-2")
    await is_found(town)

    await farah.command("/reply 2", channel="mentions")
    assert farah.view
    offered = farah.view.text
    await farah.types("text", "Bring your permit.")
    await farah.click(farah.view, "Use 1")
    await town.until(lambda: farah.view and "text_used" in farah.view.typed)
    stood = stands(farah, "text_used")
    await farah.submit({"text_used": "Hi Brian, it opens at ten."})
    assert farah.view
    await farah.click(farah.view, "Reply as Harrowmere web chat")
    await town.passes(seconds=11)

    assert "Priya Shah, 17 November, M-1; nothing more was said." in offered
    assert stood == "Hi Brian, it opens at nine.\n\nBring your permit."
    await town.until(lambda: [post["text"] for post in town.webchat.posts][1:] == ["Hi Brian, it opens at ten."])


async def test_in_a_community_it_is_used_by_its_number(quiet_engage: EngageTown) -> None:
    town = quiet_engage
    town.sent += [ANSWER, "Hi Brian, it opens at nine."]
    await town.writes(ASKED, by="Louise Tranter")
    thread = await town.thread("M-1")
    await town.says("priya", f"reply {ANSWER}", thread, lambda: "in public" in thread.replies[-1].text)
    await town.says("priya", "send", thread, lambda: town.webchat.posts)
    await town.writes("When is the tip open?", by="Brian Postle")
    second = await town.thread("M-2")
    await is_found(town)

    await town.says("farah", "reply", second, lambda: "use1" in second.replies[-1].text)
    await town.says("farah", "use 1", second, lambda: "Hi Brian, it opens at nine." in second.replies[-1].text)
    await town.says("farah", "look", second, lambda: "in public" in second.replies[-1].text)
    await town.says("farah", "send", second, lambda: len(town.webchat.posts) == 2)

    assert "1. To “What time does the tip open on Sundays?”" in whole(second)
