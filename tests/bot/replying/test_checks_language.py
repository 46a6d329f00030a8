"""Languages and reading ages: said only where a text is long enough, and only where asked for."""

from collections.abc import Callable

import pytest

from bot.housing_replies import rules_of
from bot.replying.findings import Check, Rules
from bot.replying.languages import language_teller
from bot.replying.look_over import look_over
from bot.settings import CoreSettings
from tests.bot.replying.drafts import draft, excerpts, found, rules

WELSH = "Bore da, a fydd y biniau gwyrdd yn cael eu casglu ar ein stryd ni yfory os gwelwch yn dda?"
ENGLISH = "Good morning, will the green bins be collected on our street tomorrow, and when should I put mine out?"


def teller(**known: str) -> Callable[[str], str]:
    """Somebody who knows the language of a few texts by their first word."""
    return lambda text: known.get(text.split()[0], "")


TELLS = rules(language_of=teller(Bore="cy", Good="en"))


def test_an_answer_in_another_language_than_the_question_is_noticed() -> None:
    (finding,) = found(Check.LANGUAGE, ENGLISH, TELLS, asked=WELSH)

    assert finding.reason == "They wrote in Welsh, and this is in English."


def test_one_of_two_languages_is_enough() -> None:
    assert found(Check.LANGUAGE, ENGLISH, TELLS, asked=WELSH, second=WELSH) == []
    assert found(Check.LANGUAGE, WELSH, TELLS, asked=WELSH) == []


def test_what_the_network_says_counts_where_the_question_is_short() -> None:
    assert len(found(Check.LANGUAGE, ENGLISH, TELLS, asked="Bore da!", language="cy-GB")) == 1
    assert found(Check.LANGUAGE, ENGLISH, TELLS, asked="Bore da!", language="und") == []
    assert found(Check.LANGUAGE, ENGLISH, TELLS, asked="Bore da!", language="") == []


def test_short_answers_and_what_cannot_be_told_say_nothing() -> None:
    assert found(Check.LANGUAGE, "Good, thanks!", TELLS, asked=WELSH) == []
    assert found(Check.LANGUAGE, f"Hm. {ENGLISH}", TELLS, asked=WELSH) == []
    assert found(Check.LANGUAGE, ENGLISH, rules(), asked=WELSH) == []


@pytest.mark.slow
def test_the_extra_tells_welsh_from_english_and_is_only_asked_for_when_it_is_switched_on() -> None:
    off, on = rules_of(CoreSettings()), rules_of(CoreSettings(checks={"language": "warn"}))

    assert off.language_of is None
    assert [found.check for found in look_over(draft(ENGLISH, asked=WELSH), on)] == [Check.LANGUAGE]
    assert look_over(draft(WELSH, asked=WELSH), on) == ()


@pytest.mark.slow
def test_what_could_be_several_languages_is_told_to_be_none() -> None:
    tell = language_teller()

    assert tell is not None
    assert (tell(WELSH), tell(ENGLISH), tell(""), tell("12345 67890")) == ("cy", "en", "", "")


# --- reading age -------------------------------------------------------------------------------------------------

PLAIN = (
    "Sorry that your bin was missed. Our lorry broke down on your street this morning. We have a new one out now. "
    "Please leave your bin where it is. If it is still full at the end of the day, tell us and we will look at it."
)
GRAND = (
    "The administrative arrangements pertaining to the implementation of the revised residual waste collection methodology "
    "necessitate the temporary postponement of scheduled collections in accordance with the aforementioned operational "
    "constraints, and residents are respectfully encouraged to anticipate additional notification of the alternatives."
)


def test_what_is_harder_than_the_organisation_wants_is_found_with_its_longest_sentence() -> None:
    (finding,) = found(Check.READING_AGE, f"Hi. {GRAND}", rules(reading_age=12))

    assert GRAND.startswith(finding.excerpt)
    assert "your organisation writes for 12" in finding.reason


def test_plain_words_are_fine() -> None:
    assert excerpts(Check.READING_AGE, PLAIN, rules(reading_age=12)) == []


def test_short_texts_other_languages_and_no_limit_say_nothing() -> None:
    assert excerpts(Check.READING_AGE, GRAND[:150], rules(reading_age=8)) == []
    assert excerpts(Check.READING_AGE, f"{WELSH} " * 4, rules(reading_age=8)) == []
    assert excerpts(Check.READING_AGE, GRAND, Rules()) == []


def test_links_and_names_are_not_read_as_words() -> None:
    links = " https://harrowmere.example/administrative-arrangements-pertaining-to-implementation" * 9

    assert excerpts(Check.READING_AGE, PLAIN + links, rules(reading_age=12)) == []
