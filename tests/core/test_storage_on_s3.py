"""The platform's storage on a real S3 server: the same promises as in a folder."""

from __future__ import annotations

import io
import os
from typing import Any

import pytest

from core.errors import NotFound
from core.storage import storage
from tests import s3


@pytest.fixture(autouse=True)
def on_s3(s3_url: str, settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    s3.stand_in(s3_url, settings, monkeypatch, tmp_path / "cache")
    assert not storage.is_local


def test_put_read_replace_delete() -> None:
    storage.put("a/b c+ü.txt", b"one")
    storage.put("a/b c+ü.txt", io.BytesIO(b"two!"))
    assert storage.read("a/b c+ü.txt") == b"two!"
    assert storage.size("a/b c+ü.txt") == 4
    assert storage.exists("a/b c+ü.txt") and storage.modified("a/b c+ü.txt")
    assert list(storage.keys("a")) == ["a/b c+ü.txt"]
    storage.delete("a/b c+ü.txt")
    assert not storage.exists("a/b c+ü.txt")


@pytest.mark.parametrize("ask", [storage.read, storage.size, storage.modified, storage.path])
def test_what_is_not_there(ask: Any) -> None:
    with pytest.raises(NotFound):
        ask("nothing/here")


def test_large_files_go_in_parts_and_are_read_at_any_place() -> None:
    content = bytes(range(256)) * (20 << 12)
    storage.put("large", io.BytesIO(content))
    with storage.open("large") as file:
        file.seek(12_345_678)
        assert file.read(100) == content[12_345_678:12_345_778]
        file.seek(0)
        assert file.read(10) == content[:10]
    assert storage.path("large").read_bytes() == content


def test_a_file_is_taken_over(tmp_path: Any) -> None:
    (tmp_path / "x").write_bytes(b"whole")
    storage.adopt("taken/x", tmp_path / "x")
    assert storage.read("taken/x") == b"whole"
    assert not (tmp_path / "x").exists()


def test_whole_folders(tmp_path: Any) -> None:
    (tmp_path / "in" / "deep").mkdir(parents=True)
    (tmp_path / "in" / "a").write_bytes(b"1")
    (tmp_path / "in" / "deep" / "b").write_bytes(b"22")
    assert storage.put_tree("tree", tmp_path / "in") == 3
    assert sorted(storage.keys("tree")) == ["tree/a", "tree/deep/b"]
    assert storage.folders("tree") == ["deep"]
    assert (storage.fetch_tree("tree") / "deep" / "b").read_bytes() == b"22"
    storage.delete_tree("tree")
    assert list(storage.keys("tree")) == []


def test_a_folder_is_as_it_is_now() -> None:
    storage.put("tree/kept", b"1")
    storage.put("tree/changed", b"1")
    storage.put("tree/gone", b"1")
    folder = storage.fetch_tree("tree")
    # By another process on another machine, which leaves this one's copies alone.
    storage.put("tree/changed", b"2")
    storage._backend.delete("tree/gone")
    os.utime(folder / "changed", (1, 1))
    unfinished = folder / ".writing-other"
    unfinished.write_bytes(b"")
    assert storage.fetch_tree("tree") == folder
    assert (folder / "changed").read_bytes() == b"2" and (folder / "kept").read_bytes() == b"1"
    assert not (folder / "gone").exists() and unfinished.exists()
