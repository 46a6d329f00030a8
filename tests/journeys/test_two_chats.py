"""Slack and a community of Viva Engage together: one desk, one claim, one record, and each person one member of staff."""

import asyncio
import re
from pathlib import Path

import pytest

from bot.clock import MovableClock
from integrations.sandbox.answering import sends
from integrations.sandbox.engage_server import Thread
from tests.engage_town import EngageTown, walked, whole

slow = pytest.mark.slow  # a town each

NOBODY_ALONE = """
[[approval]]
accounts = ["website"]
people = ["U0PRIYA"]
"""


class ApprovalTown(EngageTown):
    """What Priya writes is looked at first."""

    def toml(self) -> str:
        """The settings file."""
        return super().toml() + NOBODY_ALONE


async def test_a_claim_in_one_chat_shows_in_both_and_a_note_is_repeated_only_in_the_other(both_chats: EngageTown) -> None:
    town = both_chats
    priya = town.slack.user("priya")
    await town.writes("Is my bin day changed?")
    thread = await town.thread("M-1")
    await town.card("M-1")

    first = await priya.command("/claim 1", channel="mentions")
    late = town.types("farah", "claim", thread)
    noted = town.types("farah", "the crew refused this street again", thread)
    await town.comes_to_be_read(lambda: "Priya Shah has M-1" in whole(thread) and noted.liked_by)
    await town.thread("M-1", "Claimed by Priya Shah")
    card = await town.card("M-1", "claimed by Priya Shah")
    await town.until(lambda: any("crew refused this street" in one.text for one in card.thread))

    assert "M-1 is yours" in first.text
    assert late.liked_by == []
    assert whole(thread).count("crew refused this street") == 1
    assert sum("crew refused this street" in one.text for one in card.thread) == 1


@slow
async def test_a_claim_in_the_community_wins_over_a_later_one_in_slack(both_chats: EngageTown) -> None:
    town = both_chats
    await town.writes("Is my bin day changed?")
    thread = await town.thread("M-1")

    await town.says("farah", "claim", thread, lambda: "Claimed by Farah Ali" in whole(thread))
    second = await town.slack.user("priya").command("/claim 1", channel="mentions")

    await town.card("M-1", "claimed by Farah Ali")
    assert "Farah Ali has M-1" in second.text


@slow
async def test_of_two_claims_at_the_same_moment_one_wins_and_both_cards_say_whose(both_chats: EngageTown) -> None:
    town = both_chats
    for number in range(1, 5):
        await town.writes(f"Is bin day number {number} changed?", by=f"Ann {number}")
    threads = [await town.thread("M-1")]
    await town.comes(lambda: all(town.shows(f"M-{number}") for number in range(1, 5)))
    threads = [town.engage.thread_of(f"M-{number}") for number in range(1, 5)]

    for number, thread in enumerate(threads, 1):
        town.types("farah", f"claim {number}", thread)
    told = []

    async def race() -> None:
        for number in range(1, 5):
            told.append((await town.slack.user("priya").command(f"/claim {number}", channel="mentions")).text)
            await asyncio.sleep(0.02)

    racing = asyncio.create_task(race())
    await town.passes(seconds=60)
    await racing
    for number in range(1, 5):
        winner = "Priya Shah" if f"M-{number} is yours" in told[number - 1] else "Farah Ali"
        await town.card(f"M-{number}", f"claimed by {winner}")
        await town.comes(lambda ref=f"M-{number}", who=winner: f"laimed by {who}" in whole(town.engage.thread_of(ref)))
        assert f"{winner} has M-{number}" in told[number - 1] or winner == "Priya Shah"


@slow
async def test_a_reply_begun_in_one_chat_waits_and_goes_out_once(both_chats: EngageTown) -> None:
    town = both_chats
    priya = town.slack.user("priya")
    await town.writes("Is my bin day changed?", post="q1")
    thread = await town.thread("M-1")

    await town.says("priya", "reply It is Thursday.", thread, lambda: "send" in thread.replies[-1].text)
    form = await priya.command("/reply 1", channel="mentions")
    assert form.view
    assert "It is Thursday." in str(form.view.fields) + form.view.text
    town.sent.append("It is Thursday.")
    await town.says("priya", "send", thread, lambda: "Until then you can stop it" in whole(thread))
    other = await town.slack.user("farah").command("/reply 1", channel="mentions")
    await town.comes(lambda: town.webchat.posts)
    await town.card("M-1", "answered by Priya Shah")
    await town.thread("M-1", "✓ Priya Shah replied")

    assert "Priya Shah" in other.text


@slow
async def test_nobody_approves_their_own_reply_by_the_other_chat(tmp_path: Path, clock: MovableClock) -> None:
    url = f"sqlite:///{tmp_path / 'tolbooth.db'}"
    async with walked(ApprovalTown(tmp_path, clock, database_url=url, beside_slack=True)) as town:
        await town.writes("Is my bin day changed?", post="q1")
        thread = await town.thread("M-1")
        await town.slack.user("priya").command("/reply 1", channel="mentions")
        await town.slack.user("priya").submit({"text": "It is Thursday."})
        await sends(town.slack.user("priya"))
        await town.thread("M-1", "approve")

        await town.comes(lambda: re.search(r"/approve ([0-9a-f]+)", whole(thread)) or "Look at the Reply" in whole(thread))
        typed = re.search(r"/approve [0-9a-f]+", whole(thread))
        for words in ("/approve 1", "approve", typed.group(0) if typed else "/approve", "send"):
            await town.says("priya", words, thread, lambda: thread.replies[-1].sender == town.engage.service.id)
        await town.passes_slowly(minutes=4)
        before = list(town.webchat.posts)
        await town.says("morag", "/approve 1", thread, lambda: "Write approve" in thread.replies[-1].text)
        town.sent.append("It is Thursday.")
        await town.says("morag", "approve", thread, lambda: town.webchat.posts)
        recorded = await town.slack.user("morag").command("/mention record 1", channel="mentions")

    assert before == []
    assert "Morag Muir approved" in recorded.text


@slow
async def test_whom_the_settings_do_not_know_is_refused_kindly_in_the_second_chat(both_chats: EngageTown) -> None:
    town = both_chats
    await town.writes("Is my bin day changed?")
    thread = await town.thread("M-1")

    town.types("nia", "claim", thread)
    told = await town.told("nia", "Tolbooth does not know who you are")

    assert "[people]]" in told.text
    assert "claimed" not in whole(thread).lower()


@slow
async def test_publishing_is_stopped_for_both_and_a_handover_is_shared_where_it_was_asked_for(
    both_chats: EngageTown,
) -> None:
    town = both_chats
    await town.writes("Is my bin day changed?", post="q1")
    thread = await town.thread("M-1")

    await town.says("morag", "/stop a wrong post went out", thread, lambda: town.person("morag").told)
    in_slack = await town.slack.user("priya").command("/reply 1 It is Thursday.", channel="mentions")
    begun = town.engage.world.threads_in
    await town.comes(lambda: any(one.text.startswith("Publishing is stopped by Morag Muir") for one in begun(town.desk)))
    await town.says("morag", "/start", thread, lambda: "goes on" in town.person("morag").told[-1].text)
    town.person("morag").says("/handover share", where=town.desk)
    await town.comes_to_be_read(lambda: shared(town.engage.world.threads_in(town.desk)))
    in_community = shared(town.engage.world.threads_in(town.desk))
    await town.slack.user("morag").command("/handover share", channel="mentions")
    await town.until(lambda: any("shared by Morag" in one.text for one in town.slack.channel("mentions").messages))
    await town.is_read()

    assert in_slack.view
    assert "Publishing is stopped by Morag Muir" in in_slack.view.text
    assert (in_community, shared(town.engage.world.threads_in(town.desk))) == (1, 1)
    assert sum("shared by Morag" in one.text for one in town.slack.channel("mentions").messages) == 1


def shared(threads: list[Thread]) -> int:
    """How often a handover was shared."""
    return sum(one.text.startswith("Handover, shared by Morag Muir") for one in threads)


@slow
async def test_pings_go_to_the_quick_chat(both_chats: EngageTown) -> None:
    town = both_chats
    await town.writes("There is smoke over the school")
    await town.thread("M-1")
    dev = town.slack.user("dev")

    await town.passes(minutes=61)
    await town.until(lambda: dev.dms)
    await town.is_read()

    assert "M-1 has waited 1 h 1 m" in dev.dms[-1].text
    assert town.person("dev").told == []
