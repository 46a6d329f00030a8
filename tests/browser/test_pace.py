"""The page stays quick: a snow day at full speed, and five thousand messages."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from tests.browser.chromium import expect
from tests.browser.demo import Demo
from tests.browser.window import Window

LONGEST_TASK = 200
"""Milliseconds for which the page may be deaf."""
POSTS = 150
MOST_MEGABYTES = 100


async def megabytes(window: Window) -> float:
    """What the page's own script holds, after tidying up."""
    session = await window.context.new_cdp_session(window.page)
    await session.send("HeapProfiler.collectGarbage")
    await session.send("Performance.enable")
    metrics = (await session.send("Performance.getMetrics"))["metrics"]
    await session.detach()
    return next(one["value"] for one in metrics if one["name"] == "JSHeapUsedSize") / 1e6


@asynccontextmanager
async def traced(window: Window) -> AsyncIterator[list[float]]:
    """Afterwards holds how long each task of the page was at work, in milliseconds of its own time.

    Not of the clock on the wall, which says more about what else this machine was doing.
    """
    found: list[float] = []
    browser = window.context.browser
    assert browser
    await browser.start_tracing(page=window.page, categories=["toplevel", "-*"])
    yield found
    events = json.loads(await browser.stop_tracing())["traceEvents"]
    pages = {(one["pid"], one["tid"]) for one in events if one.get("args", {}).get("name") == "CrRendererMain"}
    found += [
        one["tdur"] / 1000
        for one in events
        if one["name"] == "ThreadControllerImpl::RunTask" and "tdur" in one and (one["pid"], one["tid"]) in pages
    ]


@pytest.mark.timeout(180)
async def test_a_snow_day_at_full_speed_leaves_the_page_responsive(demo: Demo, report: Callable[[str], None]) -> None:
    window, words = await demo.window(), "still listening while it snows, and snows, and snows"
    async with traced(window) as tasks:
        demo.town.player.play("storm", 600)
        await window.composer.click()
        for letter in words:
            await window.page.keyboard.type(letter, delay=60)
        await demo.town.slack.until(lambda: demo.town.player.done >= POSTS, timeout=120)
        demo.town.player.stop()
    wall = max(await window.long_tasks(), default=0)

    report(
        f"{POSTS} posts at × 600: longest task {max(tasks):.0f} ms ({wall} ms by the wall), {await megabytes(window):.1f} MB"
    )
    assert max(tasks) < LONGEST_TASK
    await expect(window.composer).to_have_value(words)
    assert await window.has_focus(window.composer)


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_five_thousand_messages_are_neither_slow_nor_heavy(demo: Demo, report: Callable[[str], None]) -> None:
    window = await demo.window("farah")
    before = await megabytes(window)
    priya = demo.town.slack.user("priya")
    async with traced(window) as tasks:
        for number in range(5000):
            await priya.says(f"line {number} of a very long day, with a few words in it", channel="mentions")
            if number % 50 == 49:  # so that the page draws on the way, as it would on such a day
                await window.message(f"line {number} of").wait_for()
    after = await megabytes(window)

    report(f"5,000 messages: longest task {max(tasks):.0f} ms, {before:.1f} MB before and {after:.1f} MB after")
    assert max(tasks) < LONGEST_TASK
    assert after < MOST_MEGABYTES
