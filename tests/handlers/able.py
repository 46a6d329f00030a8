"""An office whose web chat can hide, like, take down and correct, with a published house rule and somebody who approves."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from bot.command import Role, Staff
from bot.engine.deliver import Deliver
from bot.house import Account
from bot.reply import Act
from tests.bot.engine.square import ABLE, RULE, Square
from tests.handlers.office import FARAH, MORAG, PRIYA, Office, account

ANGELA = Staff("U0FARAH", FARAH.name, frozenset({Role.APPROVER}))
"""Farah, who approves."""
Opens = Callable[..., Office]


def accounts(*without: Act) -> dict[str, Account]:
    """The web chat that can do everything but ``without``, and one answered by hand."""
    able = replace(ABLE, acts=ABLE.acts - set(without))
    website = account("website", abilities=able)
    return {"website": website, "form": account("form", private_channel=""), "x": account("x", by_hand=True)}


async def opened(open_office: Opens, *without: Act, **rules: object) -> Office:
    """The office with one mention, M-1, and everybody met."""
    given = {"accounts": accounts(*without), "house_rules": (RULE,), "approvers": (ANGELA.id,), "officers": ()}
    office = open_office(**{**given, **rules})
    office.desk.networks["website"] = Square()
    for person in (PRIYA, FARAH, MORAG):
        await office.desk.meet(person)
    await office.hears("Megan at the desk is useless", url="https://x.example/p1")
    return office


async def works(office: Office, **passes: float) -> None:
    """Everything that is due leaves, also once so much time has passed."""
    office.clock.advance(timedelta(**passes))
    deliver = Deliver(office.desk)
    while await deliver.once():
        await deliver.finish_in_hand()


def done(office: Office) -> list[tuple[Act, str, str]]:
    """What was done in public."""
    square = office.desk.networks["website"]
    assert isinstance(square, Square)
    return square.acts


async def answered(office: Office, text: str = "We open at nine.") -> None:
    """Priya answers M-1, and the public sees it."""
    await office.replies(PRIYA, 1, text)
    await works(office, seconds=11)
