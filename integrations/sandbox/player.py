"""Plays a scenario: moves the clock on at the chosen speed, and posts what is due as it falls due."""

import asyncio
import itertools
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, time, timedelta
from typing import Protocol

import structlog

from bot.clock import MovableClock
from integrations.sandbox.answering import SENDS, sends
from integrations.sandbox.lost_connection import LostConnection
from integrations.sandbox.places import Author, Place
from integrations.sandbox.scenarios import Acted, Planned, Scenario, any_day, scenario_named
from integrations.sandbox.slack_person import Person
from integrations.sandbox.slack_server import StandInSlack

SPEEDS = (1, 10, 60, 600)
"""Times as fast as life; 60 is a minute a second."""
WAKE_EVERY = 0.25
"""Seconds of real time between two wakes of the bot."""
STRIDE = timedelta(seconds=10)
"""The farthest the clock is moved at once: well within the lease of what the bot has in hand, by the same clock."""
REF = re.compile(r"\bM-(\d+)")

log = structlog.get_logger()


Step = Planned | Acted | Callable[[], None]


class Wakes(Protocol):
    """A bot that can be woken."""

    async def wake(self) -> None:
        """Time was moved on: look again at once."""


class Stage(Protocol):
    """The town, as far as a player needs it."""

    clock: MovableClock
    slack: StandInSlack
    places: dict[str, Place]

    @property
    def bot(self) -> Wakes:
        """The bot."""

    @property
    def is_held(self) -> bool:
        """Whether somebody acts: then the clock runs at its own pace."""

    def changed(self) -> None:
        """Tell whoever draws this."""

    async def settled(self) -> None:
        """Wait a moment for what the bot has in hand."""

    async def until_time(self, at: time, on: Callable[[date], bool] = any_day) -> None:
        """On to the next time the town's clocks show ``at``, on such a day."""


class Player:
    """One scenario at a time. ``state`` is idle, playing, paused or over; ``trouble`` says what is wrong, if anything is."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._scenario: Scenario | None = None
        self._posted: dict[str, str] = {}
        self._task: asyncio.Task[None] | None = None
        self._unpaused = asyncio.Event()
        self._lost = LostConnection(stage.slack)
        self._wake_at = 0.0
        self._tried = 0
        self._undelivered: list[str] = []
        self._broke = ""
        self.state = "idle"
        self.speed = SPEEDS[0]

    # --- what it shows

    @property
    def scenario(self) -> str:
        """The id of the scenario, empty without one."""
        return self._scenario.id if self._scenario else ""

    @property
    def name(self) -> str:
        """What the scenario is called, empty without one."""
        return self._scenario.name if self._scenario else ""

    @property
    def done(self) -> int:
        """How many posts have been made."""
        return self._tried

    @property
    def of(self) -> int:
        """How many posts there are."""
        return len(self._scenario.posts) if self._scenario else 0

    @property
    def trouble(self) -> str:
        """What is wrong: a sentence; empty when nothing is."""
        if self._lost.is_lost:
            return "The connection to Slack is down. What residents write is kept, and shown when it is back."
        return self._broke or (self._undelivered[-1] if self._undelivered else "")

    # --- what is asked of it

    def play(self, scenario_id: str, speed: int = 60) -> None:
        """Begin, in the place of what plays now. Raises LookupError for a scenario or speed there is not."""
        scenario = scenario_named(scenario_id)
        self._check(speed)
        self._end()
        self._scenario, self.speed, self._tried, self._broke = scenario, speed, 0, ""
        self._posted, self._undelivered = {}, []
        self.state = "playing"
        self._unpaused.set()
        self._task = asyncio.create_task(self._play(scenario), name=f"play {scenario.id}")
        self._task.add_done_callback(self._ended)
        self._stage.changed()

    def pause(self) -> None:
        """Stand still: the clock runs at its own pace, and nothing is posted."""
        if self.state == "playing":
            self.state = "paused"
            self._unpaused.clear()
            self._stage.changed()

    def resume(self) -> None:
        """Go on."""
        if self.state == "paused":
            self.state = "playing"
            self._unpaused.set()
            self._stage.changed()

    def set_speed(self, speed: int) -> None:
        """Go on at another speed. Raises LookupError for one there is not."""
        self._check(speed)
        self.speed = speed
        self._stage.changed()

    def stop(self) -> None:
        """End now; what was posted stays."""
        self._end()
        if self.state in ("playing", "paused"):
            self.state = "over"
        self._stage.changed()

    async def close(self) -> None:
        """Stop, and wait until it has."""
        task = self._task
        self.stop()
        if task:
            await asyncio.gather(task, return_exceptions=True)

    def _check(self, speed: int) -> None:
        if speed not in SPEEDS:
            raise LookupError(f"There is no speed {speed}. There are: {', '.join(map(str, SPEEDS))}")

    def _end(self) -> None:
        if self._task:
            self._task.remove_done_callback(self._ended)
            self._task.cancel()
            self._task = None
        self._lost.is_back()

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Over; what broke it off is said."""
        self._lost.is_back()
        self.state, self._task = "over", None
        if not task.cancelled() and (error := task.exception()):
            log.error("play_broke_off", scenario=self.scenario, error=repr(error))
            self._broke = f"Playing broke off after {self._tried} posts: {type(error).__name__}."
        self._stage.changed()

    # --- how it plays

    async def _play(self, scenario: Scenario) -> None:
        if scenario.begins is not None:
            await self._stage.until_time(scenario.begins, scenario.on)
        played = timedelta()
        for moment, do in self._steps(scenario):
            while played < moment:
                played += await self._pass(moment - played)
            await self._unpaused.wait()
            match do:
                case Planned():
                    await self._post(do)
                case Acted():
                    await self._act(do)
                case _:
                    do()
            self._stage.changed()

    def _steps(self, scenario: Scenario) -> list[tuple[timedelta, Step]]:
        """Everything that happens, in order."""
        steps: list[tuple[timedelta, Step]] = [(one.after, one) for one in scenario.posts]
        steps += [(one.after, one) for one in scenario.acts]
        if scenario.lost:
            steps += [(scenario.lost[0], self._lost.begin), (scenario.lost[1], self._lost.is_back)]
        return sorted(steps, key=lambda step: step[0])

    async def _pass(self, most: timedelta) -> timedelta:
        """One stride of time, as long as it is due to take; returns how much of the scenario went by."""
        await self._unpaused.wait()
        loop = asyncio.get_running_loop()
        stride, speed = min(most, STRIDE, WAKE_EVERY * timedelta(seconds=self.speed)), self.speed
        await asyncio.sleep(stride.total_seconds() / speed)
        await self._stage.settled()
        if self._stage.is_held or not self._unpaused.is_set():
            return timedelta()
        if speed > 1:
            self._stage.clock.advance(stride * (1 - 1 / speed))
        if loop.time() >= self._wake_at:
            self._wake_at = loop.time() + WAKE_EVERY
            await self._wake()
        return stride

    async def _wake(self) -> None:
        await self._stage.bot.wake()
        self._stage.changed()

    async def _post(self, planned: Planned) -> None:
        """Post it; what could not be delivered is said, and the rest goes on."""
        author = Author(planned.author_name, planned.handle)
        above = self._above(planned, self._posted)
        try:
            self._posted[planned.id] = await self._stage.places[planned.place].write(
                author, planned.text, alt=planned.alt, in_reply_to=above, private=planned.private
            )
        except LookupError as error:
            log.warning("planned_post_not_delivered", planned=planned.id)
            self._undelivered.append(str(error))
        self._tried += 1

    async def _act(self, acted: Acted) -> None:
        """Do it for them, unless somebody has done so."""
        person = self._stage.slack.user(acted.handle)
        if acted.deed.startswith("/"):
            cards = [one.footer for one in self._stage.slack.channel("mentions").messages]
            told = last_named(one.text for one in person.dms)
            await typed(person, acted.deed.format(number=told, card=last_named(cards)))
            return
        found = ((one, label) for one in reversed(person.dms) for label in one.buttons if label.startswith(acted.deed))
        for message, label in itertools.islice(found, 1):
            await person.click(message, label)

    @staticmethod
    def _above(planned: Planned, posted: Mapping[str, str]) -> str:
        """The post it answers, if that could be posted."""
        return posted.get(planned.in_reply_to, "") if planned.in_reply_to else ""


def last_named(texts: Iterable[str]) -> str:
    """The number of the mention that was named last; empty when none was."""
    found = [named[1] for text in texts if (named := REF.search(text))]
    return found[-1] if found else ""


async def typed(person: Person, line: str) -> None:
    """Type a command; where a button that sends a reply comes of it, press that too, and close the form."""
    await person.command(line, channel="mentions")
    if person.view and any(label.startswith(SENDS) for label in person.view.buttons):
        await sends(person)
        person.cancel()
