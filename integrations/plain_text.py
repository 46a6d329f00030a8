"""HTML to plain text, for networks that send HTML: what a reader would see, and where links lead. Nothing is fetched.

The standard library's parser takes minutes over some 200 kB that somebody made for it, so tags are found here: each step
reads every character a fixed number of times.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlsplit

LARGEST = 50_000
"""Characters of HTML that are read: some fifth of a second when they were made to be slow."""
UNSEEN = frozenset(
    {
        "applet",
        "audio",
        "canvas",
        "datalist",
        "embed",
        "frameset",
        "head",
        "iframe",
        "math",
        "noembed",
        "noframes",
        "object",
        "script",
        "select",
        "style",
        "svg",
        "template",
        "textarea",
        "title",
        "video",
    }
)
VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)
PARAGRAPHS = frozenset({"blockquote", "dl", "figure", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "table", "ul"})
LINES = frozenset(
    {
        "address",
        "article",
        "aside",
        "dd",
        "details",
        "div",
        "dt",
        "fieldset",
        "figcaption",
        "footer",
        "form",
        "header",
        "hr",
        "legend",
        "li",
        "main",
        "nav",
        "section",
        "summary",
        "tr",
    }
)
CELLS = frozenset({"td", "th"})
NAMES = frozenset({"mention", "hashtag"})
"""Classes of links that are a name or a tag: their own text says where they lead."""
NOT_SHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
TAG = re.compile(r"""</?[a-zA-Z](?:[^<>"']|"[^"<]*"|'[^'<]*')*+>|</?[a-zA-Z][^<>]*>""")
NAME = re.compile(r"[a-zA-Z][^\s/>]*")
ATTRIBUTE = re.compile(r"""([^\s"'<>/=]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""")
NAMED = re.compile(r"[@#]([\w-]+)(?:@[\w.-]+)?")
CUT_OFF = re.compile(r"</?[a-zA-Z][^<>]*\Z")
DECLARATION = re.compile(r"<[!?][^<>]*>?")
BLANKS = re.compile(r"[ \t\n\r\f\v]+")
SPACING = re.compile("[ \n\x01\x02]+")
CONTROLS = dict.fromkeys((*range(9), 11, *range(14, 32), 127))
KEPT_BLANK, LINE, PARAGRAPH = "\x00", "\x01", "\x02"
"""Stand for a blank inside ``<pre>``, and for the edges of blocks, until all is gathered. They cannot come from outside."""


def text_of(html: str, enough: int = LARGEST) -> str:
    """What a reader of the HTML sees, as lines of plain text. Never raises, whatever is given.

    Where only the beginning is wanted: at least its first ``enough`` characters, if there are so many.
    Entities are decoded once, scripts and whatever is hidden left out, paragraphs parted by an empty line. A link whose text
    is not its address has the address behind it: ``the form (https://…)``.
    """
    whole = html[:LARGEST].encode("utf-16", "surrogatepass").decode("utf-16", "replace").translate(CONTROLS)
    if len(html) > LARGEST:
        whole = CUT_OFF.sub("", whole)
    reader, at = Reader(), 0
    html = without_declarations(whole)
    for tag in TAG.finditer(html):
        reader.read(html[at : tag.start()])
        reader.meet(tag.group())
        at = tag.end()
        if reader.written_so_far > enough * 2:
            return reader.written()
    reader.read(html[at:])
    return reader.written()


def without_declarations(html: str) -> str:
    """The HTML without comments, doctypes and processing instructions."""
    first, *rest = html.split("<!--")
    return DECLARATION.sub("", first + "".join(part.partition("-->")[2] for part in rest))


@dataclass(slots=True)
class Element:
    """A tag that is open, and what stands in it if it is a link."""

    tag: str
    is_unseen: bool = False
    is_faint: bool = False
    """Hidden only to make a link shorter."""
    href: str = ""
    before: int = 0
    """How many pieces were written when it began."""
    whole: list[str] = field(default_factory=list)
    """The text of a link with what is faint in it."""


class Reader:
    """Collects the pieces of text. Tags may be closed in any order, or never."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._open: list[Element] = []
        self._count: Counter[str] = Counter()
        self._unseen = self._faint = 0
        self._link: Element | None = None
        self.written_so_far = 0
        """Characters but blanks."""

    def written(self) -> str:
        """All of it, with blanks and breaks gathered, once the input has ended."""
        while self._open:
            self._leave()
        return SPACING.sub(spacing, "".join(self._pieces)).replace(KEPT_BLANK, " ").strip("\n ")

    def meet(self, tag: str) -> None:
        """A tag, with its brackets."""
        named = NAME.search(tag)
        name = named.group().lower() if named else ""
        if tag.startswith("</"):
            self._close(name)
            return
        if name == "a":
            self._close("a")
        given = {one[0].lower(): unescape(one[1].strip("\"'")) for one in ATTRIBUTE.findall(tag[1 + len(name) : -1])}
        self._edge(name)
        self._write({"br": "\n", "li": "- ", "img": given.get("alt", "")}.get(name, ""))
        if name not in VOID:
            self._enter(element_of(name, given))

    def read(self, text: str) -> None:
        """What stands between tags; blanks are gathered but in ``<pre>``."""
        said = unescape(text).translate(CONTROLS)
        self._write(said.replace(" ", KEPT_BLANK) if self._count["pre"] else BLANKS.sub(" ", said))

    def _close(self, name: str) -> None:
        """A tag ends, and with it what was left open inside it."""
        while self._count[name] and self._leave() != name:
            pass
        self._edge(name)

    def _edge(self, name: str) -> None:
        """A paragraph, a line or a cell begins or ends."""
        if name in PARAGRAPHS:
            self._pieces.append(PARAGRAPH)
        elif name in LINES:
            self._pieces.append(LINE)
        elif name in CELLS:
            self._pieces.append(" ")

    def _write(self, text: str) -> None:
        if self._unseen or not text:
            return
        if not self._faint:
            self._pieces.append(text)
            self.written_so_far += len(text.strip())
        if self._link:
            self._link.whole.append(text)

    def _enter(self, element: Element) -> None:
        element.before = len(self._pieces)
        self._open.append(element)
        self._count[element.tag] += 1
        self._unseen += element.is_unseen
        self._faint += element.is_faint
        self._link = element if element.href else self._link

    def _leave(self) -> str:
        element = self._open.pop()
        self._count[element.tag] -= 1
        if element.href:
            self._link = None
            self._lead(element)
        self._unseen -= element.is_unseen
        self._faint -= element.is_faint
        return element.tag

    def _lead(self, link: Element) -> None:
        """Say where a link leads, in place of its text or behind it."""
        seen = "".join(self._pieces[link.before :])
        if is_address(seen, "".join(link.whole), link.href):
            self._pieces[link.before :] = [link.href]
        elif seen.strip() and not self._unseen and not is_name(seen.strip(), link.href):
            self._pieces.append(f" ({link.href})")


def element_of(name: str, given: dict[str, str]) -> Element:
    """What opens with a tag."""
    classes = frozenset(given.get("class", "").split())
    is_hidden = "hidden" in given or NOT_SHOWN.search(given.get("style", "")) is not None
    return Element(
        name,
        is_unseen=name in UNSEEN or is_hidden,
        is_faint="invisible" in classes,
        href="" if name != "a" or classes & NAMES else address(given.get("href", "")),
    )


def spacing(found: re.Match[str]) -> str:
    """What is left of blanks, line breaks and edges in a row: a blank, a line break, or an empty line."""
    run = found.group()
    if PARAGRAPH in run:
        return "\n\n"
    return "\n" * min(2, max(run.count("\n"), LINE in run)) or " "


def address(href: str) -> str:
    """Where a link leads, if that is a page of the web; else nothing."""
    href = BLANKS.sub("", href.translate(CONTROLS))
    try:
        parts = urlsplit(href)
    except ValueError:
        return ""
    return href if parts.scheme.lower() in ("http", "https") and parts.netloc else ""


def is_address(seen: str, whole: str, href: str) -> bool:
    """Whether the text of a link is its address, written out or shortened."""
    begun = bare(seen.strip().rstrip("…").removesuffix("..."))
    return bool(begun) and (bare(whole) == bare(href) or (len(begun) > 3 and bare(href).startswith(begun)))


def is_name(seen: str, href: str) -> bool:
    """Whether it is ``@name`` or ``#tag`` and leads to a page called so, on servers that do not mark them."""
    named = NAMED.fullmatch(seen)
    return named is not None and named.group(1).lower() in href.lower()


def bare(url: str) -> str:
    """An address without what differs between two ways to write it."""
    return url.strip().lower().removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")
