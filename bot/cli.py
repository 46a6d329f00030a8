"""The command line: ``tolbooth demo``, ``tolbooth run`` and the rest. Heavy imports happen when a command is used."""

import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from bot.cli_out import decisions, evidence, export
from bot.cli_parts import CONFIG, DAY, Tolbooth, with_settings, writing


@click.group(cls=Tolbooth, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--config", envvar="TOLBOOTH_CONFIG", **CONFIG)
@click.version_option(package_name="tolbooth", message="tolbooth %(version)s")
def main(config: Path | None) -> None:
    """Relay what the public says into the chat your staff already use, so that every mention is seen, owned, answered
    and remembered.

    To see it work, with no accounts: tolbooth demo
    """


@main.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where the page is served. Elsewhere, anybody can act.")
@click.option("--port", type=click.IntRange(0, 65535), default=8765, show_default=True, help="If it is taken, another is.")
@click.option("--no-browser", is_flag=True, help="Only print the address of the page.")
@click.option("--terminal", is_flag=True, help="No page: tell the story here, then take the commands you type.")
@click.option("--headless", is_flag=True, help="Tell the story here, without asking for anything.")
@click.option("--once", is_flag=True, help="The same: end when the story has been told.")
@click.option("--keep", type=click.Path(path_type=Path, dir_okay=False), help="Keep the database in this file and carry on.")
def demo(no_browser: bool, **chosen: Any) -> None:
    """Try it in your browser: a whole made-up town.

    Staff on the left, the public on the right, the bot that ships in between: no accounts, nothing leaves this machine.
    """
    from bot.line.running import demo as play

    sys.exit(play(browser=not no_browser, **chosen))


@main.command()
@click.option(
    "--role",
    "roles",
    multiple=True,
    envvar="TOLBOOTH_ROLE",
    help="What this copy does, of web,listen,deliver,escalate; default: all of it. Several copies share the work.",
)
@click.option("--recovered", is_flag=True, help="The database was restored from a backup: look up what it may not know.")
@with_settings
def run(config: Path | None, roles: tuple[str, ...], recovered: bool) -> None:
    """Run the bot until it is stopped."""
    from bot.line.running import run as run_bot

    sys.exit(run_bot(config, roles, recovered=recovered))


@main.command()
@click.option("--invariants", is_flag=True, help="Only what must always be so of the database, its whole history too.")
@click.option("--rota", is_flag=True, help="Only the rota: gaps in the next two weeks, and people who cannot be reached.")
@with_settings
def check(config: Path | None, invariants: bool, rota: bool) -> None:
    """Find what would go wrong in a run. Each fault is named with its cure; nothing is posted."""
    from bot.line.checking import check as check_all
    from bot.line.checking import check_invariants
    from bot.line.checking_rota import check_rota

    look = check_invariants if invariants else check_rota if rota else check_all
    sys.exit(1 if look(config, say=click.echo) else 0)


@main.command("sign-in")
@click.argument("name", default="")
@with_settings
def sign_in(config: Path | None, name: str) -> None:
    """Sign in what needs a person for it. NAME is a chat or an account, such as viva_engage.

    With only one of them set up it may be left out. An address and a code are printed, for any browser; what comes of
    it is kept sealed in the database, and a running bot takes it up by itself.
    """
    from bot.line.signing_in import sign_in as sign_in_now

    try:
        sys.exit(0 if sign_in_now(config, name, say=click.echo) else 1)
    except KeyboardInterrupt:
        raise click.ClickException("Stopped. Nothing was changed.") from None


@main.command("config")
@with_settings
def print_config(config: Path | None) -> None:
    """Print every setting. With its default, what it means, and what it is set to now."""
    from bot.line.settings_page import lines

    for line in lines(config):
        click.echo(line)


@main.command()
@click.option("--mode", type=click.Choice(["socket", "http"]), help="How the chat reaches the bot; default: as set.")
@click.option("--url", default="https://YOUR-HOST/slack/events", show_default=True, help="The address called, for http.")
@with_settings
def manifest(config: Path | None, mode: str | None, url: str) -> None:
    """Print the app manifest to paste where you create the app."""
    from bot.line.settings_page import manifest_text

    click.echo(manifest_text(config, mode, url))


@main.command()
@click.option("--markdown", is_flag=True, help="As the README has it.")
def networks(markdown: bool) -> None:
    """Print what each network can do. And against what that was tested, as its most capable account."""
    from bot.line import networks as table

    for line in table.markdown() if markdown else table.stanzas():
        click.echo(line)


@main.command("staff-page")
@with_settings
def print_staff_page(config: Path | None) -> None:
    """Print one side of paper for staff. With your own command names and times, to pin up."""
    from bot.line.staff_page import staff_page
    from bot.wiring import load_settings

    click.echo(staff_page(load_settings(config)))


@main.command()
@with_settings
def migrate(config: Path | None) -> None:
    """Bring the database to this release's schema. `run` does it too; this lets it be done at another time."""
    from bot.line.ledger import migrate as migrate_now

    click.echo(migrate_now(config))


for write_out in (export, evidence, decisions):
    main.add_command(write_out)


@main.command()
@click.option("--format", "shape", type=click.Choice(["md", "html", "csv"]), default="md", show_default=True)
@click.option(
    "--from", "first", type=DAY, metavar="YYYY-MM-DD", help="The first day counted; default: the whole of last month."
)
@click.option("--to", "last", type=DAY, metavar="YYYY-MM-DD", help="The last day counted; default: today.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file; default: standard output.")
@with_settings
def report(config: Path | None, shape: str, *, first: datetime | None, last: datetime | None, out: Path | None) -> None:
    """Say what came in, and what became of it. Seen, answered, resolved, risks, asks; nobody on the staff is named."""
    from bot.line.reporting import report as report_now

    with writing(out):
        report_now(config, shape, (first.date() if first else None, last.date() if last else None), out)


@main.command()
@with_settings
def verify(config: Path | None) -> None:
    """Prove the record. Its chains, seals and texts, and that replaying the events gives the rows."""
    from bot.line.ledger import verify as verify_all

    verdict = verify_all(config)
    click.echo(verdict.line)
    sys.exit(1 if verdict.fault else 0)


@main.command()
@click.option("--preview", is_flag=True, help="Only say how much it would be; nothing is changed.")
@click.option("--keep", multiple=True, metavar="M-142", help="Leave this one, as for an open request. May be repeated.")
@with_settings
def purge(config: Path | None, preview: bool, keep: tuple[str, ...]) -> None:
    """Erase words and names older than they are kept. By personal_text_days, or by class; `run` does it each night."""
    from bot.line.forgetting import purge as purge_now

    purge_now(config, preview=preview, keep=keep, say=click.echo)


@main.command()
@click.argument("author")
@click.option("--network", default="", help="Which network the author is on, where two have the same id or name.")
@click.option("--preview", is_flag=True, help="Only say what it would be; nothing is changed.")
@click.option("--keep", multiple=True, metavar="M-142", help="Leave this one, as for an open request. May be repeated.")
@with_settings
def forget(config: Path | None, author: str, **chosen: Any) -> None:
    """Erase what one member of the public said. AUTHOR is an id, handle or name, or M-142; the record stays whole."""
    from bot.line.forgetting import forget as forget_now

    sys.exit(0 if forget_now(config, author, say=click.echo, **chosen) else 1)


@main.command("subject-access")
@click.argument("author")
@click.option("--network", default="", help="Which network the author is on, where two have the same id or name.")
@click.option("--because", required=True, help="Why, for the record: such as the reference of the request.")
@click.option("--by", default="", help="Who looks it up; default: whoever is signed in on this machine.")
@click.option(
    "--staff", type=click.Choice(["roles", "initials", "names"]), default="roles", show_default=True, help="How staff stand."
)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), required=True, help="Write to this file, a zip.")
@with_settings
def subject_access(config: Path | None, out: Path, **asked: str) -> None:
    """Write out all that is held about one author. Without what is other people's, and with a list to look through first."""
    from bot.line.subject_access import Asked
    from bot.line.subject_access import subject_access as write_out

    with writing(out):
        sys.exit(0 if write_out(config, Asked(**asked), out, click.echo) else 1)


@main.group()
def saved() -> None:
    """Saved replies as a file, or out of one. In the chat they are proposed, approved and renewed."""


@saved.command("export")
@click.option("--format", "shape", type=click.Choice(["csv", "json"]), default="csv", show_default=True)
@click.option("--because", default="", help="Why, for the record.")
@click.option("--by", default="", help="Who takes them out; default: whoever is signed in on this machine.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Write to this file; default: standard output.")
@with_settings
def saved_export(config: Path | None, shape: str, *, because: str, by: str, out: Path | None) -> None:
    """Write out every saved reply in use. With its owner, its dates, and how often it was used."""
    from bot.line.saved import export as export_saved

    with writing(out):
        count = export_saved(config, shape, out, because=because, by=by)
    click.echo(f"{count:,} saved replies exported", err=True)


@saved.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--format", "shape", type=click.Choice(["csv", "json"]), help="Default: as the name of the file ends, else csv."
)
@click.option("--preview", is_flag=True, help="Only say what would be imported; nothing is changed.")
@click.option("--by", default="", help="The member of staff whose proposals these are, by name or id.")
@with_settings
def saved_import(config: Path | None, file: Path, shape: str | None, *, preview: bool, by: str) -> None:
    """Bring saved replies in from FILE, all of them or none. Each waits for approval.

    It needs the columns title and text; second, topic, owner, review_at and expires_at may be there.
    """
    from bot.line.saved import import_

    sys.exit(0 if import_(config, file, shape or "", preview=preview, by=by, say=click.echo) else 1)
