"""The demo's page stays small, and what it borrows is unmodified and comes with its licence."""

import hashlib
import re
import struct
from pathlib import Path

import pytest

from tests.house.tree import ROOT, ours, text

CLIENT = Path("integrations/sandbox/page/client")
VENDOR = CLIENT / "vendor"
WRITTEN = {".html", ".css", ".js"}
MOST_LINES = 1675
"""1,500 for the town of its first release; then came phones and e-mail, forms that take files and keep what is typed, and a
second chat."""
LONGEST_FILE = 300

LIT = {
    "LICENSE": "2b66f9390afde29edfe4314daff93f01fb182e1178053e228120178987e5db75",
    "directive-helpers.js": "f7fb1154b8f72ed2cc08b05eaeed71c99270e9ad2d48620ed24688a1af4c2b62",
    "directive.js": "3344c4f41c69cd0701d3937e8f9ef90bd845614bf6456d0b8314b7c51d415b9d",
    "directives/live.js": "b305f9066319d838db797abd5a4d871537277e25f35332702bfce4452c020ecf",
    "directives/repeat.js": "083140026ecd8665fedd15b17769f9d516252a9f1502f1e91e6967686ee82626",
    "lit-html.js": "b878e7f95dec8a9b6e9b217faca6b6a11bad82ebc44c0caa77419ed83edd81f2",
}
"""lit-html 3.3.3 as published, file by file, SHA-256."""

PICTURES = ROOT / "deploy" / "pictures"
WIDTHS = {"demo-light.png": 1280, "demo-dark.png": 1280, "demo-narrow.png": 780}
HEAVIEST = 300_000

UNSAFE = re.compile(r"\b(?:innerHTML|outerHTML|insertAdjacentHTML|document\.write|unsafe\w+|eval|new Function)\b")
ELSEWHERE = re.compile(r"""(?:src|href|import|from|url\(|fetch\()\s*[=(]?\s*["'`]?(?:https?:)?//""")


def client() -> list[Path]:
    """The files of the page that we wrote."""
    return [path for path in ours() if path.is_relative_to(CLIENT) and not path.is_relative_to(VENDOR)]


def test_the_page_stays_small() -> None:
    lines = {path: text(path).count("\n") for path in client() if path.suffix in WRITTEN}

    assert lines
    assert sum(lines.values()) <= MOST_LINES
    assert not {path: count for path, count in lines.items() if count > LONGEST_FILE}


def test_the_page_is_all_there_is_beside_one_library() -> None:
    kinds = {path.suffix for path in client()}
    borrowed = {path.relative_to(VENDOR).parts[0] for path in ours() if path.is_relative_to(VENDOR)}

    assert kinds <= WRITTEN | {".svg"}
    assert borrowed == {"lit-html"}


def test_the_library_is_unmodified_and_has_its_licence() -> None:
    folder = VENDOR / "lit-html"
    found = {
        str(path.relative_to(folder)): hashlib.sha256((ROOT / path).read_bytes()).hexdigest()
        for path in ours()
        if path.is_relative_to(folder)
    }

    assert found == LIT


def test_the_page_neither_writes_markup_nor_names_another_place() -> None:
    odd = [
        f"{path}:{number}: {line.strip()}"
        for path in client()
        for number, line in enumerate(text(path).splitlines(), 1)
        if UNSAFE.search(line) or (ELSEWHERE.search(line) and "www.w3.org" not in line)
    ]

    assert not odd, "\n".join(odd)


def test_each_file_of_the_page_says_what_it_is_for() -> None:
    silent = [
        str(path)
        for path in client()
        if path.suffix in {".js", ".css"} and not re.match(r"/\*\*?\s+\S.*[.:`]", text(path).split("*/")[0] + "*/")
    ]

    assert not silent


@pytest.mark.parametrize("name", WIDTHS)
def test_its_picture_is_there_and_light(name: str) -> None:
    picture = (PICTURES / name).read_bytes()

    assert picture.startswith(b"\x89PNG")
    assert len(picture) <= HEAVIEST
    assert struct.unpack(">I", picture[16:20])[0] == WIDTHS[name]
