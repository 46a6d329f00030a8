"""The words of an earlier answer made ready for another person: greeted by their own name or none, unsigned. Pure."""

import re

from bot.watching.people import BOTH, GIVEN, RARE, TITLES, listed

NAMES = GIVEN | BOTH | RARE
WORD = r"[^\W\d_][\w'’-]*"
GREETING = re.compile(
    r"\s*(?:@[\w.@-]*\w[,:]?\s+)?(?P<hello>hi|hello|hey|hiya|dear|good (?:morning|afternoon|evening)|helo|shwmae|bore da"
    r"|prynhawn da|noswaith dda)(?: there| again)?(?P<who>,? @[\w.@-]*\w|(?: (?-i:[A-ZÀ-Þ])[\w'’-]*\.?){1,3})?"
    r"\s*(?P<end>[,!.:]|\s[-–—](?=\s))",
    re.IGNORECASE,
)
ADDRESSED = re.compile(r"\s*@[\w.@-]*\w[,:]?\s+")
SIGNED = re.compile(r"\s*\^[A-Za-z]{1,4}\s*\Z")
PLAIN = re.compile(rf"{WORD}(?: {WORD}){{0,2}}")
GAP = "[name]"
"""Stands where the earlier author's name stood in the middle; what goes out is looked over for it."""
SHORTEST = 3
NAMELESS = "Hello"
"""In the place of Dear, which needs a name."""


def reworded(text: str, *, was_to: str, to: str) -> str:
    """The words for somebody else. ``was_to`` and ``to`` are the names of the authors, as their networks have them."""
    bare = SIGNED.sub("", text)
    greeting = GREETING.match(bare)
    if greeting is None:
        return without(ADDRESSED.sub("", bare, count=1).strip(), was_to)
    rest = without(bare[greeting.end() :].strip(), was_to)
    name, hello = first_name(to), greeting["hello"]
    if not name:
        return f"{NAMELESS if hello.casefold() == 'dear' else hello}, {rest}"
    return f"{hello} {name}, {rest}"


def without(text: str, was_to: str) -> str:
    """The words with a gap for each of the earlier author's names."""
    names = [one for one in re.findall(WORD, was_to) if len(one) >= SHORTEST and listed(one) not in TITLES]
    if not names:
        return text
    whole = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    return re.sub(rf"(?<!\w)@?(?:{whole})(?: (?:{whole}))*(?!\w)", GAP, text) if is_person(was_to) else text


def is_person(name: str) -> bool:
    """Whether a name is plainly a person's."""
    return bool(first_name(name))


def first_name(name: str) -> str:
    """What to greet somebody by; empty where that is not plain, as of ``Larkfield Residents`` or ``xX_lou_Xx``."""
    if not PLAIN.fullmatch(name.strip()):
        return ""
    first = name.split()[0]
    return first if listed(first) in NAMES and len(first) >= SHORTEST - 1 and first[0].isupper() else ""
