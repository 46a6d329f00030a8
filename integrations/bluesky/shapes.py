"""How wide and how high a picture is, so that Bluesky does not show it cut to a square."""

from collections.abc import Callable, Mapping

FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""The markers of a JPEG's frame, which holds its size."""
MOST_SEGMENTS = 1_000


def shape_of(content: bytes) -> tuple[int, int] | None:
    """Width and height; None when they cannot be read: then nothing is said of them."""
    for begins, read in READERS.items():
        if content.startswith(begins):
            width, height = read(content)
            return (width, height) if width > 0 and height > 0 else None
    return None


def png(content: bytes) -> tuple[int, int]:
    """They stand in its first chunk."""
    return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")


def jpeg(content: bytes) -> tuple[int, int]:
    """They stand in its frame, after some other segments. One that may be turned by whoever shows it has no shape."""
    place = 2 if b"Exif\x00\x00" not in content[:65_536] else len(content)
    for _ in range(MOST_SEGMENTS):
        if content[place : place + 1] != b"\xff" or place + 9 > len(content):
            break
        if content[place + 1] in FRAMES:
            return int.from_bytes(content[place + 7 : place + 9], "big"), int.from_bytes(
                content[place + 5 : place + 7], "big"
            )
        place += 2 + int.from_bytes(content[place + 2 : place + 4], "big")
    return 0, 0


def webp(content: bytes) -> tuple[int, int]:
    """There are three kinds, each with another place for them."""
    match content[12:16]:
        case b"VP8 ":
            return int.from_bytes(content[26:28], "little") & 0x3FFF, int.from_bytes(content[28:30], "little") & 0x3FFF
        case b"VP8L" if len(content) >= 25:
            bits = int.from_bytes(content[21:25], "little")
            return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case b"VP8X" if len(content) >= 30:
            return int.from_bytes(content[24:27], "little") + 1, int.from_bytes(content[27:30], "little") + 1
    return 0, 0


READERS: Mapping[bytes, Callable[[bytes], tuple[int, int]]] = {b"\x89PNG\r\n\x1a\n": png, b"\xff\xd8": jpeg, b"RIFF": webp}
