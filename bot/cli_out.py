"""The commands that write out what was said and done, for others to read. Heavy imports happen when a command is used."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from bot.cli_parts import BY, DAY, OUT, with_settings, writing


@click.command()
@click.option("--format", "shape", type=click.Choice(["jsonl", "csv", "xlsx"]), default="jsonl", show_default=True)
@click.option("--out", type=OUT, help="Write to this file; default: standard output.")
@click.option("--because", default="", help="Why: it goes on the record, as every export does.")
@click.option("--by", default="", help=BY)
@with_settings
def export(config: Path | None, shape: str, out: Path | None, **why: str) -> None:
    """Write out every mention. One object each, with its replies and its record."""
    from bot.line.ledger import export as export_all

    with writing(out):
        count = export_all(config, shape, out, **why)
    click.echo(f"{count:,} mentions exported", err=True)


@click.command()
@click.option("--mention", default="", metavar="M-142", help="Of this mention.")
@click.option("--person", default="", help="Of all that a member of the public said: an id, a handle or a name.")
@click.option("--network", default="", help="Which network that person is on, where two have the same id or name.")
@click.option("--day", type=DAY, metavar="YYYY-MM-DD", help="Of all that came in or was dealt with on that day.")
@click.option("--until", type=DAY, metavar="YYYY-MM-DD", help="With --day: up to the end of this day.")
@click.option("--search", default="", metavar="WORDS", help="Of all that a search finds.")
@click.option("--because", required=True, help="Why: it goes on the record.")
@click.option("--by", default="", help=BY)
@click.option("--out", type=OUT, help="Write to this file, a zip; default: a new one here, named after what it holds.")
@click.option("--redact-staff", is_flag=True, help="Without the names of staff.")
@with_settings
def evidence(config: Path | None, *, day: datetime | None, until: datetime | None, **asked: Any) -> None:
    """Write a bundle that anybody can read and check. One zip: pages, the decision log, files, and what proves them."""
    from bot.line.asking import Wanted
    from bot.line.evidence import evidence as write_out

    wanted = Wanted(day=day.date() if day else None, until=until.date() if until else None, **asked)
    with writing(wanted.out):
        sys.exit(0 if write_out(config, wanted, click.echo) else 1)


@click.command()
@click.option("--day", type=DAY, required=True, metavar="YYYY-MM-DD", help="Of what was done on that day.")
@click.option("--until", type=DAY, metavar="YYYY-MM-DD", help="Up to the end of this day.")
@click.option("--out", type=OUT, help="Write to this file; default: standard output.")
@click.option("--because", default="", help="Why: it goes on the record, as every export does.")
@click.option("--by", default="", help=BY)
@with_settings
def decisions(config: Path | None, day: datetime, until: datetime | None, out: Path | None, **why: str) -> None:
    """Print the decision log. Who did what, when and why, numbered, as a page (HTML) to print."""
    from bot.line.evidence import decisions as write_out

    with writing(out):
        count = write_out(config, (day.date(), (until or day).date()), out, **why)
    click.echo(f"{count:,} lines written", err=True)
