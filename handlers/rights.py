"""``rights [142 [foi]]`` - rights with a clock: which run, by when each is answered, and whose it is."""

from collections.abc import Sequence

from bot import words as said
from bot.card import Answer, Button, Line
from bot.command import Command, Way
from bot.desk import Desk
from bot.form import Form
from bot.store.duty import rights_rows
from bot.story import Story
from bot.words import rights as words
from bot.words import rights_refused
from handlers import rights_change, rights_put
from handlers.rights_shown import buttons, shown

SHOWN, WITH_BUTTONS = 20, 4
WAYS: Sequence[tuple[str, str]] = (
    ("", "those that run, what is due first at the front"),
    ("kinds", "which there are here, and how long each takes"),
    ("142", "what is on a mention, by when and why; or a form to put one there"),
    ("142 foi @name", "put one on it, and say whose it is; without a name it is yours"),
    ("142 end answered", "over: answered, refused, passed, withdrawn, or not (one after all, with why)"),
    ("142 pause why", "its clock stands still, where the law lets it; resume goes on"),
    ("142 extend why", "as much longer as the law lets it take, once"),
    ("142 give @name", "a colleague has it from now on"),
)


async def rights(command: Command, desk: Desk) -> Answer | Form:
    """A list, the kinds, or what is asked about one mention."""
    asked = command.text.strip().lower()
    if not command.step and asked == "kinds":
        return Answer(tuple(words.kinds(desk.house.rights)))
    if not (command.step or asked or command.at.ref):
        return await listed(desk)
    ref, rest = (command.context["ref"], "") if command.step else command.ref_and_rest()
    story = await desk.admitted(command, ref)
    word, _, more = rest.partition(" ")
    step = command.step or word.lower()
    if deed := rights_change.DEEDS.get(step):
        return await deed(command, desk, story, more.strip())
    return await (rights_put.put(command, desk, story, rest) if step else about(command, desk, story))


async def listed(desk: Desk) -> Answer:
    """By number and name only: whose words they are is not shown."""
    found = await desk.db.read(rights_rows.find_open)
    if not found:
        return Answer(((words.NOTHING_RUNS, said.typed("rights", "142 foi")),))
    names, now, zone = await desk.names({one.owner for one in found}), desk.now(), desk.house.zone
    lines: list[Line] = [
        words.line(one, desk.house.rights.kind(one.kind), names[one.owner], now=now, zone=zone) for one in found[:SHOWN]
    ]
    lines += [(f"and {len(found) - SHOWN} more",)] if len(found) > SHOWN else []
    refs = list(dict.fromkeys(one.ref for one in found))
    return Answer(tuple(lines), tuple(Button(ref, "rights", ref) for ref in refs[:WITH_BUTTONS]))


async def about(command: Command, desk: Desk, story: Story) -> Answer | Form:
    """What is on a mention; where nothing is, a form to put one there."""
    if not story.rights and command.way is Way.SAID:
        return Answer(((rights_refused.none_on(story.mention.ref),),))
    if not story.rights:
        return await rights_put.blank(desk, story)
    lines = [line for one in story.rights for line in shown(one, story, desk)]
    return Answer(tuple(lines), buttons(story.running_rights, desk.house.rights))
