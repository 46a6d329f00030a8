"""A report as a page to print (HTML), as plain text with tables (Markdown), and as figures for a spreadsheet (CSV). Pure."""

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from html import escape

from bot.reports.report import Group, Report
from bot.reports.report_tables import HOW, Section, Table, made, sections, title
from bot.reports.report_times import Times
from bot.store.proof.export import cell

STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; color: #111; background: #fff; }
body { margin: 0 auto; max-width: 62rem; padding: 1rem; }
h1 { font-size: 1.6rem; line-height: 1.25; } h2 { font-size: 1.25rem; margin-top: 2rem; border-bottom: 2px solid #111; }
.wide { overflow-x: auto; margin: 1rem 0; } .wide:focus { outline: 3px solid #1d4ed8; }
table { border-collapse: collapse; } caption { text-align: left; font-weight: bold; padding: .3rem 0; }
th, td { border: 1px solid #767676; padding: .3rem .6rem; text-align: right; vertical-align: top; }
th[scope=row], thead th:first-child { text-align: left; font-weight: normal; } thead th { background: #f0f0f0; }
@media print {
  body { max-width: none; padding: 0; font-size: 9pt; } .wide { overflow: visible; break-inside: avoid; }
  h2 { break-after: avoid; }
}
"""
ONLY_ITSELF = "default-src 'none'; style-src 'unsafe-inline'"
"""The page fetches nothing and runs nothing."""
COLUMNS = ("about", "name", "figure", "value", "n", "not_yet", "at_least")


def markdown(report: Report, organisation: str) -> str:
    """Headings, lines and tables as plain text."""
    parts = [f"# {escaped(heading(report, organisation))}", made(report)]
    for section in sections(report):
        parts.append(f"## {section.title}")
        parts += ["\n".join(f"- {escaped(line)}" for line in section.lines)] if section.lines else []
        parts += [markdown_table(table) for table in section.tables]
    return "\n\n".join([*parts, f"*{HOW}*"]) + "\n"


def heading(report: Report, organisation: str) -> str:
    """Whose report it is, and about when."""
    return f"{organisation}. {title(report)}" if organisation else title(report)


def markdown_table(table: Table) -> str:
    """A table under its caption."""
    marks = ("---", *("---:" for _ in table.columns[1:]))
    lines = [table.columns, marks, *(tuple(escaped(text) for text in row) for row in table.rows)]
    return f"**{table.caption}**\n\n" + "\n".join(f"| {' | '.join(line)} |" for line in lines)


def escaped(text: str) -> str:
    """Words without what Markdown or HTML would take for layout: a reason is whatever somebody typed."""
    return "".join(f"\\{letter}" if letter in "\\`*_[]|<>#" else letter for letter in text)


def html(report: Report, organisation: str) -> str:
    """One file that needs nothing else: no script, nothing fetched."""
    name = escape(heading(report, organisation))
    return (
        '<!doctype html>\n<html lang="en-GB">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{ONLY_ITSELF}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{name}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{name}</h1>\n<p>{made(report)}</p>\n"
        f"{''.join(html_section(section) for section in sections(report))}"
        f"<h2>How it is counted</h2>\n<p>{HOW}</p>\n</main>\n</body>\n</html>\n"
    )


def html_section(section: Section) -> str:
    """A heading, its lines and its tables."""
    lines = "".join(f"<p>{escape(line)}</p>\n" for line in section.lines)
    return f"<h2>{section.title}</h2>\n{lines}{''.join(html_table(table) for table in section.tables)}"


def html_table(table: Table) -> str:
    """A table that says what its rows and columns are, and can be moved sideways by keyboard when the window is narrow."""
    columns = "".join(f'<th scope="col">{escape(name)}</th>' if name else "<td></td>" for name in table.columns)
    rows = "".join(f"<tr>{html_row(row)}</tr>\n" for row in table.rows)
    return (
        f'<div class="wide" role="region" tabindex="0" aria-label="{escape(table.caption)}">\n'
        f"<table>\n<caption>{escape(table.caption)}</caption>\n<thead><tr>{columns}</tr></thead>\n"
        f"<tbody>\n{rows}</tbody>\n</table>\n</div>\n"
    )


def html_row(row: tuple[str, ...]) -> str:
    """What it is about, then its figures."""
    return f'<th scope="row">{escape(row[0])}</th>' + "".join(f"<td>{escape(text)}</td>" for text in row[1:])


def comma_separated(report: Report, organisation: str) -> str:
    """A row a figure, times in seconds; safe to open in a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)
    writer.writerow(COLUMNS)
    for row in figures(report, organisation):
        writer.writerow([cell(value) for value in (*row, *("",) * (len(COLUMNS) - len(row)))])
    return out.getvalue()


def figures(report: Report, organisation: str) -> Iterator[tuple[object, ...]]:
    """Every figure of a report, as the columns have them."""
    yield "report", organisation, "first day", report.period.first.isoformat()
    yield "report", organisation, "last day", report.period.last.isoformat()
    yield "report", organisation, "made", report.now.isoformat(timespec="seconds")
    if report.oldest_unseen:
        yield "now", report.oldest_unseen[0], "oldest unseen seconds", report.oldest_unseen[1].total_seconds()
    if report.found.total:
        yield "all", "All", "found by watches", report.found.total
        yield "all", "All", "found by watches and seen", report.found.seen
    for about, groups in (("all", [report.whole]), ("account", report.accounts), ("priority", report.priorities)):
        for group in groups:
            yield from ((about, group.name, *figure) for figure in group_figures(group))
    yield from (("reason", reason, "closed", count) for reason, count in report.reasons)
    for name in ("kept", "late", "broken", "open"):
        if report.in_public.promises.total:
            yield "promises", "All", name, getattr(report.in_public.promises, name)
    yield from (("day", day.isoformat(), "unseen at close of play", count) for day, count in report.left_unseen)
    yield from (("account", name, "cannot be read", 1) for name in report.troubles)


def group_figures(group: Group) -> Iterator[tuple[object, ...]]:
    """A group's counts and times."""
    for name in ("received", "seen", "could_be_answered", "answered", "closed", "waiting", "open"):
        yield name.replace("_", " "), getattr(group, name)
    for clock, measures in (("wall", group.wall), ("working", group.working)):
        for measure, times in measures.items():
            yield from time_figures(f"{measure} {clock}", times)


def time_figures(name: str, times: Times) -> Iterator[tuple[object, ...]]:
    """A time's percentiles."""
    for rank, span in (("p50", times.half), ("p90", times.most), ("worst", times.longest)):
        if span:
            at_least = "yes" if span.at_least else "no"
            yield f"{name} {rank} seconds", span.length.total_seconds(), times.n, times.never, at_least


SHAPES: Mapping[str, Callable[[Report, str], str]] = {"md": markdown, "html": html, "csv": comma_separated}
