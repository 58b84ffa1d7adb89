"""Files and folders that appear whole or not at all."""

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# What is left to those who write metrics, logs and the database.
RESERVE = 16 << 20


def is_full(error: BaseException) -> bool:
    """Whether an error says that there is no room on the disk; a library's own error says it in its text."""
    text = str(error)
    return (isinstance(error, OSError) and error.errno in FULL) or any(os.strerror(n) in text for n in FULL)


def require_room(folder: Path, size: int) -> None:
    """Raise `OSError` where the disk of `folder`, which exists, has not `size` bytes free and a reserve."""
    free = shutil.disk_usage(folder).free
    if free < size + RESERVE:
        wants, has = (size + RESERVE) / 1e6, free / 1e6
        raise OSError(
            errno.ENOSPC, f"{os.strerror(errno.ENOSPC)}: {wants:.0f} MB are needed, {has:.0f} are free"
        )


def sync_folder(folder: Path) -> None:
    """Make the names in `folder` survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_bytes(path: Path, data: bytes) -> None:
    """Replace `path` by `data` in one step: a temporary file beside it, synced, renamed over it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_json(path: Path, value: Any) -> None:
    """`write_bytes` of `value` as JSON; NaN and infinity are refused, for no reader of JSON knows them."""
    write_bytes(path, (json.dumps(value, allow_nan=False, ensure_ascii=False, indent=1) + "\n").encode())


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """A temporary folder beside `path` that takes its name when the block ends well, replacing what was
    there.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}."))
    try:
        yield draft
        for file in (item for item in draft.rglob("*") if item.is_file()):
            with file.open("rb") as handle:
                os.fsync(handle.fileno())
        draft.chmod(0o755)
        if path.exists():
            old = Path(tempfile.mkdtemp(dir=path.parent, prefix=f".{path.name}.old."))
            os.replace(path, old / "old")
            os.replace(draft, path)
            shutil.rmtree(old)
        else:
            os.replace(draft, path)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    sync_folder(path.parent)


def remove_drafts(folder: Path) -> None:
    """Delete what an interrupted writer left in `folder` (names that begin with a dot)."""
    for item in folder.glob(".*"):
        if item.is_dir():
            shutil.rmtree(item, ignore_errors=True)
        else:
            item.unlink(missing_ok=True)


def replace_text(path: Path, text: str) -> None:
    """Replace `path` in one step for those who read it meanwhile; quick, and not meant to survive a power
    cut.
    """
    draft = path.with_name(f".{path.name}.draft")
    draft.write_text(text, encoding="utf-8")
    os.replace(draft, path)
