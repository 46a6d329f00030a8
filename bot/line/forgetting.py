"""``tolbooth purge`` and ``tolbooth forget``: erasing what the public said, with a look at what it would be first."""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from bot.command import reference
from bot.errors import SettingsError
from bot.line.checking import close
from bot.line.ledger import database_in_use
from bot.line.taking import operator as operator
from bot.ports import Chat
from bot.retention.classes import OTHERS, others
from bot.store.mentions import number_of
from bot.store.proof import aged, by_hand, holds, trace
from bot.store.proof import forget as forgetting
from bot.store.proof.aged import Ages, Due
from bot.store.proof.forget import Found
from bot.wiring import Bot, load_settings
from bot.words.holding import S77

Say = Callable[[str], object]
NOT_SET = (
    "retention.personal_text_days: is 0, so words are kept for ever. Set the days after which they are erased, there or by "
    "class, and look first: tolbooth purge --preview"
)
NO_PERIOD = (
    "Nothing would go: no period is set. To set one, write personal_text_days = 730 under [retention] in the settings, or "
    "[[retention.classes]] with topics and days. Nothing was changed."
)
BY_HAND = "Look at these by hand, the name or a part of it stands there: {}."
SHOWN = 40
"""Of what stays although its time is over, the first."""
NOT_CHANGED = "Nothing was changed."
MORE_THAN_ONE = (
    "More than one goes by that. Name the id, and --network if two have the same; where there is no id the mention, such as "
    "M-142 or 'beside M-142':"
)
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


def kept_besides(bot: Bot, keep: Sequence[str]) -> frozenset[str]:
    """What the settings keep, and what was named now. Raises SettingsError."""
    if odd := [ref for ref in keep if reference(ref) is None]:
        raise SettingsError(f"--keep: {odd[0]!r} is not a mention; write M-142")
    return bot.desk.house.keeps | {found for ref in keep if (found := reference(ref))}


async def purged(bot: Bot, keep: Sequence[str], preview: bool, say: Say) -> int:
    """Count first; then erase, a few in each transaction."""
    house, now, db = bot.desk.house, bot.clock.now(), bot.database
    if not house.erases:
        if preview:
            say(NO_PERIOD)
            return 0
        raise SettingsError(NOT_SET)
    keeps, before = kept_besides(bot, keep), others(house.erase_after).before(now)
    ages = Ages(before, now, house.classes)
    for line in await db.read(looked_over, ages, keeps):
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


def looked_over(conn: Connection, ages: Ages, keeps: Collection[str]) -> list[str]:
    """What would be erased, by class and account, and what stays although its time is over, with the reason."""
    lines = counted(aged.due(conn, ages, keeps), ages)
    if stays := aged.staying(conn, ages, keeps, SHOWN + 1):
        lines.append("Their time is over, and they stay:")
        lines += [f"  {one.ref} ({one.kept_as}): {'; '.join(one.reasons)}" for one in stays[:SHOWN]]
        lines += [f"  … and more: the first {SHOWN} are named"] if len(stays) > SHOWN else []
        lines.append(S77)
    return lines


def counted(found: Sequence[Due], ages: Ages) -> list[str]:
    """What would be erased: of each class since when it is old enough, then by account."""
    told = [*((one.name, one.before(ages.now)) for one in ages.classes), (OTHERS, ages.before)]
    lines = []
    for name, before in told:
        here = [one for one in found if one.kept_as == name]
        what = f"{name}: " if ages.classes else ""
        if before is None:
            lines.append(f"{what}kept for ever")
            continue
        day = f"before {before:%Y-%m-%d}"
        began = f"{what}{'a' if what else 'A'}nswered or closed {day}:"
        empty = f"{what}{'n' if what else 'N'}othing that ended {day} holds any words."
        each = [f"{one.account}: {one.count:,} {mentions(one.count)}, the oldest from {one.oldest:%Y-%m-%d}" for one in here]
        lines += [began, *each] if each else [empty]
    return lines


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
    house, now, one = bot.desk.house, bot.clock.now(), found[0]
    stays, elsewhere = await bot.database.read(beside_them, one, keeps, now)
    for line in [*shown(one, keeps), *stays]:
        say(line)
    if preview:
        for line in elsewhere:
            say(line)
        say(NOT_CHANGED)
        return True
    erased = await bot.database.write(forgetting.forget, one, keeps, operator(), house=house, now=now)
    left = keeps | {line.partition(":")[0] for line in stays}
    words = [*erased, *(f"what {ref} answers" for ref in one.beside if ref not in left)]
    say(f"Erased: {', '.join(words) or 'nothing'}. That something was said, and who did what about it, is kept.")
    for line in [*elsewhere, *left_behind(bot.chats, len(words))]:
        say(line)
    await written_anew(bot, say)
    return True


def beside_them(conn: Connection, one: Found, keeps: Collection[str], now: datetime) -> tuple[list[str], list[str]]:
    """What of theirs is held, with the reason; and where else their name stands, for a person to look at."""
    theirs = dict.fromkeys(ref for ref in (*one.ended, *one.beside) if ref not in keeps)
    why = {ref: holds.reasons(conn, number_of(ref), now) for ref in theirs}
    stays = [f"{ref}: stays, {'; '.join(said)}" for ref, said in why.items() if said]
    places = by_hand.places(conn, one.called, [number_of(ref) for ref in one.refs])
    return [*stays, *([S77] if stays else [])], [BY_HAND.format(", ".join(places))] if places else []


def left_behind(chats: Mapping[str, Chat], erased: int) -> list[str]:
    """What no program can take out of a chat, where several cards may stand in one message."""
    return [STAYS.format(name) for name, chat in chats.items() if erased and chat.manner.together > 1]


def which(found: Sequence[Found], ended: str = NOT_CHANGED) -> str:
    """Whom to choose between; nobody was touched."""
    if not found:
        return f"Nobody goes by that id, handle or name, or their words are erased already. {ended}"
    counts = [len(one.ended) + len(one.open) for one in found]
    lines = [
        f"  {one.id or '(no id)'} on {one.network}: {called(one)}, {count:,} {mentions(count)}{named_by(one)}"
        for one, count in zip(found, counts, strict=True)
    ]
    return "\n".join([MORE_THAN_ONE, *lines, ended])


def named_by(one: Found) -> str:
    """Where there is no id, by what somebody can be named, or where their words stand."""
    if one.id:
        return ""
    return f": {', '.join(one.refs)}" if one.refs else f"; beside {', '.join(one.beside)}"


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
