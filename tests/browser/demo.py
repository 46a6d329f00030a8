"""The demo under test: the town behind the page, and the windows that are open on it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from integrations.sandbox.page.server import Page
from integrations.sandbox.slack_world import Message
from integrations.sandbox.town import Town
from tests.browser.window import Window

if TYPE_CHECKING:
    from playwright.async_api import Browser

REF = re.compile(r"^(M-\d+)\b")
POST = "@harrowmere the bins at Kirk Wynd were missed again"


@dataclass
class Demo:
    """``window`` opens one more; ``trouble`` is what went wrong in any of them."""

    town: Town
    page: Page
    url: str
    browser: "Browser"
    windows: list[Window] = field(default_factory=list)

    async def window(
        self, who: str = "priya", *, place: str = "mentions", width: int = 1280, height: int = 800, **more: Any
    ) -> Window:
        """Open the page as somebody, in a channel. ``more``: what Playwright calls a context's options."""
        viewport: Any = {"width": width, "height": height}
        context = await self.browser.new_context(viewport=viewport, **more)
        person = self.town.slack.user(who)
        where = self.town.slack.workspace.direct(person.id).id if place == "dm" else self.town.slack.channel(place).id
        window = await Window.open(context, f"{self.url.rstrip('/')}/#as={person.id}&in={where}")
        self.windows.append(window)
        return window

    async def close(self) -> None:
        """Close every window."""
        for window in self.windows:
            await window.context.close()

    def trouble(self) -> list[str]:
        """What should never happen, and did."""
        return [one for window in self.windows for one in window.trouble]

    async def mention(self, text: str = POST, *, author: str = "Lou Tranter", **more: Any) -> str:
        """Somebody posts on X; returns the ref of its card, as soon as there is one."""
        known = set(self.refs())
        await self.town.post("x", author, text, **more)
        await self.until(lambda: set(self.refs()) - known)
        return (set(self.refs()) - known).pop()

    def refs(self) -> list[str]:
        """Every card in #mentions."""
        return [one.footer.split(" ")[0] for one in self.messages() if REF.match(one.footer)]

    def messages(self) -> list[Message]:
        """Everything in #mentions."""
        return self.town.slack.channel("mentions").messages

    def card(self, ref: str) -> Message:
        """A card."""
        return self.town.slack.card(ref)

    async def until(self, so: Callable[[], object]) -> None:
        """Wait until something is so."""
        await self.town.slack.until(so, timeout=15)
