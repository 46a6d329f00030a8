"""A file that appears whole or not at all: written without a name where the system can, then put in its place."""

import errno
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

NOT_THERE = (FileNotFoundError, NotADirectoryError, PermissionError, IsADirectoryError)
NOT_HERE = (errno.EOPNOTSUPP, errno.EISDIR, errno.ENOENT, errno.EINVAL)
"""What a file system answers that knows no files without a name."""
PIECE = 1 << 20


@contextmanager
def whole(out: Path | None) -> Iterator[BinaryIO]:
    """A file to write bytes to and read them back from; it is at ``out`` once the block has ended well, and never in part.

    Nobody but its owner may read it. None: standard output, and so with a device or a pipe, which get it all at the end.
    What is killed meanwhile leaves nothing either, where the system has files without a name. Raises OSError.
    """
    if out is None or (out.exists() and not out.is_file()):
        with tempfile.TemporaryFile() as file:
            yield cast(BinaryIO, file)
            hand_over(cast(BinaryIO, file), out)
        return
    aside, publish, forget = beside(out)
    try:
        with aside:
            yield aside
            aside.flush()
            os.fsync(aside.fileno())
            publish()
    except BaseException:
        forget()
        raise


def hand_over(file: BinaryIO, out: Path | None) -> None:
    """Copy what was written to where it is read at once."""
    file.seek(0)
    if out is None:
        shutil.copyfileobj(file, sys.stdout.buffer, PIECE)
        sys.stdout.flush()
        return
    with out.open("wb") as there:
        shutil.copyfileobj(file, there, PIECE)


def beside(out: Path) -> tuple[BinaryIO, Callable[[], object], Callable[[], object]]:
    """A new file in the folder of ``out``, how it is put in its place, and how it is done away with."""
    folder = out.resolve().parent
    try:
        handle = os.open(folder, os.O_TMPFILE | os.O_RDWR, 0o600)
    except AttributeError:
        return named(out, folder)
    except OSError as error:
        if error.errno not in NOT_HERE:
            raise
        return named(out, folder)
    return os.fdopen(handle, "w+b"), lambda: give_name(handle, out, folder), lambda: None


def named(out: Path, folder: Path) -> tuple[BinaryIO, Callable[[], object], Callable[[], object]]:
    """The same with a hidden name, where files need one."""
    handle, name = tempfile.mkstemp(dir=folder, prefix=f".{out.name[:100]}.")
    return os.fdopen(handle, "w+b"), lambda: Path(name).replace(out), lambda: Path(name).unlink(missing_ok=True)


def give_name(handle: int, out: Path, folder: Path) -> None:
    """Put a file without a name where ``out`` says, in the place of an earlier one."""
    aside = folder / f".{out.name[:100]}.{os.getpid()}"
    aside.unlink(missing_ok=True)
    root = os.open("/", os.O_RDONLY)
    try:
        os.link(f"/proc/self/fd/{handle}", aside, src_dir_fd=root, follow_symlinks=True)
    finally:
        os.close(root)
    try:
        aside.replace(out)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
