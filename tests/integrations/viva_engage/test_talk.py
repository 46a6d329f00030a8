"""Forms and answers as a conversation: whatever a handler asks can be answered by words alone, and nothing else is meant."""

from datetime import UTC, datetime, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot.card import Answer, Button
from bot.command import Place
from bot.form import Field, Form
from bot.reply import MediaRules
from integrations.viva_engage import talk
from integrations.viva_engage.heard import Words
from integrations.viva_engage.prompts import (
    CANCEL,
    TAKEN,
    Dropped,
    GoesOn,
    Pressed,
    Prompt,
    SentIn,
    answered,
    kept,
    opened,
    recalled,
    turn,
    words_for,
)
from integrations.viva_engage.text import LIMIT

NOW = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)
HERE = Place("viva_engage", "1", "2", "M-142")
ANY = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)
TEXT = ANY.map(str.strip).filter(bool)
LABELS = st.lists(st.sampled_from(["Send as @x", "Send", "Undo", "Change the Words", "M-7", "OK", "!?", "The"]), max_size=6)


def said(text: str) -> Words:
    return Words(text, text)


@st.composite
def fields(draw: st.DrawFn) -> tuple[Field, str]:
    """A field, and what it is to hold."""
    name, is_optional = draw(st.uuids()).hex, draw(st.booleans())
    empty = [""] if is_optional else []
    if draw(st.booleans()):
        values = draw(st.lists(TEXT.filter(lambda text: "," not in text), min_size=1, max_size=5, unique=True))
        choices = {value: f"Choice {number}" for number, value in enumerate(values)}
        is_several = draw(st.booleans())
        some = st.lists(st.sampled_from(values), min_size=1, unique=True).map(",".join)
        target = draw(st.one_of(some if is_several else st.sampled_from(values), *map(st.just, empty)))
        before = draw(st.sampled_from(["", values[0]]))
        return Field(name, "Which?", before, choices=choices, optional=is_optional, several=is_several), target
    target = draw(st.one_of(TEXT, *map(st.just, empty)))
    return Field(name, draw(TEXT), draw(st.sampled_from(["", "before"])), optional=is_optional), target


def written(field: Field, target: str) -> str:
    """What a person writes to have a field hold something: words, or numbers of choices."""
    if not target:
        return "-"
    if not field.choices:
        return target
    return ", ".join(str(list(field.choices).index(value) + 1) for value in target.split(","))


def next_words(prompt: Prompt, targets: dict[str, str]) -> str:
    """What a person who wants these answers writes next."""
    if asked := prompt.question:
        return written(asked, targets[asked.name])
    for number, one in enumerate(prompt.asked, 1):
        if prompt.values[one.name] != targets[one.name]:
            return f"{number}: {written(one, targets[one.name])}"
    assert prompt.submit
    return prompt.submit.word


@settings(max_examples=60)
@given(st.lists(fields(), max_size=4), LABELS, st.booleans())
def test_every_form_can_be_filled_in_by_words_alone(asked: list[tuple[Field, str]], labels: list[str], shows: bool) -> None:
    targets = {field.name: target for field, target in asked}
    buttons = tuple(Button(label, "close") for label in labels)
    pictures = Field("pictures", "Pictures", optional=True, files=MediaRules(4, 9, frozenset({"image/png"}), 9))
    form = Form("x", "s", "T", "Go", (), (*(one for one, _ in asked), pictures), buttons, {"ref": "M-1"}, shows)
    prompt = opened(form, HERE, NOW, 7)
    presses = {one.word for one in (*prompt.presses, prompt.submit) if one}
    assume(not any(said(target).word in presses | TAKEN | {"undo"} or target.startswith("/") for target in targets.values()))

    for _ in range(2 * len(asked) + 2):
        prompt = recalled(kept(prompt)) or prompt
        came = turn(prompt, said(next_words(prompt, targets)), NOW)
        if isinstance(came, SentIn):
            break
        assert isinstance(came, GoesOn)
        assert not came.problem
        assert talk.asked_again(came.prompt)
        prompt = came.prompt

    assert isinstance(came, SentIn)
    if not shows:
        assert {name: value for name, value in came.prompt.values.items() if name != "pictures"} == targets
    assert came.prompt.context == {"ref": "M-1"}


@given(LABELS)
def test_every_button_has_a_word_of_its_own_that_presses_it(labels: list[str]) -> None:
    buttons = tuple(Button(label, "verb", f"M-{number + 1}") for number, label in enumerate(labels))
    prompt = opened(Answer((), buttons), HERE, NOW, 7)

    for button, press in zip(buttons, prompt.presses, strict=True):
        assert turn(prompt, said(f"{press.word.upper()}."), NOW) == Pressed(press)
        assert (press.ref, press.label) == (button.ref, button.label)
        assert press.word not in TAKEN
        assert f"{press.word}" in talk.drawn(Answer((), buttons), prompt)[-1]


@given(TEXT)
def test_only_the_word_alone_presses_a_button(text: str) -> None:
    prompt = opened(Form("reply", "look", "T", buttons=(Button("Reply as @x", "reply", "M-1", "send:"),)), HERE, NOW, 7)

    came = turn(prompt, said(text), NOW)

    assert came is None or text.rstrip(".!").casefold() == "send"


def test_words_hours_after_a_question_are_no_answer_to_it_and_cancel_ends_it() -> None:
    prompt = opened(Form("unsay", "why", "T", "Take It Down", fields=(Field("why", "Why?"),)), HERE, NOW, 7)

    assert turn(prompt, said("Morag asked about this"), NOW + timedelta(hours=2)) is None
    assert turn(prompt, said(CANCEL), NOW) == Dropped()
    assert turn(prompt, said("undo"), NOW) is None
    assert turn(prompt, said("/claim"), NOW) is None


def test_a_deed_is_done_on_its_word_and_what_only_shows_at_once() -> None:
    field = (Field("text", "Your reply"),)
    deed, shows = (opened(Form("x", "s", "T", "Go", fields=field, only_shows=one), HERE, NOW, 7) for one in (False, True))

    assert isinstance(turn(deed, said("Hello"), NOW), GoesOn)
    assert isinstance(turn(shows, said("Hello"), NOW), SentIn)


def test_the_same_verb_written_to_its_own_question_is_asked_anew() -> None:
    prompt = opened(Form("reply", "write", "T", "Look It Over", fields=(Field("text", "Your reply"),)), HERE, NOW, 7)

    assert turn(prompt, said("reply Hello there"), NOW) is None


def test_an_answer_too_long_for_its_field_is_asked_again() -> None:
    prompt = opened(Form("x", "s", "T", "Go", fields=(Field("why", "Why?", max_length=10),)), HERE, NOW, 7)

    came = answered(prompt, "eleven chars", NOW)

    assert isinstance(came, GoesOn)
    assert "at most 10" in came.problem


def test_what_one_message_does_not_hold_takes_more_and_loses_nothing() -> None:
    text = "\n".join(f"line {number} " + "x" * 90 for number in range(250))

    parts = talk.parted(text)

    assert "\n".join(parts) == text
    assert all(len(part) <= LIMIT for part in parts)
    assert talk.parted("y" * 90_000)[-1].endswith("(the rest is in the record)")


def test_labels_that_say_the_same_get_words_that_differ() -> None:
    found = words_for([Button("Done", "done"), Button("Done, and Track the Promise", "done"), Button("Done", "done")])

    assert [one.word for one in found] == ["done", "track", "done2"]


def test_send_is_the_word_for_a_reply_and_for_nothing_else() -> None:
    found = words_for(
        [Button("Send Back", "send_back"), Button("Send", "x"), Button("Ask to Send as @x", "reply", "", "send:a")]
    )

    assert [one.word for one in found] == ["back", "x2", "send"]


def test_what_was_kept_by_another_version_is_nothing_open() -> None:
    assert recalled('{"at": 3}') is None
    assert recalled("nonsense") is None
    assert recalled(None) is None
