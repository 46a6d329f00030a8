"""Slack as the core sees it: signing in, posting, redrawing, and who is who."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import NAMESPACE_URL, uuid5

import structlog
from slack_bolt.app.async_app import AsyncApp

from bot.card import Card, Digest, Notice
from bot.command import Staff
from bot.errors import OutsideError, Refused, SettingsError, SignInAgain, TryLater, Unsure
from bot.ports import Clock, File, Known, Manner, MessageRef, NotFound, Peers, Route, Run, WebAnswer, Webhook
from bot.settings import CoreSettings
from integrations.slack.calls import Calls, Identity
from integrations.slack.check import Check
from integrations.slack.departures import Departures
from integrations.slack.dispatch import bolt
from integrations.slack.draw import blocks, fallback
from integrations.slack.failures import ChannelShut, NotInChannel
from integrations.slack.files import Files
from integrations.slack.groups import Groups
from integrations.slack.http_mode import LARGEST, PATH, Callbacks
from integrations.slack.listen import Listener
from integrations.slack.manifest import HISTORY_SCOPE, SURFACES, scopes
from integrations.slack.open_forms import OpenForms
from integrations.slack.origin import Home
from integrations.slack.pace import pause_after
from integrations.slack.people import CHANNEL_ID, People, is_user_id
from integrations.slack.posted import look_for, metadata
from integrations.slack.respond import Responder
from integrations.slack.settings import SlackSettings, app_of, value
from integrations.slack.socket_mode import Sockets
from integrations.slack.surfaces import Surfaces
from integrations.slack.watch import Watch

STOP_WITHIN = 5.0

log = structlog.get_logger()

NOT_ACCEPTED = (
    "slack.bot_token is not accepted: {reason}.\n"
    "Copy the Bot User OAuth Token (xoxb-…) from OAuth & Permissions in the app's settings;\n"
    "if the app was removed from the workspace, install it again there first."
)


def build(
    settings: SlackSettings,
    *,
    core: CoreSettings,
    clock: Clock,
    channels: Sequence[str] = (),
    surfaces: frozenset[str] = SURFACES,
    peers: Peers | None = None,
    pictures: bool = False,
    **_others: object,
) -> "SlackChat":
    """The Slack chat. ``channels`` are those the accounts use, by id or name, for ``check`` to look at; ``surfaces`` are the
    ways in to listen for besides commands, buttons and words; through ``peers`` all copies share Slack's limits;
    ``pictures``: some replies carry them, so files must be readable. What other chats need besides is not used."""
    needed = scopes(core, pictures=pictures)
    return SlackChat(settings, core, clock, channels=tuple(channels), surfaces=surfaces, peers=peers, needed=needed)


class SlackChat:
    """One Slack workspace."""

    name = "slack"
    manner = Manner(reaches=is_user_id)

    def __init__(
        self,
        settings: SlackSettings,
        core: CoreSettings,
        clock: Clock,
        *,
        channels: tuple[str, ...],
        surfaces: frozenset[str],
        peers: Peers | None,
        needed: Mapping[str, str],
    ) -> None:
        self._settings = settings
        self._core = core
        self._clock = clock
        self._checked_channels = channels
        self._surfaces = surfaces
        self._calls = Calls(settings, peers)
        self._people = People(self._calls, core, clock)
        self._files = Files(self._calls)
        self._groups = Groups(self._calls, self._people)
        self._watch = Watch(self._calls, needed, clock)
        self._check = Check(self._calls, self._people, clock, scopes=needed, staff=core.staff.may_reply)
        self._watching: asyncio.Task[None] | None = None
        self._us: Identity | None = None
        self._direct: dict[str, str] = {}
        self._listener: Listener | None = None
        self._sockets: Sockets | None = None
        self._callbacks: Callbacks | None = None

    async def start(self, run: Run | None) -> None:
        """Sign in and begin to listen, with None only to speak; waits for as long as Slack cannot be reached.

        Raises SettingsError for bad tokens.
        """
        try:
            await self._start(run)
        except BaseException:
            await self.stop()
            raise

    async def _start(self, run: Run | None) -> None:
        self._calls.reopen()
        us = self._us = await self._sign_in()
        self._people.team = us.team
        if run is not None:
            await self._listen(run, us)
        self._watching = asyncio.create_task(self._watch.run())
        log.info("slack_joined", mode=self._settings.mode if run else "speak only", team=us.team)

    async def _listen(self, run: Run, us: Identity) -> None:
        app = bolt(self._calls, us)
        self._register(run, us, app)
        if self._settings.mode == "http":
            self._callbacks = Callbacks(app, value(self._settings.signing_secret), self._clock)
        else:
            self._sockets = Sockets(app, self._calls, self._clock)
            await self._sockets.connect_async()

    def _register(self, run: Run, us: Identity, app: AsyncApp) -> None:
        home = Home(us.team, us.enterprise, us.app or app_of(self._settings))
        responder = Responder(self._calls)
        self._listener = Listener(run, self._people, responder, core=self._core, bot=us.user, home=home)
        forms = OpenForms(run, self._people, home, self._listener.in_hand)
        self._listener.keeping = forms.keeping
        forms.register(app)
        Departures(run, self._people, home).register(app)
        Surfaces(self._listener, self._people, responder, self._calls).register(app, self._surfaces)
        self._listener.register(app)

    async def stop(self) -> None:
        """Take nothing more, finish what is in hand within a few seconds, let go."""
        if self._watching:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)
        for part in (self._sockets and self._sockets.close_async, self._callbacks and self._callbacks.close):
            if part:
                await part(STOP_WITHIN)
        if self._listener:
            if self._listener.keeping:
                self._listener.keeping.hurry()
            await self._listener.in_hand.finish(STOP_WITHIN)
        await self._calls.close()

    async def post(
        self, channel: str, what: Card | Notice | Digest, key: str, thread: MessageRef | None = None
    ) -> MessageRef:
        """Say something in a channel, by id or name, or under a message. ``key`` goes with it as metadata."""
        if isinstance(what, Digest):
            raise Refused("A channel here takes each card by itself.")
        target = await self._people.channel_id(thread.channel if thread else channel)
        where = channel if CHANNEL_ID.match(channel) else f"#{channel.removeprefix('#')}"
        try:
            return await self._post(target, what, key, thread.id if thread else None)
        except NotInChannel as error:
            bot = self._us.name if self._us else "tolbooth"
            raise Refused(f"The bot is not in {where}: type /invite @{bot} there.") from error
        except ChannelShut as error:
            raise Refused(f"{where}: {error}") from error

    async def redraw(self, message: MessageRef, card: Card) -> None:
        """Put a card in the place of what is there. Never Unsure: doing it again is harmless."""
        try:
            await self._calls.write(
                "chat.update",
                channel=message.channel,
                ts=message.id,
                text=fallback(card),
                blocks=blocks(card),
                parse="none",
                link_names=False,
            )
        except Unsure as error:
            raise TryLater(str(error)) from error

    async def tell(self, staff: str, notice: Notice, key: str) -> MessageRef:
        """Say something to one person in the bot's direct messages with them."""
        return await self._post(await self._direct_channel(staff), notice, key, None)

    async def find_posted(
        self, channel: str, key: str, since: datetime, thread: MessageRef | None = None
    ) -> MessageRef | NotFound:
        """Whether a post is in the channel, or under the message if one is given: what was said in a thread is not in the
        channel's history. Cannot tell unless the scope to read the channel was granted.
        """
        if not self._us or HISTORY_SCOPE not in (self._us.scopes or ()):
            return NotFound.CANNOT_TELL
        try:
            where = await self._people.channel_id(thread.channel if thread else channel)
            return await look_for(self._calls, where, key, since, thread=thread.id if thread else None)
        except (SignInAgain, Refused):
            return NotFound.CANNOT_TELL

    async def person(self, staff: str) -> Staff:
        """Who this is, with roles, at most 5 minutes old. Raises NotYours for anyone who is not full staff."""
        return await self._people.person(staff)

    async def knows(self, staff: str) -> Known:
        """Whether there is such an account, asked anew."""
        return await self._people.knows(staff)

    async def keep_group(self, group: str, people: Sequence[str]) -> None:
        """Have a user group hold these people and nobody else, but for those who have left."""
        await self._groups.keep(group, people)

    async def file(self, file_id: str, largest: int) -> File:
        """A file that staff put into a form. Raises Refused when it is larger, gone, or not in Slack itself."""
        return await self._files.file(file_id, largest)

    async def is_member(self, channel: str, staff: str) -> bool:
        """Whether the person is in the channel, at most 5 minutes old. False on doubt."""
        return await self._people.is_member(channel, staff)

    async def link_to(self, message: MessageRef) -> str:
        """Where a person can open this message; empty when Slack does not say."""
        try:
            answer = await self._calls.read("chat.getPermalink", quick=True, channel=message.channel, message_ts=message.id)
        except OutsideError:
            return ""
        return str(answer.get("permalink") or "")

    async def check(self) -> Sequence[str]:
        """What is wrong with the settings and rights here, each with its cure. Posts nothing."""
        return await self._check.faults(self._checked_channels)

    def routes(self) -> Sequence[Route]:
        """Slack's one address in http mode; none in socket mode."""
        return (Route("POST", PATH, self._answer, LARGEST),) if self._settings.mode == "http" else ()

    def health(self) -> dict[str, object]:
        """Whether it is listening. Calls nobody."""
        listening = self._sockets or self._callbacks
        return {
            "mode": self._settings.mode,
            "signed_in": self._us is not None,
            **self._watch.health(),
            **(listening.health() if listening else {}),
        }

    async def _answer(self, request: Webhook) -> WebAnswer:
        return await self._callbacks.answer(request) if self._callbacks else WebAnswer(503)

    async def _sign_in(self) -> Identity:
        failures = 0
        while True:
            try:
                us = await self._calls.identity()
            except SignInAgain as error:
                raise SettingsError(NOT_ACCEPTED.format(reason=error)) from error
            except OutsideError as error:
                failures += 1
                if failures == 1:
                    log.warning("slack_unreachable", reason=str(error))
                await asyncio.sleep(pause_after(failures))
                continue
            if failures:
                log.info("slack_reachable_again")
            return us

    async def _post(self, channel: str, what: Card | Notice, key: str, thread: str | None) -> MessageRef:
        answer = await self._calls.write(
            "chat.postMessage",
            channel=channel,
            thread_ts=thread,
            text=fallback(what),
            blocks=blocks(what),
            unfurl_links=False,
            unfurl_media=False,
            link_names=False,
            metadata=metadata(key),
            client_msg_id=str(uuid5(NAMESPACE_URL, f"tolbooth:{key}")),
        )
        if not answer.get("ts"):
            raise Unsure("Slack did not say which message it made")
        return MessageRef(str(answer.get("channel") or channel), str(answer["ts"]))

    async def _direct_channel(self, staff: str) -> str:
        if staff not in self._direct:
            try:
                answer = await self._calls.write("conversations.open", users=staff)
            except Unsure as error:
                raise TryLater(str(error)) from error  # opening it twice is opening it once
            opened = answer.get("channel")
            if not isinstance(opened, dict) or not opened.get("id"):
                raise TryLater("Slack did not say where that person can be written to")
            self._direct[staff] = str(opened["id"])
        return self._direct[staff]
