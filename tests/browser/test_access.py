"""Anybody can use it: no finding of axe, nothing that needs a mouse, narrow and enlarged without sideways scrolling."""

import re
from typing import Any

import pytest

from tests.browser.access import findings
from tests.browser.demo import Demo
from tests.browser.window import Window

NARROW: dict[str, Any] = {"width": 390, "height": 844}
ENLARGED: dict[str, Any] = {"width": 640, "height": 400, "device_scale_factor": 2}
"""1280 by 800 at 200 %."""
LOOKS: dict[str, dict[str, Any]] = {
    "light": {},
    "dark": {"color_scheme": "dark"},
    "narrow": NARROW,
    "narrow and dark": NARROW | {"color_scheme": "dark"},
    "enlarged": ENLARGED,
}


async def full(demo: Demo, look: str, who: str = "priya", place: str = "mentions") -> Window:
    """A window on a desk with something on it: a card, an answered one, a private answer, something in a thread."""
    ref = await demo.mention(picture=True)
    await demo.mention("@harrowmere when do the bins on Kirk Wynd come?", author="Ann Example")
    await demo.town.slack.user("farah").command(f"/claim {ref[2:]}", channel="mentions")
    await demo.town.slack.user("farah").says("I rang the depot", thread=demo.card(ref))
    await demo.town.slack.user("priya").command("/mention queue", channel="mentions")
    return await demo.window(who, place=place, **LOOKS[look])


async def judged(window: Window) -> str:
    """What axe finds, and whether one must scroll sideways; empty when all is well."""
    wider = await window.sideways()
    return await findings(window) + (f"\n{wider} px wider than the window" if wider > 0 else "")


@pytest.mark.parametrize("look", LOOKS)
async def test_nothing_is_found_on_the_desk_in_a_thread_in_a_form_or_in_the_visit(demo: Demo, look: str) -> None:
    window = await full(demo, look)
    found = {"first screen": await judged(window)}
    await window.button("1 reply").click()
    await window.page.get_by_role("textbox", name="Reply in the thread").wait_for()
    found["thread"] = await judged(window)
    await window.page.keyboard.press("Escape")
    await window.button("Reply", window.message("nobody has looked yet")).first.click()
    field = window.modal.get_by_role("textbox").first
    await field.wait_for()
    found["form"] = await judged(window)
    await field.fill("   ")
    await field.press("Control+Enter")
    await window.modal.locator("[id$=-error]").wait_for()
    found["form with an error"] = await judged(window)
    await window.page.keyboard.press("Escape")
    await window.button("Start the Visit").click()
    await window.button("Post It").click()
    await window.page.get_by_role("heading", name="Its card is in #mentions").wait_for()
    found["visit"] = await judged(window)

    assert {place: words for place, words in found.items() if words} == {}


@pytest.mark.parametrize("look", ["light", "dark", "narrow"])
async def test_nothing_is_found_on_home(demo: Demo, look: str) -> None:
    window = await full(demo, look, "dev", "dm")
    await window.page.get_by_role("tab", name="Home").click()
    await window.page.get_by_role("tabpanel", name="Home").get_by_role("button").first.wait_for()

    assert await judged(window) == ""


@pytest.mark.parametrize("look", ["light", "dark"])
async def test_nothing_is_found_in_menus_completion_and_questions(demo: Demo, look: str) -> None:
    window = await full(demo, look)
    await window.button(re.compile("Play$")).click()
    await window.page.get_by_role("menu").wait_for()
    found = {"menu": await judged(window)}
    await window.page.keyboard.press("Escape")
    await window.composer.fill("/")
    await window.page.get_by_role("listbox", name="Commands").wait_for()
    found["completion"] = await judged(window)
    await window.composer.fill("")
    await window.button(re.compile("^Delete")).first.click()
    await window.modal.wait_for()
    found["question"] = await judged(window)

    assert {place: words for place, words in found.items() if words} == {}


async def test_nothing_is_found_on_the_publics_side_of_a_narrow_screen(demo: Demo) -> None:
    window = await full(demo, "narrow")
    await window.button("The public").click()
    await window.page.get_by_role("form", name="Post as a resident").wait_for()

    assert await judged(window) == ""


async def test_that_it_is_practice_is_always_said(demo: Demo) -> None:
    for look in LOOKS:
        window = await demo.window(**LOOKS[look])

        assert await window.page.get_by_text("Practice: nothing here reaches the outside").is_visible(), look


async def test_news_is_said_aloud_once_and_briefly(demo: Demo) -> None:
    window = await demo.window()
    await demo.mention("@harrowmere the bins were missed", author="Ann Example")

    said = window.page.get_by_role("status").filter(has_text="the bins were missed")
    await said.wait_for(state="attached")

    assert len(await said.inner_text()) < 400


async def test_what_moves_stands_still_for_those_who_ask(demo: Demo) -> None:
    window = await full(demo, "light")
    await window.page.emulate_media(reduced_motion="reduce")

    moving = await window.run(
        "document.getAnimations().filter((one) => one.effect.getComputedTiming().duration > 10).length"
    )

    assert moving == 0


async def test_a_menu_works_by_arrow_keys_and_escape(demo: Demo) -> None:
    window = await full(demo, "light")
    await window.tab_to("▶ Play")
    await window.page.keyboard.press("Enter")
    await window.page.get_by_role("menu").wait_for()
    first = await window.focused()
    await window.page.keyboard.press("ArrowDown")
    second = await window.focused()
    await window.page.keyboard.press("Escape")

    assert first
    assert second not in ("", first)
    assert await window.focused() == "▶ Play"
