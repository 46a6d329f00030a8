"""The guided first visit, from the post to the handover: by mouse, and by keyboard alone."""

import re
from time import monotonic

from integrations.sandbox.page.visit_steps import STEPS
from tests.browser.demo import Demo
from tests.browser.window import Window

QUICK_ENOUGH = 90.0
REPLY = "Thank you. An engineer is on the way, and a warden is at the crossing now. ^PS"
LABELS = {step.title: step.label for step in STEPS}


async def heading(window: Window, title: str) -> None:
    """Wait until the visit is at that step."""
    await window.page.get_by_role("heading", name=title, exact=True).wait_for()


async def where(window: Window) -> str:
    """The conversation that is open."""
    return await window.page.locator("#where").inner_text()


async def test_it_goes_from_the_post_to_the_handover_by_mouse(demo: Demo) -> None:
    window = await demo.window()
    await window.button("Start the Visit").click()

    for step in STEPS:
        await heading(window, step.title)
        await window.button(step.label).click()
        if step.afterwards:
            await window.page.get_by_text(step.afterwards).wait_for()
            await window.button(re.compile("^(Next|Finish)$")).click()

    await window.button("Visit Again").wait_for()
    await window.post("Our answer", "An engineer is on the way").wait_for()
    await window.message("M-1 · answered by Priya Shah").wait_for()
    assert demo.town.slack.card("M-1").footer.startswith("M-1 · answered by Priya Shah")


async def test_each_step_shows_what_it_tells_of(demo: Demo) -> None:
    window = await demo.window()
    await window.button("Start the Visit").click()
    await window.button(LABELS["A light is stuck on red"]).click()

    await heading(window, "Its card is in #mentions")
    await window.message("Lou Tranter", "M-1 · nobody has looked yet").wait_for()
    await window.post("Lou Tranter").get_by_role("img", name=re.compile("red light")).wait_for()
    await window.button(LABELS["Its card is in #mentions"]).click()

    await heading(window, "The duty officer is pinged")
    await window.message("M-1 has waited").wait_for()
    assert "Farah Ali" in await window.page.title()
    await window.button(LABELS["The duty officer is pinged"]).click()

    await heading(window, "Priya claims it")
    await window.message("M-1 · seen by Farah Ali").wait_for()
    assert await where(window) == "#mentions"
    await window.says("/claim 1")

    await heading(window, "Write to the public")
    await window.message("Only visible to you", "M-1 is yours").wait_for()


async def test_it_is_finished_by_keyboard_alone_in_a_minute_and_a_half(demo: Demo) -> None:
    window = await demo.window()
    keyboard, began = window.page.keyboard, monotonic()
    await window.enter("Start the Visit")
    for title in ("A light is stuck on red", "Its card is in #mentions", "The duty officer is pinged"):
        await heading(window, title)
        await window.enter(LABELS[title])

    await heading(window, "Priya claims it")
    await window.tab_to("Message #mentions")
    await keyboard.type("/claim 1\n")
    await heading(window, "Write to the public")
    assert await window.focused() == "Message #mentions"
    await keyboard.type("/reply 1\n")
    await answer_by_keyboard(window)

    for step in STEPS[5:]:
        await heading(window, step.title)
        await window.enter(step.label)
        await window.page.get_by_text(step.afterwards).wait_for()
        await window.enter("Finish" if step is STEPS[-1] else "Next")

    await window.button("Visit Again").wait_for()
    await window.post("Our answer", REPLY).wait_for()
    assert monotonic() - began < QUICK_ENOUGH


async def answer_by_keyboard(window: Window) -> None:
    """Fill in the form, send it, look once more, send it, and close what says that it is on its way."""
    keyboard = window.page.keyboard
    await window.modal.get_by_role("heading", name="Reply to M-1").wait_for()
    assert await window.focused() == "Your reply, as the public will read it"
    await keyboard.type(REPLY)
    await keyboard.press("Control+Enter")
    await window.modal.get_by_text("This goes out as @harrowmere on X, in public:").wait_for()
    await window.enter("Reply as @harrowmere on X")
    await window.modal.get_by_text("On its way").wait_for()
    await keyboard.press("Escape")
    await window.modal.wait_for(state="hidden")


async def test_it_is_skipped_and_begun_again_by_whoever_likes(demo: Demo) -> None:
    window = await demo.window()
    await window.button("Skip the Visit").click()
    await window.page.get_by_role("heading", name="From a post to an answer").wait_for(state="detached")

    await window.button("Guided Visit").click()

    await heading(window, STEPS[0].title)
    assert await window.button("Skip the Visit").is_visible()


async def test_a_visitor_who_posts_and_claims_by_themselves_is_followed(demo: Demo) -> None:
    window = await demo.window()
    await window.button("Start the Visit").click()
    await heading(window, STEPS[0].title)

    await window.posts("the lights on the High Street are out", author="Ann Example", network="x")
    await heading(window, STEPS[1].title)
    await window.button("Claim", window.message("M-1 ·")).click()

    await heading(window, "Write to the public")
    assert await window.page.get_by_role("heading", name=STEPS[1].title, exact=True).count() == 0


async def test_a_second_window_is_left_where_it_is(demo: Demo) -> None:
    window, other = await demo.window(), await demo.window("morag", place="webchat")
    await window.button("Start the Visit").click()
    await window.button(STEPS[0].label).click()
    await window.button(STEPS[1].label).click()
    await heading(window, "The duty officer is pinged")

    await heading(other, "The duty officer is pinged")

    assert await where(other) == "#webchat"
    assert "Morag Muir" in await other.page.title()
