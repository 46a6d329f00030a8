"""Links that lead elsewhere than the organisation wants, or hide where they lead. Pure."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address

from bot.replying.checks.word_lists import listed
from bot.replying.draft import Draft
from bot.replying.findings import Check, Finding, Rules

PIECE = re.compile(r"https?://\[[\da-f:.]{2,45}\][^\s<>]*|[^\s<>\"()\[\]{},;|“”«»]+")
"""Between these marks stands one word or one link."""
SCHEME = re.compile(r"https?:[/\\]{1,8}", re.IGNORECASE)
EDGES = ".:!?…'’‘*_~`"
LABEL = re.compile(r"[^\W_](?:[\w-]{0,61}[^\W_])?")
ENDINGS = listed("host_endings")
"""What a host ends in that is likely to become a link without https; a word after a missing space seldom is one."""
WORDS_TOO = listed("endings_that_are_words")
"""Of these, what may just as well begin the next sentence: only with www. or a path a link."""
SHORTENERS = listed("shorteners")
LOOKS_LIKE = str.maketrans({"0": "o", "1": "l", "5": "s", "-": None})


@dataclass(frozen=True, slots=True)
class Link:
    """A link as it stands in the text, and the host it leads to; ``trick`` says how it hides that."""

    text: str
    host: str
    trick: str = ""


def links(draft: Draft, rules: Rules) -> Iterator[Finding]:
    """Links off the list of hosts, where there is one; and links that hide or feign their host, in any case."""
    listed = tuple(filter(None, (plain_host(one) for one in rules.link_hosts)))
    for text in draft.posts:
        for link in links_in(text):
            if link.host and (reason := why_not(link, listed)):
                fix = f"Use the full address on {listed[0]}." if listed else "Use the full address of the page itself."
                yield rules.found(Check.LINKS, reason, fix, excerpt=link.text)


def why_not(link: Link, listed: tuple[str, ...]) -> str:
    """What is wrong with a link; empty when it is fine."""
    if link.trick:
        return link.trick
    if any(link.host == one or link.host.endswith(f".{one}") for one in listed):
        return ""
    if link.host in SHORTENERS:
        return "A shortened link does not show where it leads, and the service behind it can go or change it."
    if any(ord(one) > 127 for one in link.host) or "xn--" in link.host:
        return "The letters of this address are not all plain ones: it may look like another one that it is not."
    if is_number(link.host):
        return "This link leads to a number, not a name, so nobody can see whose it is."
    if like := next((one for one in listed if skeleton(one) == skeleton(link.host)), ""):
        return f"This reads like {like}, and is another address."
    return f"{link.host} is not among the addresses your organisation links to." if listed else ""


def links_in(text: str) -> Iterator[Link]:
    """Every link, also without https where networks make one of it."""
    for piece in PIECE.finditer(text):
        whole = piece[0]
        schemes = [match.start() for match in SCHEME.finditer(whole)]
        if schemes:
            yield with_scheme(whole[schemes[0] :].rstrip(EDGES))
        elif link := without_scheme(whole.strip(EDGES)):
            yield link


def with_scheme(link: str) -> Link:
    """A link that says it is one."""
    after = SCHEME.sub("", link, count=1)
    authority = re.split(r"[/\\?#]", after, maxsplit=1)[0]
    host = plain_host(authority.rpartition("@")[2])
    if "@" in authority:
        return Link(link, host, f"What stands before the @ is not where this link leads: it leads to {host}.")
    if "\\" in link:
        return Link(link, host, "Programs read the \\ in this link in different ways, so it may lead elsewhere.")
    return Link(link, host)


def without_scheme(word: str) -> Link | None:
    """A word that becomes a link by its looks: ``www.``, a known ending, or a path behind something with a dot."""
    start, slash, _ = word.partition("/")
    authority = re.split(r"[?#:]", start, maxsplit=1)[0]
    if "@" in authority or "." not in plain(authority):
        return None
    labels = plain(authority).rstrip(".").split(".")
    if not all(map(LABEL.fullmatch, labels)) or len(labels) < 2 or not labels[-1].isalpha():
        return None
    is_link = labels[0] == "www" or ".".join(labels) in SHORTENERS or (len(labels[-1]) > 1 and bool(slash))
    if is_link or (labels[-1] in ENDINGS and (labels[-1] not in WORDS_TOO or len(labels) > 2)):
        return Link(word, plain_host(authority))
    return None


def plain(host: str) -> str:
    """A host as programs read it: compatibility forms and other full stops made plain, small letters."""
    return unicodedata.normalize("NFKC", host).replace("。", ".").casefold()


def plain_host(authority: str) -> str:
    """The host alone, without a port, a ``*.`` before or a stop behind it; also of a whole address, as people write them."""
    host = re.split(r"[/\\?#]", SCHEME.sub("", plain(authority).strip()), maxsplit=1)[0]
    host = host[: host.rfind("]") + 1] if host.startswith("[") else host.partition(":")[0]
    return host.removeprefix("*.").strip(".")


def is_number(host: str) -> bool:
    """Whether a host is the number of a machine, in any of the spellings browsers take."""
    if host.startswith("[") or re.fullmatch(r"(?:0x[\da-f]+|\d+)(?:\.(?:0x[\da-f]+|\d+)){0,3}", host):
        return True
    try:
        return bool(ip_address(host))
    except ValueError:
        return False


def skeleton(host: str) -> str:
    """What an address looks like at a glance."""
    return host.removeprefix("www.").replace("rn", "m").replace("vv", "w").translate(LOOKS_LIKE)
