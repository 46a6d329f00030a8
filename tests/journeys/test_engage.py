"""The five journeys in a community of Viva Engage alone: a thread for each mention, a first word for each button."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import MovableClock
from integrations.sandbox.engage_server import NEXT_DOOR, Message
from tests.engage_town import EngageTown, walked, whole
from tests.phone_town import WithPhone

slow = pytest.mark.slow  # a town each
PHONE = "+447700900123"
PROMISE = "M-1: highways promise an answer by six."
ROTA = """
[[rota]]
name = "days"
people = ["U0DEV", "U0FARAH"]
change = "daily"
starts = "2026-11-16 17:00"
"""


class PhoneTown(WithPhone, EngageTown):
    """With GOV.UK Notify, and a duty officer who has a phone."""

    def person_table(self, handle: str, more: str = "") -> str:
        """Dev has a phone."""
        return super().person_table(handle, f'phone = "{PHONE}"' if handle == "dev" else more)

    def people_tables(self) -> str:
        """With what carries texts."""
        keys = "\n".join(f'{name} = "{value}"' for name, value in self.phone.notify.items())
        return f'[notify]\napi_url = "{self.phone.api_url}"\n{keys}\n{super().people_tables()}'


class ShiftTown(EngageTown):
    """A town whose officers take turns by the day, from five."""

    def toml(self) -> str:
        """The settings file, with a rota."""
        return super().toml() + ROTA


def last(message: Message) -> str:
    """What was said last in its thread."""
    return message.thread.messages[-1].text


async def test_a_mention_is_a_thread_that_one_of_two_claims_and_answers_in_public(engage_town: EngageTown) -> None:
    town = engage_town
    await town.writes("Is my bin day changed?", post="q1")
    thread = await town.thread("M-1")
    shown = thread.text

    first, second = town.types("priya", "claim", thread), town.types("farah", "Claim!", thread)
    await town.comes_to_be_read(lambda: "✔ Claimed by Priya Shah" in whole(thread) and first.liked_by)
    await town.says("farah", "the crew refused this street again", thread, lambda: thread.replies[-1].liked_by)
    await town.says("priya", "reply It is Thursday this week. ^PS", thread, lambda: "in public" in thread.replies[-1].text)
    preview = thread.replies[-1].text
    before = list(town.webchat.posts)
    town.sent.append("It is Thursday this week. ^PS")
    await town.says("priya", "send", thread, lambda: town.webchat.posts)
    await town.thread("M-1", "✓ Priya Shah replied")

    for words in ("M-1 · Lou · Harrowmere web chat · 17 Nov at 09:00", "> Is my bin day changed?", "Nobody has looked yet"):
        assert words in shown
    assert "Write here: claim · reply your words · close why · help" in shown
    assert (first.liked_by, second.liked_by) == (["Tolbooth"], [])
    assert whole(thread).count("Claimed by") == 1
    assert "Priya Shah has M-1" in whole(thread)
    assert "as Harrowmere web chat, in public" in preview
    assert before == []
    assert town.webchat.posts[0]["in_reply_to"] == "q1"


@slow
async def test_what_is_talked_about_in_a_thread_is_on_the_record_and_never_public(quiet_engage: EngageTown) -> None:
    town = quiet_engage
    await town.writes("Why was my bin missed again?")
    thread = await town.thread("M-1")

    talk = [
        town.types("priya", "They said close to the depot is blocked by vans", thread),
        town.types("dev", "give them until Friday, the crew says", thread),
        town.types("farah", "We could send somebody to look at the gate", thread),
        town.types("farah", "", thread, attachments=["gate.jpg"]),
    ]
    await town.comes_to_be_read(lambda: all(one.liked_by for one in talk))
    town.person("farah").edits(talk[2], "reply We are sending somebody to the gate")
    town.types("morag", "note the depot opens at six, says Joe", thread)
    recorded = await town.asks("morag", "record 1", "depot opens at six")
    await town.says("morag", "close they rang, and it is settled", thread, lambda: "No reply needed" in whole(thread))
    await town.passes_slowly(minutes=5)

    for words in ("Priya Shah noted: They said close to the", "Dev Rao noted: give them until", "gate.jpg", "says Joe"):
        assert words in recorded
    assert "We are sending" not in await town.asks("morag", "record 1", "settled")
    assert town.webchat.posts == []


@slow
async def test_reply_alone_asks_for_the_words_and_undo_in_the_hold_stops_them(engage_town: EngageTown) -> None:
    town = engage_town
    await town.writes("Is the pool open?", post="q1")
    thread = await town.thread("M-1")

    await town.says("priya", "reply", thread, lambda: "Write your answer here" in whole(thread))
    await town.says("priya", "Yes, until ten.", thread, lambda: "in public" in thread.replies[-1].text)
    await town.says("priya", "send", thread, lambda: "Until then you can stop it" in whole(thread))
    await town.says("priya", "Undo.", thread, lambda: "Stopped in time: nothing was published" in whole(thread))
    await town.passes_slowly(minutes=6)
    town.types("priya", "reply Yes, until nine.", thread)
    await town.says("priya", "send", thread, lambda: "You wrote that before this was shown" in whole(thread))
    await town.passes_slowly(minutes=4)
    stopped = list(town.webchat.posts)
    town.sent.append("Yes, until nine.")
    await town.says("priya", "send", thread, lambda: town.webchat.posts)

    assert stopped == []


@slow
async def test_a_mention_is_released_given_and_accepted(quiet_engage: EngageTown) -> None:
    town = quiet_engage
    await town.writes("Is the pool open?")
    thread = await town.thread("M-1")

    await town.says("priya", "claim", thread, lambda: "Claimed by Priya Shah" in whole(thread))
    await town.says("priya", "release", thread, lambda: "Priya Shah had it before" in whole(thread))
    await town.says("farah", "/claim", thread, lambda: "Claimed by Farah Ali" in whole(thread))
    await town.says("farah", "give @dev you know the pool", thread, lambda: "offered to Dev Rao" in whole(thread))
    offer = await town.told("dev", "M-1")
    await town.says("dev", "accept", offer, lambda: "Claimed by Dev Rao" in whole(thread))
    recorded = await town.asks("morag", "record 1", "Dev Rao")

    assert "Farah Ali offers you M-1" in offer.text
    assert "you know the pool" in recorded
    assert "Dev Rao accepted" in recorded


@slow
async def test_a_private_message_stands_in_the_private_community_alone(quiet_engage: EngageTown) -> None:
    town = quiet_engage
    await town.writes("my ex knows where I live", kind="dm")
    await town.thread("M-1", "my ex")
    await town.writes("Is the pool open?", by="Ann")
    open_thread = await town.thread("M-2")

    shown = await town.asks("farah", "show 1", "M-1")
    listed = await town.asks("farah", "queue", "M-2")
    asked = town.types("farah", "record 1", open_thread)
    await town.comes_to_be_read(lambda: len(town.person("farah").told) >= 3)
    by_a_member = await town.asks("morag", "show 1", "my ex")

    assert town.engage.thread_of("M-1").starter.group == town.closed.id
    assert "my ex" not in shown + listed + "".join(one.text for one in town.person("farah").told)
    assert not any("my ex" in whole(one) for one in town.engage.world.threads_in(town.desk))
    assert asked.liked_by == []
    assert "my ex" in by_a_member


@slow
async def test_who_is_no_colleague_of_ours_does_nothing_and_is_told_so_once(quiet_engage: EngageTown) -> None:
    town = quiet_engage
    town.engage.add_person("gus", "Gus Guest", email="gus@next.example", network=NEXT_DOOR)
    town.desk.members.add(town.person("gus").id)
    await town.writes("Is the pool open?")
    thread = await town.thread("M-1")

    town.types("gus", "claim", thread)
    town.types("gus", "reply We hate the pool", thread)
    town.engage.deactivate("tam")
    town.types("tam", "claim", thread)
    await town.told("gus", "Only members of this organisation")
    await town.told("tam", "")
    await town.is_read()
    await town.says("nia", "claim", thread, lambda: "Claimed by Nia Rees" in whole(thread))

    assert len(town.person("gus").told) == len(town.person("tam").told) == 1
    assert whole(thread).count("Claimed by") == 1


@slow
async def test_the_duty_officer_is_told_here_and_by_text_at_once_then_whoever_is_next(
    tmp_path: Path, clock: MovableClock
) -> None:
    town = PhoneTown(tmp_path, clock)
    async with walked(town):
        await town.writes("There is smoke over the school")
        thread = await town.thread("M-1")
        await town.passes(minutes=61)
        pinged = await town.told("dev", "M-1 has waited 1 h")
        await town.comes(lambda: town.phone.on(PHONE))
        apart = abs(town.phone.on(PHONE)[0].at - pinged.at)
        await town.says("dev", "Acknowledge.", pinged, lambda: "Seen by Dev Rao" in whole(thread))
        await town.passes(minutes=20)
        await town.is_read()
        left_in_peace = list(town.person("farah").told)
        await town.passes(minutes=60)
        next_one = await town.told("farah", "M-1 has waited 2 h")
        await town.says("farah", "claim 1", next_one, lambda: "Claimed by Farah Ali" in whole(thread))

    assert apart < timedelta(minutes=1)
    assert left_in_peace == []
    assert "acknowledge 1" in pinged.text
    assert "smoke" not in town.phone.on(PHONE)[0].text


@slow
async def test_the_handover_is_asked_for_in_private_and_a_shift_is_handed_over_and_accepted(
    tmp_path: Path, clock: MovableClock
) -> None:
    async with walked(ShiftTown(tmp_path, clock, database_url=f"sqlite:///{tmp_path / 'tolbooth.db'}")) as town:
        await town.writes("When will the road open?")
        thread = await town.thread("M-1")
        await town.says("priya", "claim", thread, lambda: "Claimed by Priya Shah" in whole(thread))
        report = await town.asks("morag", "handover", "1 open")
        await town.passes(hours=7, minutes=30)
        draft = await town.told("dev", "Your turn as duty officer ends at 17:00; Farah Ali comes next.")
        await town.says("dev", "edit", draft, lambda: "What Farah Ali must know" in last(draft))
        await town.says("dev", f"1: {PROMISE}", draft, lambda: PROMISE in last(draft))
        await town.says("dev", "handover", draft, lambda: "Sent to Farah Ali" in last(draft))
        await town.passes(minutes=20)
        ready = await town.told("farah", "Are you ready?")
        await town.says("farah", "ready", ready, lambda: last(ready) != ready.text)
        await town.passes(minutes=11)
        handed = await town.told("farah", PROMISE)
        await town.says("farah", "accept", handed, lambda: last(handed) != handed.text)
        await town.told("dev", "Farah Ali accepted your handover. You are off duty as duty officer.")
        after = await town.asks("morag", "handover", "On duty")

    assert "Priya Shah: M-1" in report
    assert "On duty: Farah Ali until Wed 18 Nov 17:00" in after
    assert not any("On duty" in whole(one) for one in town.engage.world.threads_in(town.desk))
