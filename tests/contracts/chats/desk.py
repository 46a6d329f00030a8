"""Who answers what staff ask of a chat under test: remembers what was asked, and answers as told."""

from collections.abc import Awaitable, Callable, Sequence
from functools import cache

from bot.card import Answer, Button
from bot.command import Command
from bot.form import Form
from bot.settings import CoreSettings

Reaction = Answer | Form | Exception | Callable[[Command], Awaitable[Answer | Form]]


class Desk:
    """Stands where the handlers do."""

    def __init__(self) -> None:
        self.asked: list[Command] = []
        self._reactions: dict[str, Reaction] = {}

    def on(self, name: str, reaction: Reaction) -> None:
        """What comes of a verb from now on, or of a form's step."""
        self._reactions[name] = reaction

    async def run(self, command: Command) -> Answer | Form:
        """What a chat's listener is handed."""
        self.asked.append(command)
        reaction = self._reactions.get(command.step or command.verb, said(f"did {command.verb} {command.text}".strip()))
        if isinstance(reaction, Exception):
            raise reaction
        return await reaction(command) if callable(reaction) else reaction

    @property
    def verbs(self) -> list[str]:
        """What was asked, in order."""
        return [one.verb for one in self.asked]


@cache
def core_settings(lead: str, officer: str) -> CoreSettings:
    """The settings of the contract: one leads, one is on duty."""
    return CoreSettings.model_validate({"roles": {"lead": [lead]}, "duty": {"officers": [officer]}})


def said(words: str, buttons: Sequence[Button] = (), *, card_says_it: bool = False) -> Answer:
    """An answer of one line."""
    return Answer(((words,),), tuple(buttons), card_says_it=card_says_it)
