"""How a person is answered in Slack while they wait: each call is made once, and nothing is lost if it fails."""

from collections.abc import Awaitable
from typing import Any

import structlog

from bot.card import Answer
from bot.command import Way
from bot.errors import OutsideError
from bot.form import Form
from integrations.slack import words
from integrations.slack.calls import Calls
from integrations.slack.draw import answer_blocks, fallback
from integrations.slack.draw_form import answer_view, form_view
from integrations.slack.payloads import Asked

log = structlog.get_logger()

Json = dict[str, Any]


class Responder:
    """Forms and private answers."""

    def __init__(self, calls: Calls) -> None:
        self._calls = calls

    async def open(self, asked: Asked, form: Form) -> None:
        """Open a form. When that fails the person is told so."""
        view = form_view(form, asked.at)
        if await self._tried("views.open", self._calls.write("views.open", quick=True, trigger_id=asked.trigger, view=view)):
            return
        await self._form_is_late(asked)

    async def to_press(self, asked: Asked, result: Answer | Form) -> None:
        """Answer a button."""
        if asked.view:
            await self.show_in_modal(asked, result)
        elif isinstance(result, Form):
            await self.open(asked, result)
        elif not asked.response_url:
            await self.show(asked, result)
        elif result.replaces:
            await self._respond(asked.response_url, {"replace_original": True, **(message(result) or {"text": "…"})})
        elif not (result.card_says_it and asked.on_card):
            await self.privately(asked.response_url, result, asked.thread)

    async def show(self, asked: Asked, answer: Answer) -> None:
        """Open a window that only tells: for Home and shortcuts, which stand beside no message."""
        if message(answer):
            view = answer_view(answer, asked.at, title="Tolbooth")
            opening = self._calls.write("views.open", quick=True, trigger_id=asked.trigger, view=view)
            await self._tried("views.open", opening)

    async def publish(self, user: str, answer: Answer) -> None:
        """Draw the app's Home for one person."""
        view = {"type": "home", "blocks": answer_blocks(answer)}
        await self._tried("views.publish", self._calls.write("views.publish", quick=True, user_id=user, view=view))

    async def to_words(self, asked: Asked, result: Answer | Form) -> None:
        """Answer words: in a channel for that person's eyes only, in the bot's direct messages as a message."""
        answer = words.told(words.NO_FORM_HERE) if isinstance(result, Form) else result
        body = message(answer)
        if not body:
            return
        body |= {"channel": asked.at.channel, "thread_ts": asked.thread or None}
        if asked.at.channel.startswith("D"):
            quietly = {"unfurl_links": False, "unfurl_media": False}
            call = self._calls.write("chat.postMessage", quick=True, **quietly, **body)
            await self._tried("chat.postMessage", call)
            return
        call = self._calls.write("chat.postEphemeral", quick=True, user=asked.user, **body)
        await self._tried("chat.postEphemeral", call)

    async def later(self, asked: Asked, result: Answer | Form) -> None:
        """Answer when the time for an acknowledgement has passed."""
        if isinstance(result, Form) and not asked.view:
            await self._form_is_late(asked)
            return
        await self.to_press(asked, result)

    async def show_in_modal(self, asked: Asked, result: Answer | Form) -> None:
        """Put the next form or the answer in the place of the modal that is open."""
        if isinstance(result, Form) or message(result):
            update = self._calls.write("views.update", quick=True, view_id=asked.view, view=view_of(asked, result))
            await self._tried("views.update", update)

    def updated(self, asked: Asked, result: Answer | Form | None) -> Json:
        """The acknowledgement of a form, without pictures that Slack lately could not fetch: whether it takes this one is
        never said."""
        shown: Json = self._calls.pictures.without_bad(updated(asked, result))
        return shown

    async def privately(self, url: str, answer: Answer, thread: str = "") -> None:
        """Tell one person, beside the message they pressed or the command they typed."""
        body = private(answer)
        if url and body:
            await self._respond(url, {**body, "replace_original": False} | ({"thread_ts": thread} if thread else {}))

    async def _form_is_late(self, asked: Asked) -> None:
        again = words.FORM_LATE_TYPED if asked.way is Way.TYPED else words.FORM_LATE
        await self.privately(asked.response_url, words.told(again), asked.thread)

    async def _respond(self, url: str, body: Json) -> None:
        await self._tried("response_url", self._calls.respond(url, body))

    async def _tried(self, method: str, call: Awaitable[object]) -> bool:
        """Whether it worked. A failure is logged; what was asked is stored all the same."""
        try:
            await call
        except OutsideError as error:
            log.warning("slack_answer_not_shown", method=method, reason=str(error))
            return False
        return True


def view_of(asked: Asked, result: Answer | Form) -> Json:
    """A modal that shows the result."""
    return form_view(result, asked.at) if isinstance(result, Form) else answer_view(result, asked.at)


def updated(asked: Asked, result: Answer | Form | None) -> Json:
    """The acknowledgement of a form: what stands in its place (None: still to come). With nothing to say it closes."""
    if result is None:
        view = answer_view(words.told(words.STILL_WORKING), asked.at, title="Working")
        return {"response_action": "update", "view": view}
    if isinstance(result, Answer) and not message(result):
        return {"response_action": "clear"}
    return {"response_action": "update", "view": view_of(asked, result)}


def message(answer: Answer) -> Json:
    """An answer as a message; empty when there is nothing to say."""
    blocks = answer_blocks(answer)
    return {"text": fallback(answer), "blocks": blocks} if blocks else {}


def private(answer: Answer) -> Json:
    """An answer as a message only one person sees; empty when there is nothing to say."""
    body = message(answer)
    return {"response_type": "ephemeral", **body} if body else {}
