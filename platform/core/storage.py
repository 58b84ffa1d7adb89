"""Where bytes live: a folder, or S3. Keys are relative POSIX paths such as `assets/ab/abc…`.

The backend is Django's default storage, chosen by `TESSERA_STORAGE_URL`; this page adds what the platform
needs beyond it: atomic writes, local paths for child processes, and whole folders under a prefix.
"""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.core.files.storage import FileSystemStorage, storages
from django.utils.deconstruct import deconstructible

from core.errors import NotFound


@deconstructible
class FolderStorage(FileSystemStorage):
    """A folder whose files appear whole or not at all: written beside, flushed, then renamed over."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"allow_overwrite": True, **options})

    def _save(self, name: str, content: File[bytes]) -> str:
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=".writing-")
        try:
            with os.fdopen(handle, "wb") as out:
                for chunk in content.chunks():
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
            os.chmod(temporary, 0o644)
            os.replace(temporary, target)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
        return name


class Storage:
    """The platform's view of the storage; use the module's `storage`."""

    @property
    def _backend(self) -> Any:
        return storages["default"]

    @property
    def is_local(self) -> bool:
        return isinstance(self._backend, FileSystemStorage)

    def put(self, key: str, content: bytes | IO[bytes]) -> str:
        """Write a file whole, replacing what was there; returns its key."""
        file: File[bytes] = ContentFile(content) if isinstance(content, bytes) else File(content)
        self._backend.save(_checked(key), file)
        return key

    def adopt(self, key: str, path: Path) -> str:
        """Take a finished local file over: moved where the storage is a folder beside it, else copied."""
        if self.is_local:
            target = Path(self._backend.path(_checked(key)))
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                os.replace(path, target)
                return key
            except OSError as error:  # on another disk
                if error.errno != errno.EXDEV:
                    raise
        with path.open("rb") as file:
            self.put(key, file)
        path.unlink()
        return key

    def open(self, key: str) -> IO[bytes]:
        """A seekable binary file; raises NotFound."""
        try:
            return self._backend.open(_checked(key), "rb")  # type: ignore[no-any-return]
        except FileNotFoundError as error:
            raise NotFound(f"The stored file {key} is gone.") from error

    def read(self, key: str) -> bytes:
        with self.open(key) as file:
            return file.read()

    def exists(self, key: str) -> bool:
        return bool(self._backend.exists(_checked(key)))

    def size(self, key: str) -> int:
        """Length in bytes; raises NotFound."""
        try:
            return int(self._backend.size(_checked(key)))
        except FileNotFoundError as error:
            raise NotFound(f"The stored file {key} is gone.") from error

    def modified(self, key: str) -> datetime:
        """When a file was written; raises NotFound."""
        try:
            written: datetime = self._backend.get_modified_time(_checked(key))
        except Exception as error:  # S3's has a type of its own
            if self.exists(key):
                raise
            raise NotFound(f"The stored file {key} is gone.") from error
        return written

    def delete(self, key: str) -> None:
        """Remove a file; one that is not there is no error."""
        self._backend.delete(_checked(key))
        self.forget(key)

    def forget(self, key: str) -> None:
        """Remove this machine's copy of a file that lies elsewhere."""
        if not self.is_local:
            (Path(settings.TESSERA_CACHE_DIR) / "storage" / key).unlink(missing_ok=True)

    def keys(self, prefix: str) -> Iterator[str]:
        """Every key below a prefix, in no order."""
        try:
            folders, files = self._backend.listdir(_checked(prefix))
        except FileNotFoundError:
            return
        yield from (f"{prefix}/{name}" for name in files if not name.startswith(".writing-"))
        for folder in folders:
            yield from self.keys(f"{prefix}/{folder}")

    def folders(self, prefix: str) -> list[str]:
        """The names of the folders directly below a prefix."""
        try:
            folders, _ = self._backend.listdir(_checked(prefix))
        except FileNotFoundError:
            return []
        return [str(name) for name in folders]

    def path(self, key: str) -> Path:
        """A local file with the content: the file itself in a folder, a cached copy with S3."""
        if self.is_local:
            found = Path(self._backend.path(_checked(key)))
            if not found.is_file():
                raise NotFound(f"The stored file {key} is gone.")
            return found
        cached = Path(settings.TESSERA_CACHE_DIR) / "storage" / _checked(key)
        if not cached.exists():
            self._copy(key, cached)
        return cached

    def _copy(self, key: str, cached: Path) -> None:
        cached.parent.mkdir(parents=True, exist_ok=True)
        with (
            self.open(key) as source,
            tempfile.NamedTemporaryFile(dir=cached.parent, prefix=".writing-", delete=False) as out,
        ):
            shutil.copyfileobj(source, out, 1 << 20)
        os.replace(out.name, cached)

    def put_tree(self, prefix: str, folder: Path) -> int:
        """Store every file below a local folder under a prefix; returns the bytes stored."""
        total = 0
        for file in sorted(folder.rglob("*")):
            if not file.is_file():
                continue
            with file.open("rb") as source:
                self.put(f"{prefix}/{file.relative_to(folder).as_posix()}", source)
            total += file.stat().st_size
        return total

    def fetch_tree(self, prefix: str) -> Path:
        """A local folder holding everything below a prefix (the folder itself where storage is local), as it
        is now: most files below one are never changed, but a few are.
        """
        if self.is_local:
            return Path(self._backend.path(_checked(prefix)))
        folder = Path(settings.TESSERA_CACHE_DIR) / "storage" / _checked(prefix)
        keys = set(self.keys(prefix))
        for key in keys:
            self._renew(key)
        copies = [file for file in folder.rglob("*") if file.is_file()]
        for file in copies:
            gone = f"{prefix}/{file.relative_to(folder).as_posix()}" not in keys
            if gone and not file.name.startswith(".writing-"):
                file.unlink(missing_ok=True)
        return folder

    def _renew(self, key: str) -> None:
        """This machine's copy of a file that lies elsewhere, fetched again where that is not the same: a copy
        has the time of its original.
        """
        original, cached = self.modified(key).timestamp(), Path(settings.TESSERA_CACHE_DIR) / "storage" / key
        if not cached.exists() or cached.stat().st_mtime != original:
            self._copy(key, cached)
            os.utime(cached, (original, original))

    def delete_tree(self, prefix: str) -> None:
        for key in list(self.keys(prefix)):
            self.delete(key)
        if self.is_local:
            shutil.rmtree(self._backend.path(_checked(prefix)), ignore_errors=True)


def _checked(key: str) -> str:
    parts = PurePosixPath(key).parts
    if not parts or key.startswith("/") or ".." in parts:
        raise ValueError(f"not a storage key: {key!r}")
    return key


storage = Storage()
