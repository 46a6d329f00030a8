"""The demo's story in the terminal: a broken traffic light is not met with silence."""

import asyncio
from collections.abc import Callable

import click

from integrations.sandbox.answering import sends
from integrations.sandbox.slack_person import Person
from integrations.sandbox.slack_server import Message
from integrations.sandbox.town import ALT, PATIENCE, Town
from integrations.sandbox.town_people import REACHED

POST = "@harrowmere the traffic lights at Mill Road are stuck on red, kids are crossing between the cars"
REPLY = "Thank you for telling us. An engineer is on the way, and a crossing warden is there now. ^PS"


async def story(town: Town) -> None:
    """From a resident's post to the reply and the record. Raises TimeoutError when something does not happen."""
    post = town.x.says(POST, author="Lou Tranter", media_alt=ALT)
    await town.passes(seconds=6)
    await until(lambda: cards(town))
    card = cards(town)[0]
    ref = card.footer.split(" ")[0]
    number = ref[2:]
    priya, morag = (town.slack.user(handle) for handle in ("priya", "morag"))
    seen = await morag.command("/mention queue", channel="mentions")
    click.echo(seen.text.splitlines()[0])
    tell("practice", "nothing here reaches the outside; the bot is the one that ships")
    tell("relayed", f"Lou Tranter on X: “{card.quote}” {card.text.splitlines()[2]} → #mentions, {ref}")

    await town.passes(minutes=61)
    await until(lambda: on_duty(town, ref))
    officer = on_duty(town, ref)[0]
    name = town.slack.workspace.members[officer.id].name
    tell("unseen", f"61 minutes pass → {name}, on duty, is pinged: “{officer.dms[-1].text.splitlines()[0]}”")

    tell("claimed", f"Priya: /claim {number} → {(await priya.command(f'/claim {number}', channel='mentions')).text}")
    second = await officer.command(f"/claim {number}", channel="mentions")
    tell("second", f"{name.split(' ')[0]}: /claim {number} → {second.text}")

    await answered(town, post, number)
    for line in (await priya.command(f"/mention record {number}", channel="mentions")).text.splitlines()[1:-1]:
        tell("record", line)
    for line in (await morag.command("/handover", channel="mentions")).text.splitlines()[1:3]:
        tell("handover", line)
    tell("verify", await town.bot.verified())


async def answered(town: Town, post: str, number: str) -> None:
    """Priya's reply, until it is seen in public and on the card."""
    priya = town.slack.user("priya")
    form = await priya.command(f"/reply {number}", channel="mentions")
    tell("reply", f"Priya: /reply {number} → a form: “{form.view.text.splitlines()[0] if form.view else ''}”")
    await priya.submit({"text": REPLY})
    sent = await sends(priya)
    tell("held", f"{sent.view.text.splitlines()[0] if sent.view else ''} [{'] ['.join(sent.buttons)}]")
    await town.passes(seconds=11)
    await until(lambda: town.x.replies_to(post))
    tell("in public", f"@harrowmere replied on X: “{town.x.replies_to(post)[0].text}”")
    await until(lambda: "answered by" in cards(town)[0].footer)
    tell("card", cards(town)[0].footer)


def on_duty(town: Town, ref: str) -> list[Person]:
    """Whoever was pinged about a mention, if anybody was."""
    people = [town.slack.user(one.handle) for one in REACHED]
    return [one for one in people if any(f"{ref} has waited" in said.text for said in one.dms)]


def cards(town: Town) -> list[Message]:
    """Every card in the channel."""
    return [message for message in town.slack.channel("mentions").messages if message.footer]


async def until(so: Callable[[], object]) -> None:
    """Wait until something is so. Raises TimeoutError."""
    end = asyncio.get_running_loop().time() + PATIENCE
    while asyncio.get_running_loop().time() < end:
        try:
            if so():
                return
        except LookupError:
            pass
        await asyncio.sleep(0.02)
    raise TimeoutError


def tell(what: str, text: str) -> None:
    """One line of the story."""
    click.echo(f"{what:<10} {' '.join(text.split())}")
