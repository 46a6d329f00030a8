"""Ten replies with one mistake each, as they are made in a hurry, and the check that is to notice it."""

from typing import Any, NamedTuple

from bot.reply import ReplyState
from bot.replying.findings import Check
from tests.bot.council import account
from tests.bot.replying.drafts import picture
from tests.bot.stories import reply


class Mistake(NamedTuple):
    """A reply, what else goes with it, and what should notice."""

    check: Check
    reply: str
    other: dict[str, Any]


COUNCIL = account(label="Harrowmere Council", speaks_as="@harrowmere on X")
POLICE = account("police", label="Orrendale Police", speaks_as="@OrrendalePolice on X")
SAID = reply(ReplyState.SENT, text="Hi Lou, an engineer is on the way to Mill Road. ^PK")
TEN = (
    Mistake(Check.PERSONAL_DATA, "Hi Lou, please ring Mr Tranter next door, he has the key: 07700 900123. ^PK", {}),
    Mistake(Check.PERSONAL_DATA, "The tree is at the house opposite, HM4 2QX. The owner knows about it. ^PK", {}),
    Mistake(
        Check.ACCOUNT,
        "Thanks for contacting Orrendale Police. We have logged this. ^TB",
        {"account": COUNCIL, "others": (POLICE,)},
    ),
    Mistake(Check.REPEATED, "Hi Lou, an engineer is on the way to Mill Road. ^FA", {"replies": (SAID,)}),
    Mistake(Check.ALT_TEXT, "Here is the map of the roads that are closed. ^PK", {"media": (picture(),)}),
    Mistake(Check.CAPITALS, "Hi Lou. PLEASE DO NOT PUT YOUR BIN OUT. Thanks ^PK", {}),
    Mistake(Check.LINKS, "Hi Lou, all the dates are at https://bit.ly/3hrwbins ^PK", {}),
    Mistake(Check.PROMISE, "Sorry Lou! It will be collected by Friday. ^NW", {}),
    Mistake(Check.AUDIENCE, "Hi Lou, as you told us in your private message, you cannot pay the rent just now. ^FA", {}),
    Mistake(Check.HASHTAGS, "All main roads are gritted. Take care out there! #stormdarragh ^PK", {}),
)
