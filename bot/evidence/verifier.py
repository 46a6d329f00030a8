"""The last part of a bundle's verifier; the parts are one file there: verify.py."""

from __future__ import annotations

import csv
import os
import sys

from bot.evidence.verifying_pages import check_log, check_mentions, check_pages, is_proved, shown_of
from bot.evidence.verifying_record import Wrong, check_events, check_files, check_seals, check_texts, read_json


def check(folder: str) -> str:
    """Check everything and return the line that says so. Raises Wrong."""
    manifest = read_json(os.path.join(folder, "manifest.json"))
    files = check_files(folder, manifest["files"])
    events = check_events(folder)
    seals, loose = check_seals(folder, events)
    held, gone = check_texts(folder, events)
    mentions = check_mentions(folder, events, held)
    counts = {"mentions": len(mentions), "decisions": check_log(folder, events), "seals": seals}
    for name, here in counts.items():
        if manifest.get(name) != here:
            raise Wrong(f"manifest.json: speaks of {manifest.get(name)} {name}, and there are {here}")
    check_pages(folder, manifest["files"], {ref: shown_of(told, held[ref]) for ref, told in mentions.items()})
    alone = sum(not is_proved(folder, name, held) for name in manifest["files"] if name.startswith("attachments/"))
    late = sum(by in loose for by in gone)
    return (
        f"ok: {files:,} files, {sum(map(len, events.values())):,} events of {len(events):,} subjects, {seals:,} seals, "
        f"{sum(map(len, held.values())):,} texts as they were, {len(gone):,} not held any more. Proved by nothing in here: "
        f"{len(loose):,} events that no seal covers, {late:,} texts that are gone because one of these says so, "
        f"{alone:,} attachments"
    )


def main() -> int:
    """Check the folder named, or the one this file stands in; returns the exit status."""
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    try:
        print(check(folder))
    except Wrong as wrong:
        print(wrong)
        return 1
    except OSError as error:
        print(f"{os.path.basename(str(error.filename))}: cannot be read")
        return 1
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, csv.Error, RecursionError) as error:
        print(f"The bundle holds something that cannot be read: {error!r}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
