"""What each verb answers when asked badly, kept in ``golden/answers`` to be read as staff would read it."""

import re

import pytest

from bot.command import Way
from handlers import VERBS
from tests.handlers.drawn import assert_golden, drawn
from tests.handlers.office import DEV, FARAH, PRIYA, TAM, Office

ASKED = {
    "with help": (PRIYA, "{verb} help", Way.TYPED),
    "without a word": (PRIYA, "{verb}", Way.TYPED),
    "with a wrong reference": (PRIYA, "{verb} M-999{rest}", Way.TYPED),
    "with something that is no reference": (PRIYA, "{verb} bins{rest}", Way.TYPED),
    "of one somebody else has": (FARAH, "{verb} 2{rest}", Way.TYPED),
    "of one that is closed": (PRIYA, "{verb} 3{rest}", Way.TYPED),
    "of one that has been answered": (FARAH, "{verb} 4{rest}", Way.TYPED),
    "of a private message by one not in its channel": (FARAH, "{verb} 5{rest}", Way.TYPED),
    "of a held private message": (FARAH, "{verb} 6{rest}", Way.TYPED),
    "by one who is not in the channel": (TAM, "{verb} 1{rest}", Way.TYPED),
    "by a button": (PRIYA, "{verb} 1", Way.PRESSED),
    "under a card": (PRIYA, "{verb}", Way.SAID),
}
HASH = re.compile(r"hash [0-9a-f]{16}…")
REST = {
    **{"close": " praise", "note": " asked highways", "settle": " there", "reply": " It is mended."},
    **{"give": f" <@{FARAH.id}>", "snooze": " tomorrow highways will know", "priority": " P1"},
    **{"promise": " Friday 5pm a call back", "unsay": " it names the wrong street"},
    **{"rights": " foi", "keep": " a solicitor wrote"},
}
NO_REFERENCE = frozenset(
    {
        "queue",
        "handover",
        "next",
        "help",
        "menu",
        "add",
        "look",
        "find",
        "stop",
        "start",
        "home",
        "accounts",
        "leaver",
        "duty",
        "rota",
        "ready",
        "heard",
        "shift",
        "departed",
        "report",
        "tasks",
        "watch",
    }
)
"""Verbs that are not about one mention: asked badly, they have fewer ways to go wrong."""


async def furnished(office: Office) -> Office:
    """One of each: new, claimed by Priya, closed, answered by Priya, private, held."""
    for person in (DEV, FARAH):
        await office.desk.meet(person)
    await office.hears("The traffic light at Mill Road is stuck on red")
    await office.hears("Is my school shut?", by="Ann")
    await office.hears("WIN A PHONE", by="Spam")
    await office.hears("When is my bin day?", by="Bob")
    await office.hears("My neighbour shouts all night", by="Cat", private=True)
    await office.hears("I cannot pay my rent", on="form", by="Dan", private=True)
    await office.ask(PRIYA, "claim 2")
    await office.ask(PRIYA, "close 3 spam")
    await office.replies(PRIYA, 4, "It is Thursday.")
    office.clock.advance(minutes=4)
    await office.system("M-4", "sent")
    return office


@pytest.mark.parametrize("verb", VERBS)
async def test_it_answers_as_in_the_golden_file(office: Office, verb: str) -> None:
    await furnished(office)

    parts = []
    for how, (who, line, way) in ASKED.items():
        if verb in NO_REFERENCE and "{rest}" in line:
            continue
        typed = verb if verb in NO_REFERENCE and way is Way.PRESSED else line.format(verb=verb, rest=REST.get(verb, ""))
        answer = drawn(await office.ask(who, typed, way, ref="M-1" if way is not Way.TYPED else ""))
        parts.append(f"## {verb} {how}\n{HASH.sub('hash …', answer) or '(nothing: what was pressed says it all)'}\n")

    assert_golden(f"answers/{verb}.txt", "\n".join(parts).rstrip())
