"""The prompt after the demo's story: the real commands, typed by whoever you choose to be."""

import asyncio
import contextlib
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from threading import Thread

import click

from bot.clock import MovableClock
from integrations.sandbox import slack_form
from integrations.sandbox.slack_server import Outcome, Person, StandInSlack
from integrations.sandbox.slack_world import View
from integrations.sandbox.x_server import StandInX

HELP = """Type what staff type:  /claim 1   /reply 1   /handover   /mention queue   /mention help
Also:  as dev (be someone else)   post WORDS (as a resident)   wait 15 (minutes)   press Claim 1   cards   dms   quit"""


@dataclass
class Prompt:
    """Where one practises: who you are, and the town around you."""

    slack: StandInSlack
    x: StandInX
    clock: MovableClock
    wake: Callable[[], Awaitable[None]]
    me: str = "priya"

    @property
    def person(self) -> Person:
        """Whoever you are now."""
        return self.slack.user(self.me)


async def practise(slack: StandInSlack, x: StandInX, clock: MovableClock, wake: Callable[[], Awaitable[None]]) -> None:
    """Read lines until there are no more."""
    prompt = Prompt(slack, x, clock, wake)
    click.echo("\n" + HELP)
    while (line := await ask(f"{prompt.me}> ")) is not None:
        if line in ("quit", "exit"):
            return
        try:
            await obey(prompt, line)
        except LookupError as error:
            click.echo(str(error))


async def ask(question: str) -> str | None:
    """A line from whoever sits there; None at the end."""
    click.echo(question, nl=False)
    line = await typed_line()
    if not line:
        click.echo()
        return None
    return line.strip()


async def typed_line() -> str:
    """The next line of standard input; empty at its end. Nobody waits for the reading thread when all else ends."""
    loop = asyncio.get_running_loop()
    line: asyncio.Future[str] = loop.create_future()

    def give(typed: str) -> None:
        if not line.done():
            line.set_result(typed)

    def read() -> None:
        typed = sys.stdin.readline()
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody wants it any more
            loop.call_soon_threadsafe(give, typed)

    Thread(target=read, daemon=True).start()
    return await line


async def obey(prompt: Prompt, line: str) -> None:
    """One line."""
    word, _, rest = line.partition(" ")
    match word:
        case "":
            return
        case "as":
            prompt.me = known(prompt, rest)
        case "post":
            prompt.x.says(f"@harrowmere {rest or 'hello?'}", author="A Resident")
            await moved_on(prompt, timedelta(seconds=6))
            click.echo("Posted on X. Its card appears in #mentions: type cards.")
        case "wait":
            await moved_on(prompt, timedelta(minutes=int(rest) if rest.isdigit() else 15))
        case "press":
            await press(prompt, rest)
        case "cards":
            show_cards(prompt)
        case "dms":
            for message in prompt.person.dms:
                click.echo(f"{message.text}   [{'] ['.join(message.buttons)}]")
        case _ if word.startswith("/"):
            await show(prompt, await prompt.person.command(line, channel="mentions"))
        case _:
            click.echo(HELP)


def known(prompt: Prompt, handle: str) -> str:
    """A person of the town. Raises LookupError naming those there are."""
    names = [m.handle for m in prompt.slack.workspace.members.values() if not m.bot]
    if handle not in names:
        raise LookupError(f"There is nobody called {handle!r} here. There are: {', '.join(sorted(names))}")
    return handle


async def moved_on(prompt: Prompt, by: timedelta) -> None:
    """Time passes, and the bot is given a moment to do what is due."""
    prompt.clock.advance(by)
    await prompt.wake()
    await asyncio.sleep(0.7)


async def press(prompt: Prompt, rest: str) -> None:
    """``press Claim 1``: a button on a card, or on the newest private message when no number is given."""
    label, _, number = rest.rpartition(" ")
    if number.isdigit() and label:
        await show(prompt, await prompt.person.click(prompt.slack.card(f"M-{number}"), label.strip()))
        return
    if not prompt.person.dms:
        raise LookupError("Say which card: press Claim 1")
    await show(prompt, await prompt.person.click(prompt.person.dms[-1], rest.strip()))


def show_cards(prompt: Prompt) -> None:
    """Every card and what was said under it."""
    heads = [m for m in prompt.slack.channel("mentions").messages if not m.thread_ts]
    for message in heads:
        click.echo(f"{message.text}\n[{'] ['.join(message.buttons)}]" if message.buttons else message.text)
        for said in message.thread:
            click.echo("    " + said.text.replace("\n", "\n    "))
        click.echo()


async def show(prompt: Prompt, outcome: Outcome) -> None:
    """What came of it; a form is asked question by question."""
    while outcome.view is not None and (view := prompt.person.view) is not None:
        click.echo(view.text)
        slack_form.fill(view, {label: said for label in to_ask(view) if (said := await ask(f"{label}: "))})
        pressed = await chosen(view)
        if not pressed:
            prompt.person.cancel()
            return
        outcome = await (prompt.person.submit() if pressed == view.submit else prompt.person.click(view, pressed))
        for problem in outcome.errors.values():
            click.echo(problem)
    if outcome.text:
        click.echo(outcome.text)
    if outcome.timed_out:
        click.echo("No answer came in time.")


def to_ask(view: View) -> list[str]:
    """The fields that have to be filled in; where there are none, those that may be. A file cannot be typed."""
    asks = {label: block for label, block in view.fields.items() if block["element"]["type"] != "file_input"}
    return [label for label, block in asks.items() if not block.get("optional")] or list(asks)


async def chosen(view: View) -> str:
    """What to press: the one way on from a form that only asks, else as typed; empty to leave it."""
    offered = [*view.buttons, *([view.submit] if view.submit else [])]
    if view.fields and not view.buttons:
        return view.submit
    typed = await ask(f"[{'] ['.join(offered)}] press one (y: the first), or Enter to leave it: ") if offered else ""
    return offered[0] if typed == "y" else typed or ""
