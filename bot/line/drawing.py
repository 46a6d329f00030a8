"""Draws a bundle of evidence: one walk over its mentions, a page at a time, so that a large day needs no more memory."""

import csv
import json
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import BinaryIO, TextIO
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from bot.evidence import decisions as log
from bot.evidence import index
from bot.evidence.decisions import Decision
from bot.evidence.matter import Asked, Matter, Names, without_names
from bot.evidence.page import foot
from bot.evidence.readme import readme
from bot.evidence.sheets import Sheets, write_xlsx
from bot.evidence.telling import article, entry
from bot.line.bundling import Bundle
from bot.store.proof import evidence as reading
from bot.store.proof.export import cell, mention_object, rfc3339

A_PAGE = 250
"""Mentions on one page, so that any browser opens it."""
FORMAT = 1
"""Of the bundle: it rises when the verifier of an earlier one could not read it."""
VERIFIER = ("verifying_record.py", "verifying_pages.py", "verifier.py")
WIDTHS = (8, 27, 26, 22, 48, 60, 14)
LOG = "Decision log"


@dataclass(frozen=True, slots=True)
class Drawing:
    """What is drawn, from where, for whom. ``tell`` is told how far it is."""

    conn: Connection
    asked: Asked
    numbers: Sequence[int]
    names: Names
    zone: ZoneInfo
    tell: Callable[[int], object] = lambda _done: None

    @property
    def subjects(self) -> list[str]:
        """As the record calls them."""
        return [f"M-{number}" for number in self.numbers]


@dataclass(frozen=True, slots=True)
class Open:
    """The files that grow with every mention."""

    mentions: TextIO
    events: TextIO
    texts: TextIO
    contents: TextIO


def draw(drawing: Drawing, out: BinaryIO, folder: Path) -> int:
    """Write the whole bundle to ``out``, staging in ``folder``; returns how many mentions. Raises OSError."""
    asked = drawing.asked
    with Bundle(out, asked.at, folder) as bundle:
        bundle.add("README.txt", readme(asked))
        bundle.add("verify.py", verifier())
        draw_mentions(drawing, bundle)
        count = draw_log(drawing, bundle)
        seals = draw_seals(drawing, bundle)
        told = {name: value for name, value in asdict(asked).items() if name not in ("at", "of")}
        about = {"tool": f"tolbooth {version('tolbooth')}", "format": FORMAT, "made_at": rfc3339(asked.at), **told}
        bundle.manifest({**about, "mentions": len(drawing.numbers), "decisions": count, "seals": seals})
    return len(drawing.numbers)


def verifier() -> str:
    """The bundle's verifier as one file, from its parts."""
    parts = [files("bot.evidence").joinpath(name).read_text("utf-8") for name in VERIFIER]
    rest = [re.sub(r"^from (bot\.|__future__ ).*\n", "", part, flags=re.MULTILINE) for part in parts[1:]]
    return "\n\n".join([parts[0], *rest])


def draw_mentions(drawing: Drawing, bundle: Bundle) -> None:
    """The pages, and all that is written mention by mention."""
    is_one = len(drawing.numbers) <= A_PAGE
    with ExitStack() as stack:
        names = ("index.html", "record/texts.jsonl", "record/events.jsonl", "mentions.jsonl")
        contents, texts, events, mentions = (stack.enter_context(bundle.staged(name)) for name in names)
        files_open = Open(mentions, events, texts, contents)
        contents.write(index.cover(drawing.asked, len(drawing.numbers), drawing.zone))
        last = ""
        for number, start in enumerate(range(0, len(drawing.numbers), A_PAGE), 1):
            name = "" if is_one else f"pages/mentions-{number:04}.html"
            here = drawing.numbers[start : start + A_PAGE]
            last = "".join(draw_mention(drawing, bundle, files_open, page=name, number=one) for one in here)
            if name:
                bundle.add(name, index.part(last, drawing.asked, number))
            drawing.tell(min(start + A_PAGE, len(drawing.numbers)))
        contents.write(f"{index.end_of_contents()}{last if is_one else ''}{foot()}")


def draw_mention(drawing: Drawing, bundle: Bundle, files_open: Open, *, page: str, number: int) -> str:
    """One mention into every file it belongs to; returns its part of the page."""
    found = reading.matter(drawing.conn, number)
    told = mention_object(found.story, found.events, drawing.names)
    put_line(files_open.mentions, without_names(told, drawing.names) if drawing.asked.redacted else told)
    for event in found.events:
        put_line(files_open.events, reading.event_line(event))
    put_proofs(files_open.texts, found)
    for one in found.held:
        bundle.add(one.name, one.content)
    files_open.contents.write(entry(found, drawing.zone, page))
    return article(found, drawing.names, drawing.zone, "../" if page else "")


def put_line(out: TextIO, told: object) -> None:
    """One JSON object on a line."""
    out.write(json.dumps(told, ensure_ascii=False) + "\n")


def put_proofs(out: TextIO, found: Matter) -> None:
    """The words behind the digests."""
    for proof in found.proofs:
        told = {"subject": found.story.mention.ref, **asdict(proof)}
        put_line(out, {name: value for name, value in told.items() if value or name not in ("gone", "file")})


def draw_seals(drawing: Drawing, bundle: Bundle) -> int:
    """The seals from the first event on."""
    first = reading.first_event(drawing.conn, drawing.subjects)
    count = 0
    with bundle.staged("record/seals.jsonl") as out:
        for seal in reading.seals_since(drawing.conn, first) if first else ():
            put_line(out, seal)
            count += 1
    return count


def draw_log(drawing: Drawing, bundle: Bundle) -> int:
    """The decision log in its three shapes, from one walk; returns how many lines."""
    rows = log.decisions(reading.in_order(drawing.conn, drawing.subjects), drawing.names, drawing.zone)
    with (
        tempfile.TemporaryFile(dir=bundle.folder) as book,
        bundle.staged("decisions.csv") as table,
        bundle.staged("decisions.html") as page,
    ):
        lines = in_csv(in_html(rows, page, drawing.asked), table)
        count = write_xlsx(Sheets(log.COLUMNS, LOG, WIDTHS), (one.cells for one in lines), book, drawing.asked.at)
        bundle.put("decisions.xlsx", book)
    return count


def in_html(rows: Iterable[Decision], page: TextIO, asked: Asked) -> Iterator[Decision]:
    """The log, each line written to a page as it passes."""
    count = 0
    page.write(log.log_head(f"Decision log: {asked.said}", asked.organisation))
    for one in rows:
        page.write(log.log_row(one))
        count = one.number
        yield one
    page.write(log.log_foot(count))


def in_csv(rows: Iterable[Decision], table: TextIO) -> Iterator[Decision]:
    """The log, each line written to a table as it passes; safe to open in a spreadsheet."""
    writer = csv.writer(table, quoting=csv.QUOTE_ALL)
    writer.writerow(log.COLUMNS)
    for one in rows:
        writer.writerow([cell(text) for text in one.cells])
        yield one
