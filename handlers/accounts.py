"""``accounts`` - every account, who holds it and where its credential is kept; ``accounts verified NAME`` after a look."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import itemgetter

from bot import words
from bot.authority import Deed, Subject, permits
from bot.card import Answer, Line, Link, Part, Strong
from bot.command import Command
from bot.desk import Desk
from bot.errors import NeedsMore, NotYours
from bot.house import House
from bot.register import Kept, Standing, in_order, is_in_use, verified_on
from bot.store.intake import accounts as kept_accounts
from bot.store.reading import listening
from bot.store.reading.listening import Hearing
from bot.words import listening as words_listening

HEADINGS: Mapping[Standing, str] = {
    Standing.ONE_HOLDER: "Fewer than two people hold these: name a deputy in the settings",
    Standing.NOT_VERIFIED: "Nobody has signed in to these for 90 days, or said so",
    Standing.WELL: "These are looked after",
}
VERIFIED = "verified"
SOON = 14
"""Days before its end from which a sign-in is set apart."""


def keeps_register(house: House) -> bool:
    """Whether help shows this: an organisation that keeps no register is not told what is missing from it."""
    return is_in_use(house.register)


async def accounts(command: Command, desk: Desk) -> Answer:
    """What needs somebody first. Nothing here is a secret: the register says where a credential is, never what it is."""
    first, rest = command.word()
    if first == VERIFIED:
        return await verified(rest, desk)
    if not desk.house.register:
        return Answer((("No account is set up.",),))
    said = await desk.db.read(kept_accounts.verified, desk.house)
    heard = await desk.db.read(listening.hearing)
    names = await desk.names({who for kept in desk.house.register for who in kept.holders})
    lines: list[Line] = []
    for needs, group in groupby(in_order(desk.house.register, said, today(desk)), key=itemgetter(0)):
        lines.append((Strong(HEADINGS[needs]),))
        lines += [line(kept, names, verified_on(kept, said), heard_as(kept, heard, desk)) for _, kept in group]
    then = f"When you have signed in to one and looked round: {words.typed('accounts', 'verified NAME')}"
    return Answer((*lines, (then,)))


def line(kept: Kept, names: Mapping[str, str], seen: date | None, heard: Line) -> Line:
    """One account: where it is, who holds it, where the credential is kept, when somebody last looked."""
    where: tuple[Part, ...] = (" · ", Link(kept.url, kept.place)) if kept.url else (f" · {kept.place}",)
    holders = [names.get(who, who) for who in kept.holders]
    held = " and ".join(holders) if holders else "nobody is named"
    place = kept.kept_in or "not said where the credential is"
    looked = f"last verified {seen.day} {seen:%b %Y}" if seen else "never verified"
    named = (f" ({kept.label})",) if kept.label != kept.name else ()
    return (Strong(kept.name), *named, *where, f" · {held} · {place} · {looked}", *heard)


def heard_as(kept: Kept, heard: Mapping[str, Hearing], desk: Desk) -> Line:
    """What is not as it should be with an account that is read; nothing while all is well."""
    one = heard.get(kept.name)
    if one is None or kept.is_listed:
        return ()
    zone, now = desk.house.zone, desk.now()
    parts: list[Part] = [" · ", Strong("needs attention: "), one.trouble] if one.trouble else []
    if one.slowed:
        parts += [" · ", Strong("read more slowly: "), one.slowed]
    if one.quiet_since:
        parts += [" · ", Strong("quiet"), " since ", words.when(one.quiet_since, zone)]
    if one.ends_at and (one.ends_at - now).days <= SOON:
        parts += [" · ", Strong(words_listening.sign_in(words.when(one.ends_at, zone), (one.ends_at - now).days))]
    elif one.ends_at:
        parts += [" · ", words_listening.sign_in(words.when(one.ends_at, zone), SOON)]
    return tuple(parts)


def today(desk: Desk) -> date:
    """The day it is for the organisation."""
    return desk.now().astimezone(desk.house.zone).date()


async def verified(command: Command, desk: Desk) -> Answer:
    """Whoever holds it says that they signed in and all is as it should be; a lead may say so too.

    Only an id counts: what somebody is called in the chat they may choose themselves.
    """
    kept = named(command.text, desk.house.register)
    if not permits(command.by, Deed.VERIFY, Subject(kept.name, concerned=frozenset(kept.holders))):
        raise NotYours(f"Whoever holds {kept.name}, or a team lead, can say that it was verified. {whose(kept)}")
    await desk.db.write(kept_accounts.note_verified, kept.name, command.by.id, command.key, now=desk.now())
    return Answer(((f"Thank you. {kept.name} was verified today; it stays on the record that you did.",),))


def named(text: str, register: Sequence[Kept]) -> Kept:
    """The account meant, by its name or its label. Raises NeedsMore, which names those there are."""
    wanted = text.strip().casefold()
    found = next((kept for kept in register if wanted and wanted in (kept.name.casefold(), kept.label.casefold())), None)
    if found is None:
        known = ", ".join(kept.name for kept in register) or "none"
        raise NeedsMore(f"Name the account: {words.typed('accounts', 'verified NAME')}. There are: {known}.")
    return found


def whose(kept: Kept) -> str:
    """Whom to ask."""
    if not kept.holders:
        return "Nobody is named for it yet."
    return (
        f"To see who that is: {words.typed('accounts')}; of somebody the settings name without an id, a team lead says so."
    )
