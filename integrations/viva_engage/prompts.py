"""What a person was last asked or offered in a thread, and what comes of what they write next. Pure; kept as JSON."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from pydantic import TypeAdapter, ValidationError

from bot.card import Answer, Button
from bot.command import Place
from bot.errors import FormProblem
from bot.form import Field, Form
from integrations.viva_engage.body import BARE
from integrations.viva_engage.filled import KEEP, SKIP, value_of
from integrations.viva_engage.heard import Words, verb_and_rest

LASTS = timedelta(hours=24)
"""How long a word presses a button. What presses nothing any longer is a note."""
LISTENS = timedelta(hours=1)
"""How long any words are the answer to a question: a note of tomorrow must not be taken for one."""
CANCEL, UNDO = "cancel", "undo"
STANDS_FOR_WHAT_WAS_SHOWN = re.compile(r"[0-9a-f]{16}")
PUBLIC = frozenset({"like", "hide", "unsay", "correct", "settle", "start"})
"""Verbs by which the public sees something, or what waits may go to it, besides what LETS_GO and an approval do."""
SEND, LETS_GO = "send", "send:"
"""The word for what has a reply go to the public, and for nothing else; and how the argument of such a button begins."""
TAKEN = frozenset({CANCEL, *SKIP, *KEEP})
SMALL = frozenset({"and", "the", "a", "an", "it", "as", "to", "of", "in", "my", "at", "for", "me", "on", "i", "im"})
WORD = re.compile(r"\w(?:[\w-]|['’](?=\w))*")
BY_NUMBER = re.compile(r"(\d{1,2})\s*[:=]\s*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Press:
    """A button, and the one word that presses it."""

    word: str
    label: str
    verb: str
    ref: str = ""
    argument: str = ""
    confirm: str = ""


@dataclass(frozen=True, slots=True)
class Prompt:
    """What is open. With ``submit`` it is a form: ``asking`` names the field whose answer is awaited, if one is."""

    at: datetime
    place: Place
    presses: tuple[Press, ...] = ()
    verb: str = ""
    step: str = ""
    submit: Press | None = None
    only_shows: bool = False
    fields: tuple[Field, ...] = ()
    values: Mapping[str, str] = field(default_factory=dict)
    asking: str = ""
    context: Mapping[str, str] = field(default_factory=dict)
    after: int = 0
    """The message that it is the answer to: what was acted on is not acted on again."""
    shown: int = 0
    """The message in which all this was shown; 0 where that is not known."""
    body: str = ""
    """What stood above what can be written, where that has to be looked at before its word counts."""
    is_passed: bool = False
    """Whether its person has written something else there since."""

    @property
    def words(self) -> tuple[Press, ...]:
        """All that a single word does."""
        return (*self.presses, self.submit) if self.submit else self.presses

    @property
    def lets_go(self) -> bool:
        """Whether the public could see something of what is open."""
        return any(map(lets_go, self.words))

    def is_unseen_by(self, message: int, press: Press) -> bool:
        """Whether a word counts for what its writer had seen, and they may have meant something else by it."""
        if lets_go(press):
            return not 0 < self.shown < message or self.is_passed
        return message < self.shown and STANDS_FOR_WHAT_WAS_SHOWN.search(press.argument) is not None

    def is_asked_anew_by(self, verb: str) -> bool:
        """Whether a verb asks for what is open: what it is open with is out of date then, whatever comes of that."""
        return verb in {self.verb, *(one.verb for one in self.words)}

    @property
    def asked(self) -> tuple[Field, ...]:
        """The fields that words can fill in."""
        return tuple(one for one in self.fields if not one.files)

    @property
    def question(self) -> Field | None:
        """The field whose answer is awaited."""
        return next((one for one in self.asked if one.name == self.asking), None)


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button was pressed, with what stands in the form beside it."""

    press: Press


@dataclass(frozen=True, slots=True)
class SentIn:
    """The form is sent in."""

    prompt: Prompt


@dataclass(frozen=True, slots=True)
class GoesOn:
    """The next question, or all that was answered; ``problem`` is what was wrong with the words."""

    prompt: Prompt
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Dropped:
    """Nothing comes of it."""


@dataclass(frozen=True, slots=True)
class LookAgain:
    """The word counts once this was looked at: it is shown anew."""

    word: str


Turn = Pressed | SentIn | GoesOn | Dropped | LookAgain
SHAPE: TypeAdapter[Prompt] = TypeAdapter(Prompt)


def kept(prompt: Prompt) -> str:
    """As it is kept."""
    return SHAPE.dump_json(prompt).decode()


def recalled(text: str | None) -> Prompt | None:
    """As it was; None for what is none, or was kept by another version."""
    try:
        return SHAPE.validate_json(text) if text else None
    except ValidationError:
        return None


# --- opened ------------------------------------------------------------------------------------------------------


def opened(result: Answer | Form, place: Place, now: datetime, after: int) -> Prompt:
    """What an answer offers, or a form asks."""
    if isinstance(result, Answer):
        return Prompt(now, place, words_for(result.buttons), after=after)
    submit = Button(result.submit, result.verb) if result.submit else None
    *presses, last = *words_for([*result.buttons, *([submit] if submit else [])]), None
    if submit:
        last = presses.pop()
    prompt = Prompt(
        now,
        place,
        tuple(presses),
        result.verb,
        result.step,
        submit=last,
        only_shows=result.only_shows,
        fields=result.fields,
        values={one.name: one.value for one in result.fields},
        context=result.context,
        after=after,
    )
    return replace(prompt, asking=wanted(prompt)) if submit else prompt


def again(prompt: Prompt, problem: FormProblem, now: datetime) -> Prompt:
    """The field that cannot stay as it is, asked once more; what else was said is kept."""
    names = [one.name for one in prompt.asked]
    at_fault = problem.field if problem.field in names or not problem.field else next(iter(names), "")
    return replace(prompt, asking=at_fault, at=now)


def words_for(buttons: Sequence[Button]) -> tuple[Press, ...]:
    """A word for each button that does something here, no two alike: of its label the first that is free."""
    found: dict[str, Press] = {}
    for button in buttons:
        if not button.url:
            word = next(word for word in candidates(button) if word not in TAKEN and word not in found)
            found[word] = Press(word, button.label, button.verb, button.ref, button.argument, button.confirm)
    return tuple(found.values())


def candidates(button: Button) -> Iterator[str]:
    """Words by which a button could be pressed, the best first; there is always another."""
    words = [word.casefold().replace("'", "").replace("’", "") for word in WORD.findall(button.label)]
    if button.argument.startswith(LETS_GO):
        yield SEND
    if len(words) == 2 and words[1].isdecimal():
        yield "".join(words)
    yield from (word for word in words if word not in SMALL | {SEND})
    first = next((word for word in words if word != SEND), button.verb)
    yield from (f"{first}{number}" for number in range(2, 1000))


def lets_go(press: Press) -> bool:
    """Whether the public sees what comes of it."""
    is_approval = press.verb == "approve" and STANDS_FOR_WHAT_WAS_SHOWN.search(press.argument) is not None
    return is_approval or press.verb in PUBLIC or press.argument.startswith(LETS_GO)


def wanted(prompt: Prompt) -> str:
    """The first field that must be filled in and is not; empty when all is there."""
    return next((one.name for one in prompt.asked if not one.optional and not prompt.values.get(one.name)), "")


# --- answered ----------------------------------------------------------------------------------------------------


def turn(prompt: Prompt, said: Words, now: datetime, message: int = 0) -> Turn | None:
    """What comes of words; None when they are not about this, and mean what they would without it.

    ``message``: the id of that in which they were written; ids run upwards.
    """
    if now - prompt.at > LASTS or said.is_slashed:
        return None
    if press := next((one for one in prompt.presses if one.word in (said.word, said.numbered)), None):
        return LookAgain(press.word) if prompt.is_unseen_by(message, press) else Pressed(press)
    if not prompt.submit or said.word == UNDO:
        return None
    if said.word == CANCEL:
        return Dropped()
    if said.word == prompt.submit.word:
        if missing := wanted(prompt):
            return GoesOn(replace(prompt, asking=missing, at=now))
        return LookAgain(said.word) if prompt.is_unseen_by(message, prompt.submit) else SentIn(prompt)
    return by_number(prompt, said, now) or to_question(prompt, said, now)


def by_number(prompt: Prompt, said: Words, now: datetime) -> Turn | None:
    """``2: tomorrow`` changes the second answer, ``2`` alone asks it again, where no question is open."""
    if prompt.asking:
        return None
    found = BY_NUMBER.fullmatch(said.plain.strip())
    is_recent = now - prompt.at <= LISTENS
    number = int(found.group(1)) if found else int(said.word) if is_recent and re.fullmatch(r"\d{1,2}", said.word) else 0
    if not 1 <= number <= len(prompt.asked):
        return None
    open_again = replace(prompt, asking=prompt.asked[number - 1].name, at=now)
    return answered(open_again, found.group(2).strip(), now) if found else GoesOn(open_again)


def to_question(prompt: Prompt, said: Words, now: datetime) -> Turn | None:
    """Words after a question are its answer, unless they ask for the same verb anew."""
    verb, rest = verb_and_rest(said.plain)
    if not prompt.question or now - prompt.at > LISTENS or (verb == prompt.verb and verb in BARE and rest):
        return None
    return answered(prompt, said.plain.strip(), now)


def answered(prompt: Prompt, text: str, now: datetime) -> Turn:
    """The awaited answer, and what is wanted next. What only shows is sent in as soon as it is whole."""
    asked = prompt.question
    if asked is None:
        return GoesOn(prompt)
    value, problem = value_of(asked, prompt.values.get(asked.name, ""), text)
    if problem:
        return GoesOn(replace(prompt, at=now), problem)
    so_far = replace(prompt, values={**prompt.values, asked.name: value}, at=now)
    so_far = replace(so_far, asking=wanted(so_far))
    return SentIn(so_far) if so_far.only_shows and not so_far.asking else GoesOn(so_far)
