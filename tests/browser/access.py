"""What axe-core finds wrong with a page, in words."""

from typing import TYPE_CHECKING, Any

from tests.browser.window import Window

try:
    from axe_playwright_python.async_playwright import Axe
except ImportError:  # the extra is not installed: said before any test gets here
    Axe = None

if TYPE_CHECKING:
    from playwright.async_api import Page

RULES: dict[str, Any] = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}


async def findings(window: Window) -> str:
    """One line a finding; empty without any."""
    found = await run(window.page)
    return "\n".join(
        f"{one['id']}: {one['help']}: {node['html'][:160]} ({node['failureSummary'][:200]!r})"
        for one in found["violations"]
        for node in one["nodes"][:3]
    )


async def run(page: "Page") -> dict[str, Any]:
    """All that axe says, once the page stands still: a fading colour is no contrast."""
    await page.evaluate("Promise.all(document.getAnimations().map((one) => one.finished.catch(() => 0)))")
    found = await Axe().run(page, options=RULES)
    return dict(found.response)
