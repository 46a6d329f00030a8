"""Logs for machines: structlog to standard error, JSON when that is not a terminal, and never a token."""

import logging
import re
import sys
from collections.abc import Iterable, Mapping, MutableMapping
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
        for key, value in event.items():
            if SECRET_KEYS.search(key):
                event[key] = HIDDEN
            elif isinstance(value, str):
                event[key] = self.redacted(value)
        return event

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
        return True


def configure(level: str, *, quiet: Mapping[str, int] | None = None, terminal: bool | None = None) -> None:
    """Set logging up for this process. ``quiet`` names loggers with the lowest level each may have.

    ``terminal`` None: look whether standard error is one.
    """
    number = getattr(logging, level.upper())
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(RedactingFilter())
    logging.basicConfig(level=number, handlers=[handler], format="%(levelname)s %(name)s %(message)s", force=True)
    for name, least in {**ALWAYS_QUIET, **(quiet or {})}.items():
        logging.getLogger(name).setLevel(max(least, number))
    pretty = sys.stderr.isatty() if terminal is None else terminal
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
