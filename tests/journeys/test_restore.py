"""Buttons from before a restore, over real sockets: they act on no other mention, and newer ones work."""

import shutil

from bot.store.sending.recovery import FROM_BEFORE
from integrations.sandbox.slack_server import Message
from tests.town import Town


async def ran_on_and_was_restored(town: Town) -> Message:
    """M-1 was in the backup. A second mention came after it: its card, whose number is given out again."""
    await town.writes("One", by="Ann")
    await town.card("M-1")
    await town.stop_bot()
    file, backup = town.folder / "tolbooth.db", town.folder / "backup.db"
    shutil.copy(file, backup)
    await town.start_bot()
    await town.writes("Two", by="Bob")
    old = await town.card("M-2")
    await town.passes(seconds=5)
    await town.stop_bot()
    shutil.copy(backup, file)
    await town.start_bot()
    await town.passes(seconds=5)
    await town.writes("Three", by="Cat")
    await town.until(lambda: town.slack.card("M-2").ts != old.ts)
    return old


async def test_a_button_from_before_a_restore_acts_on_no_other_mention(quiet_town: Town) -> None:
    town, priya = quiet_town, quiet_town.slack.user("priya")
    old = await ran_on_and_was_restored(town)

    told = await priya.click(old, "Claim")

    assert FROM_BEFORE in told.text
    assert "claimed" not in town.slack.card("M-2").text


async def test_leads_are_told_and_what_is_newer_or_in_the_backup_can_be_pressed(quiet_town: Town) -> None:
    town, priya = quiet_town, quiet_town.slack.user("priya")
    await ran_on_and_was_restored(town)

    await priya.click(town.slack.card("M-1"), "Claim")
    await priya.click(town.slack.card("M-2"), "Claim")

    await town.card("M-1", "claimed by Priya Shah")
    await town.card("M-2", "claimed by Priya Shah")
    await town.until(lambda: any("restored from a backup" in dm.text for dm in town.slack.user("morag").dms))


async def test_buttons_in_answers_to_words_and_commands_work_after_a_restore(quiet_town: Town) -> None:
    town, priya = quiet_town, quiet_town.slack.user("priya")
    await ran_on_and_was_restored(town)

    shown = await priya.command("/mention show 2", channel="mentions")
    await priya.click(shown, "Claim")
    await town.card("M-2", "claimed by Priya Shah")
    before = len(priya.dms)
    await priya.says("show 2")
    await town.until(lambda: len(priya.dms) > before)
    await priya.click(priya.dms[-1], "Release")
    told = await priya.command("/mention record 2", channel="mentions")

    assert "Priya Shah released it" in told.text
