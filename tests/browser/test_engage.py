"""Viva Engage beside the desk: one chat's claims in the other, a reply by text, by keyboard, and for everybody."""

import re
from typing import TYPE_CHECKING

import pytest

from tests.browser.chromium import expect
from tests.browser.demo import POST, Demo
from tests.browser.test_access import LOOKS, judged
from tests.browser.window import Window, containing

if TYPE_CHECKING:
    from playwright.async_api import Locator

ANSWER = "Thank you, a crew will come today. ^PS"


def engage(window: Window) -> "Locator":
    """The panel."""
    return window.page.get_by_role("region", name="Viva Engage")


def said(window: Window, *words: str) -> "Locator":
    """The messages in it that say all of this."""
    return containing(engage(window).get_by_role("article"), words)


async def opened(demo: Demo, who: str = "priya", **more: object) -> Window:
    """A window with the panel open."""
    window = await demo.window(who, **more)
    await window.button("Viva Engage").click()
    await engage(window).wait_for()
    return window


async def mention(demo: Demo, window: Window, text: str = POST) -> str:
    """Somebody posts on X; its code, once the card is in both chats."""
    ref = await demo.mention(text)
    await demo.town.until_read()
    await said(window, ref).first.wait_for()
    return ref


async def write(window: Window, text: str, box: str = "Write in this thread") -> None:
    """Write, and have the bot look."""
    await engage(window).get_by_role("textbox", name=re.compile(f"^{box}")).first.fill(text)
    await window.page.keyboard.press("Enter")
    await said(window, text).last.wait_for()
    await window.button("Look now").click()


def seconds(words: str) -> int:
    """How many there are to the next look."""
    return int("".join(filter(str.isdecimal, words)))


async def test_it_is_closed_at_first_and_opened_and_closed_by_keyboard(demo: Demo) -> None:
    window = await demo.window()
    assert await engage(window).count() == 0

    await window.enter("Viva Engage")
    await engage(window).wait_for()
    assert await window.focused() == "Viva Engage"

    await window.enter("Close Viva Engage")
    await engage(window).wait_for(state="detached")
    assert await window.focused() == "#mentions"


async def test_one_writes_and_has_it_read_by_keyboard_alone(demo: Demo) -> None:
    window = await opened(demo)
    ref = await mention(demo, window)

    box = engage(window).get_by_role("textbox", name=re.compile("^Write in this thread"))
    await window.tab_to(await box.get_attribute("aria-label") or "")
    await window.page.keyboard.type("claim\n")
    await said(window, "Priya Shah", "claim").wait_for()
    await window.page.get_by_role("heading", name="Viva Engage").focus()
    await window.enter("Look now")
    await window.message(f"{ref} · claimed by Priya Shah").wait_for()

    assert await window.button("Claim", window.message(f"{ref} ·")).count() == 0


async def test_a_claim_in_either_chat_shows_in_the_other(demo: Demo) -> None:
    window = await opened(demo)
    ref = await mention(demo, window)

    await write(window, "claim")
    await window.message(f"{ref} · claimed by Priya Shah").wait_for()
    await said(window, "Priya Shah", "claim", "Liked by Tolbooth").wait_for()
    assert await window.button("Claim", window.message(f"{ref} ·")).count() == 0

    await mention(demo, window, "@harrowmere the swings at Kirk Wynd are broken")
    await window.button("Claim", window.message("swings")).click()
    await demo.town.until_read()
    await said(window, "Tolbooth", "laimed by Priya Shah").nth(1).wait_for()
    assert await window.message("claimed by Priya Shah").count() == 2


async def test_a_reply_by_text_is_public_only_after_send(demo: Demo) -> None:
    window = await opened(demo)
    await mention(demo, window)
    await write(window, f"reply {ANSWER}")
    await said(window, "Tolbooth", ANSWER).wait_for()
    assert await window.post("Our answer").count() == 0

    await write(window, "send")
    await window.message("M-1").filter(has_text=re.compile("Undo|answered")).wait_for()
    await demo.town.passes(minutes=3)

    await window.post("Our answer", ANSWER).wait_for()
    assert await window.post("Our answer").count() == 1


async def test_what_is_asked_in_private_is_answered_in_private(demo: Demo) -> None:
    window = await opened(demo, "morag")
    await mention(demo, window)
    await engage(window).get_by_role("tab", name="Messages").click()

    await write(window, "queue", "Write to Tolbooth in private")
    await said(window, "Tolbooth", "M-1").first.wait_for()
    await engage(window).get_by_role("tab").first.click()

    await said(window, "M-1").first.wait_for()
    assert await said(window, "queue").count() == 0


async def test_the_next_look_is_counted_down(demo: Demo) -> None:
    window = await opened(demo)
    await window.button("Look now").click()

    first = engage(window).get_by_text(re.compile(r"next look in \d+ s"))
    await first.wait_for()
    before = await first.inner_text()
    await expect(first).not_to_have_text(before)

    assert seconds(await first.inner_text()) < seconds(before)


@pytest.mark.parametrize("look", LOOKS)
async def test_nothing_is_found_in_it(demo: Demo, look: str) -> None:
    window = await opened(demo, **LOOKS[look])
    await mention(demo, window)
    await engage(window).get_by_role("textbox", name=re.compile("^Write in this thread")).first.fill("claim")
    await window.button("Post", engage(window)).wait_for()

    assert await judged(window) == ""
