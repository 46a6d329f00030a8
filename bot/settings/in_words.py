"""What is wrong with one setting in plain words: how it is written, and where an unknown one belongs."""

from collections.abc import Callable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot.settings.register import NAME
from bot.settings.rights import LABEL
from bot.settings.types import ADDRESS, CODE, COMMAND

PATTERNS: Mapping[str, str] = {
    ADDRESS: "write a web address, such as https://www.example.org/",
    CODE: "write letters, digits, dots and hyphens without spaces, at most 20 of them, such as 3.2",
    COMMAND: "write a slash and small letters, such as /mention",
    NAME: "write small letters, digits and hyphens, such as website",
    LABEL: "write 2 to 30 small letters, digits and hyphens, a letter first, such as petition",
}
"""By pattern, how what it is for is written."""
TYPES: Mapping[str, str] = {
    "int_parsing": "write a whole number",
    "int_type": "write a whole number",
    "int_from_float": "write a whole number",
    "bool_parsing": "write true or false",
    "bool_type": "write true or false",
}
SAID: Mapping[str, str] = {
    "Input should be greater than or equal to ": "write at least ",
    "Input should be less than or equal to ": "write at most ",
    "Input should be greater than ": "write more than ",
    "Input should be less than ": "write less than ",
    "Input should be a valid string": "write words in quotes",
    "Input should be a valid ": "write a ",
    "Input should be ": "write ",
}
"""How the reader of it begins to say what it expects, and how we do."""
LENGTHS: Mapping[str, str] = {
    "too_short": "too short",
    "string_too_short": "too short",
    "too_long": "too long",
    "string_too_long": "too long",
}
TABLES = ("tuple_type", "list_type")
TABLE = ("model_type", "model_attributes_type", "dict_type")
DAY = "write a day as 2027-05-06"


def in_words(fault: Mapping[str, Any], model: type[BaseModel]) -> str:
    """How a setting is to be written that cannot be read as it is; as the reader of it says, where nothing is plainer."""
    kind, parts = str(fault["type"]), [str(part) for part in fault["loc"]]
    if kind in TYPES:
        return TYPES[kind]
    if kind.startswith("date_"):
        return DAY
    if kind == "string_pattern_mismatch" and (plain := PATTERNS.get(fault.get("ctx", {}).get("pattern", ""))):
        return plain
    if kind in TABLES:
        return as_several(model, parts)
    field = model.model_fields.get(parts[0]) if len(parts) == 1 else None
    if field and sections_in(field) and kind in TABLE:
        return f"write it as [{parts[0]}], in single brackets, and only once"
    if plain := as_described(fault, kind, field):
        return plain
    said = str(fault["msg"]).removeprefix("Value error, ")
    return next((said.replace(theirs, ours) for theirs, ours in SAID.items() if said.startswith(theirs)), said)


def as_several(model: type[BaseModel], parts: list[str]) -> str:
    """How what there may be several of is written: tables, or values."""
    for part in parts[:-1]:
        field = model.model_fields.get(part)
        model = next(iter(sections_in(field)), model) if field else model
    field = model.model_fields.get(parts[-1])
    if field and sections_in(field):
        return f"write it as [[{'.'.join(parts)}]], in double brackets, once for each"
    return 'write a list, such as ["one", "two"]'


def as_described(fault: Mapping[str, Any], kind: str, field: FieldInfo | None) -> str:
    """What it is for, of what does not look so; empty where that says nothing, or something else is wrong."""
    if field is None or not field.description:
        return ""
    if kind == "string_pattern_mismatch":
        return f"that cannot be right; it should be {field.description}"
    if kind == "too_short" and is_several(field):
        return f"write at least {fault.get('ctx', {}).get('min_length', 1)}: {field.description}"
    return f"that is {LENGTHS[kind]}; it should be {field.description}" if kind in LENGTHS else ""


# --- unknown names -----------------------------------------------------------------------------------------------


def unknown(model: type[BaseModel], parts: list[str]) -> str:
    """Where a name that is not known here belongs, else the nearest that is."""
    name, here = parts[-1], next((part for part in parts[:-1] if not part.isdigit()), "")
    if homes := [one for one in homes_of(model, name) if one.strip("[]") != here]:
        return f"; it belongs to {' or '.join(homes[:2])}"
    return nearest(name, names_beside(model, parts))


def homes_of(model: type[BaseModel], name: str) -> Iterator[str]:
    """The sections that have a setting of that name, as they are written."""
    for section, field in model.model_fields.items():
        if any(name in inner.model_fields for inner in sections_in(field)):
            yield f"[[{section}]]" if is_several(field) else f"[{section}]"


def nearest(name: str, known: set[str], spelled: Callable[[str], str] = repr) -> str:
    """The known name that was probably meant."""
    close = get_close_matches(name, sorted(known), n=1, cutoff=0.6)
    if close:
        return f"; did you mean {spelled(close[0])}?"
    return f"; known are: {', '.join(sorted(get_close_matches(name, sorted(known), n=12, cutoff=0.0)))}"


def names_beside(model: type[BaseModel], parts: list[str]) -> set[str]:
    """The settings that may stand where an unknown one stood."""
    here: type[BaseModel] = model
    for part in parts[:-1]:
        if part.isdigit():
            continue  # which of several tables: all have the same settings
        field = here.model_fields.get(part)
        inner = sections_in(field) if field else []
        if not inner:
            return set()
        here = inner[0]
    return set(here.model_fields)


def sections_in(field: FieldInfo) -> list[type[BaseModel]]:
    """The sections that may stand in a setting: one, or one of several."""
    return [one for one in types_in(field.annotation) if isinstance(one, type) and issubclass(one, BaseModel)]


def is_several(field: FieldInfo) -> bool:
    """Whether its section may stand there more than once."""
    return getattr(field.annotation, "__origin__", None) is tuple


def types_in(annotation: Any) -> Iterator[Any]:
    """The types of an annotation, with those of a union or a list."""
    yield annotation
    yield from getattr(annotation, "__args__", ())
