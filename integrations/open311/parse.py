"""GeoReport v2's JSON → what the core knows. Nothing is learned of who reported, also where a system tells it."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import quote

import structlog

from bot.mention import Author, Media
from bot.ports import Incoming

log = structlog.get_logger()


class Report(NamedTuple):
    """A report as it would come in; ``mark`` is a digest of its description."""

    said: Incoming
    mark: str
    service: str


def rows(body: bytes, *names: str) -> list[Any]:
    """The list that an answer is, or holds under one of the names. Raises ValueError or RecursionError."""
    found = json.loads(body)
    if isinstance(found, dict):
        found = next((found[name] for name in names if isinstance(found.get(name), list)), None)
    if not isinstance(found, list):
        raise ValueError("no list")
    return found


def reports(given: Sequence[Any], web_url: str, now: datetime) -> Iterator[Report]:
    """The reports of an answer. What has only a token has no number yet; what is no report is left out."""
    for one in given:
        try:
            if one.get("service_request_id") or not one.get("token"):
                yield report(one, web_url, now)
        except (TypeError, ValueError, AttributeError) as error:
            log.warning("open311_report_left_out", reason=type(error).__name__)


def report(given: Mapping[str, Any], web_url: str, now: datetime) -> Report:
    """One report. Raises ValueError for what has no number or no words."""
    number, service = known_by(given.get("service_request_id")), words(given.get("service_name"))
    description = words(given.get("description"))
    text = "\n".join(part for part in (service, description, words(given.get("address"))) if part)
    if not number or not text:
        raise ValueError("no report")
    at, picture = moment(given.get("requested_datetime"), now), words(given.get("media_url"))
    media = (Media("photo", picture),) if picture.startswith(("https://", "http://")) and " " not in picture else ()
    mark = hashlib.sha256(description.encode(errors="replace")).hexdigest()[:8]
    author, page = Author(f"report-{number}", "Somebody"), web_url.replace("{id}", quote(number, safe=""))
    said = Incoming(number, text, author, at, number, page, kind="report", media=media)
    return Report(said, mark, known_by(given.get("service_code")))


def known_by(value: object) -> str:
    """An id or code, which some systems write as a number; empty for what is none."""
    found = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    return found if found.isprintable() and len(found) <= 100 else ""


def words(value: object) -> str:
    """Plain text."""
    return value.strip() if isinstance(value, str) else ""


def moment(value: object, now: datetime) -> datetime:
    """A time in UTC, none later than now; now for what is no time."""
    try:
        at = datetime.fromisoformat(words(value))
        return min((at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC), now)
    except (ValueError, OverflowError):
        return now
