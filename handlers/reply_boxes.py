"""Words in the boxes of a form: whole, or not in a box at all, for what is cut there would come back as what was written."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from bot.card import Code, Line
from bot.form import BOX, Field, fits
from bot.words import replying as words

ANEW = "_anew"
"""How the name of the empty box ends that stands in the place of one that could not hold all."""
USED = "_used"
"""How the name of a box ends that holds words put into it: what stood in a box of the same name before would stay there."""


def box(name: str, label: str, value: str, *, hint: str = "", optional: bool = False, keeps: bool = False) -> Field:
    """A box with all of the words in it; for more than it holds an empty one, whose words take the place of those."""
    if fits(value):
        return Field(name, label, value=value, hint=hint, optional=optional, lines=6, keeps=keeps)
    about = f"Leave it empty to keep the words above. {words.at_most(BOX)}"
    return Field(name + ANEW, words.IN_PLACE_OF_ALL, hint=about, optional=True, lines=6)


def in_full(*texts: str) -> Iterator[Line | Code]:
    """Those of the texts that no box holds, to be read and copied."""
    for text in texts:
        if not fits(text):
            yield (words.longer_than_a_box(BOX),)
            yield Code(text)


def boxed(values: Mapping[str, str], name: str, before: str) -> str:
    """What was written in a box or in the one that took its place; what was there before where neither says anything."""
    return values.get(name, values.get(name + USED, values.get(name + ANEW, "").strip() or before))


def put_into(fields: Iterable[Field], *names: str) -> Iterator[Field]:
    """The fields, those of these names as boxes that show what they hold now; see ``USED``."""
    for one in fields:
        yield replace(one, name=one.name + USED) if one.name in names else one


def as_typed(values: Mapping[str, str]) -> dict[str, str]:
    """Without what is half written to take the place of longer words: it does so when it is sent in."""
    return {name: value for name, value in values.items() if not name.endswith(ANEW)}
