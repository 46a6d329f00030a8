"""A night shift walked on the page by its clock: asked, relieved, not there, the backup, a text message, the morning."""

import re
from datetime import time

from tests.browser.access import findings
from tests.browser.demo import Demo
from tests.browser.window import Window

DANGER = "my neighbour has collapsed by the ford, nobody answers"
ACKNOWLEDGED = "nobody else is pinged for now"
BEFORE_THE_SHIFT = time(16, 35)
PHONES = "Phones and e-mail"


async def be(window: Window, name: str) -> None:
    """Be somebody, in their conversation with the bot."""
    await window.button(re.compile(f"^{name}")).click()
    await window.button(re.compile("^Tolbooth")).click()
    await window.page.get_by_role("textbox", name="Message Tolbooth").wait_for()


async def press(window: Window, label: str, *words: str) -> None:
    """Press a button of the newest message that says all of this."""
    await window.button(label, window.message(*words).last).click()


async def test_a_night_from_the_readiness_ping_to_the_handover_in_the_morning(demo: Demo) -> None:
    await demo.town.until_time(BEFORE_THE_SHIFT)
    window = await demo.window("dev", place="dm")
    quarter, morning = window.button("+15 min"), window.button("Next morning")

    await quarter.click()
    await press(window, "I'm Ready", "You are on duty as duty officer from 17:00 after Farah Ali.")
    await window.message("The handover from Farah Ali comes by 17:00").wait_for()
    await quarter.click()
    await press(window, "Accept", "Handover from Farah Ali, duty officer until 17:00")
    await window.message("You are on duty as duty officer now.").wait_for()

    await window.posts(DANGER, author="Ada Begum", network="x")
    await quarter.click()
    assert await window.page.get_by_role("heading", name=PHONES).count() == 0
    await press(window, "I’m Not Available", "M-1 has waited", DANGER)
    await window.message("Priya Shah").wait_for()
    await quarter.click()
    await be(window, "Priya Shah")
    texts = window.page.get_by_role("region", name=PHONES).get_by_role("article").filter(has_text="Priya Shah")
    await texts.filter(has_text="Text message to +447700900101").filter(has_text="M-1 has waited").wait_for()
    assert await texts.get_by_role("button").count() == 0
    assert await findings(window) == ""
    await press(window, "Acknowledge", "M-1 has waited")
    await press(window, "Claim", ACKNOWLEDGED)
    await window.message("M-1 is yours").wait_for()

    await morning.click()
    await be(window, "Dev Rao")
    await press(window, "Edit and Send", "Your turn as duty officer ends at 08:45; Farah Ali comes next.")
    field = window.modal.get_by_role("textbox").first
    assert "Open: 1" in await field.input_value()
    await field.fill("M-1: Priya Shah has it, the ambulance came.")
    await window.button("Send Handover", window.modal).click()
    await window.modal.get_by_text("Sent to Farah Ali.").wait_for()
    await window.page.keyboard.press("Escape")
    await quarter.click()
    await be(window, "Farah Ali")
    await press(window, "Accept", "Handover from Dev Rao", "the ambulance came")
    await window.message("You are on duty as duty officer now.").wait_for()

    await window.says("/mention duty")
    await window.message("Only visible to you", "Farah Ali until Wed 18 Nov 17:00, then Dev Rao").wait_for()
    await window.says("/mention rota")
    await window.message("Only visible to you", "Nights and weekends", "In turn: Dev Rao, Farah Ali").wait_for()
    assert await findings(window) == ""
