"""What a failure of the database means: whether to ask again at once, later, or only after a person has mended it."""

import re

from sqlalchemy.exc import DBAPIError, OperationalError

from bot.errors import Busy

CONFLICT = ("40001", "40002", "40P01")
"""PostgreSQL undid the whole transaction for another's sake. Not 40003: then nobody knows what became of it."""
SHUT = ("08", "57P")
"""Connection failures, and a server that stops or starts."""
REFUSED = re.compile(
    r"authentication failed|no password supplied|no pg_hba\.conf entry"
    r'|role ".*" (?:does not exist|is not permitted)|database ".*" (?:does not exist|is not currently accepting)'
    r"|permission denied for database"
)
"""How a server says that it does not let us in, for a failed connection has no code: a wrong password, name or right."""


def busy(error: Exception) -> Busy:
    """The database's failure as ours, without its statement or values: those may be somebody's words."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    first = str(cause).strip().splitlines()
    reason = f"the database did not take this: {first[0][:200] if first else type(cause).__name__}"
    return Busy(reason, is_away=is_away(error))


def code_of(error: Exception) -> str | None:
    """PostgreSQL's code; empty for a connection that was never made or was lost, None for what has no codes."""
    cause = error.orig if isinstance(error, DBAPIError) else None
    return (getattr(cause, "sqlstate", None) or "") if hasattr(cause, "sqlstate") else None


def is_conflict(error: Exception) -> bool:
    """Whether the same unit may well succeed if it is run again at once."""
    return code_of(error) in CONFLICT


def is_away(error: Exception) -> bool:
    """Whether a database server cannot be reached, or has gone."""
    code = code_of(error)
    if code is None or not isinstance(error, DBAPIError):
        return False
    return error.connection_invalidated or code.startswith(SHUT) or (not code and isinstance(error, OperationalError))


def is_refused(error: Exception) -> bool:
    """Whether the server was reached and does not let us in: waiting will not mend that."""
    return bool(REFUSED.search(str(error.orig))) if isinstance(error, DBAPIError) else False
