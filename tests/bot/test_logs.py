"""The log: JSON when nobody sits before it, never a secret, and what libraries say is held back."""

import json
import subprocess
import sys
from functools import cache
from typing import Any

import pytest

from bot.logs import HIDDEN, Redactor

LEARNED = "learned-canary"
SAYS = f"""
import asyncio, logging, structlog
from bot import logs
logs.REDACTOR.learn(["{LEARNED}", "abc"])
logs.configure("info", quiet={{"noisy": logging.WARNING}}, terminal=TERMINAL)
log = structlog.get_logger()
log.info("a_thing_happened", account="website", bot_token="plain-canary", nested={{"password": "plain-canary", "n": [1]}})
log.info("by_shape", url="postgresql://me:plain-canary@db/t", text="xoxb-1-canary xapp-1-canary whsec_Y2FuYXJ5")
log.info("by_word", text="Bearer canary")
log.info("by_value", deep=[("{LEARNED}",)], thing=ValueError("{LEARNED}"), short="abc")
log.debug("not_said", text="debug-canary")
try:
    raise RuntimeError("token {LEARNED} was refused")
except RuntimeError:
    log.exception("it_broke")
    logging.getLogger("library").exception("library says %s", "{LEARNED}")
logging.getLogger("noisy").info("noisy-canary")
logging.getLogger("noisy").warning("a warning")
logging.getLogger("aiohttp.access").info("access-canary")
logging.getLogger("alembic").info("alembic-canary")
"""


@cache
def said(terminal: bool) -> str:
    """Standard error of a process that says all that."""
    done = subprocess.run(
        [sys.executable, "-c", SAYS.replace("TERMINAL", str(terminal))], capture_output=True, text=True, check=True
    )
    assert done.stdout == ""
    return done.stderr


def lines() -> dict[str, dict[str, Any]]:
    """The JSON lines, by what happened."""
    return {line["event"]: line for line in map(json.loads, said(False).splitlines())}


def test_every_line_is_json_when_nobody_sits_there_also_what_libraries_say() -> None:
    assert lines()["a_thing_happened"]["account"] == "website"
    assert lines()["a warning"]["logger"] == "noisy"
    for line in lines().values():
        assert {"event", "level", "timestamp"} <= set(line)
        assert line["timestamp"].endswith("Z")


def test_a_person_at_a_terminal_reads_lines() -> None:
    assert "a_thing_happened" in said(True)
    assert "{" not in said(True).splitlines()[0].split("nested")[0]


@pytest.mark.parametrize("terminal", [True, False])
def test_no_secret_gets_through_by_key_by_shape_by_value_or_in_a_trace(terminal: bool) -> None:
    assert "canary" not in said(terminal)


def test_what_was_hidden_shows_that_it_was() -> None:
    first = lines()["a_thing_happened"]

    assert first["bot_token"] == HIDDEN
    assert first["nested"] == {"password": HIDDEN, "n": [1]}
    assert lines()["by_shape"]["url"] == f"postgresql://{HIDDEN}@db/t"


def test_a_trace_is_kept_without_its_secrets() -> None:
    assert "RuntimeError: token (hidden) was refused" in lines()["it_broke"]["exception"]
    assert "RuntimeError: token (hidden) was refused" in lines()["library says (hidden)"]["exception"]


def test_what_is_too_short_to_be_a_secret_is_not_hidden_everywhere() -> None:
    assert lines()["by_value"]["short"] == "abc"


def test_debug_is_not_said_at_info_and_libraries_are_held_back() -> None:
    assert not {"not_said", "noisy-canary", "access-canary", "alembic-canary"} & set(lines())


def test_figures_stay_figures() -> None:
    event = Redactor()(None, "info", {"event": "e", "count": 3, "ok": True, "after": 1.5, "nothing": None})

    assert event == {"event": "e", "count": 3, "ok": True, "after": 1.5, "nothing": None}
