"""One browser window on the demo, driven as a person would: by roles and names; it remembers what should never happen."""

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

from tests.browser.chromium import expect

if TYPE_CHECKING:
    from playwright.async_api import BrowserContext, Dialog, Locator, Page

LONG_TASKS = """
window.longTasks = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.longTasks.push(Math.round(entry.duration));
}).observe({ type: "longtask", buffered: true });
"""


@dataclass
class Window:
    """``page`` is Playwright's. ``trouble`` gathers dialogues, errors and requests that leave this machine."""

    page: "Page"
    context: "BrowserContext"
    trouble: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    @classmethod
    async def open(cls, context: "BrowserContext", url: str) -> Self:
        """Open the demo and wait for its first view."""
        await context.add_init_script(LONG_TASKS)
        window = cls(await context.new_page(), context)
        window.page.on("request", lambda request: window.asked_for(request.url))
        window.page.on("pageerror", lambda error: window.trouble.append(f"error: {error}"))
        window.page.on("console", lambda said: window.heard(said.type, said.text))
        window.page.on("dialog", window.dialog)
        await window.page.goto(url)
        await window.composer.wait_for()
        return window

    def asked_for(self, url: str) -> None:
        """Every request; one to another host is trouble."""
        self.requests.append(url)
        if urlsplit(url).hostname != "127.0.0.1":
            self.trouble.append(f"request: {url}")

    def heard(self, kind: str, text: str) -> None:
        """The console: an error there is trouble, unless the server was meant to refuse or to stop."""
        if kind == "error" and "Failed to load resource" not in text:
            self.trouble.append(f"console: {text}")

    async def dialog(self, dialog: "Dialog") -> None:
        """The browser's own dialogue: only a script that got in would open one."""
        self.trouble.append(f"dialogue: {dialog.message}")
        await dialog.dismiss()

    # --- where things are, by role and name

    def button(self, name: str | re.Pattern[str], within: "Locator | None" = None) -> "Locator":
        """A button by its whole name, or a pattern of it."""
        return (within or self.page).get_by_role("button", name=name, exact=isinstance(name, str))

    @property
    def composer(self) -> "Locator":
        """Where one writes to the conversation."""
        return self.page.get_by_role("textbox", name=re.compile("^Message "))

    @property
    def modal(self) -> "Locator":
        """The form, or the question, that is open."""
        return self.page.get_by_role("dialog")

    def message(self, *words: str) -> "Locator":
        """The messages on the desk that say all of this."""
        return containing(self.page.get_by_role("region", name="The desk").get_by_role("article"), words)

    def post(self, *words: str) -> "Locator":
        """The posts of the public that say all of this."""
        return containing(self.page.get_by_role("region", name="The public").get_by_role("article"), words)

    async def says(self, text: str) -> None:
        """Write in the composer and press Enter: once closes the list of commands, once sends."""
        await self.composer.fill(text)
        await self.composer.press("Enter")

    async def posts(self, text: str, *, author: str = "", network: str = "", photo: bool = False) -> None:
        """Post as a resident."""
        box = self.page.get_by_role("form", name="Post as a resident")
        if author:
            await box.get_by_label("As").fill(author)
        if network:
            await box.get_by_label("On").select_option(network)
        await box.get_by_label("With a photo").set_checked(photo)
        await box.get_by_label("Words").fill(text)
        await self.button("Post", box).click()

    async def tab_to(self, name: str, most: int = 80) -> int:
        """Press Tab until what has that name has the focus; returns how often. By keyboard alone."""
        for pressed in range(most):
            if await self.focused() == name:
                return pressed
            await self.page.keyboard.press("Tab")
        raise AssertionError(f"{most} times Tab does not lead to {name!r}; last: {await self.focused()!r}")

    async def enter(self, name: str) -> None:
        """Press Enter on a button, come to by Tab, once it can be pressed."""
        await self.tab_to(name)
        await expect(self.page.locator(":focus")).not_to_have_attribute("aria-disabled", "true")
        await self.page.keyboard.press("Enter")

    async def run(self, script: str) -> Any:
        """Evaluate a script in the page."""
        return await self.page.evaluate(script)

    async def sideways(self) -> int:
        """How many pixels wider than the window the page is."""
        return int(await self.run("document.documentElement.scrollWidth - document.documentElement.clientWidth"))

    async def focused(self) -> str:
        """The name of what has the focus."""
        return str(
            await self.run(
                """(() => {
                  const at = document.activeElement;
                  const label = at.ariaLabel ?? at.labels?.[0]?.innerText ?? (at === document.body ? "" : at.innerText);
                  return label.trim().split("\\n")[0];
                })()"""
            )
        )

    async def has_focus(self, place: "Locator") -> bool:
        """Whether the focus is there."""
        return bool(await place.evaluate("(it) => it === document.activeElement"))

    async def long_tasks(self) -> list[int]:
        """How long each task took that blocked the page for more than 50 ms, in milliseconds."""
        return list(await self.run("window.longTasks"))


def containing(places: "Locator", words: tuple[str, ...]) -> "Locator":
    """Those among them that say all of this."""
    for each in words:
        places = places.filter(has_text=each)
    return places
