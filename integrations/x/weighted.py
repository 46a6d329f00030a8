"""How long a text is as X counts it: weighted characters, every link 23, every emoji 2.

The rules are X's own, version 3: https://docs.x.com/fundamentals/counting-characters
"""

import re
import unicodedata
from importlib import resources

from bot.reply import TextLimits

LIMIT = 280
LINK_WEIGHT = 23
EMOJI_WEIGHT = 2
LONGEST_LABEL = 63  # octets in one label of a host name, once in punycode (RFC 1035)
LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
"""Code points that weigh 1; all others weigh 2."""


def read_top_level_domains() -> frozenset[str]:
    """IANA's list, lower case, each internationalised name both as ``xn--`` and in its own script."""
    listed = resources.files(__package__).joinpath("top_level_domains.txt").read_text("ascii").lower().split("\n")
    names = {name for name in listed if name and not name.startswith("#")}
    return frozenset(names | {name[4:].encode("ascii").decode("punycode") for name in names if name.startswith("xn--")})


TOP_LEVEL = read_top_level_domains()

LETTERS = "a-z0-9\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f"
CYRILLIC = "\u0400-\u04ff"
NOT_IN_A_HOST = r"\s!-,./:-@\[-\^`{-~\u00a0-\u00bf\u2000-\u206f\u3000-\u303f\uff00-\uff65\ufffe\uffff"
BEFORE = re.compile(r"[A-Za-z0-9@＠$#＃\ufffe\ufeff\uffff]$")
BEFORE_WITHOUT_SCHEME = re.compile(r"[A-Za-z0-9@＠$#＃\-_./\ufffe\ufeff\uffff]$")

HOST = re.compile(rf"[^{NOT_IN_A_HOST}-][^{NOT_IN_A_HOST}]*(?:\.[^{NOT_IN_A_HOST}-][^{NOT_IN_A_HOST}]*)+", re.IGNORECASE)
PLAIN_HOST = re.compile(rf"[{LETTERS}][{LETTERS}-]*(?:\.[{LETTERS}-]+)+", re.IGNORECASE)
START = re.compile(rf"(https?://)|(?=[{LETTERS}])", re.IGNORECASE)
TOP = re.compile(r"xn--[a-z0-9-]+|[a-z]+", re.IGNORECASE)

IN_PATH = rf"[{LETTERS}{CYRILLIC}!*';:=+,.$/%#\[\]\-\u2013_~@|&]"
ENDS_PATH = rf"[{LETTERS}{CYRILLIC}+\-=_#/]"
IN_BRACKETS = rf"\({IN_PATH}*(?:\({IN_PATH}+\){IN_PATH}*)?\)"
PORT = re.compile(r":[0-9]+")
PATH = re.compile(rf"/(?:(?:{IN_PATH}|{IN_BRACKETS})*(?:{ENDS_PATH}|{IN_BRACKETS}))?", re.IGNORECASE)
QUERY = re.compile(r"\?[a-z0-9!?*'@();:&=+$/%#\[\]\-_.,~|]*[a-z0-9\-_&=#/]", re.IGNORECASE)
SHORT_LINK = re.compile(r"https?://t\.co/[a-z0-9]+", re.IGNORECASE)

TONE = "\U0001f3fb-\U0001f3ff"
PICTURE = (
    "(?:[\u203c\u2049\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u25fe\u2600-\u27bf\u2934\u2935\u2b05-\u2b55"
    "\u3030\u303d\u3297\u3299\U0001f000-\U0001faff](?!\ufe0e)|[\u00a9\u00ae\u2122](?=\ufe0f))"
)
ONE_PICTURE = f"{PICTURE}\ufe0f?[{TONE}]?(?:[\U000e0020-\U000e007e]+\U000e007f)?"
EMOJI = re.compile(f"[0-9#*]\ufe0f?\u20e3|[\U0001f1e6-\U0001f1ff]{{2}}|{ONE_PICTURE}(?:\u200d{ONE_PICTURE})*")


def weighted_length(text: str) -> int:
    """The length X would count, after NFC; 280 is the most an ordinary account may post."""
    text = unicodedata.normalize("NFC", text)
    total = at = 0
    while at < len(text):
        end, weight = piece_at(text, at)
        total += weight
        at = end
    return total


LIMITS = TextLimits(LIMIT, "characters, counted as X counts them", weighted_length)


def has_link(text: str) -> bool:
    """Whether X would make a link of some part of the text."""
    text = unicodedata.normalize("NFC", text)
    return any(link_end(text, at) for at in range(len(text)))


def piece_at(text: str, at: int) -> tuple[int, int]:
    """Where the link, emoji or character that starts at ``at`` ends, and what it weighs."""
    if end := link_end(text, at):
        return end, LINK_WEIGHT
    if emoji := EMOJI.match(text, at):
        return emoji.end(), EMOJI_WEIGHT
    code = ord(text[at])
    return at + 1, 1 if any(low <= code <= high for low, high in LIGHT) else 2


def link_end(text: str, at: int) -> int:
    """Where the link that starts at ``at`` ends; 0 when none does.

    Without ``https://`` it counts too, as X makes a link of ``gov.uk/bins``, but then its host is Latin letters only.
    """
    start = START.match(text, at)
    if not start:
        return 0
    scheme = start.group(1)
    if at and (BEFORE if scheme else BEFORE_WITHOUT_SCHEME).match(text, at - 1, at):
        return 0
    end = host_end(text, HOST.match(text, start.end()) if scheme else PLAIN_HOST.match(text, at))
    if not end:
        return 0
    if short := SHORT_LINK.match(text, at):
        return short.end()
    for part in (PORT, PATH, QUERY):
        if found := part.match(text, end):
            end = found.end()
    return end


def host_end(text: str, host: re.Match[str] | None) -> int:
    """Where the longest beginning of ``host`` that ends in a known top-level domain ends; 0 when there is none."""
    if not host:
        return 0
    found = 0
    start = host.start()
    for dot in re.finditer(r"\.", host.group()):
        label_start = host.start() + dot.end()
        label_end = text.find(".", label_start, host.end())
        label = text[label_start : label_end if label_end >= 0 else host.end()]
        if known := top_level_length(label):
            end = label_start + known
            if text[end : end + 1] not in {"@", "+", "-"} and is_host(text[start:end]):
                found = end
    return found


def top_level_length(label: str) -> int:
    """How much of the start of ``label`` is a top-level domain: all of it, or the Latin letters before another script."""
    if label.lower() in TOP_LEVEL:
        return len(label)
    latin = TOP.match(label)
    if latin and latin.group().lower() in TOP_LEVEL and not label[latin.end() : latin.end() + 1].isascii():
        return latin.end()
    return 0


def is_host(host: str) -> bool:
    """Whether every label is one a host may have, and fits into its name once it is in punycode."""
    *_, domain, _ = labels = host.split(".")
    if "_" in domain or any(label != label.strip("-_") for label in labels):
        return False
    return all(0 < punycode_size(label) <= LONGEST_LABEL for label in labels)


def punycode_size(label: str) -> int:
    """Octets of a label as it is looked up."""
    return len(label) if label.isascii() else len("xn--") + len(label.lower().encode("punycode"))
