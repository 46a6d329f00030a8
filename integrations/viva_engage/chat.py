"""Viva Engage as the core sees it: signing in, posting, saying what changed, and who is who."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

import structlog

from bot.card import Card, Digest, Notice
from bot.command import Staff
from bot.engine.supervise import Supervisor
from bot.errors import NotThere, NotYours, Refused, SignInAgain
from bot.ports import Clock, File, Known, Manner, Memory, MessageRef, NotFound, Peers, Route, Run
from bot.settings import CoreSettings
from integrations.http import Http
from integrations.viva_engage.body import nobody
from integrations.viva_engage.check import Looked, chat_faults
from integrations.viva_engage.client import WRITES, Engage
from integrations.viva_engage.communities import Communities, plain
from integrations.viva_engage.copies import Copies
from integrations.viva_engage.digest import digest_text
from integrations.viva_engage.draw import card_text, notice_text
from integrations.viva_engage.entra import keys_of
from integrations.viva_engage.heard import spelled
from integrations.viva_engage.joining import Joining
from integrations.viva_engage.keys import TokenStore
from integrations.viva_engage.links import Links
from integrations.viva_engage.listen import Listener
from integrations.viva_engage.people import People
from integrations.viva_engage.posted import Posted, ref_of
from integrations.viva_engage.said import NAME
from integrations.viva_engage.settings import VivaEngageSettings
from integrations.viva_engage.standing import Standing
from integrations.viva_engage.telling import Telling

STOP_WITHIN = 5.0
TOGETHER = 25
"""How many cards a digest holds: their lines stay readable."""
NO_GROUPS = "Viva Engage has no user groups that can be kept here: a user group works where the other chat has one."
NO_FILES = "Pictures cannot be taken from Viva Engage: give them where another chat is set up, or on the network's own page."
OPEN_TO_ALL = (
    "all can read it, and private messages of the public are not shown there: make it private in Viva Engage, or name "
    "another community for that private_channel"
)
CURE = "add the service user to it, or put another number into viva_engage.communities."
NOT_HERE = "nobody in Viva Engage is known by the staff id {}: put their e-mail address there into [[people]]"

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Given:
    """What a chat is built of."""

    settings: VivaEngageSettings
    core: CoreSettings
    verbs: Mapping[str, str]
    clock: Clock
    peers: Peers
    memory: Memory


def build(
    settings: VivaEngageSettings,
    *,
    channels: Sequence[str],
    http: Http,
    tokens: TokenStore | None,
    others: bool = False,
    private: Collection[str] = (),
    **given: Any,
) -> "VivaEngageChat":
    """The Viva Engage chat, of what ``Given`` names besides. ``channels`` are those the settings name, of which ``private``
    are for few; ``others``: another chat is set up too. Raises SettingsError for a channel that has no community."""
    communities = Communities(settings.communities)
    communities.require(channels)
    named = settings.model_copy(update={"communities": communities.of(channels)})
    taken = Given(named, **{one.name: given[one.name] for one in fields(Given) if one.name != "settings"})
    keys = keys_of(settings, tokens=tokens, clock=taken.clock, name=NAME)
    engage = Engage(settings, http=http, clock=taken.clock, keys=keys, peers=taken.peers)
    people = People(engage, taken.core, taken.clock, others=others, memory=taken.memory)
    chat = VivaEngageChat(taken, engage, people, communities)
    chat.looked = Looked(private=[plain(channel) for channel in private], people=taken.core.people)
    return chat


class VivaEngageChat:
    """One network's communities, in which a service user speaks for us."""

    name = NAME

    def __init__(self, given: Given, engage: Engage, people: People, communities: Communities) -> None:
        self._given, self._engage, self._people, self._communities = given, engage, people, communities
        self._links = Links(given.memory)
        self._posted = Posted(engage, given.clock)
        self._copies = Copies(engage, given.memory, given.clock)
        self._standing = Standing(
            engage,
            given.memory,
            self._posted,
            self._links,
            copies=self._copies,
            clock=given.clock,
            each=given.settings.poll_every,
        )
        self._telling = Telling(engage, given.memory, self._copies, given.clock)
        self._listener: Listener | None = None
        self._listening: Supervisor | None = None
        self._joining = Joining(engage, given.clock, given.peers)
        self._signed_in = False
        self.manner = Manner(given.settings.poll_every, WRITES, TOGETHER, spelled(given.verbs), people.reaches)
        self.looked = Looked()

    # --- signing in

    async def start(self, run: Run | None) -> None:
        """Sign in and begin to listen, with None only to speak; waits for as long as Viva Engage does not let us in.

        Raises SettingsError where nobody ever signed the service user in.
        """
        try:
            me = await self._joining.signed_in()
            self._signed_in = True
            if run is not None:
                await self._listen(run)
        except BaseException:
            await self.stop()
            raise
        log.info("viva_engage_joined", user=me.id, listens=run is not None, communities=len(self._communities.all()))

    async def stop(self) -> None:
        """Take nothing more, finish what is in hand, let go."""
        if self._listener:
            await self._listener.finish(STOP_WITHIN)
        if self._listening:
            await self._listening.stop()
        self._listening = self._listener = None

    async def _listen(self, run: Run) -> None:
        """What breaks while it listens is logged with its trace, shown by ``health``, and begun again."""
        given = self._given
        self._listener = Listener(
            run,
            engage=self._engage,
            people=self._people,
            memory=given.memory,
            clock=given.clock,
            peers=given.peers,
            settings=given.settings,
            core=given.core,
            verbs=given.verbs,
        )
        self._listening = Supervisor({f"listen {NAME}": self._listener.run})
        await self._listening.start()

    # --- saying

    async def post(
        self, channel: str, what: Card | Notice | Digest, key: str, thread: MessageRef | None = None
    ) -> MessageRef:
        """Say something in a channel's community, or under a message: with its mark, by which ``find_posted`` knows it."""
        if thread is not None:
            return await self._under(thread, what, key)
        group = self._communities.group(channel)
        try:
            if plain(channel) in self.looked.private and not await self._engage.is_private(group):
                raise Refused(OPEN_TO_ALL)
            said = await self._engage.say(self._text_of(what, key), group=group)
        except NotThere as error:
            raise Refused(f"{self._communities.called(group)} is not there, or not for the service user: {CURE}") from error
        except Refused as error:
            raise Refused(f"{self._communities.called(group)}: {error}") from error
        await self._links.learn(said)
        posted = MessageRef(str(group), str(said.thread), shared=isinstance(what, Digest))
        cards = [what] if isinstance(what, Card) else [card for card, _ in what.cards] if isinstance(what, Digest) else []
        if cards:
            await self._standing.began(posted, cards)
        else:
            await self._copies.learn(said, self._text_of(what, key))
        return posted

    async def _under(self, thread: MessageRef, what: Card | Notice | Digest, key: str) -> MessageRef:
        """Raises NotThere when the thread is gone."""
        here = what.buttons[0].ref if isinstance(what, Notice) and what.buttons and not thread.shared else ""
        text = self._text_of(what, key, here=here, known=self._people.known_id)
        said = await self._engage.say(text, under=int(thread.id))
        await self._links.learn(said)
        if thread.shared:
            await self._copies.learn(said, text)
        return MessageRef(thread.channel, str(said.id))

    def _text_of(
        self, what: Card | Notice | Digest, key: str, *, here: str = "", known: Callable[[str], int | None] = nobody
    ) -> str:
        """Whatever may be posted, with its mark."""
        each = self._given.settings.poll_every
        match what:
            case Card():
                return card_text(what, key, each)
            case Digest():
                return digest_text(what, key, each)
            case _:
                return notice_text(what, key, here=here, known=known)

    async def redraw(self, message: MessageRef, card: Card) -> MessageRef | None:
        """Say what changed under a card, if anything did; where it is from now on, if somewhere else."""
        return await self._standing.redraw(message, card)

    async def tell(self, staff: str, notice: Notice, key: str) -> MessageRef:  # noqa: ARG002 - private words are not looked for
        """Say something to one person in a private message."""
        try:
            user = await self._people.user_id(staff)
        except NotYours as error:
            raise Refused(NOT_HERE.format(staff)) from error
        return await self._telling.tell(user, staff, notice, self._people.known_id)

    async def find_posted(
        self, channel: str, key: str, since: datetime, thread: MessageRef | None = None
    ) -> MessageRef | NotFound:
        """Whether a post is in the channel's community, in a digest too, or under a message."""
        try:
            group = int(thread.channel) if thread else self._communities.group(channel)
            found = await self._posted.look_for(group, key, since, thread=int(thread.id) if thread else None)
        except (SignInAgain, Refused):
            return NotFound.CANNOT_TELL
        if isinstance(found, NotFound):
            return found
        await self._standing.found(found)
        return ref_of(group, found)

    async def link_to(self, message: MessageRef) -> str:
        """Where a person can open this message; empty until Viva Engage has told of one."""
        return await self._links.to(message.id)

    # --- who and what

    async def person(self, staff: str) -> Staff:
        """Who this is, with roles, at most 5 minutes old. Raises NotYours for anyone who is not full staff."""
        return await self._people.person(staff)

    async def knows(self, staff: str) -> Known:
        """Whether there is such an account, asked anew."""
        return await self._people.knows(staff)

    async def is_member(self, channel: str, staff: str) -> bool:
        """Whether the person is in the channel's community, at most 5 minutes old. False on doubt."""
        try:
            return await self._people.is_member(self._communities.group(channel), staff)
        except Refused:
            return False

    async def keep_group(self, group: str, people: Sequence[str]) -> None:  # noqa: ARG002 - the port's names
        """There are no such groups here."""
        raise Refused(NO_GROUPS)

    async def file(self, file_id: str, largest: int) -> File:  # noqa: ARG002 - the port's names
        """Nothing that hangs on a message is taken."""
        raise Refused(NO_FILES)

    async def check(self) -> Sequence[str]:
        """What is wrong with the settings and rights here, each with its cure. Posts nothing."""
        return await chat_faults(self._engage, self._given.settings, self.looked)

    def routes(self) -> Sequence[Route]:
        """Nobody calls us: Viva Engage is read."""
        return ()

    def health(self) -> dict[str, object]:
        """Whether it is signed in and listening. Calls nobody."""
        broke = self._listening.broken if self._listening else {}
        return {
            "signed_in": self._signed_in,
            **({"why": self._joining.why} if self._joining.why else {}),
            "listening": self._listening is not None,
            **({"broken_before": broke} if broke else {}),
            **(self._listener.health() if self._listener else {}),
        }
