"""The decision log: every event numbered, in order of time, to print or to open in a spreadsheet. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.evidence.matter import Event, Names
from bot.evidence.page import foot, head, local, row, words_of
from bot.mention import SYSTEM
from bot.store.proof.export import rfc3339
from bot.words.recorded import deed

COLUMNS = ("No.", "Local time", "UTC", "Who", "What", "Why", "Reference")
NO_WORDS = "(its words were erased)"
PUBLIC: Mapping[str, str] = {"add": "the author", "edit": "the author", "gone": "the author", "received": "the public"}
"""Who did what the bot only wrote down."""
GAP = "The numbers run from 1 without a gap: if one is missing, so is a line. References are the subject and its event."


@dataclass(frozen=True, slots=True)
class Decision:
    """One line of the log."""

    number: int
    local: str
    utc: str
    who: str
    what: str
    why: str
    ref: str

    @property
    def cells(self) -> tuple[str, ...]:
        """As the columns have them."""
        return (f"{self.number}", self.local, self.utc, self.who, self.what, self.why, self.ref)


def decisions(events: Iterable[Event], names: Names, zone: ZoneInfo) -> Iterator[Decision]:
    """The log of these events, which come oldest first."""
    for number, event in enumerate(events, 1):
        yield decision(number, event, names, zone)


def decision(number: int, event: Event, names: Names, zone: ZoneInfo) -> Decision:
    """One event as a line of the log."""
    did = deed(event, names, zone)
    at: datetime = event["at"]
    action = str(event["action"])
    by = PUBLIC.get(action, "Tolbooth") if event["actor"] == SYSTEM else names.get(event["actor"], event["actor"])
    why = did.why or str(event["changes"].get("because") or "")
    if not why and "note" in event["digests"]:
        why = NO_WORDS
    what = did.what if str(event["subject"]).startswith("M-") else besides(event)
    return Decision(number, local(at, zone), rfc3339(at) or "", by, what, why, f"{event['subject']}/{event['seq']}")


def besides(event: Event) -> str:
    """What was done to something that is no mention, with what a reader can use of it."""
    told = event["changes"]
    count = f", {told['count']:,} of them" if isinstance(told.get("count"), int) else ""
    of = f" of {told['of']}" if told.get("of") else ""
    mark = f", SHA-256 {told['sha256']}" if told.get("sha256") else ""
    return f"{str(event['subject']).partition(':')[0]}: {str(event['action']).replace('_', ' ')}{of}{count}{mark}"


def log_head(title: str, organisation: str) -> str:
    """The page up to its first line."""
    lines = head(title, organisation) + f"<p>{GAP}</p>\n"
    columns = "".join(f'<th scope="col">{words_of(name)}</th>' for name in COLUMNS)
    label = "Decision log"
    return (
        f'{lines}<div class="wide" role="region" tabindex="0" aria-label="{label}">\n<table class="log">\n'
        f"<caption>{label}: who did what, when and why</caption>\n<thead><tr>{columns}</tr></thead>\n<tbody>\n"
    )


def log_row(one: Decision) -> str:
    """A line of the page."""
    return row(one.cells)


def log_foot(count: int) -> str:
    """How many lines there are, and the end of the page."""
    said = f"Lines 1 to {count:,}: {count:,} in all." if count else "There is no line: nothing was done."
    return f"</tbody>\n</table>\n</div>\n<p><strong>{said}</strong></p>\n{foot()}"
