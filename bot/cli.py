"""The command line: ``tolbooth demo``, ``tolbooth run`` and the rest."""

import click


@click.group()
@click.version_option(package_name="tolbooth")
def main() -> None:
    """Relay what the public says into the chat your staff already use."""
