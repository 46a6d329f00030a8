"""``tolbooth purge`` and ``tolbooth forget``: erasing what the public said, with a look at what it would be first."""

import asyncio
import getpass
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from bot.command import reference
from bot.errors import SettingsError
from bot.line.checking import close
from bot.line.ledger import database_in_use
from bot.ports import Chat
from bot.store.proof import forget as forgetting
from bot.store.proof import trace
from bot.store.proof.forget import Due, Found
from bot.wiring import Bot, load_settings

Say = Callable[[str], object]
NOT_SET = (
    "retention.personal_text_days: is 0, so words are kept for ever. Set the days after which they are erased, and look "
    "first: tolbooth purge --preview"
)
NOT_CHANGED = "Nothing was changed."
STAYS = (
    "{}: cards and private answers with these words are deleted there by a running bot. A line in a message that lists "
    "several mentions stays, and so does a message whose sending got no answer: look for those, and delete them by hand."
)
"""Of a chat in which nothing that was said can be changed."""
IN_USE = "The file is in use, so its free pages could not be written anew: stop the bot and run `tolbooth purge` again."


def purge(config: Path | None, *, preview: bool, keep: Sequence[str], say: Say) -> int:
    """Erase what is older than it is kept, or say what that is. Returns how many mentions. Raises SettingsError."""

    async def work() -> int:
        async with opened(config) as bot:
            return await purged(bot, keep, preview, say)

    return asyncio.run(work())


def forget(config: Path | None, author: str, *, network: str, preview: bool, keep: Sequence[str], say: Say) -> bool:
    """Erase one author, or say what that is; False when it is not certain who is meant. Raises SettingsError."""

    async def work() -> bool:
        async with opened(config) as bot:
            return await forgotten(bot, (author, network), keep=keep, preview=preview, say=say)

    return asyncio.run(work())


@asynccontextmanager
async def opened(config: Path | None) -> AsyncIterator[Bot]:
    """The settings' own rules and database, with no loop running; a bot may run beside it. Raises SettingsError."""
    database_in_use(config).close()
    bot = Bot(load_settings(config))
    try:
        yield bot
    finally:
        await close(bot)


def operator() -> str:
    """Who the record says did it: whoever is signed in on this machine."""
    try:
        return f"operator:{getpass.getuser()}"[:64]
    except (OSError, KeyError):
        return "operator"


def kept_besides(bot: Bot, keep: Sequence[str]) -> frozenset[str]:
    """What the settings keep, and what was named now. Raises SettingsError."""
    if odd := [ref for ref in keep if reference(ref) is None]:
        raise SettingsError(f"--keep: {odd[0]!r} is not a mention; write M-142")
    return bot.desk.house.keeps | {found for ref in keep if (found := reference(ref))}


async def purged(bot: Bot, keep: Sequence[str], preview: bool, say: Say) -> int:
    """Count first; then erase, a few in each transaction."""
    house, now, db = bot.desk.house, bot.clock.now(), bot.database
    if not house.erase_after:
        raise SettingsError(NOT_SET)
    keeps, before = kept_besides(bot, keep), now - house.erase_after
    found = await db.read(forgetting.due, before, keeps)
    for line in counted(found, before):
        say(line)
    if keeps:
        say(f"Kept all the same: {', '.join(sorted(keeps))}")
    if preview:
        say(NOT_CHANGED)
        return 0
    erased, done = 0, forgetting.AT_A_TIME
    while done == forgetting.AT_A_TIME:
        done = await db.write(forgetting.purge, before, keeps, operator(), house=house, now=now)
        erased += done
    say(f"Erased the words and names of the public in {erased:,} {mentions(erased)}. Who did what, and when, is kept.")
    for line in left_behind(bot.chats, erased):
        say(line)
    await written_anew(bot, say)
    return erased


def counted(found: Sequence[Due], before: datetime) -> list[str]:
    """What would be erased, by account."""
    day = f"{before:%Y-%m-%d}"
    lines = [f"{one.account}: {one.count:,} {mentions(one.count)}, the oldest from {one.oldest:%Y-%m-%d}" for one in found]
    return [f"Answered or closed before {day}:", *lines] if found else [f"Nothing that ended before {day} holds any words."]


def mentions(count: int) -> str:
    """One or several."""
    return "mention" if count == 1 else "mentions"


async def written_anew(bot: Bot, say: Say) -> None:
    """What stood in the file's free pages goes too."""
    if not await asyncio.to_thread(trace.leave_none, bot.database, rewrite=True):
        say(IN_USE)


async def forgotten(bot: Bot, who: tuple[str, str], *, keep: Sequence[str], preview: bool, say: Say) -> bool:
    """Only when one author is meant."""
    author, network = who
    keeps = kept_besides(bot, keep)
    found = await bot.database.read(forgetting.authors, author, network)
    if len(found) != 1:
        say(which(found))
        return False
    for line in shown(found[0], keeps):
        say(line)
    if preview:
        say(NOT_CHANGED)
        return True
    house, now = bot.desk.house, bot.clock.now()
    erased = await bot.database.write(forgetting.forget, found[0], keeps, operator(), house=house, now=now)
    words = [*erased, *(f"what {ref} answers" for ref in found[0].beside if ref not in keeps)]
    say(f"Erased: {', '.join(words) or 'nothing'}. That something was said, and who did what about it, is kept.")
    for line in left_behind(bot.chats, len(words)):
        say(line)
    await written_anew(bot, say)
    return True


def left_behind(chats: Mapping[str, Chat], erased: int) -> list[str]:
    """What no program can take out of a chat, where several cards may stand in one message."""
    return [STAYS.format(name) for name, chat in chats.items() if erased and chat.manner.together > 1]


def which(found: Sequence[Found]) -> str:
    """Whom to choose between; nobody was touched."""
    if not found:
        return "Nobody goes by that id, handle or name, or their words are erased already. Nothing was changed."
    counts = [len(one.ended) + len(one.open) for one in found]
    lines = [
        f"  {one.id or '(no id)'} on {one.network}: {called(one)}, {count:,} {mentions(count)}"
        for one, count in zip(found, counts, strict=True)
    ]
    return "\n".join(["More than one goes by that. Name the id, and --network if two have the same:", *lines, NOT_CHANGED])


def called(one: Found) -> str:
    """An author's newest name and handle."""
    return " ".join(part for part in (one.name, f"({one.handle})" if one.handle else "") if part) or "no name"


def shown(one: Found, keeps: frozenset[str]) -> list[str]:
    """What of theirs there is, and what of it stays."""
    ended = [ref for ref in one.ended if ref not in keeps]
    lines = [f"{called(one)} on {one.network}, id {one.id or 'none'}: {', '.join(ended) or 'nothing that has ended'}"]
    if one.open:
        lines.append(f"Open, so left: {', '.join(one.open)}. Answer or close them, then run this again.")
    if answers := [ref for ref in one.beside if ref not in keeps]:
        lines.append(f"Their words as what somebody else answers, beside: {', '.join(answers)}")
    if kept := [ref for ref in one.ended if ref in keeps]:
        lines.append(f"Kept all the same: {', '.join(kept)}")
    return lines
