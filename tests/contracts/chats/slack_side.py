"""Slack's people, channels and troubles, for both of its benches."""

import json
from asyncio import Task
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager

from bot.clock import MovableClock
from bot.ports import Chat, MessageRef
from integrations.alone.peers import AlonePeers
from integrations.sandbox.slack_courier import Ack, Courier
from integrations.sandbox.slack_gate import SCOPES
from integrations.sandbox.slack_server import Message, StandInSlack
from integrations.sandbox.slack_words import Json, presses, walk
from integrations.sandbox.slack_world import Drawn
from integrations.slack.chat import build
from integrations.slack.settings import SlackSettings
from tests.contracts.chats.bench import CHANNEL, SHUT_OUT, ChatOffers, On, Shown, Trouble, Wrong
from tests.contracts.chats.desk import Desk, core_settings

OFFERS = frozenset({ChatOffers.FINDS, ChatOffers.IN_PLACE})
METHODS = {
    On.POST: "chat.postMessage",
    On.REDRAW: "chat.update",
    On.PERSON: "users.info",
    On.MEMBERS: "conversations.members",
    On.LOOK: "conversations.history",
    On.SIGN_IN: "auth.test",
}
TROUBLES: Mapping[Trouble, str | int] = {
    Trouble.WAIT: 429,
    Trouble.TOKEN: "token_revoked",
    Trouble.BROKEN: 503,
    Trouble.HALF: "done_500",
    Trouble.LOST: "drop",
    Trouble.UNHEARD: "lost",
    Trouble.GARBAGE: 200,
}
NEVER_ANSWERED = 0.05
"""Seconds a person looks for an answer that does not come."""


class Repeating(Courier):
    """Remembers the events it delivered, so that they can be delivered again."""

    def __init__(self, plain: Courier) -> None:
        super().__init__(plain.clock, plain.signing_secret, plain.app_id, ack_within=plain.ack_within)
        self.signed_at = plain.clock
        self.delivered: list[Json] = []

    async def event(self, payload: Json, attempt: int = 0, reason: str = "") -> Ack:
        """As ever."""
        self.delivered.append(payload)
        return await super().event(payload, attempt, reason)


@asynccontextmanager
async def workspace(clock: MovableClock) -> AsyncIterator[StandInSlack]:
    """A workspace with the people and channels of the contract."""
    slack = StandInSlack(clock, scopes=set(SCOPES) | {"channels:history"}, late_wait=NEVER_ANSWERED, ack_within=0.5)
    slack.courier = slack.stage.courier = slack.chaos.courier = Repeating(slack.courier)
    await slack.start()
    for handle, name in (("priya", "Priya"), ("dev", "Dev"), ("morag", "Morag")):
        slack.add_person(handle, name)
    slack.add_person("gus", "Gus", guest=True)
    slack.add_person("zoe", "Zoe", team="T0ELSEWHERE")
    slack.add_person("lee", "Lee", deleted=True)
    slack.add_channel(CHANNEL, members=["priya", "dev", "morag", "gus", "zoe"])
    slack.add_channel(SHUT_OUT, with_bot=False)
    yield slack
    await slack.stop()


class SlackPerson:
    """Somebody in Slack: types commands, names the bot in threads, presses, fills in windows."""

    def __init__(self, slack: StandInSlack, handle: str) -> None:
        self._slack, self._it = slack, slack.user(handle)
        self.id = self._it.id
        self._read = 0
        self._problems: list[str] = []

    async def asks(self, line: str, *, under: MessageRef | None = None, privately: bool = False) -> str:
        """By command, by naming the bot in a thread, or in the bot's direct messages."""
        self._begin()
        if under:
            await self._it.says(f"@Tolbooth {line}", thread=self._message(under))
        elif privately:
            await self._it.says(line, channel="dm")
        else:
            await self._it.command(f"/mention {line}", CHANNEL)
        return "\n".join(self.sees())

    async def says(self, words: str, *, under: MessageRef | None = None) -> None:
        """Without naming the bot."""
        self._begin()
        await self._it.says(words, CHANNEL, self._message(under) if under else None)

    async def presses(self, label: str, on: MessageRef | None = None) -> str:
        """On a message, in the window that is open, or beside the last answer."""
        seen = self._it.last
        self._begin()
        where = self._message(on) if on else self._it.view or seen or self._it.dms[-1]
        await self._it.click(where, label)
        return "\n".join(self.sees())

    async def fills_in(self, answers: Mapping[str, str]) -> str:
        """In the window."""
        self._begin()
        outcome = await self._it.submit(answers)
        self._problems = list(outcome.errors.values())
        return "\n".join(self.sees())

    def sees(self) -> list[str]:
        """Private answers, the window on top, problems under its fields, direct messages."""
        outcome = self._it.last
        view = outcome.view if outcome else None
        private = [one.text for one in outcome.messages] if outcome else []
        shown = [f"{view.title}\n{view.text}"] if view else []
        return [*private, *shown, *self._problems, *[one.text for one in self._ours()[self._read :]]]

    def was_told(self) -> list[str]:
        """In the bot's direct messages."""
        return [one.text for one in self._ours()]

    def _ours(self) -> list[Message]:
        return [one for one in self._it.dms if one.user == self._slack.bot_user]

    def _begin(self) -> None:
        self._read, self._problems = len(self._ours()), []

    def _message(self, at: MessageRef) -> Message:
        found = self._slack.channel(at.channel).find(at.id)
        assert found is not None, "that message is not there"
        return found


class SlackBench:
    """One workspace, and the chat in either mode."""

    offers = OFFERS

    def __init__(self, name: str, slack: StandInSlack, clock: MovableClock, *, mode: str) -> None:
        self.name, self.slack, self.clock = name, slack, clock
        self.desk = Desk()
        self._mode, self._people = mode, dict[str, SlackPerson]()
        self.chat = self.another()

    @property
    def secrets(self) -> Sequence[str]:
        """Both tokens, and what calls are signed with."""
        return (self.slack.bot_token, self.slack.app_token, self.slack.signing_secret)

    @property
    def calls(self) -> int:
        """Of the Web API."""
        return len(self.slack.calls)

    def another(self, wrong: Wrong = Wrong.NOTHING) -> Chat:
        """From the settings of the contract."""
        slack = self.slack
        token = "xoxb-not-this-one" if wrong is Wrong.TOKEN else slack.bot_token
        given = {"mode": self._mode, "bot_token": token, "app_token": slack.app_token}
        given |= {"signing_secret": slack.signing_secret, "api_url": slack.api_url}
        core = core_settings("U0MORAG", "U0DEV")
        channels = [CHANNEL, SHUT_OUT] if wrong is Wrong.CHANNEL else [CHANNEL]
        settings = SlackSettings.model_validate(given)
        return build(settings, core=core, clock=self.clock, channels=channels, peers=AlonePeers(self.clock))

    async def faults(self, wrong: Wrong = Wrong.NOTHING) -> list[str]:
        """What a check finds."""
        chat = self.another(wrong)
        found = [fault for fault in await chat.check() if "time synchronisation" not in fault]
        await chat.stop()
        return found

    def person(self, name: str) -> SlackPerson:
        """By their handle."""
        return self._people.setdefault(name, SlackPerson(self.slack, name))

    def adds(self, name: str, shown_as: str) -> SlackPerson:
        """A full member."""
        self.slack.add_person(name, shown_as)
        return self.person(name)

    def nobody(self) -> str:
        """As ids look."""
        return "U0NOBODY"

    def ourselves(self) -> str:
        """The bot user."""
        return self.slack.bot_user

    def leaves(self, name: str) -> None:
        """Without an event."""
        self.slack.workspace.members[self.person(name).id].deleted = True

    def shown(self, channel: str = CHANNEL) -> list[Shown]:
        """What the bot said there."""
        ours = [one for one in self.slack.channel(channel).messages if one.user == self.slack.bot_user]
        return [Shown(one.ts, one.text, one.thread_ts, tuple(links(one)), frozenset(verbs(one))) for one in ours]

    def notified(self) -> list[str]:
        """Whose telephones lit up for the channel."""
        channel = self.slack.channel(CHANNEL).id
        return [one.user for one in self.slack.workspace.notifications if one.message.channel == channel]

    def deletes(self, message: MessageRef) -> None:
        """An administrator does."""
        found = self.slack.channel(message.channel).find(message.id)
        assert found is not None
        found.deleted = True

    def copies(self, text: str) -> None:
        """Priya pastes it."""
        world, channel = self.slack.workspace, self.slack.channel(CHANNEL)
        pasted = Message(world, channel.id, channel.next_ts(self.clock.now()), "U0PRIYA", raw_text=text)
        world.add(pasted)

    def shuts(self, channel: str) -> None:
        """It is archived."""
        self.slack.channel(channel).archived = True

    def goes_wrong(self, trouble: Trouble, on: On, times: int = 1) -> None:
        """One method of the Web API."""
        self.slack.chaos.next(METHODS[on], TROUBLES[trouble], times=times, retry_after=17)

    def calms(self) -> None:
        """Slack is well."""
        self.slack.chaos.calm()

    async def restarts(self) -> None:
        """Slack keeps what was not acknowledged."""
        await self.chat.stop()
        self.chat = self.another()
        await self.chat.start(self.desk.run)

    async def heard(self) -> None:
        """What was not acknowledged is delivered again."""
        self.clock.advance(minutes=1)
        await self.slack.tick()

    async def idles(self) -> None:
        """Nothing is asked of Slack on its own but by the clock."""
        self.clock.advance(minutes=3)

    async def passes(self, work: Task[None]) -> None:
        """Slack's chat waits by its own time, not by the clock."""
        await work

    async def delivers_again(self) -> None:
        """Every event, the last first."""
        courier = self.slack.courier
        assert isinstance(courier, Repeating)
        for payload in reversed(list(courier.delivered)):
            await courier.event(payload, 1, "http_timeout")


def links(drawn: Drawn) -> Iterator[str]:
    """Where its words lead."""
    return (str(one["url"]) for one in walk(drawn.blocks) if one.get("type") == "link")


def verbs(drawn: Drawn) -> Iterator[str]:
    """What its buttons do."""
    for press in presses(drawn.blocks, drawn.world.shown_name):
        yield str(json.loads(press.element.get("value") or "{}").get("verb", ""))
