"""An import file: one file, or a ZIP whose members are read in place and never written out by their names."""

from __future__ import annotations

import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import IO

from core.errors import TooLarge, Unusable
from core.notes import Notes

MAX_MEMBERS = 500_000
MAX_UNPACKED = 200 << 30
# Text packs ten times, an empty mask a few hundred times; a bomb thousands of times.
MAX_RATIO = 400
RATIO_FROM = 256 << 20
SPOOL = 16 << 20
IMAGE_ENDINGS = frozenset(
    (
        *(".jpg", ".jpeg", ".jpe", ".mpo", ".png", ".webp", ".bmp", ".gif", ".tif", ".tiff", ".avif"),
        *(".jp2", ".j2k", ".jpx", ".ppm", ".pgm", ".tga", ".heic", ".heif"),
    )
)
VIDEO_ENDINGS = frozenset((".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".mpg", ".mpeg", ".ts", ".wmv"))
_JUNK = frozenset({"thumbs.db", "desktop.ini", ".ds_store"})


class Source:
    """The members of an import by their paths. Use it as a context manager."""

    def __init__(self, path: Path, name: str, notes: Notes) -> None:
        """Open a local file that was sent under a name. Raises Unusable or TooLarge for a bad ZIP."""
        self._path = path
        self._folder = tempfile.TemporaryDirectory(prefix="tessera-import-")
        self._zip: zipfile.ZipFile | None = None
        if zipfile.is_zipfile(path):
            self._zip, self.names = _members(path, notes)
        else:
            self.names = [PurePosixPath(name.replace("\\", "/")).name or "file"]

    def __enter__(self) -> Source:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._zip:
            self._zip.close()
        self._folder.cleanup()

    @property
    def is_archive(self) -> bool:
        return self._zip is not None

    def ending_in(self, *endings: str) -> list[str]:
        return [name for name in self.names if PurePosixPath(name).suffix.lower() in endings]

    def images(self) -> list[str]:
        """The members that look like images by their names."""
        return self.ending_in(*IMAGE_ENDINGS)

    def media(self) -> list[str]:
        """The members that look like pictures or videos by their names."""
        return self.ending_in(*IMAGE_ENDINGS, *VIDEO_ENDINGS)

    def size(self, name: str) -> int:
        return self._zip.getinfo(name).file_size if self._zip else self._path.stat().st_size

    def open(self, name: str) -> IO[bytes]:
        """A member as a seekable file. Raises Unusable for a damaged or locked one."""
        if self._zip is None:
            return self._path.open("rb")
        spool = tempfile.SpooledTemporaryFile(SPOOL)  # noqa: SIM115  the caller closes it
        self._unpack(self._zip, name, spool)
        spool.seek(0)
        return spool

    def read(self, name: str, limit: int) -> bytes:
        """A member's bytes; raises TooLarge beyond the limit, Unusable for a damaged one."""
        if self.size(name) > limit:
            raise TooLarge(f"{name} is larger than {limit >> 20} MB.")
        with self.open(name) as file:
            return file.read()

    def head(self, name: str, size: int) -> bytes:
        """A member's first bytes, without unpacking the rest. Raises Unusable for a damaged or locked one."""
        if self._zip is None:
            with self._path.open("rb") as file:
                return file.read(size)
        with _unpacking(name), self._zip.open(name) as member:
            return member.read(size)

    def local(self, name: str) -> Path:
        """A local file with the member's bytes, to be read in pieces; gone when the source is closed."""
        if self._zip is None:
            return self._path
        # Named by number: the member's own name never becomes a path.
        path = Path(self._folder.name) / str(self.names.index(name))
        if not path.exists():
            with path.open("wb") as file:
                self._unpack(self._zip, name, file)
        return path

    def _unpack(self, archive: zipfile.ZipFile, name: str, target: IO[bytes]) -> None:
        # No more than the size that was checked comes out, and its check sum is compared.
        with _unpacking(name), archive.open(name) as member:
            shutil.copyfileobj(member, target, 1 << 20)


@contextmanager
def _unpacking(name: str) -> Iterator[None]:
    try:
        yield
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        RuntimeError,
        ValueError,
    ) as error:
        raise Unusable(f"{name} cannot be unpacked: {error}.") from error


def _members(path: Path, notes: Notes) -> tuple[zipfile.ZipFile, list[str]]:
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise Unusable(f"The ZIP is damaged: {error}.") from error
    try:
        infos = [info for info in archive.infolist() if not info.is_dir()]
        _check_bomb(infos)
        return archive, _usable(infos, notes)
    except BaseException:
        archive.close()
        raise


def _check_bomb(infos: Sequence[zipfile.ZipInfo]) -> None:
    if len(infos) > MAX_MEMBERS:
        raise TooLarge(f"The ZIP has {len(infos)} files; at most {MAX_MEMBERS} are taken.")
    unpacked = sum(info.file_size for info in infos)
    packed = sum(info.compress_size for info in infos)
    if unpacked > MAX_UNPACKED:
        raise TooLarge(f"The ZIP unpacks to {unpacked >> 30} GB; at most {MAX_UNPACKED >> 30} GB are taken.")
    if unpacked > RATIO_FROM and unpacked > packed * MAX_RATIO:
        raise TooLarge(
            f"The ZIP unpacks to {unpacked >> 20} MB from {max(packed >> 20, 1)} MB: it looks like a bomb."
        )


def _usable(infos: Sequence[zipfile.ZipInfo], notes: Notes) -> list[str]:
    names: dict[str, None] = {}
    for info in infos:
        name = info.filename
        path = PurePosixPath(name.replace("\\", "/"))
        if path.name.lower() in _JUNK or path.name.startswith("._") or "__MACOSX" in path.parts:
            continue
        if reason := _refusal(info, path):
            notes.add(name, reason)
        elif name in names:
            notes.add(name, "is in the ZIP twice; the last one was taken")
        else:
            names[name] = None
    return list(names)


def _refusal(info: zipfile.ZipInfo, path: PurePosixPath) -> str | None:
    if path.is_absolute() or ".." in path.parts or (path.parts and path.parts[0].endswith(":")):
        return "its path leads out of the archive; it was left out"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "is a link; it was left out"
    if info.flag_bits & 1:
        return "is locked by a password; it was left out"
    if path.suffix.lower() in (".zip", ".tar", ".gz", ".tgz", ".7z", ".rar"):
        return "an archive inside the archive is not opened"
    return None
