"""``tolbooth subject-access``: all that is held about one author, to look through and hand over. Nothing is sent."""

import asyncio
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection, select

from bot.access.pack import Pack, lines, officers_list, packed, page
from bot.access.redacting import INSTEAD, Kind, Known, could_be_names, plain, with_parts
from bot.errors import SettingsError
from bot.house import House
from bot.line.forgetting import BY_HAND, Say, called, opened, operator, which
from bot.line.taking import ended_well, put_on_record, sha256_of
from bot.line.whole import NOT_THERE, whole
from bot.store import schema
from bot.store.mentions import number_of
from bot.store.proof import about_one, by_hand
from bot.store.proof import forget as forgetting
from bot.store.proof.exported import Taken
from bot.store.proof.forget import Found
from bot.wiring import Bot

READ = """{out}: what is held about {who}, {count:,} entries. {taken:,} things were taken out: they stand in {log}.
Nothing was sent. Before you hand it over, read both: what looks like a name may be none, and a name may look like none.
The list is for you alone: it holds what was taken out."""
LIST = ".redactions.csv"


@dataclass(frozen=True, slots=True)
class Asked:
    """One request: whose data, why, who looks it up, and how staff are named."""

    author: str
    network: str
    because: str
    by: str
    staff: str


def subject_access(config: Path | None, asked: Asked, out: Path, say: Say) -> bool:
    """Write the pack; False when it is not certain who is meant. Raises SettingsError, and OSError when there is no room."""

    async def work() -> bool:
        async with opened(config) as bot:
            return await written(bot, asked, out, say)

    return asyncio.run(work())


async def written(bot: Bot, asked: Asked, out: Path, say: Say) -> bool:
    """Only when one author is meant: the two files and the line in the record, or none of them."""
    found = await bot.database.read(forgetting.authors, asked.author, asked.network)
    if len(found) != 1:
        say(which(found))
        return False
    pack, look = await bot.database.read(gathered, found[0], asked, bot.desk.house)
    log = out.with_name(out.name + LIST)
    for there in (out, log):
        if there.is_file():
            raise SettingsError(f"--out {there}: is there already, and nothing is written over. Nothing was changed.")
    try:
        with ended_well(), whole(out) as file, whole(log) as aside:
            aside.write(officers_list(pack, look).encode("utf-8-sig"))
            zipped(file, pack, bot)
            taken = Taken("subject_access", asked.by or operator(), asked.because, len(pack.items), sha256_of(file))
            await put_on_record(bot.database, taken, bot.clock.now())
    except BaseException as error:
        with suppress(OSError):
            log.unlink(missing_ok=True)
        if isinstance(error, NOT_THERE):
            raise SettingsError(f"--out {out}: cannot be written: {error.strerror}. Nothing was left behind.") from error
        raise
    for line in READ.format(
        out=out, who=called(found[0]), count=len(pack.items), taken=len(pack.redactions), log=log.name
    ).splitlines():
        say(line)
    return True


def gathered(conn: Connection, one: Found, asked: Asked, house: House) -> tuple[Pack, list[str]]:
    """What is held without what is other people's, and what a person has to look at."""
    names = {row.id: row.name for row in conn.execute(select(schema.staff))}
    held = about_one.about(conn, one, lambda staff: shown_as(staff, names, asked.staff))
    wanted = could_be_names(text for item in held.items for text in item.words.values())
    known = Known(
        own=frozenset(map(plain, one.called)) | {handle.casefold().removeprefix("@") for _, handle in one.names},
        ours=house.own_names | frozenset(map(plain, (*house.own_names, *house.own_handles))),
        others=with_parts((*about_one.others_among(conn, wanted, plain), *held.near)),
        staff=staff_in_words(names, asked.staff),
    )
    places = by_hand.places(conn, one.called, [number_of(ref) for ref in one.refs])
    look = [BY_HAND.format(", ".join(places))] if places else []
    return packed(held.items, known, held.left_out), [*look, *held.look]


def staff_in_words(names: Mapping[str, str], manner: str) -> Mapping[str, str]:
    """What stands in words for each name of staff, its parts and their ids."""
    each = {}
    for staff, name in names.items():
        for called_so in (*with_parts((name,)), plain(staff)):
            each[called_so] = shown_as(staff, names, manner, INSTEAD[Kind.STAFF])
    return {} if manner == "names" else each


def shown_as(staff: str | None, names: Mapping[str, str], manner: str, role: str = "a member of staff") -> str:
    """A member of staff in the pack: by role, by initials, or by name."""
    name = names.get(staff or "", "")
    if manner == "names":
        return name or role
    initials = "".join(word[0] for word in name.split())
    return initials.upper() if manner == "initials" and initials else role


def zipped(file: BinaryIO, pack: Pack, bot: Bot) -> None:
    """The page, and the same as JSON Lines."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("what-we-hold.html", page(pack, bot.desk.house.organisation, bot.clock.now()))
        archive.writestr("what-we-hold.jsonl", lines(pack))
