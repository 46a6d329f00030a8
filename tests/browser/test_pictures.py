"""The pictures of the README: taken each time to see that they can be, kept with ``UPDATE_PICTURES=1``."""

import os
from pathlib import Path
from typing import Any

import pytest

from integrations.sandbox.answering import sends
from tests.browser.demo import Demo
from tests.browser.window import Window
from tests.house.test_page import HEAVIEST, PICTURES

LOOKS: dict[str, dict[str, Any]] = {
    "demo-light.png": {"width": 1280, "height": 800},
    "demo-dark.png": {"width": 1280, "height": 800, "color_scheme": "dark"},
    "demo-narrow.png": {"width": 390, "height": 844, "device_scale_factor": 2},
}


@pytest.mark.parametrize("name", LOOKS)
async def test_the_picture_can_be_taken_and_is_light(demo: Demo, name: str, tmp_path: Path) -> None:
    window = await scene(demo, **LOOKS[name])
    place = (PICTURES if os.environ.get("UPDATE_PICTURES") == "1" else tmp_path) / name

    await window.page.screenshot(path=place, animations="disabled")

    assert place.stat().st_size <= HEAVIEST


async def scene(demo: Demo, **look: Any) -> Window:
    """A question answered on the board, one in the web chat, and the guided visit at the moment of the claim."""
    town = demo.town
    await town.post("webchat", "Sam Poole", "Do I need to book a slot at the recycling centre on Saturday?")
    await town.post("board", "Ann Example", "The bins on Kirk Wynd were missed again. When will they come?")
    await demo.until(demo.refs)
    number, farah = demo.refs()[0].removeprefix("M-"), town.slack.user("farah")
    await farah.command(f"/claim {number}", channel="mentions")
    await farah.command(f"/reply {number}", channel="mentions")
    await farah.submit({"text": "Sorry about that, Ann. A crew will be there by noon tomorrow. ^FA"})
    await sends(farah)
    farah.cancel()
    await town.passes(seconds=11)
    await demo.until(lambda: "answered" in demo.card(demo.refs()[0]).footer)
    window = await demo.window(reduced_motion="reduce", **look)
    await window.button("Start the Visit").click()
    for label in ("Post It", "Let an Hour Pass", "Acknowledge It"):
        await window.button(label).click()
    await window.page.get_by_role("heading", name="Priya claims it").wait_for()
    await window.message("seen by Farah Ali").wait_for()
    await window.button("Claim").scroll_into_view_if_needed()
    await window.page.mouse.move(1, 1)
    await window.run("document.activeElement.blur()")
    return window
