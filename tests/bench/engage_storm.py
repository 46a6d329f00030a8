"""``python -m tests.bench.engage_storm``: a snow day in a community of Viva Engage, and in one beside Slack.

The whole bot, with the limits of the stand-ins as they are, two minutes without an answer and some answers lost. Time passes
many times as fast while all wait (``tests/faults/easy_time.py``). It ends with 1 when anything is lost, late or too much.
"""

import argparse
import logging
import sys
import tempfile
from pathlib import Path

import structlog

from tests.bench.measure import machine
from tests.faults.easy_time import run_easily
from tests.faults.engage_ledger import ledger_of
from tests.faults.engage_storm import Sizes, Storm, stormed

ALONE, BESIDE = ("engage",), ("slack", "both")


def measured(sizes: Sizes, rate: float) -> Storm:
    """One storm."""
    with tempfile.TemporaryDirectory(prefix="tolbooth-storm-") as folder:
        return run_easily(rate, stormed(Path(folder), sizes))


def main() -> None:
    """Run and print."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--mentions", type=int, default=1_000)
    given.add_argument("--minutes", type=float, default=10.0, help="virtual, in which they come in")
    given.add_argument("--staff", type=int, default=40)
    given.add_argument("--rate", type=float, default=60.0, help="how many times as fast time passes while all wait")
    given.add_argument("--beside-slack", action="store_true", help="also in Slack alone, and in both")
    options = given.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    with tempfile.TemporaryDirectory(prefix="tolbooth-bench-") as folder:
        print(machine(Path(folder)))
    wrong, in_slack = False, []
    for chats in (*ALONE, *(BESIDE if options.beside_slack else ())):
        storm = measured(Sizes(options.mentions, options.minutes, options.staff, chats), options.rate)
        ledger = ledger_of(storm)
        print(f"\n{ledger}")
        wrong = wrong or bool(ledger.wrong)
        in_slack += [storm.all_in["slack"]] if chats in BESIDE else []
        if chats in ALONE:
            limits = storm.town.engage.limits
            print(f"ratio {limits.tightest_window() / limits.most:.2f} of the requests allowed in 30 s")
    if in_slack:
        alone, beside = in_slack
        print(f"\nall shown in Slack after {alone:.1f}, beside a community after {beside:.1f}: ratio {beside / alone:.2f}")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
