"""Logs for machines: structlog to standard error, JSON when that is not a terminal, and never a token."""

import json
import logging
import re
import sys
from collections.abc import Iterable, Mapping, MutableMapping
from datetime import UTC, datetime
from typing import Any

import structlog

SECRET_KEYS = re.compile(r"(token|secret|password|authorization|api_key|signature|cookie)", re.IGNORECASE)
SECRET_SHAPES = re.compile(
    r"xox[a-z]-[\w-]+|xapp-[\w-]+|whsec_[\w+/=-]+|Bearer\s+[\w.~+/=-]+|(?<=://)[^/\s:@]*:[^/\s@]+(?=@)"
)
HIDDEN = "(hidden)"
ALWAYS_QUIET = {"aiohttp.access": logging.WARNING, "alembic": logging.WARNING}


class Redactor:
    """Takes secrets out of every log line: by the key they stand under, by their shape, and by their value."""

    def __init__(self) -> None:
        self.values: set[str] = set()

    def learn(self, secrets: Iterable[str]) -> None:
        """Never let these through, wherever they turn up."""
        self.values.update(secret for secret in secrets if len(secret) >= 6)

    def __call__(self, _logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event.update(self.cleaned(dict(event)))
        return event

    def cleaned(self, value: Any) -> Any:
        """A value without secrets, however deep they stand; what is no plain value becomes its redacted repr."""
        if isinstance(value, Mapping):
            return {key: HIDDEN if SECRET_KEYS.search(str(key)) else self.cleaned(one) for key, one in value.items()}
        if isinstance(value, list | tuple | set | frozenset):
            return [self.cleaned(one) for one in value]
        if value is None or isinstance(value, bool | int | float):
            return value
        return self.redacted(str(value) if isinstance(value, str) else repr(value))

    def redacted(self, text: str) -> str:
        """A text without secrets."""
        text = SECRET_SHAPES.sub(HIDDEN, text)
        for value in self.values:
            text = text.replace(value, HIDDEN)
        return text


REDACTOR = Redactor()


class RedactingFilter(logging.Filter):
    """The same for libraries that use the standard logging module."""

    def filter(self, entry: logging.LogRecord) -> bool:
        """Put the redacted text in the place of the message."""
        entry.msg, entry.args = REDACTOR.redacted(entry.getMessage()), ()
        if entry.exc_info:
            entry.exc_text = REDACTOR.redacted(logging.Formatter().formatException(entry.exc_info))
            entry.exc_info = None
        entry.stack_info = REDACTOR.redacted(entry.stack_info) if entry.stack_info else None
        return True


class JsonLines(logging.Formatter):
    """The same shape as our own lines, for what libraries say."""

    def format(self, entry: logging.LogRecord) -> str:
        """One object."""
        line = {
            "event": entry.getMessage(),
            "level": entry.levelname.lower(),
            "logger": entry.name,
            "timestamp": datetime.fromtimestamp(entry.created, UTC).isoformat().replace("+00:00", "Z"),
        }
        if entry.exc_text:
            line["exception"] = entry.exc_text
        return json.dumps(line, ensure_ascii=False)


def configure(level: str, *, quiet: Mapping[str, int] | None = None, terminal: bool | None = None) -> None:
    """Set logging up for this process. ``quiet`` names loggers with the lowest level each may have.

    ``terminal`` None: look whether standard error is one.
    """
    number = getattr(logging, level.upper())
    pretty = sys.stderr.isatty() if terminal is None else terminal
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(RedactingFilter())
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s") if pretty else JsonLines())
    logging.basicConfig(level=number, handlers=[handler], force=True)
    for name, least in {**ALWAYS_QUIET, **(quiet or {})}.items():
        logging.getLogger(name).setLevel(max(least, number))
    rendering: list[Any] = [structlog.dev.ConsoleRenderer()]
    if not pretty:
        rendering = [structlog.processors.JSONRenderer()]
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            REDACTOR,
            *rendering,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
