"""A workbook whose cells are words and nothing else: no formula, no link, no number a spreadsheet would change."""

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError

ROWS = 1_000_000
"""A sheet has room for 1,048,576; what is more goes into the next."""
LETTERS = 32_767
"""What a cell has room for, counted as a spreadsheet counts: in units of UTF-16."""
CUT = " … (cut here: a cell holds no more; the other formats have all of it)"
WORDS_ONLY = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}


@dataclass(slots=True)
class Sheets:
    """Rows of words, a sheet after another, with a bounded use of memory. ``cut`` counts cells that were too long."""

    columns: Sequence[str]
    name: str
    widths: Sequence[int] = ()
    count: int = 0
    cut: int = 0
    _here: Any = field(default=None, repr=False)

    def add(self, book: Workbook, cells: Iterable[str]) -> None:
        """One row."""
        at = self.count % ROWS
        if at == 0:
            self._here = self.sheet(book)
        for column, text in enumerate(cells):
            self._here.write_string(at + 1, column, self.fitting(text))
        self.count += 1

    def sheet(self, book: Workbook) -> Any:
        """The next sheet, with the names of its columns in a first row that stays in view."""
        number = self.count // ROWS + 1
        sheet = book.add_worksheet(self.name if number == 1 else f"{self.name} {number}")
        for column, width in enumerate(self.widths):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 0)
        sheet.repeat_rows(0)
        for column, name in enumerate(self.columns):
            sheet.write_string(0, column, name, book.add_format({"bold": True}))
        return sheet

    def fitting(self, text: str) -> str:
        """Words a cell has room for."""
        if len(text) * 2 <= LETTERS or len(text.encode("utf-16-le")) // 2 <= LETTERS:
            return text
        self.cut += 1
        room = (LETTERS - len(CUT)) * 2
        return text.encode("utf-16-le")[:room].decode("utf-16-le", errors="ignore") + CUT


def write_xlsx(sheets: Sheets, rows: Iterable[Iterable[str]], out: BinaryIO, made_at: datetime) -> int:
    """Write a workbook of these rows; returns how many. Raises OSError when there is no room."""
    with tempfile.TemporaryDirectory() as folder:
        book = Workbook(out, {"constant_memory": True, "tmpdir": folder, **WORDS_ONLY})
        book.use_zip64()
        book.set_properties({"created": made_at.replace(tzinfo=None)})
        try:
            for cells in rows:
                sheets.add(book, cells)
            if not sheets.count:
                sheets.sheet(book)
            book.close()
        except FileCreateError as error:
            book.fileclosed = True
            raise OSError(*getattr(error.args[0], "args", error.args)) from error
        except BaseException:
            book.fileclosed = True  # else it is written again when it is thrown away
            raise
    return sheets.count
