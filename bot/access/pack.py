"""The subject-access pack: what is held, as a page to read and as JSON Lines; and the list of what was taken out."""

import csv
import io
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import escape

from bot.access.redacting import Known, Redaction, composed, redacted
from bot.store.proof.export import cell, rfc3339

THEIRS, STAFFS = "the person who asks", "staff"
ONLY_ITSELF = "default-src 'none'; style-src 'unsafe-inline'"
"""The page fetches nothing and runs nothing."""
STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; color: #111; background: #fff; }
body { margin: 0 auto; max-width: 46rem; padding: 1rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.25rem; margin-top: 2rem; border-bottom: 2px solid #111; }
dt { font-weight: bold; margin-top: .5rem; } dd { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; }
article { border-left: 3px solid #767676; margin: 1rem 0; padding-left: 1rem; }
@media print { body { max-width: none; font-size: 10pt; } article { break-inside: avoid; } }
"""
EXPLAINED = (
    "This is what is held in the record of messages from the public. Names of other people and ways to reach them were "
    "taken out: in their place stand words in square brackets. Times are UTC."
)
COLUMNS = ("where", "whose words", "what was taken out", "the words", "look at this")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that is held. ``words`` are looked through for what is other people's; ``facts`` are values of ours."""

    ref: str
    what: str
    at: datetime | None
    by: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str] = field(default_factory=dict)
    whose: str = STAFFS


@dataclass(frozen=True, slots=True)
class Pack:
    """What goes to the person, and what stays with whoever looks through it first."""

    items: tuple[Item, ...]
    redactions: tuple[Redaction, ...]


def packed(items: Sequence[Item], known: Known, besides: Sequence[Redaction] = ()) -> Pack:
    """The items without what is other people's. ``besides``: what was left out whole."""
    kept, gone = [], list(besides)
    for item in items:
        words = {}
        for label, text in item.words.items():
            text = composed(text)
            words[label], taken = redacted(text, known)
            where = f"{item.ref}: {item.what}, {label}"
            gone += [Redaction(where, item.whose, one.kind, text[one.start : one.end]) for one in taken]
        kept.append(Item(item.ref, item.what, item.at, item.by, words, item.facts, item.whose))
    return Pack(tuple(kept), tuple(gone))


def counts(pack: Pack) -> list[str]:
    """How much of each kind was taken out, for the person: never what."""
    return [f"{kind}: {count:,}" for kind, count in sorted(Counter(one.kind for one in pack.redactions).items())]


def page(pack: Pack, organisation: str, made_at: datetime) -> str:
    """One page that needs nothing else: no script, nothing fetched."""
    title = escape(f"What {organisation or 'we'} hold{'s' if organisation else ''} about you")
    taken = "".join(f"<li>{escape(line)}</li>" for line in counts(pack)) or "<li>nothing</li>"
    refs = list(dict.fromkeys(item.ref for item in pack.items))
    parts = [section(ref, [item for item in pack.items if item.ref == ref]) for ref in refs]
    return (
        '<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{ONLY_ITSELF}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n"
        f"<p>{EXPLAINED} Made on {made_at:%Y-%m-%d}.</p>\n<h2>What was taken out</h2>\n<ul>{taken}</ul>\n"
        f"{''.join(parts)}</main>\n</body>\n</html>\n"
    )


def section(ref: str, items: Sequence[Item]) -> str:
    """All about one mention."""
    return f"<h2>{escape(ref)}</h2>\n" + "".join(map(article, items))


def article(item: Item) -> str:
    """One thing that is held."""
    when = f"{item.at:%Y-%m-%d %H:%M}" if item.at else ""
    head = ", ".join(escape(part) for part in (item.what, when, item.by) if part)
    rows = {**item.words, **item.facts}
    listed = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in rows.items() if value)
    return f"<article><h3>{head}</h3><dl>{listed}</dl></article>\n"


def lines(pack: Pack) -> str:
    """The same as JSON Lines, one object a thing held."""
    return "".join(json.dumps(as_object(item), ensure_ascii=False) + "\n" for item in pack.items)


def as_object(item: Item) -> Mapping[str, object]:
    """One thing held, for other programs."""
    return {
        "mention": item.ref,
        "what": item.what,
        "at": rfc3339(item.at),
        "by": item.by or None,
        "words": dict(item.words),
        "facts": dict(item.facts),
    }


def officers_list(pack: Pack, look: Sequence[str]) -> str:
    """What was taken out, and what has to be looked at by hand: a table for a spreadsheet, for the officer alone."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for one in pack.redactions:
        writer.writerow([cell(value) for value in (one.where, one.whose, str(one.kind), one.words, "")])
    for line in look:
        writer.writerow(["", "", "", "", cell(line)])
    return out.getvalue()
