"""The words of an earlier answer made ready for another person: greeted by their own name or none, unsigned. Pure."""

import re
from collections.abc import Collection

from bot.watching.people import BESIDE, BOTH, GIVEN, RARE, TITLES, listed

NAMES = GIVEN | BOTH | RARE
WORD = r"[^\W\d_][\w'’-]*"
GREETING = re.compile(
    r"\s*(?P<hello>hi|hello|hey|hiya|dear|good (?:morning|afternoon|evening)|helo|shwmae|bore da"
    r"|prynhawn da|noswaith dda)(?: there| again)?(?P<who>,? @[\w.@-]*\w|(?: (?-i:[A-ZÀ-Þ])[\w'’-]*\.?){1,3})?"
    r"\s*(?P<end>[,!.:]|\s[-–—](?=\s))",
    re.IGNORECASE,
)
ADDRESSED = re.compile(r"\A(?:\s*@[\w.@-]*\w[,:]?\s+)*")
SIGNED = re.compile(r"\s*\^[A-Za-z]{1,4}\s*\Z")
PLAIN = re.compile(rf"{WORD}(?: {WORD}){{0,2}}")
SIGNS = re.compile(r"[^\w\s\x00-\x7f’]+")
"""Pictures and ornaments, such as people put beside their names."""
GAP = "[name]"
"""Stands where the earlier author's name stood in the middle; what goes out is looked over for it."""
SHORTEST = 3
NAMELESS = "Hello"
"""In the place of Dear, which needs a name."""


def reworded(text: str, *, was_to: str, to: str, called: str = "") -> str:
    """The words for somebody else. ``was_to`` and ``to`` are the names of the authors, as their networks have them;
    ``called`` is the earlier author's handle.
    """
    bare = ADDRESSED.sub("", SIGNED.sub("", text), count=1)
    greeting = GREETING.match(bare)
    if greeting is None:
        return without(bare.strip(), names_of(was_to), called)
    greeted = re.findall(WORD, greeting["who"] or "")
    rest = without(bare[greeting.end() :].strip(), {*names_of(was_to), *greeted}, called)
    name, hello = first_name(to), greeting["hello"]
    if not name:
        return f"{NAMELESS if hello.casefold() == 'dear' else hello}, {rest}"
    return f"{hello} {name}, {rest}"


def undecorated(name: str) -> str:
    """A name without pictures and what people write beside it: ``Lou Smith 🌻 (she/her)`` → ``Lou Smith``."""
    return " ".join(SIGNS.sub(" ", BESIDE.sub(" ", name)).split())


def names_of(author: str) -> set[str]:
    """The words of a name that is plainly a person's, however it is written: ``mary bell 🌻 (she/her)`` is Mary and Bell."""
    bare = undecorated(author)
    plain = bare if any(map(str.isupper, bare)) else bare.title()
    return set(re.findall(WORD, plain)) if first_name(plain) else set()


def without(text: str, names: Collection[str], called: str) -> str:
    """The words with a gap for each of the earlier author's names, and for their handle."""
    for handle in {called.strip("@"), called.strip("@").partition("@")[0]} - {""}:
        text = re.sub(rf"@{re.escape(handle)}(?:@[\w.-]*\w)?(?!\w)", GAP, text, flags=re.IGNORECASE)
    known = [one for one in names if len(one) >= SHORTEST and listed(one) not in TITLES]
    whole = "|".join(map(re.escape, sorted(known, key=len, reverse=True)))
    return re.sub(rf"(?<!\w)@?(?:{whole})(?: (?:{whole}))*(?!\w)", GAP, text) if known else text


def first_name(name: str) -> str:
    """What to greet somebody by; empty where that is not plain, as of ``Larkfield Residents`` or ``xX_lou_Xx``."""
    if not PLAIN.fullmatch(name.strip()):
        return ""
    first = name.split()[0]
    return first if listed(first) in NAMES and len(first) >= SHORTEST - 1 and first[0].isupper() else ""
