"""What a field of a form holds once its question was answered in words. Pure."""

import re
from collections.abc import Mapping

from bot.form import Field, units

SKIP, KEEP = frozenset({"skip", "-"}), frozenset({"keep", "ok"})
PARTS = re.compile(r"\s*(?:,|;|\band\b|\s)\s*")


def value_of(asked: Field, before: str, text: str) -> tuple[str, str]:
    """What a field holds once this was answered, or what is wrong with the answer."""
    word = text.casefold().rstrip(".!")
    if before and word in KEEP:
        return before, ""
    if asked.optional and (word in SKIP or not text):
        return "", ""
    if asked.choices:
        return chosen(asked, text)
    if not text:
        return "", "That needs words."
    if units(text) > asked.max_length:
        return "", f"That is {units(text):,} characters; at most {asked.max_length:,} fit. Write it shorter."
    return text, ""


def chosen(asked: Field, text: str) -> tuple[str, str]:
    """The choice, by its number, its label or its value; several with commas between where that can be."""
    if one := choice(asked.choices, text):
        return one, ""
    if asked.several:
        found = [choice(asked.choices, part) for part in PARTS.split(text.strip()) if part]
        if found and all(found):
            return ",".join(dict.fromkeys(found)), ""
    return "", "That is none of the choices. Write the number of one."


def choice(choices: Mapping[str, str], text: str) -> str:
    """The value that is meant; empty when none is."""
    wanted_word = text.strip().rstrip(".!").casefold()
    if re.fullmatch(r"[0-9]{1,4}", wanted_word) and 1 <= int(wanted_word) <= len(choices):
        return list(choices)[int(wanted_word) - 1]
    same = [value for value, label in choices.items() if wanted_word in (value.casefold(), label.casefold())]
    begins = [value for value, label in choices.items() if wanted_word and label.casefold().startswith(wanted_word)]
    return same[0] if same else begins[0] if len(begins) == 1 else ""
