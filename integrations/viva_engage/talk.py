"""Answers and forms as a conversation: what is said, and what a person can write next. Pure."""

from collections.abc import Iterator

from bot.card import Answer
from bot.form import Field, Form, units
from integrations.viva_engage import says
from integrations.viva_engage.body import body_text
from integrations.viva_engage.draw import card_lines
from integrations.viva_engage.prompts import CANCEL, Press, Prompt
from integrations.viva_engage.text import LIMIT, cut, one_line, safe

MOST_PARTS = 4
"""Messages one answer may take: as much as the longest reply with all around it."""
SHOWN = 300
"""How much is shown of what a field holds already."""
HINTED = 400
WITHIN = "It is read within a minute."


def drawn(result: Answer | Form, prompt: Prompt) -> list[str]:
    """An answer or a form as the messages it takes, what can be written next at the end of the last."""
    return parted("\n".join([*above(result), *next_lines(prompt)]).strip())


def above(result: Answer | Form) -> Iterator[str]:
    """What stands above what can be written next."""
    if isinstance(result, Form):
        yield one_line(result.title)
    if result.body:
        yield body_text(result.body, MOST_PARTS * LIMIT // 2)
    if isinstance(result, Answer) and result.card:
        yield from card_lines(result.card)


def shown_anew(prompt: Prompt, word: str, *, was_shown: bool) -> list[str]:
    """All that was shown, once more, for somebody whose word did not count."""
    why = says.look_again(word, was_shown=was_shown)
    return parted("\n".join([why, *([prompt.body] if prompt.body else ()), *next_lines(prompt)]))


def asked_again(prompt: Prompt, problem: str = "") -> list[str]:
    """The next question, or all that was answered, as messages."""
    return parted("\n".join([*([safe(problem)] if problem else ()), *next_lines(prompt)]).strip())


def next_lines(prompt: Prompt) -> Iterator[str]:
    """What can be written next; nothing where nothing can."""
    if any(one.files for one in prompt.fields):
        yield says.NO_PICTURES
    if asked := prompt.question:
        yield from question(asked, before=prompt.values.get(asked.name, ""))
        yield f"Write your answer here within an hour, or {offers(prompt)}. {WITHIN}"
        return
    if prompt.submit and prompt.asked:
        yield from review(prompt)
    if prompt.presses or prompt.submit:
        yield f"Write {offers(prompt)}. {WITHIN}"


def question(asked: Field, *, before: str) -> Iterator[str]:
    """One question, with whatever helps to answer it."""
    yield safe(asked.label)
    if asked.hint:
        yield cut(safe(asked.hint), HINTED)
    for number, label in enumerate(asked.choices.values(), 1):
        yield f"{number} {one_line(label)}"
    if asked.several:
        yield "You can choose several: 1, 2."
    if before:
        yield f"So far: {shown(asked, before)}. To leave it so: keep."
    if asked.optional:
        yield "To leave it empty: skip."


def review(prompt: Prompt) -> Iterator[str]:
    """Each field with what it holds, by the number that changes it."""
    for number, one in enumerate(prompt.asked, 1):
        yield f"{number} {one_line(one.label)}: {shown(one, prompt.values.get(one.name, ''))}"
    yield "To change one, write its number, a colon and what it should be; the number alone shows the choices."


def shown(one: Field, value: str) -> str:
    """What a field holds, as it reads."""
    labels = [one.choices.get(each, each) for each in value.split(",")] if one.several else [one.choices.get(value, value)]
    return cut(one_line(", ".join(label for label in labels if label)), SHOWN) or "(empty)"


def offers(prompt: Prompt) -> str:
    """Each word that can be written, with what it does."""
    each = [offered(one) for one in (*prompt.presses, *([prompt.submit] if prompt.submit and not prompt.asking else ()))]
    each += [CANCEL] if prompt.submit else []
    return " · ".join(each)


def offered(one: Press) -> str:
    """A word, and the button it presses where that says more."""
    label = one_line(one.label)
    told = [] if label.casefold().replace(" ", "") == one.word else [label]
    told += [one_line(one.confirm)] if one.confirm else []
    return f"{one.word} ({': '.join(told)})" if told else one.word


# --- more than one message holds ---------------------------------------------------------------------------------


def parted(text: str) -> list[str]:
    """The text as messages, parted between lines where that can be; what goes beyond MOST_PARTS is left out, and said."""
    parts: list[str] = []
    while text and len(parts) < MOST_PARTS:
        if units(text) <= LIMIT:
            return [*parts, text]
        head = cut(text, LIMIT, "")
        line = head.rfind("\n")
        head = head[:line] if line > LIMIT // 2 else head
        parts.append(head.rstrip())
        text = text[len(head) :].lstrip("\n")
    if text:
        parts[-1] = cut(parts[-1], LIMIT - units(says.REST_LEFT_OUT), "") + says.REST_LEFT_OUT
    return parts
