"""Pages anybody can read and print: no script, nothing fetched, whatever anybody wrote shown as words. Pure."""

from collections.abc import Iterable
from datetime import UTC, datetime
from html import escape
from zoneinfo import ZoneInfo

from bot.store.proof.export import rfc3339

STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; color: #111; background: #fff; }
body { margin: 0 auto; max-width: 70rem; padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; }
h2 { font-size: 1.3rem; margin-top: 2.5rem; border-bottom: 2px solid #111; }
h3 { font-size: 1.05rem; margin: 1.4rem 0 .3rem; }
a { color: #0b3d91; } a:focus, .wide:focus { outline: 3px solid #1d4ed8; }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .15rem 1rem; margin: .6rem 0; }
dt { color: #444; } dd { margin: 0; overflow-wrap: anywhere; }
blockquote { margin: .3rem 0 .8rem; padding: .4rem .8rem; border-left: 4px solid #767676; background: #f6f6f6; }
blockquote, td, dd, bdi { unicode-bidi: isolate; }
blockquote { white-space: pre-wrap; overflow-wrap: anywhere; }
.ours blockquote { border-color: #0b3d91; background: #f1f5fc; }
@media (max-width: 35rem) { dl { grid-template-columns: minmax(0, 1fr); } dd { margin-bottom: .4rem; } }
.gone { font-style: italic; } .wide { overflow-x: auto; margin: .6rem 0 1rem; }
table { border-collapse: collapse; width: 100%; } caption { text-align: left; font-weight: bold; padding: .3rem 0; }
th, td { border: 1px solid #767676; padding: .25rem .5rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th[scope=row] { font-weight: normal; white-space: nowrap; } thead th { background: #f0f0f0; white-space: nowrap; }
td { min-width: 4.5rem; } .log td:nth-child(1) { min-width: 1.5rem; } .log td:nth-child(5) { min-width: 11rem; }
.log td:nth-child(2), .log td:nth-child(3) { min-width: 8rem; }
@page { margin: 15mm; @bottom-right { content: counter(page) " / " counter(pages); font-size: 8pt; } }
@media print {
  body { max-width: none; padding: 0; font-size: 9pt; } .wide { overflow: visible; } nav { display: none; }
  thead { display: table-header-group; } tr, blockquote, dl { break-inside: avoid; } h2, h3, caption { break-after: avoid; }
  .log td { font-size: 8pt; }
}
"""
ONLY_ITSELF = "default-src 'none'; style-src 'unsafe-inline'"
"""The page fetches nothing and runs nothing."""


def head(title: str, organisation: str) -> str:
    """A page up to and with its heading."""
    name = escape(f"{organisation}. {title}" if organisation else title)
    return (
        '<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{ONLY_ITSELF}">\n'
        '<meta name="referrer" content="no-referrer">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{name}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{name}</h1>\n"
    )


def foot() -> str:
    """The end of a page."""
    return "</main>\n</body>\n</html>\n"


def words_of(text: str) -> str:
    """Anybody's words, as words: what they hold moves nothing beside them, whichever way they are written."""
    return escape(text.replace("\x00", "\ufffd"))


def quoted(text: str, language: str = "", empty: str = "(no words)") -> str:
    """What somebody said, in its own direction and language."""
    if not text:
        return f'<p class="gone">{escape(empty)}</p>\n'
    lang = f' lang="{escape(language)}"' if language else ""
    return f'<blockquote dir="auto"{lang}>{words_of(text)}</blockquote>\n'


def named(text: str) -> str:
    """A name, apart from what stands around it."""
    return f"<bdi>{words_of(text)}</bdi>"


def listed(pairs: Iterable[tuple[str, str]]) -> str:
    """Names and what they are, without those that are nothing; the second of each is HTML already."""
    lines = "".join(f"<dt>{escape(name)}</dt><dd>{value}</dd>\n" for name, value in pairs if value)
    return f"<dl>\n{lines}</dl>\n" if lines else ""


def row(cells: Iterable[str]) -> str:
    """A line of a table, its first cell the name of the line."""
    first, *rest = (words_of(text) for text in cells)
    return f'<tr><th scope="row">{first}</th>{"".join(f"<td dir=auto>{text}</td>" for text in rest)}</tr>\n'


def table(caption: str, columns: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table that says what its rows and columns are, and can be moved sideways by keyboard when the window is narrow."""
    names = "".join(f'<th scope="col">{escape(name)}</th>' for name in columns)
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{escape(caption)}">\n<table>\n'
        f"<caption>{escape(caption)}</caption>\n<thead><tr>{names}</tr></thead>\n<tbody>\n"
        f"{''.join(row(cells) for cells in rows)}</tbody>\n</table>\n</div>\n"
    )


def local(at: datetime, zone: ZoneInfo) -> str:
    """A time where the organisation is, to the second, with the name of its offset."""
    return f"{at.astimezone(zone):%a %-d %b %Y %H:%M:%S %Z}"


def both(at: datetime | None, zone: ZoneInfo) -> str:
    """A time as it was there and in UTC, as HTML; empty for none."""
    if at is None:
        return ""
    there = local(at, zone)
    utc = f" ({at.astimezone(UTC):%H:%M:%S} UTC)" if at.astimezone(zone).utcoffset() else ""
    return f'<time datetime="{rfc3339(at)}">{escape(there)}{utc}</time>'
