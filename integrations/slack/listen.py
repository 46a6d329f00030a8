"""What staff ask in Slack: payload in, ``run(Command)``, answer out, acknowledged after the change is stored."""

import asyncio
import re
import secrets
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import replace
from typing import Any

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.response import BoltResponse

from bot.card import Answer
from bot.command import Way
from bot.errors import Busy, FormProblem, OutsideError, UserError
from bot.form import Form
from bot.ports import Run
from bot.settings import CoreSettings
from integrations.slack import words
from integrations.slack.in_hand import InHand
from integrations.slack.keeping import Keeping
from integrations.slack.origin import Home, comes_from
from integrations.slack.payloads import ODD_SHAPE, Asked, Unreadable, is_for_us, pressed, said, sent_in, typed
from integrations.slack.people import People
from integrations.slack.respond import Responder, message, private, updated

PATIENCE = 2.5
"""Seconds for the work itself: Slack shows an error to whoever waits longer than three."""
ACKNOWLEDGED_BY = 2.8

log = structlog.get_logger()

Result = Answer | Form
Late = Callable[[Result], Awaitable[None]]


class Listener:
    """Every way of asking, each acknowledged within three seconds whatever happens."""

    def __init__(self, run: Run, people: People, responder: Responder, *, core: CoreSettings, bot: str, home: Home) -> None:
        self._run = run
        self._people = people
        self._responder = responder
        self._bot = bot
        self._home = home
        self._verbs = {
            core.commands.mention: "",
            core.commands.claim: "claim",
            core.commands.reply: "reply",
            core.commands.handover: "handover",
        }
        self.in_hand = InHand()
        self.keeping: Keeping | None = None
        """Keeps what is typed in a form; whatever else is done with that form comes after."""
        self.after_home: Callable[[Asked], Coroutine[Any, Any, None]] | None = None
        """Draws Home anew for whoever pressed a button on it."""

    def register(self, app: AsyncApp) -> None:
        """Tell Bolt what to call. The last of each kind takes what is not ours, so that nothing goes unacknowledged."""
        anything = re.compile("")
        app.command(anything)(self.on_command)
        app.action(re.compile("^do:"))(self.on_press)
        app.view(re.compile("^form:"))(self.on_form)
        app.event("app_mention")(self.on_mention)
        app.event("message")(self.on_message)
        for ignored in (app.action, app.view_submission, app.view_closed, app.shortcut, app.event, app.options):
            ignored(anything)(ignore)
        app.error(on_error)

    async def on_command(self, body: dict[str, Any]) -> BoltResponse:
        """A slash command: answered in the acknowledgement, or with a form."""
        started = now()
        try:
            asked = self.read(lambda: typed(body, self._verbs), body)
        except Unreadable:
            return answered(words.told(words.UNKNOWN_COMMAND))
        result = await self.within(PATIENCE, asked, lambda late: self._responder.later(asked, late))
        if isinstance(result, Form):
            return await self.meanwhile(started, asked, self._responder.open(asked, result))
        try:
            return answered(result or words.told(words.STILL_WORKING))
        except Exception:
            return answered(words.told(words.went_wrong(fault(asked))))

    async def on_press(self, body: dict[str, Any]) -> BoltResponse:
        """A button: answered beside its message, in its modal, or with a form."""
        started = now()
        try:
            asked = self.read(lambda: pressed(body), body)
        except Unreadable:
            url = str(body.get("response_url") or "")
            self.in_hand.begin(self._responder.privately(url, words.told(words.OLD_BUTTON)))
            return done()
        if not asked.verb:
            return done()  # it only opened a link
        result = await self.in_form(started, asked) if asked.view else await self.in_time(started, asked)
        if asked.on_home and self.after_home:
            self.in_hand.begin(self.after_home(replace(asked, verb="home", text="", key=f"{asked.key}:home")))
        answer = result or words.told(words.STILL_WORKING)
        return await self.meanwhile(started, asked, self._responder.to_press(asked, answer))

    async def on_form(self, body: dict[str, Any]) -> BoltResponse:
        """A form sent in: the next form, the answer, or what is wrong with which field."""
        started = now()
        try:
            asked = self.read(lambda: sent_in(body), body)
        except Unreadable:
            return done()
        try:
            return BoltResponse(status=200, body=self._responder.updated(asked, await self.in_form(started, asked)))
        except FormProblem as problem:
            return refused(asked, problem)
        except Exception:
            return refused(asked, FormProblem("", words.went_wrong(fault(asked))))

    async def on_mention(self, body: dict[str, Any]) -> BoltResponse:
        """The bot was named in a channel or a thread: answered there, for that person's eyes."""
        return await self._on_said(body)

    async def on_message(self, body: dict[str, Any]) -> BoltResponse:
        """Words to the bot in its direct messages count as typed; other messages are not for us."""
        event = body.get("event")
        return await self._on_said(body) if isinstance(event, dict) and event.get("channel_type") == "im" else done()

    async def _on_said(self, body: dict[str, Any]) -> BoltResponse:
        started = now()
        try:
            if not is_for_us(body["event"]):
                return done()
            asked = self.read(lambda: said(body, self._bot), body)
        except (Unreadable, *ODD_SHAPE):
            return done()
        result = await self.within(PATIENCE, asked, lambda late: self._responder.to_words(asked, late))
        answer = result or words.told(words.STILL_WORKING)
        return await self.meanwhile(started, asked, self._responder.to_words(asked, answer))

    def read(self, reader: Callable[[], Asked], body: dict[str, Any]) -> Asked:
        """What was asked, marked when the payload is not from our own workspace and app. Raises Unreadable."""
        try:
            asked = reader()
            return asked if comes_from(body, self._home) else replace(asked, is_stranger=True)
        except ODD_SHAPE as error:
            raise Unreadable(type(error).__name__) from error

    async def in_form(self, started: float, asked: Asked) -> Result | None:
        """What comes of a form sent in or a button in it: after what was typed there, instead of what comes late."""
        if not self.keeping:
            return await self.in_time(started, asked)
        await self.keeping.before(asked)
        stays = True
        try:
            result = await self.in_time(started, asked)
            stays = asked.way is Way.PRESSED and isinstance(result, Answer) and not message(result)
            return result
        finally:
            self.keeping.after(asked, stays=stays)

    async def in_time(self, started: float, asked: Asked) -> Result | None:
        """The outcome if it comes in time; else it is shown when it comes."""
        left = max(0.0, started + PATIENCE - now())
        return await self.within(left, asked, lambda late: self._responder.later(asked, late))

    async def within(self, patience: float, asked: Asked, late: Late) -> Result | None:
        """The outcome; None when it takes longer, and then ``late`` is told of it when it comes.

        Raises FormProblem for a form, and Busy for words, which Slack then delivers again.
        """
        work = self.in_hand.begin(self._outcome(asked))
        finished, _ = await asyncio.wait({work}, timeout=patience)
        if finished:
            return work.result()
        log.info("slack_answer_takes_long", way=asked.way)
        self.in_hand.begin(self._safely(asked, tell_when_done(work, late)))
        return None

    async def _outcome(self, asked: Asked) -> Result:
        """Run it as whoever asked. What goes wrong is an answer too, in words that help."""
        try:
            if asked.is_stranger:
                log.warning("slack_payload_from_elsewhere", way=asked.way)
                raise await self._people.refusal()
            by = await self._people.person(asked.user)
            return await self._run(asked.by(by))
        except FormProblem as problem:
            if asked.way is Way.SENT_IN:
                raise
            return words.told(str(problem))
        except UserError as error:
            return not_done(asked, str(error))
        except OutsideError as error:
            log.warning("slack_person_unknown", reason=str(error))
            return not_done(asked, words.WHO_ARE_YOU)
        except Busy:
            if asked.way is Way.SAID:
                raise
            return not_done(asked, words.NOT_STORED)
        except Exception:
            return not_done(asked, words.went_wrong(fault(asked)))

    async def meanwhile(self, started: float, asked: Asked, work: Coroutine[Any, Any, None]) -> BoltResponse:
        """Begin a call to Slack, and acknowledge once it is made or time is up, whichever comes first."""
        task = self.in_hand.begin(self._safely(asked, work))
        await asyncio.wait({task}, timeout=max(0.0, started + ACKNOWLEDGED_BY - now()))
        return done()

    async def _safely(self, asked: Asked, work: Coroutine[Any, Any, None]) -> None:
        """Answer; when drawing the answer is what fails, the person is told at least that."""
        try:
            await work
        except Exception:
            await self._responder.privately(asked.response_url, words.told(words.went_wrong(fault(asked))), asked.thread)


def fault(asked: Asked) -> str:
    """Log the exception being handled, with its trace; returns the reference that finds it."""
    ref = secrets.token_hex(2).upper()
    log.exception("asked_in_slack_failed", ref=ref, way=asked.way)
    return ref


def refused(asked: Asked, problem: FormProblem) -> BoltResponse:
    """What is wrong, under its field, or the first when it is about none. The form stays with what was typed."""
    field = problem.field if problem.field in asked.values else next(iter(asked.values), "")
    if not field:
        return BoltResponse(status=200, body=updated(asked, words.told(str(problem))))
    return BoltResponse(status=200, body={"response_action": "errors", "errors": {field: str(problem)}})


def not_done(asked: Asked, why: str) -> Answer:
    """A failure as an answer. Raises FormProblem for a form, which then stays open with what was typed in it."""
    if asked.way is Way.SENT_IN:
        raise FormProblem("", why)
    return words.told(why)


async def tell_when_done(work: asyncio.Task[Result], late: Late) -> None:
    """Tell of an outcome that came too late for its acknowledgement."""
    try:
        result = await work
    except (FormProblem, Busy) as error:
        result = words.told(str(error) if isinstance(error, FormProblem) else words.NOT_STORED)
    await late(result)


def answered(answer: Answer) -> BoltResponse:
    """An acknowledgement that tells the person something, or nothing."""
    message = private(answer)
    return BoltResponse(status=200, body=message) if message else done()


def done() -> BoltResponse:
    """An acknowledgement with nothing to say."""
    return BoltResponse(status=200)


def now() -> float:
    """Seconds of the loop's own clock."""
    return asyncio.get_running_loop().time()


async def ignore() -> BoltResponse:
    """Acknowledge what is not for us: Slack would deliver it again, or show an error."""
    return done()


async def on_error(error: Exception) -> BoltResponse:
    """Not acknowledged, so that Slack delivers an event again. What trips Bolt up never reached a listener of ours."""
    if isinstance(error, ODD_SHAPE):
        log.warning("slack_payload_of_odd_shape", reason=type(error).__name__)
        return BoltResponse(status=400)
    log.error("slack_listener_failed", reason=type(error).__name__, exc_info=error)
    return BoltResponse(status=500)
