"""``handover [@person] [#channel] [account]`` - what the next person must know; ``share`` posts it, ``last`` finds one."""

import re
from dataclasses import dataclass, replace

from bot import words
from bot.card import Answer, Button
from bot.command import Command
from bot.desk import Desk
from bot.errors import NeedsMore
from bot.store.reading import overview
from bot.store.reading.queue import Narrow
from handlers.handover_kept import KEPT, kept
from handlers.handover_page import Sheet, first_page, has_more, later_page

PERSON = re.compile(r"<?@([\w-]+)(?:\|[^>]*)?>?")
CHANNEL = re.compile(r"<?#([\w-]+)(?:\|([\w-]+))?>?")
PAGED = re.compile(r"\bpage (\d{1,4})$")
SHARE = "share"
WAYS = (
    ("@person", "only what they have"),
    ("#channel", "only what is shown there"),
    ("account", "only what came by that account; all three together if you like"),
    (SHARE, "post it in this channel, of what is shown here only"),
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for: of which mentions, which page (0: the screen), and what to say when there are none."""

    narrow: Narrow
    page: int
    typed: str
    nothing: str


async def handover(command: Command, desk: Desk) -> Answer:
    """All of it, or one person's, a channel's, an account's; posted where it was asked for; or one that was kept."""
    first, rest = command.word()
    if KEPT.match(first):
        return await kept(command, desk)
    if first == SHARE:
        return await share(rest, desk)
    wanted = await read(command.text, desk)
    here = await desk.db.read(overview.channel_named, desk.house, command.at)
    seen = await desk.db.read(overview.read, desk.now(), desk.house, wanted.narrow, page=wanted.page)
    sheet = Sheet(seen, desk.house, wanted.nothing, bool(wanted.narrow))
    page = wanted.page
    body = later_page(sheet, page, await desk.readable(command, seen.page)) if page else first_page(sheet)
    buttons = [Button("Next", "handover", argument=f"{wanted.typed} page {page + 1}".strip())]
    shares = [Button("Share", "handover", argument=f"{SHARE} {wanted.typed}".strip())] if here and not page else []
    return Answer(body, (*(buttons if has_more(sheet, page) else []), *shares))


async def read(text: str, desk: Desk) -> Wanted:
    """What the words ask for. Raises NeedsMore for one that names nothing."""
    text = text.strip()
    paged = PAGED.search(text)
    typed = PAGED.sub("", text).strip()
    person, channel = PERSON.search(typed), CHANNEL.search(typed)
    account = CHANNEL.sub("", PERSON.sub("", typed)).strip()
    narrow = Narrow(
        owner=person.group(1) if person else "",
        channel=configured(desk, [part for part in channel.groups() if part]) if channel else "",
        account=account_named(desk, account) if account else "",
    )
    if channel and not narrow.channel:
        raise NeedsMore(f"No account shows its mentions in #{channel.group(2) or channel.group(1)}.")
    return Wanted(narrow, int(paged.group(1)) if paged else 0, typed, await nothing(narrow, desk))


def configured(desk: Desk, names: list[str]) -> str:
    """The channel meant, by its id or its name as the settings have it; empty when they have no such channel."""
    known = {a.channel for a in desk.house.accounts.values()} | {a.private_channel for a in desk.house.accounts.values()}
    return next((name for name in sorted(known) if name.lstrip("#") in names), "")


def account_named(desk: Desk, name: str) -> str:
    """The account meant, by its name or its label. Raises NeedsMore, which says which there are."""
    for account in desk.house.accounts.values():
        if name.lower() in (account.name.lower(), account.label.lower()):
            return account.name
    known = ", ".join(sorted(desk.house.accounts))
    raise NeedsMore(f"“{name[:40]}” is no @person, #channel or account. The accounts are: {known}.")


async def nothing(narrow: Narrow, desk: Desk) -> str:
    """What is said when nothing fits."""
    if narrow == Narrow():
        return words.NOTHING_OPEN
    if narrow == Narrow(channel=narrow.channel):
        return f"Nothing is open in #{narrow.channel.lstrip('#')}."
    if narrow == Narrow(account=narrow.account):
        return f"Nothing is open from {narrow.account}."
    name = (await desk.names({narrow.owner}))[narrow.owner] if narrow.owner else "Nobody"
    return f"{name} has nothing open{' of that' if narrow != Narrow(owner=narrow.owner) else ''}."


async def share(command: Command, desk: Desk) -> Answer:
    """A version for everybody in the channel where it is asked for: of what is shown there only, by number."""
    here = await desk.db.read(overview.channel_named, desk.house, command.at)
    if not here:
        raise NeedsMore("A handover is shared in a channel where cards appear. Ask for it there.")
    wanted = await read(command.text, desk)
    narrow = replace(wanted.narrow, channel=here)
    seen = await desk.db.read(overview.read, desk.now(), desk.house, narrow)
    sheet = Sheet(seen, desk.house, await nothing(narrow, desk), narrowed=True)
    text = Answer(((f"Handover, shared by {command.by.name}",), *first_page(sheet))).plain
    spelled = words.spelled(text, desk.spelling(command.at))
    await desk.db.write(overview.post, command.at, spelled, key=command.key, now=desk.now())
    await desk.peers.wake("deliver")
    return Answer((("Shared here, for everybody in this channel.",),))
