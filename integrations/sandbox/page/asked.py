"""What one call of the page asks for: its fields, read and checked, and whom and what they name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from integrations.sandbox.page import desk
from integrations.sandbox.page.visit import Visit
from integrations.sandbox.slack_person import Person
from integrations.sandbox.slack_words import Json
from integrations.sandbox.slack_world import Channel, Message, View
from integrations.sandbox.town import Town

LONGEST = 12_000
LONGEST_AUTHOR = 80
WHOLE_NUMBERS = ("minutes", "speed")
YES_OR_NO = ("picture",)
GONE = "That form is not open any more."


class Refused(Exception):
    """The sentence it is raised with is what whoever asked is told; ``fields`` are those it is about."""

    def __init__(self, status: int, sentence: str, fields: Iterable[str] = ()) -> None:
        super().__init__(sentence)
        self.status = status
        self.fields = list(fields)


@dataclass(frozen=True, slots=True)
class Asked:
    """A deed asked for, in a town. A name that names nothing is a LookupError with a sentence."""

    town: Town
    visit: Visit
    fields: Mapping[str, Any]

    def words(self, name: str) -> str:
        """A field of words; empty when it was left out."""
        return str(self.fields.get(name) or "")

    def said(self, name: str, most: int = LONGEST) -> str:
        """Words that must be there. Raises Refused when there are none, or too many."""
        text = self.words(name)
        if not text.strip():
            raise Refused(422, f"There is nothing in {name}.", [name])
        if len(text) > most:
            raise Refused(422, f"{name} is longer than {most:,} characters.", [name])
        return text

    def person(self) -> Person:
        """Whoever acts: one of the organisation."""
        member = self.town.slack.workspace.members.get(self.words("as"))
        if member is None or member.bot or member.deleted:
            raise LookupError("There is nobody here by that name.")
        return self.town.slack.user(member.id)

    def place(self) -> Channel:
        """The conversation they act in."""
        return desk.found_channel(self.town.slack.workspace, self.words("as"), self.words("in"))

    def message(self, person: Person) -> Message:
        """A message they can see."""
        message = desk.found_message(self.town.slack.workspace, self.words("message"))
        try:
            return person.can_see(message)
        except LookupError:
            raise LookupError("That message is not there any more.") from None

    def view(self, person: Person) -> View:
        """A form, or Home, that is open before them."""
        for view in person.views:
            if view.id == self.words("view"):
                return view
        raise LookupError(GONE)


def checked(body: Any, needs: Iterable[str], may: Iterable[str]) -> Json:
    """The fields of a call, if it has those it needs, each of its kind; others are left out. Raises Refused."""
    if not isinstance(body, dict):
        raise Refused(422, "A JSON object is needed.")
    if missing := [name for name in needs if body.get(name) is None]:
        raise Refused(422, f"Missing: {', '.join(missing)}.", missing)
    fields = {name: body[name] for name in (*needs, *may) if body.get(name) is not None}
    if wrong := [name for name, value in fields.items() if not is_of_kind(name, value)]:
        raise Refused(422, f"Not of the right kind: {', '.join(wrong)}.", wrong)
    return fields


def is_of_kind(name: str, value: Any) -> bool:
    """Whether a field may hold this."""
    if name in WHOLE_NUMBERS:
        return isinstance(value, int) and not isinstance(value, bool)
    if name in YES_OR_NO:
        return isinstance(value, bool)
    if name == "values":
        return isinstance(value, dict) and all(is_words(key) and is_filled_in(one) for key, one in value.items())
    return is_words(value)


def is_filled_in(value: Any) -> bool:
    """Whether a field of a form may hold this: words or the value of an option, or several."""
    return all(map(is_words, value)) if isinstance(value, list) else value is None or is_words(value)


def is_words(value: Any) -> bool:
    """Whether it is text that can be written down: half of a surrogate pair cannot."""
    return isinstance(value, str) and not any("\ud800" <= letter <= "\udfff" for letter in value)
