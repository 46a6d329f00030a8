"""Text that every database and every chat takes. Pure."""

LONGEST = 100_000
"""Characters of a text that are kept; nobody's post is longer but by malice."""
CONTROLS = {c: "\ufffd" for c in range(32) if c not in (9, 10, 13)}


def clean(text: str) -> str:
    """The text with U+FFFD for control characters and lone surrogates; at most LONGEST characters."""
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return whole.translate(CONTROLS)[:LONGEST]
