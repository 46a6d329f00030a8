"""The page of a report: every figure in every shape, nothing that runs, nothing a spreadsheet takes for a formula."""

import csv
import io
import re
from datetime import date, timedelta
from html.parser import HTMLParser

import pytest

from bot.reports.report import Period, Report, report_of
from bot.reports.report_page import SHAPES, comma_separated, html, html_table, markdown
from bot.reports.report_tables import Table, dates, sections, share, summary
from tests.bot.reports.test_report import ALWAYS, LONDON, NOW, OFFICE, WEEK, lived

COUNCIL = "Harrowmere & District <Council>"


def report(**more: object) -> Report:
    """A week with one of each, and reasons typed by somebody with a pipe and a formula in mind."""
    odd = '=HYPERLINK("http://x.example") | <b>'
    histories = [
        lived("20 09:30", seen="20 09:40", taken="20 09:50", answered="20 10:00", ended="20 10:00"),
        *[lived("20 09:30", seen="20 09:40", taken="20 09:45", ended="20 09:45", reason=odd)] * 3,
        lived("21 09:30", account="x", priority="P1"),
    ]
    given: dict[str, object] = {"oldest_unseen": ("M-5", timedelta(days=6)), "troubles": ["x"], "hours": OFFICE, **more}
    hours = given.pop("hours")
    return report_of(histories, WEEK, hours, NOW, **given)  # type: ignore[arg-type]


class Seen(HTMLParser):
    """The elements of a page, with their attributes, and which are open."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "!doctype"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def of(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of each of these."""
        return [attributes for name, attributes in self.elements if name == tag]


def test_the_sections_come_in_the_order_of_the_page() -> None:
    assert [section.title for section in sections(report())] == ["Seen", "Answered", "Resolved", "Risks", "Asks"]


def test_the_page_is_whole_and_says_what_its_tables_are() -> None:
    page = html(report(), COUNCIL)
    seen = Seen(page)

    assert page.startswith('<!doctype html>\n<html lang="en-GB">')
    assert seen.open == []
    assert len(seen.of("h1")) == len(seen.of("title")) == len(seen.of("main")) == 1
    assert len(seen.of("caption")) == len(seen.of("table")) >= 5
    assert {th["scope"] for th in seen.of("th")} == {"col", "row"}
    assert all(one["tabindex"] == "0" and one["aria-label"] for one in seen.of("div"))


def test_the_page_runs_and_fetches_nothing() -> None:
    page = html(report(), COUNCIL)

    assert not {tag for tag, _ in Seen(page).elements} & {"script", "link", "img", "iframe", "object", "form", "a"}
    assert not re.search(r"url\(|@import|https?://(?!x\.example)", page)
    assert "default-src 'none'" in page


def test_what_somebody_typed_is_words_and_no_layout() -> None:
    page, text = html(report(), COUNCIL), markdown(report(), COUNCIL)

    assert "Harrowmere &amp; District &lt;Council&gt;" in page
    assert "<b>" not in page
    assert r"| =HYPERLINK(\"" not in text
    assert r"=HYPERLINK(" in text
    assert r"\| \<b\>" in text
    assert text.startswith(r"# Harrowmere & District \<Council\>. What")


def test_every_cell_is_words_and_no_layout() -> None:
    assert "<td>&lt;i&gt;</td>" in html_table(Table("Figures", ("", "n"), (("All", "<i>"),)))


def test_a_spreadsheet_sees_no_formula() -> None:
    rows = list(csv.reader(io.StringIO(comma_separated(report(), "=cmd"))))

    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert {len(row) for row in rows} == {7}


def test_figures_for_a_spreadsheet_are_numbers_in_seconds() -> None:
    rows = {(row[0], row[1], row[2]): row[3:] for row in csv.reader(io.StringIO(comma_separated(report(), "Harrowmere")))}

    assert rows["all", "All", "received"][0] == "5"
    assert rows["all", "All", "could be answered"][0] == "2"
    assert rows["all", "All", "answered wall worst seconds"] == ["525600.0", "2", "1", "yes"]
    assert rows["all", "All", "answered working worst seconds"] == ["104400.0", "2", "1", "yes"]
    assert rows["account", "x", "received"][0] == "1"
    assert rows["priority", "P1", "waiting"][0] == "1"
    assert rows["day", "2026-10-21", "unseen at close of play"][0] == "1"
    assert rows["account", "x", "cannot be read"][0] == "1"


@pytest.mark.parametrize("shape", SHAPES)
def test_where_every_hour_counts_office_hours_are_not_spoken_of(shape: str) -> None:
    assert "office hours" in html(report(), COUNCIL)
    assert "(office hours)" not in SHAPES[shape](report(hours=ALWAYS), COUNCIL)


def test_a_lone_account_has_no_row_of_its_own() -> None:
    alone = report_of([lived("20 09:30")], WEEK, OFFICE, NOW)

    assert "Account" not in markdown(alone, COUNCIL)


def test_times_in_office_hours_are_never_in_days_of_24() -> None:
    assert "at least 29 h |" in markdown(report(), COUNCIL)


def test_an_empty_week_is_said_in_words() -> None:
    nothing = report_of([], WEEK, OFFICE, NOW)

    assert summary(nothing)[1:4] == (
        "Oldest unseen: none. Every open mention has been looked at.",
        "Received 0 · seen 0 · still open 0",
        "Nothing came in.",
    )
    assert "These figures ask for nothing." in markdown(nothing, COUNCIL)


def test_a_quiet_account_that_cannot_be_read_is_a_risk() -> None:
    assert "Cannot be read now, so that silence there means nothing: x" in markdown(report(), COUNCIL)


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(0, 0, "–"), (0, 5, "0 %"), (5, 5, "100 %"), (1, 1000, "1 %"), (999, 1000, "99 %"), (1, 3, "33 %")],
)
def test_a_share_is_never_rounded_to_all_or_to_nothing(part: int, whole: int, said: str) -> None:
    assert share(part, whole) == said


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        (date(2026, 10, 19), date(2026, 10, 25), "19 to 25 October 2026"),
        (date(2026, 9, 28), date(2026, 10, 4), "28 September to 4 October 2026"),
        (date(2026, 12, 28), date(2027, 1, 3), "28 December 2026 to 3 January 2027"),
        (date(2026, 1, 1), date(2027, 1, 31), "1 January 2026 to 31 January 2027"),
        (date(2026, 10, 19), date(2026, 10, 19), "19 October 2026"),
    ],
)
def test_dates_are_said_once(first: date, last: date, said: str) -> None:
    assert dates(Period(first, last, LONDON)) == said
