"""``python -m tests.bench.help``: how long ``tolbooth --help`` takes as a whole process, beside ``python -c pass``."""

import argparse
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from tests.bench.measure import ROOT

TOLBOOTH = Path(sys.executable).with_name("tolbooth")


def main() -> None:
    """Measure and print."""
    given = argparse.ArgumentParser(description=__doc__)
    given.add_argument("--runs", type=int, default=11, help="runs of each")
    runs = given.parse_args().runs
    ours = [str(TOLBOOTH), "--help"] if TOLBOOTH.exists() else [sys.executable, "-m", "bot", "--help"]
    baseline = [sys.executable, "-c", "pass"]
    took = [(milliseconds(ours), milliseconds(baseline)) for _ in range(runs + 1)][1:]  # the first warms the disk
    help_, empty = median(one for one, _ in took), median(other for _, other in took)
    print(
        f"tolbooth --help, median of {runs}: {help_:.0f} ms; python -c pass: {empty:.0f} ms; "
        f"{help_ - empty:+.0f} ms, ratio {help_ / empty:.2f}"
    )


def milliseconds(command: list[str]) -> float:
    """Wall time of a whole process."""
    start = time.perf_counter()
    subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - start) * 1000


if __name__ == "__main__":
    main()
