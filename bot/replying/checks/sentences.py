"""A text cut into its sentences. Pure."""

import re
from collections.abc import Iterator

END = re.compile(r"(?<=[.!?…])[\"'”’)]{0,3}\s+|\n+|(?<=[^\W\d_]{3}[.!?])(?=[A-Z])")
"""A full stop with a space behind it, an end of line, or a full stop after which somebody forgot the space."""
SHORT = re.compile(r"(?:\b(?:[Mm]rs?|[Mm]s|[Dd]r|[Ss]t|[Rr]d|[Nn]o|[Aa]pprox|[Tt]el|[Ee]tc)|\b[a-z]\.[a-z]|\b[ap]\.m)\.\Z")
"""A full stop that ends no sentence."""


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """Each sentence with where it begins; as it stands, without the space around it."""
    start = 0
    for end in END.finditer(text):
        if SHORT.search(text, max(start, end.start() - 10), end.start()):
            continue
        if text[start : end.start()].strip():
            yield start, text[start : end.start()]
        start = end.end()
    if text[start:].strip():
        yield start, text[start:]
