"""Writes a bundle of evidence: a zip in a fixed order, of any size, with the digest of each file in its manifest."""

import hashlib
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, TextIO, cast
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from bot.line.whole import PIECE

OWNERS_ONLY = 0o600 << 16
UNIX = 3


class Bundle:
    """A zip that is being written. ``files`` has the SHA-256 of each file by its name; what is staged stands in ``folder``,
    without a name where the system can.
    """

    def __init__(self, out: BinaryIO, made_at: datetime, folder: Path) -> None:
        self.made_at, self.folder = made_at, folder
        self.files: dict[str, str] = {}
        self._zip = ZipFile(out, "w", ZIP_DEFLATED)

    def __enter__(self) -> "Bundle":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: TracebackType | None) -> None:
        if error is None:
            self._zip.close()
            return
        with suppress(OSError, ValueError):  # what went wrong is known already
            self._zip.close()

    def add(self, name: str, content: str | bytes) -> None:
        """A file that is at hand."""
        held = content.encode() if isinstance(content, str) else content
        self.files[name] = hashlib.sha256(held).hexdigest()
        self._zip.writestr(self.entry(name), held)

    @contextmanager
    def staged(self, name: str) -> Iterator[TextIO]:
        """A file that is written bit by bit beside others, and added when the block has ended."""
        with tempfile.TemporaryFile("w+", encoding="utf-8", newline="", dir=self.folder) as file:
            yield cast(TextIO, file)
            file.flush()
            self.put(name, cast(BinaryIO, file.buffer))

    def put(self, name: str, file: BinaryIO) -> None:
        """Add what was written to a file."""
        file.seek(0)
        total = hashlib.sha256()
        with self._zip.open(self.entry(name), "w", force_zip64=True) as there:
            while part := file.read(PIECE):
                total.update(part)
                there.write(part)
        self.files[name] = total.hexdigest()

    def entry(self, name: str) -> ZipInfo:
        """How a file stands in the zip: the same for the same bundle."""
        one = ZipInfo(name, self.made_at.timetuple()[:6])
        one.compress_type, one.external_attr, one.create_system = ZIP_DEFLATED, OWNERS_ONLY, UNIX
        return one

    def manifest(self, told: dict[str, object]) -> None:
        """The last file: what was asked, and every other file with its digest."""
        whole = {**told, "files": dict(sorted(self.files.items()))}
        self._zip.writestr(self.entry("manifest.json"), json.dumps(whole, ensure_ascii=False, indent=1) + "\n")
