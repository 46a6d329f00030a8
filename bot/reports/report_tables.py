"""What a report says, in the order of a page for whoever answers for it: seen, answered, resolved, risks, asks. Pure.

Nobody on the staff is named, and nothing the public wrote is repeated.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot import words
from bot.reports.in_public import InPublic, hidden_line, lines, parity_line, promises_line
from bot.reports.report import Group, Measure, Period, Report
from bot.reports.report_times import Times

Row = tuple[str, ...]
ALL = "All"
UNTIL: Mapping[Measure, str] = {
    Measure.SEEN: "Until somebody looked",
    Measure.TAKEN: "Until somebody took it on",
    Measure.ANSWERED: "Until the first reply",
}
RANKS = ("half within", "nine in ten within", "longest")
HOW = (
    "It counts what came in on these days, as it stands now. Times begin when a mention came in. What nobody has looked at, "
    "taken on or answered counts with the time it has waited so far: “at least” marks a figure it can make longer. n is "
    "how many are counted; what was closed without a reply is not counted in the time to one. Half within, and nine in ten "
    "within: the time of that one of them, in order of length (nearest rank)."
)


@dataclass(frozen=True, slots=True)
class Table:
    """A table with a caption; the first cell of a row says what the row is about."""

    caption: str
    columns: Row
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the page."""

    title: str
    lines: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()


def title(report: Report) -> str:
    """What the page is about."""
    return f"What the public said, and what became of it: {dates(report.period)}"


def dates(period: Period) -> str:
    """``19 to 25 October 2026``, ``28 September to 4 October 2026``."""
    first, last = period.first, period.last
    end = f"{last.day} {last:%B} {last.year}"
    if first == last:
        return end
    year = "" if first.year == last.year else f" {first.year}"
    month = "" if not year and first.month == last.month else f" {first:%B}"
    return f"{first.day}{month}{year} to {end}"


def made(report: Report) -> str:
    """When the report was made, for how things stood then is what it says."""
    local = report.now.astimezone(report.period.zone)
    return f"Made on {local.day} {local:%B} {local.year} at {local:%H:%M}."


def sections(report: Report) -> tuple[Section, ...]:
    """All of it, in order."""
    groups = tuple(labelled(report))
    return (
        Section("Seen", (headline(report), *found_line(report)), (seen(groups), timed(Measure.SEEN, groups, report))),
        Section(
            "Answered",
            (answered_line(report.whole), *told_the_public(report.in_public)),
            (answered(groups), *(timed(measure, groups, report) for measure in (Measure.TAKEN, Measure.ANSWERED))),
        ),
        Section("Resolved", (closed_line(report.whole),), (reasons(report),) if report.reasons else ()),
        Section("Risks", tuple(risks(report)), (evenings(report),) if report.left_unseen else ()),
        Section("Asks", tuple(asks(report)) or ("These figures ask for nothing.",)),
    )


def summary(report: Report) -> tuple[str, ...]:
    """The same on one screen of a chat, a line each."""
    reasons = ", ".join(f"{reason} {count:,}" for reason, count in report.reasons[:5])
    return (
        f"Report for {dates(report.period)}",
        headline(report),
        f"Received {report.whole.received:,} · seen {report.whole.seen:,} · still open {report.whole.open:,}",
        answered_line(report.whole),
        *(f"{UNTIL[measure]}: {in_words(measure, report.whole)}" for measure in Measure if report.whole.wall[measure].n),
        *([f"Closed without a reply: {report.whole.closed:,} ({reasons})"] if reasons else ()),
        *([f"Unseen at close of play: {unseen_line(report)}"] if report.left_unseen else ()),
        *found_line(report),
        *lines(report.in_public),
        *(f"To do: {ask}" for ask in asks(report)),
    )


def told_the_public(done: InPublic) -> tuple[str, ...]:
    """How both languages were served, and what was promised kept; nothing where there was none of either."""
    return tuple(filter(None, (parity_line(done.parity), promises_line(done.promises))))


def headline(report: Report) -> str:
    """The longest anybody waits for somebody to look, whenever it came in."""
    return words.oldest_unseen(*(report.oldest_unseen or (None, None)), hits=report.found.waiting)


def found_line(report: Report) -> tuple[str, ...]:
    """What watches found, which is in no other figure; nothing where they found nothing."""
    found = report.found
    return (f"Found by watches, counted nowhere else: {found.total:,}, of which {found.seen:,} seen",) if found.total else ()


def labelled(report: Report) -> Iterator[tuple[str, Group]]:
    """All, then each account, then each priority; an account or priority alone says nothing new."""
    yield ALL, report.whole
    for what, groups in (("Account", report.accounts), ("Priority", report.priorities)):
        if len(groups) > 1:
            yield from ((f"{what} {group.name}", group) for group in groups)


Labelled = Sequence[tuple[str, Group]]


def seen(groups: Labelled) -> Table:
    """How many somebody looked at."""
    rows = tuple((name, f"{g.received:,}", f"{g.seen:,}", f"{g.received - g.seen:,}") for name, g in groups)
    return Table("Received and seen", ("", "Received", "Seen", "Never looked at"), rows)


def answered(groups: Labelled) -> Table:
    """How many were answered of those that could be."""
    rows = tuple(
        (name, f"{g.could_be_answered:,}", f"{g.answered:,}", share(g.answered, g.could_be_answered), f"{g.waiting:,}")
        for name, g in groups
    )
    return Table("Answered, of what could be", ("", "Could be answered", "Answered", "Share", "Still waiting"), rows)


def timed(measure: Measure, groups: Labelled, report: Report) -> Table:
    """How long a measure took, by the wall and, where that differs, in office hours."""
    clocks = ("", " (office hours)") if report.whole.working else ("",)
    columns = ("", "n", "Not yet", *(f"{rank.capitalize()}{clock}" for clock in clocks for rank in RANKS))
    rows = []
    for name, group in groups:
        wall = group.wall[measure]
        working = in_hours(group.working[measure]) if group.working else ()
        rows.append((name, f"{wall.n:,}", f"{wall.never:,}", *spans(wall), *working))
    return Table(UNTIL[measure], columns, tuple(rows))


def spans(times: Times, length: Callable[[timedelta], str] = words.age) -> Row:
    """The three figures of a time; a dash of none."""
    return tuple(
        "–" if one is None else f"{'at least ' if one.at_least else ''}{length(one.length)}"
        for one in (times.half, times.most, times.longest)
    )


def in_hours(times: Times) -> Row:
    """The three figures of a time in office hours, whose days have not 24 of them."""
    return spans(times, hours_and_minutes)


def hours_and_minutes(span: timedelta) -> str:
    """``43 h 10 m``: never in days."""
    hours, rest = divmod(span, timedelta(hours=1))
    minutes = rest // timedelta(minutes=1)
    if not hours:
        return words.age(span)
    return f"{hours:,} h {minutes} m" if minutes else f"{hours:,} h"


def in_words(measure: Measure, group: Group) -> str:
    """A measure on one line."""
    times = group.wall[measure]
    ranks = ", ".join(f"{rank} {cell}" for rank, cell in zip(RANKS, spans(times), strict=True))
    hours = f"; in office hours {', '.join(in_hours(group.working[measure]))}" if group.working else ""
    return f"{ranks}{hours} (n {times.n:,}, not yet {times.never:,})"


def answered_line(group: Group) -> str:
    """The figure that is asked for most."""
    if not group.received:
        return "Nothing came in."
    if not group.could_be_answered:
        return "None of it needed a reply."
    rate = share(group.answered, group.could_be_answered)
    return f"Answered {group.answered:,} of {group.could_be_answered:,} that could be: {rate}"


def share(part: int, whole: int) -> str:
    """In hundredths, never rounded to all or to nothing."""
    if not whole:
        return "–"
    if part in (0, whole):
        return "0 %" if part == 0 else "100 %"
    return f"{min(max(round(100 * part / whole), 1), 99)} %"


def closed_line(group: Group) -> str:
    """What was decided without a reply."""
    return f"Closed without a reply, each with a reason: {group.closed:,}"


def reasons(report: Report) -> Table:
    """Why no reply was needed."""
    rows = tuple((reason, f"{count:,}") for reason, count in report.reasons)
    return Table("Why no reply was needed", ("Reason", "Mentions"), rows)


def risks(report: Report) -> Iterator[str]:
    """What may go wrong next."""
    yield f"Still open: {report.whole.open:,}, of which {report.whole.waiting:,} have had no answer"
    if report.left_unseen:
        yield f"Unseen at close of play: {unseen_line(report)}"
    if report.troubles:
        yield f"Cannot be read now, so that silence there means nothing: {', '.join(report.troubles)}"
    if hidden := hidden_line(report.in_public):
        yield hidden


def unseen_line(report: Report) -> str:
    """How the evenings were, on one line."""
    left = [count for _, count in report.left_unseen if count]
    if not left:
        return f"none, on any of {len(report.left_unseen)} evenings"
    return f"some on {len(left)} of {len(report.left_unseen)} evenings, at most {max(left):,}"


def evenings(report: Report) -> Table:
    """Each evening."""
    rows = tuple((f"{day:%A} {day.day} {day:%B}", f"{count:,}") for day, count in report.left_unseen)
    return Table("Unseen at close of play", ("Evening", "Mentions"), rows)


def asks(report: Report) -> Iterator[str]:
    """What these figures ask of whoever reads them."""
    if any(count for _, count in report.left_unseen):
        yield "Agree who looks before the office closes, so that nothing is left unseen overnight."
    if report.whole.waiting:
        most = max(report.accounts, key=lambda group: group.waiting)
        where = f" (most on {most.name}: {most.waiting:,})" if len(report.accounts) > 1 else ""
        yield f"Decide on what came in then and still has no answer: {report.whole.waiting:,}{where}."
    if report.troubles:
        yield f"See to {', '.join(report.troubles)}: what the public says there does not reach you."
