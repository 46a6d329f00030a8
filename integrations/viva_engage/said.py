"""A message of a person with what is known of where it stands, and the commands it can mean. Pure."""

from dataclasses import dataclass

from bot.command import SAID_THERE, Command, Place, Staff, Way
from integrations.viva_engage.heard import Asked, Where, Words
from integrations.viva_engage.parse import Message
from integrations.viva_engage.prompts import Press, Prompt

NAME = "viva_engage"
DIGEST = "digest"
"""What is remembered of a thread that holds several mentions, in the place of a reference."""
PRIVATE = "private"


def thread_name(thread: int | str) -> str:
    """Which mention a thread is about is remembered under this."""
    return f"thread:{thread}"


def private_name(thread: int | str) -> str:
    """That a private conversation is known is remembered under this."""
    return f"private:{thread}"


def prompt_name(thread: int, by: Staff) -> str:
    """What is open with somebody in a thread is remembered under this."""
    return f"prompt:{thread}:{by.id}"


@dataclass(frozen=True, slots=True)
class Said:
    """``ref``: the mention whose thread it stands in; empty elsewhere."""

    message: Message
    where: Where
    ref: str
    words: Words
    place: Place
    is_alone: bool = False
    """Whether it is known that nobody but this person and us reads what is said under it."""

    @property
    def begins(self) -> bool:
        """Whether it begins a thread."""
        return self.message.id == self.message.thread

    @property
    def key(self) -> str:
        """The same each time the message is read."""
        return f"{NAME}:{self.message.id}"

    @property
    def is_private(self) -> bool:
        """Whether it was written to us, and others maybe, in private."""
        return self.where is Where.PRIVATE

    def asks(self, asked: Asked, by: Staff) -> Command:
        """What was written, as a command."""
        return Command(asked.verb, asked.text, by, self.place, self.key)

    def notes(self, text: str, by: Staff) -> Command:
        """What was written, as a note on the mention whose thread it stands in, whatever number it begins with."""
        return Command("note", f"{self.ref} {text}", by, self.place, self.key, Way.SAID, context={SAID_THERE: "yes"})

    def presses(self, press: Press, prompt: Prompt, by: Staff) -> Command:
        """A word that stands for a button, with what stands in the form beside it."""
        return Command(
            press.verb,
            f"{press.ref} {press.argument}".strip(),
            by,
            prompt.place,
            self.key,
            Way.PRESSED,
            values=prompt.values,
            context=prompt.context,
        )

    def sends_in(self, prompt: Prompt, by: Staff) -> Command:
        """A form whose questions are answered."""
        return Command(
            prompt.verb,
            prompt.place.ref,
            by,
            prompt.place,
            self.key,
            Way.SENT_IN,
            step=prompt.step,
            values=prompt.values,
            context=prompt.context,
        )
