"""Everything that can be done on the page: by staff in their chats, by the public, to the clock, and to what is played."""

from base64 import b64decode
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from integrations.sandbox import slack_form
from integrations.sandbox.page import engage
from integrations.sandbox.page.asked import GONE, LONGEST_AUTHOR, Asked, Refused, checked
from integrations.sandbox.page.view import shortcuts, slash_commands
from integrations.sandbox.slack_outcome import Outcome
from integrations.sandbox.slack_person import Person
from integrations.sandbox.slack_words import Json
from integrations.sandbox.slack_world import Channel, Message, View

MOST_MINUTES = 7 * 24 * 60
GOES = ("start", "next", "skip", "again", "do")
NOT_IN_TIME = "Tolbooth did not answer in time. Try again."
NO_SUCH_FIELD = "The form has no such field, or no such choice."
FAILURES = {
    "operation_timeout": NOT_IN_TIME,
    "dispatch_failed": "Tolbooth cannot be reached just now. Try again in a moment.",
}
IN_A_THREAD = (
    "{command} does not work in threads. Slack has no slash commands there: press a button, or write @Tolbooth {verb}."
)


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that can be done; ``needs`` and ``may`` are the names of its fields."""

    act: Callable[[Asked], Awaitable[Json]]
    needs: str = ""
    may: str = ""

    def read(self, body: Any) -> Json:
        """The fields of a call. Raises Refused."""
        return checked(body, self.needs.split(), self.may.split())


# --- staff


async def write(asked: Asked) -> Json:
    """Say something in a conversation or a thread; what begins with a slash is a command."""
    person, place, text = asked.person(), asked.place(), asked.said("text")
    if text.startswith("/"):
        return await command(asked, person, place)
    parent = place.find(asked.words("thread")) if asked.words("thread") else None
    if asked.words("thread") and parent is None:
        raise LookupError("That thread is not there any more.")
    await person.says(text, channel=place.id, thread=parent)
    return {}


async def command(asked: Asked, person: Person, place: Channel) -> Json:
    """Type a slash command, if the manifest has it. Slack takes none in a thread."""
    typed, _, rest = asked.words("text").partition(" ")
    known = [str(one["command"]) for one in slash_commands(asked.town)]
    if typed.lower() not in known:
        raise Refused(422, f"{typed} is not a command here. Type / to see those there are.", ["text"])
    if asked.words("thread"):
        verb = (rest.split() or [""])[0] if typed.lower() == known[0] else typed[1:]
        raise Refused(422, IN_A_THREAD.format(command=typed, verb=verb or "help"), ["text"])
    return answered(await person.command(f"{typed.lower()} {rest}".strip(), channel=place.id))


async def press(asked: Asked) -> Json:
    """Press a button, or choose from a menu, on a message or a view."""
    person = asked.person()
    drawn: Message | View = asked.message(person) if asked.words("message") else filled(asked, person)
    ids, value = (asked.words("block_id"), asked.words("action_id")), asked.fields.get("value")
    try:
        outcome = await person.press(drawn, *ids, value)
    except LookupError:
        raise LookupError("That is not there to press any more: somebody may have been quicker.") from None
    return answered(outcome)


def filled(asked: Asked, person: Person) -> View:
    """The view, with what the person has filled in by now. Raises Refused for what cannot be in it."""
    view = asked.view(person)
    try:
        slack_form.fill(view, asked.fields.get("values", {}))
    except LookupError:
        raise Refused(422, NO_SUCH_FIELD, ["values"]) from None
    return view


async def type_in(asked: Asked) -> Json:
    """Type into a form, which the bot may want to hear of."""
    person = asked.person()
    view, name = filled(asked, person), asked.words("block_id")
    if name not in asked.fields["values"]:
        raise Refused(422, NO_SUCH_FIELD, ["block_id"])
    await person.types(name, asked.fields["values"][name], view)
    return {}


async def upload(asked: Asked) -> Json:
    """Put a file into Slack; the answer is its id."""
    try:
        return {"file": asked.person().uploads(asked.said("name"), b64decode(asked.words("content"), validate=True))}
    except ValueError:
        raise Refused(422, "That file is too large, or did not arrive whole.", ["content"]) from None


async def submit(asked: Asked) -> Json:
    """Send in a form."""
    person = asked.person()
    view = asked.view(person)
    try:
        outcome = await person.submit(asked.fields["values"], view)
    except LookupError:
        raise Refused(422, NO_SUCH_FIELD, ["values"]) from None
    return answered(outcome)


async def cancel(asked: Asked) -> Json:
    """Leave the form on top."""
    person = asked.person()
    if person.view is not asked.view(person):
        raise LookupError(GONE)
    person.cancel()
    return {}


async def home(asked: Asked) -> Json:
    """Open the app's Home."""
    return answered(await asked.person().opens_home())


async def shortcut(asked: Asked) -> Json:
    """Use a shortcut of the manifest, from the menu or on a message that everybody sees."""
    person, message = asked.person(), None
    if asked.words("message"):
        message = asked.message(person)
    offered = shortcuts(asked.town)["message" if message else "global"]
    if asked.words("callback_id") not in [one["callback_id"] for one in offered]:
        raise LookupError("There is no such shortcut here.")
    if message and message.ephemeral:
        raise Refused(422, "Slack has no shortcuts on what is visible only to you.", ["message"])
    return answered(await person.shortcut(asked.words("callback_id"), message))


async def dismiss(asked: Asked) -> Json:
    """Put away what is visible only to oneself."""
    person = asked.person()
    message = asked.message(person)
    if not message.ephemeral:
        raise Refused(422, "Only what is visible only to you can be put away.", ["message"])
    person.dismiss(message)
    return {}


def answered(outcome: Outcome) -> Json:
    """What came of it; private answers and forms are seen in the view. Raises Refused when nothing came of it."""
    if outcome.failure:
        sentence = outcome.failure if " " in outcome.failure else f"Slack did not take Tolbooth's answer: {outcome.failure}."
        raise Refused(424, FAILURES.get(outcome.failure, sentence))
    return {"errors": outcome.errors} if outcome.errors else {}


# --- the public


async def post(asked: Asked) -> Json:
    """Post as a resident."""
    author, text = asked.said("author", LONGEST_AUTHOR), asked.said("text")
    picture, above = bool(asked.fields.get("picture")), asked.words("in_reply_to")
    network = asked.town.place(asked.words("network")).id
    return {"post": await asked.town.post(network, author.strip(), text, picture=picture, in_reply_to=above)}


async def edit(asked: Asked) -> Json:
    """Give a resident's post other words."""
    await asked.town.edit(asked.words("network"), asked.words("post"), asked.said("text"))
    return {}


async def delete(asked: Asked) -> Json:
    """Delete a resident's post."""
    await asked.town.delete(asked.words("network"), asked.words("post"))
    return {}


# --- time, and what is played


async def let_pass(asked: Asked) -> Json:
    """Move the clock on."""
    minutes = asked.fields.get("minutes")
    if (minutes is None) == (not asked.words("until")):
        raise Refused(422, "Say how many minutes, or until when.", ["minutes", "until"])
    if minutes is None and asked.words("until") != "morning":
        raise Refused(422, "The clock can be moved on until morning, or by minutes.", ["until"])
    if minutes is None:
        await asked.town.morning()
        return {}
    if not 1 <= minutes <= MOST_MINUTES:
        raise Refused(422, f"minutes must be from 1 to {MOST_MINUTES:,}.", ["minutes"])
    await asked.town.passes(minutes=minutes)
    return {}


async def play(asked: Asked) -> Json:
    """Begin a scenario."""
    asked.town.player.play(asked.words("scenario"), asked.fields["speed"])
    return {}


async def pause(asked: Asked) -> Json:
    """Stand still."""
    asked.town.player.pause()
    return {}


async def resume(asked: Asked) -> Json:
    """Go on."""
    asked.town.player.resume()
    return {}


async def speed(asked: Asked) -> Json:
    """Go on at another speed."""
    asked.town.player.set_speed(asked.fields["speed"])
    return {}


async def stop(asked: Asked) -> Json:
    """End what is played."""
    asked.town.player.stop()
    return {}


async def visit(asked: Asked) -> Json:
    """Go on in the guided visit."""
    if asked.words("go") not in GOES:
        raise Refused(422, f"The visit goes on by one of: {', '.join(GOES)}.", ["go"])
    await asked.visit.go(asked.words("go"))
    return {}


DEEDS = {
    "write": Deed(write, "as in text", "thread"),
    "press": Deed(press, "as block_id action_id", "message view value values"),
    "type": Deed(type_in, "as view block_id values"),
    "upload": Deed(upload, "as name content"),
    "submit": Deed(submit, "as view values"),
    "cancel": Deed(cancel, "as view"),
    "home": Deed(home, "as"),
    "shortcut": Deed(shortcut, "as callback_id", "message"),
    "dismiss": Deed(dismiss, "as message"),
    "engage": Deed(engage.write, "as in text", "thread"),
    "look": Deed(engage.look),
    "post": Deed(post, "network author text", "picture in_reply_to"),
    "edit": Deed(edit, "network post text"),
    "delete": Deed(delete, "network post"),
    "pass": Deed(let_pass, "", "minutes until"),
    "play": Deed(play, "scenario speed"),
    "pause": Deed(pause),
    "resume": Deed(resume),
    "speed": Deed(speed, "speed"),
    "stop": Deed(stop),
    "visit": Deed(visit, "go"),
}


async def carry_out(name: str, body: Any, asked_of: Callable[[Json], Asked]) -> Json:
    """Do it, while a fast clock stands still. Raises Refused, or LookupError with a sentence."""
    deed = DEEDS.get(name)
    if deed is None:
        raise LookupError("There is no such deed.")
    asked = asked_of(deed.read(body))
    async with asked.town.held():
        return await deed.act(asked)
