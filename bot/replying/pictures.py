"""What kind of picture a file is, by its first bytes: its name and what somebody calls it prove nothing. Pure."""

KINDS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
"""How files of a kind begin. https://mimesniff.spec.whatwg.org/#matching-an-image-type-pattern"""


def kind_of(content: bytes) -> str:
    """``image/png`` and so on; empty for what is none of these."""
    if content[:4] == b"RIFF" and content[8:14] == b"WEBPVP":
        return "image/webp"
    return next((kind for begins, kind in KINDS if content.startswith(begins)), "")
