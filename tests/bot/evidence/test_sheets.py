"""A workbook of words: whatever stands in a cell is a string, and what is too long says that it was cut."""

import io
import re
import zipfile
from datetime import UTC, datetime
from xml.etree import ElementTree

from bot.evidence.sheets import CUT, LETTERS, Sheets, write_xlsx

HOSTILE = ['=HYPERLINK("http://evil.invalid")', "+1", "-1", "@SUM(A1)", "\t=1", "http://x.invalid", "0123", "a\x01b", "<x>&"]
LONG = "👩" * 20_000


def test_cells_are_words_and_nothing_else() -> None:
    sheets, out = Sheets(("One", "Two"), "Log"), io.BytesIO()

    count = write_xlsx(sheets, ([text, LONG] for text in HOSTILE), out, datetime(2026, 11, 17, tzinfo=UTC))

    with zipfile.ZipFile(out) as book:
        xml = book.read("xl/worksheets/sheet1.xml").decode()
    cells = ElementTree.fromstring(xml).findall(".//{*}c")
    texts = ["".join(cell.itertext()) for cell in cells]
    assert (count, sheets.cut) == (len(HOSTILE), len(HOSTILE))
    assert {cell.get("t") for cell in cells} == {"inlineStr"}
    assert not re.search("<f[ >]|<hyperlink", xml)
    assert texts[2::2] == [text.replace("\x01", "_x0001_") for text in HOSTILE]
    assert texts[3].endswith(CUT)
    assert len(texts[3].encode("utf-16-le")) // 2 <= LETTERS
