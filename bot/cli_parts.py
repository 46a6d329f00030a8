"""What the commands share: where the settings are, and how a failure is said."""

import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from bot.errors import Busy, SettingsError

CONFIG: dict[str, Any] = {
    "type": click.Path(path_type=Path, dir_okay=False),
    "help": "The settings file (TOML). Without one the environment alone is enough.",
}
DAY = click.DateTime(["%Y-%m-%d"])
OUT = click.Path(path_type=Path, dir_okay=False)
BY = "Who does it, for the record; default: whoever is signed in on this machine."


class Tolbooth(click.Group):
    """A group whose commands come in the order a newcomer meets them, and whose failures are sentences."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """In the order they were written."""
        return list(self.commands)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """What is no text cannot be kept, and so not be put on the record: said before anything is done."""
        if any(not arg.isprintable() and re.search("[\ud800-\udfff]", arg) for arg in args):
            ctx.fail("Something in that is not UTF-8. Set the terminal to UTF-8, and type it again.")
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Settings that cannot be used exit 2; anything else asked for that failed exits 1."""
        try:
            return super().invoke(ctx)
        except SettingsError as error:
            click.echo(str(error), err=True)
            sys.exit(2)
        except Busy as error:
            click.echo(str(error), err=True)
            sys.exit(1)


def with_settings(function: Callable[..., Any]) -> Callable[..., Any]:
    """The command takes ``--config`` too: what stands after the verb wins over what stands before it or outside."""

    @click.option("--config", **CONFIG)
    @click.pass_context
    def command(ctx: click.Context, /, config: Path | None, **options: Any) -> Any:
        return function(config or ctx.find_root().params.get("config"), **options)

    command.__name__ = function.__name__
    command.__doc__ = function.__doc__
    return command


@contextmanager
def writing(out: Path | None) -> Iterator[None]:
    """Say what could not be written, and why."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        if out is None:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else the interpreter tries again at its end
        raise click.ClickException(f"{out or 'Standard output'} was not written: {error.strerror}.") from error
