"""Each benchmark runs and says what it found. Times are never tested: they depend on the machine."""

import re
import subprocess
import sys

import pytest

from tests.bench.measure import ROOT, p99

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("command", "proof"),
    [
        (["tests.bench.claim", "--requests", "4", "--in-flight", "2"], "claims in the record: 54 of 54"),
        pytest.param(
            ["tests.bench.ingest", "--requests", "4", "--in-flight", "2"],
            "mentions on the disk: 68 of 68",
            marks=pytest.mark.long,
        ),
        pytest.param(
            ["tests.bench.history", "--stored", "54", "110", "--requests", "2", "--only-sqlite"],
            "SQLite: mentions on the disk: 59 and 115",
            marks=pytest.mark.long,
        ),
        pytest.param(
            ["tests.bench.history", "--closed", "100", "300", "--requests", "2", "--only-sqlite"],
            "SQLite: mentions on the disk: 164 and 364",
            marks=pytest.mark.long,
        ),
        (["tests.bench.help", "--runs", "1"], "tolbooth --help, median of 1"),
        (["tests.bench.rota", "--runs", "1"], "turns: 6 of 6"),
        (["tests.bench.past_answers"], "held back: 48 questions that were answered before"),
        (
            ["tests.bench.accounts", "--accounts", "14", "--minutes", "1"],
            "no account was starved, no network asked too much",
        ),
        (
            ["tests.bench.engage_storm", "--mentions", "30", "--minutes", "1", "--staff", "4"],
            "0 refused; 120 s without any answer",
        ),
        (
            ["tests.bench.escalation", "--due", "30", "--open", "40", "--sweeps", "3"],
            "pinged, on the record: 30 and 30 of 30; redraws: 30",
        ),
        (
            ["tests.bench.search", "--mentions", "2000", "--questions", "3", "--taken-in", "30"],
            "2,000 mentions stored and indexed",
        ),
    ],
    ids=[
        "claim",
        "ingest",
        "history",
        "closed",
        "help",
        "rota",
        "past_answers",
        "accounts",
        "engage_storm",
        "escalation",
        "search",
    ],
)
def test_a_benchmark_prints_its_ratio_and_what_was_done(command: list[str], proof: str) -> None:
    done = subprocess.run([sys.executable, "-m", *command], cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert re.search(r"ratio \d+\.\d\d", done.stdout)
    assert proof in done.stdout


def test_p99_is_the_value_that_99_of_100_do_not_pass() -> None:
    assert p99([float(number) for number in range(1, 201)]) == 198.0
