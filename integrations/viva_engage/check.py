"""What ``tolbooth check`` says of Viva Engage: each fault with its cure. It only reads, as far as there is room for it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog

from bot.errors import NotThere, OutsideError, Refused, TryLater
from bot.settings.duty import PersonSettings
from integrations.viva_engage.client import Engage
from integrations.viva_engage.communities import Communities, plain
from integrations.viva_engage.parse import User
from integrations.viva_engage.settings import VivaEngageAccount, VivaEngageSettings

log = structlog.get_logger()

CHAT = "viva_engage"
WITHIN = 45.0
"""Seconds: ten look-ups in 30 seconds is all there is, and somebody waits."""
JOIN = "add the service user ({}) to it in Viva Engage"
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Looked:
    """What the rest of us knows: the channels in use, which of them are private, and the people of ``[[people]]``."""

    channels: Collection[str] = ()
    private: Collection[str] = ()
    people: Sequence[PersonSettings] = ()


async def chat_faults(engage: Engage, settings: VivaEngageSettings, looked: Looked) -> Sequence[str]:
    """What is wrong with the chat."""
    found: list[str] = []
    known = Communities(settings.communities)
    groups = known.of(looked.channels)
    found += [
        f"{CHAT}.communities: channel {channel} has no community: write its number there, or its cards go nowhere"
        for channel in looked.channels
        if plain(channel) not in groups
    ]
    async with as_far_as_it_goes(CHAT, found):
        me = await service_user(engage, CHAT, found)
        await look_at_communities(engage, me, groups, private=frozenset(map(plain, looked.private)), say=found.append)
        await look_at_people(engage, me, looked.people, say=found.append)
    return found


async def faults_of(engage: Engage, account: VivaEngageAccount) -> Sequence[str]:
    """What is wrong with an account that listens."""
    found: list[str] = []
    where = f"accounts.{account.name}"
    async with as_far_as_it_goes(where, found):
        me = await service_user(engage, where, found)
        for group in account.listens_to:
            await Look(engage, me, f"{where}.listens_to", found.append).at(int(group))
    return found


@asynccontextmanager
async def as_far_as_it_goes(where: str, found: list[str]) -> AsyncIterator[None]:
    """What stops us is a fault too, but for a lack of room: then the rest is left out, which the log says."""
    try:
        async with asyncio.timeout(WITHIN):
            yield
    except TimeoutError:
        log.warning("viva_engage_not_all_checked", where=where, why="it allows ten look-ups in 30 seconds")
    except TryLater as error:
        found.append(f"{where}: {error}; try again in a minute")
    except OutsideError as error:
        found.append(f"{where}: {error}")


async def service_user(engage: Engage, where: str, found: list[str]) -> User:
    """Whom we speak as. Raises OutsideError where the sign-in does not work."""
    me = await engage.me(patient=True)
    if not me.is_active:
        found.append(f"{where}: the service user ({called(me)}) is not active: have its account opened in Viva Engage")
    return me


async def look_at_communities(
    engage: Engage, me: User, groups: Mapping[str, str], *, private: frozenset[str], say: Say
) -> None:
    """Each community once, however many channels stand for it."""
    for group in dict.fromkeys(groups.values()):
        channels = [channel for channel, its in groups.items() if its == group]
        look = Look(engage, me, f"{CHAT}.communities.{channels[0]}", say)
        await look.at(int(group), must_be_private=not private.isdisjoint(channels))


@dataclass(frozen=True, slots=True)
class Look:
    """Looks at a community that a setting names."""

    engage: Engage
    me: User
    setting: str
    say: Say

    async def at(self, group: int, *, must_be_private: bool = False) -> None:
        """Say what is wrong with it."""
        cure = JOIN.format(called(self.me))
        try:
            community = await self.engage.community(group, patient=True)
            ids = await self.engage.members(group, patient=True)
        except NotThere:
            self.say(f"{self.setting}: there is no community {group}, or it is private: mend the number, or {cure}")
            return
        except Refused as error:
            self.say(f"{self.setting}: community {group}: {error} To mend it, {cure}")
            return
        if self.me.id not in ids:
            self.say(f"{self.setting}: the service user is no member of {community.name} ({group}): {cure}")
        if must_be_private and not community.is_private:
            self.say(
                f"{self.setting}: private messages of the public are shown in {community.name} ({group}), which all can "
                "read: make it private in Viva Engage, or name another community for that private_channel"
            )


async def look_at_people(engage: Engage, me: User, people: Sequence[PersonSettings], *, say: Say) -> None:
    """Each person whose e-mail address the settings have: by that they are known in Viva Engage."""
    for person in people:
        if person.email is None:
            continue
        who = await engage.by_email(person.email.get_secret_value(), patient=True)
        if who is None:
            why = "nobody, or more than one, has this e-mail address in Viva Engage"
            say(f"people {person.id}: {why}, so they cannot act there: mend email")
        elif not who.is_active or who.network != me.network:
            say(f"people {person.id}: in Viva Engage they are a guest, or not active, and so cannot act there")


def called(me: User) -> str:
    """The service user, as an administrator finds it."""
    return me.email or me.name or str(me.id)
