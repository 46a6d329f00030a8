"""Replying with confidence, both ways Slack reaches a bot: a colleague looks first, a stop, two languages, a lead."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.clock import MovableClock
from integrations.sandbox.answering import sends
from integrations.sandbox.slack_outcome import Outcome
from integrations.sandbox.slack_person import Person
from integrations.sandbox.slack_words import presses
from integrations.sandbox.slack_world import Message, View
from tests.town import Town

pytestmark = pytest.mark.slow  # a town each

CHANNEL = "mentions"
POST = "@harrowmere is the library open today?"
FIRST, BETTER = "It is, from ten to for.", "It is, from ten to four."


class CarefulTown(Town):
    """X is answered through its API, Tam is a trainee, Farah approves, and the web chat is owed two languages."""

    async def open(self) -> None:
        """With Tam among them."""
        await super().open()
        (channel,) = (one for one in self.slack.workspace.channels.values() if one.name == CHANNEL)
        channel.members.append("U0TAM")

    def toml(self) -> str:
        """The settings."""
        roles = '[roles]\ntrainee = ["U0TAM"]\napprover = ["U0FARAH"]'
        languages = 'name = "website"\nlanguages = ["cy", "en"]'
        return super().toml().replace("[roles]", roles).replace('name = "website"', languages)

    async def asked(self) -> None:
        """A resident asks on X."""
        self.post = self.x.says(POST, author="Lou")
        await self.passes(seconds=6)
        await self.card("M-1")

    @property
    def public(self) -> list[str]:
        """What stands beneath the post as ours."""
        return [reply.text for reply in self.x.replies_to(self.post)]


@pytest.fixture(params=["socket", "http"])
async def careful(request: pytest.FixtureRequest, tmp_path: Path, clock: MovableClock) -> AsyncIterator[CarefulTown]:
    """The town, with the bot running."""
    url = f"sqlite:///{tmp_path / 'tolbooth.db'}"
    town = CarefulTown(tmp_path, clock, database_url=url, mode=request.param, x_replies="api")
    await town.start()
    yield town
    await town.stop()


async def pressed(person: Person, where: Message | View, begins: str) -> Outcome:
    """Press the button whose label begins so. Raises LookupError."""
    for press in presses(where.blocks, person.world.shown_name):
        if press.label.startswith(begins):
            return await person.pressed(where, press)
    raise LookupError(f"{begins!r} is not among {where.buttons}")


async def asked_to_send(town: CarefulTown, words: str) -> Message:
    """The trainee writes and asks; what the approver is shown."""
    tam, farah = town.slack.user("tam"), town.slack.user("farah")
    await tam.command("/reply 1", channel=CHANNEL)
    await tam.submit({"text": words})
    assert tam.view
    assert "Ask to Send as @harrowmere on X" in tam.view.buttons
    await sends(tam)
    tam.cancel()
    await town.until(lambda: words in farah.dms[-1].text)
    return farah.dms[-1]


async def test_a_trainee_drafts_an_approver_edits_undo_stops_it_and_then_it_gets_its_tick(careful: CarefulTown) -> None:
    town, tam, farah = careful, careful.slack.user("tam"), careful.slack.user("farah")
    await town.asked()

    shown = await asked_to_send(town, FIRST)
    await pressed(farah, shown, "Change")
    await farah.submit({"text": BETTER})
    assert farah.view
    await pressed(farah, farah.view, "Approve")
    await town.until(lambda: "Undo" in town.slack.card("M-1").buttons)
    undone = await tam.click(town.slack.card("M-1"), "Undo")
    await town.passes(seconds=11)
    after_undo = town.public

    shown = await asked_to_send(town, BETTER)
    await pressed(farah, shown, "Approve")
    await town.until(lambda: "Undo" in town.slack.card("M-1").buttons)
    await town.passes(seconds=11)
    await town.until(lambda: town.public)
    await town.passes(minutes=1)
    await town.until(lambda: any(one.text.startswith("✓ Tam Doig") for one in town.slack.card("M-1").thread))

    assert not undone.failure
    assert after_undo == []
    assert town.public == [BETTER]


async def test_while_publishing_is_stopped_approval_and_the_form_say_who_stopped_it(careful: CarefulTown) -> None:
    town, farah = careful, careful.slack.user("farah")
    await town.asked()
    shown = await asked_to_send(town, BETTER)
    await town.slack.user("morag").command("/mention stop a wrong post went out", channel=CHANNEL)

    approved = await pressed(farah, shown, "Approve")
    recalled = await town.slack.user("tam").command("/mention recall 1", channel=CHANNEL)
    form = await town.slack.user("tam").command("/reply 1", channel=CHANNEL)
    await town.passes(seconds=11)

    assert "Publishing is stopped by Morag Muir" in approved.text
    assert not recalled.failure
    assert form.view
    assert "Publishing is stopped by Morag Muir" in form.view.text
    assert town.public == []


async def test_both_languages_are_asked_for_and_go_together(careful: CarefulTown) -> None:
    town, priya = careful, careful.slack.user("priya")
    await town.writes("Ydy'r llyfrgell ar agor?")
    await town.card("M-1")
    await priya.command("/reply 1", channel=CHANNEL)
    first, second = list(priya.view.fields)[:2] if priya.view else ("", "")

    alone = await priya.submit({first: "Ydy, o ddeg tan bedwar."})
    await priya.submit({second: "It is, from ten to four."})
    await sends(priya)
    await town.passes(seconds=11)

    assert alone.errors
    await town.until(lambda: town.webchat.posts)
    assert [post["text"] for post in town.webchat.posts] == ["Ydy, o ddeg tan bedwar.\n\nIt is, from ten to four."]


async def test_a_lead_answers_what_a_colleague_has_and_the_record_says_so(careful: CarefulTown) -> None:
    town, morag = careful, careful.slack.user("morag")
    await town.asked()
    await town.slack.user("priya").command("/claim 1", channel=CHANNEL)

    await town.replies("morag", 1, BETTER)
    await town.passes(seconds=11)
    await town.until(lambda: town.public)
    recorded = await morag.command("/mention record 1", channel=CHANNEL)

    assert town.public == [BETTER]
    assert "Priya Shah claimed it" in recorded.text
    assert "Morag Muir wrote a reply" in recorded.text
