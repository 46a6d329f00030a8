"""What a person saw come of what they did."""

from dataclasses import dataclass, field

from integrations.sandbox.slack_words import joined
from integrations.sandbox.slack_world import Message, Shown, View, Workspace


@dataclass(eq=False, slots=True)
class Outcome:
    """Live: a private answer that comes late joins it until the person does something else.

    ``errors`` are those under the fields of a form, by block id. ``failure`` is Slack's own complaint, such as
    ``operation_timeout`` or ``dispatch_failed``; ``confirm`` the words a pressed button asked to confirm.
    """

    world: Workspace = field(repr=False)
    user: str
    interaction: str
    start: int
    end: int | None = None
    errors: dict[str, str] = field(default_factory=dict)
    failure: str = ""
    confirm: dict[str, str] | None = None

    @property
    def seen(self) -> list[Shown]:
        """What was put before the person, oldest first."""
        mine = [(at, one) for at, one in enumerate(self.world.shown) if at >= self.start and one.user == self.user]
        end = len(self.world.shown) if self.end is None else self.end
        return [one for at, one in mine if one.interaction == self.interaction or (not one.interaction and at < end)]

    @property
    def messages(self) -> list[Message]:
        """The private messages, oldest first; a replaced one once."""
        found = dict.fromkeys(one.what for one in self.seen if isinstance(one.what, Message))
        return [message for message in found if not message.deleted]

    @property
    def view(self) -> View | None:
        """The modal or Home opened or updated last."""
        return next((one.what for one in reversed(self.seen) if isinstance(one.what, View)), None)

    @property
    def text(self) -> str:
        """The words the person saw privately, or what Slack said went wrong."""
        said = [message.text for message in self.messages]
        return joined([*said, f'failed with the error "{self.failure}"' if self.failure else ""])

    @property
    def drawn(self) -> list[Message | View]:
        """What can be acted on next, newest first: the view, then the messages."""
        return [*([self.view] if self.view else []), *reversed(self.messages)]

    @property
    def buttons(self) -> list[str]:
        """The labels of what can be pressed next."""
        return [label for one in self.drawn for label in one.buttons]

    @property
    def timed_out(self) -> bool:
        """Whether the app took longer than 3 s to ack."""
        return self.failure == "operation_timeout"
