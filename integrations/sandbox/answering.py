"""How the town's staff answer the public: they write, look over what they wrote, and press what names the account."""

from integrations.sandbox.slack_outcome import Outcome
from integrations.sandbox.slack_person import Person
from integrations.sandbox.slack_words import presses
from integrations.sandbox.slack_world import View

SENDS = ("Reply as ", "Reply Privately as ", "Ask to Send ", "Correct as ")
"""How the labels begin of buttons that let a reply go, or correct one; the account's name follows."""


async def answers(person: Person, number: int | str, text: str, *, channel: str = "mentions") -> Outcome:
    """The whole of it; what came of the last press, or of whatever went wrong before it."""
    opened = await person.command(f"/reply {number}", channel=channel)
    if opened.failure or person.view is None or "text" not in names(person.view):
        return opened
    shown = await person.submit({"text": text})
    return shown if shown.failure or shown.errors else await sends(person)


async def sends(person: Person) -> Outcome:
    """Press the button that names the account. Raises LookupError where the form before the person has none."""
    view = person.view
    for press in presses(view.blocks, person.world.shown_name) if view else ():
        if view and press.label.startswith(SENDS):
            return await person.pressed(view, press)
    raise LookupError(f"nothing here sends a reply; there are {view.buttons if view else 'no form'}")


def names(view: View) -> list[str]:
    """The names of the fields of a form."""
    return [block["block_id"] for block in view.fields.values()]
