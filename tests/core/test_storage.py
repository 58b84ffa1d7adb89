"""Files appear whole, are found again, and keys cannot leave the storage."""

import io

import pytest

from core.errors import NotFound
from core.storage import storage


def test_put_read_replace_delete():
    storage.put("a/b.txt", b"one")
    storage.put("a/b.txt", io.BytesIO(b"two!"))
    assert storage.read("a/b.txt") == b"two!"
    assert storage.size("a/b.txt") == 4
    assert storage.path("a/b.txt").read_bytes() == b"two!"
    storage.delete("a/b.txt")
    assert not storage.exists("a/b.txt")
    with pytest.raises(NotFound):
        storage.read("a/b.txt")


def test_failed_write_leaves_the_old_file():
    storage.put("a/c.txt", b"old")

    class Broken(io.BytesIO):
        def read(self, *_):
            raise OSError("disk gone")

    with pytest.raises(OSError, match="disk gone"):
        storage.put("a/c.txt", Broken(b"new"))
    assert storage.read("a/c.txt") == b"old"
    assert list(storage.keys("a")) == ["a/c.txt"]


@pytest.mark.parametrize("key", ["", "/etc/passwd", "../x", "a/../../x"])
def test_keys_cannot_climb_out(key):
    with pytest.raises(ValueError, match="not a storage key"):
        storage.put(key, b"")


def test_trees(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "x").write_bytes(b"12")
    (tmp_path / "sub" / "y").write_bytes(b"345")
    assert storage.put_tree("tree/1", tmp_path) == 5
    assert (storage.fetch_tree("tree/1") / "sub" / "y").read_bytes() == b"345"
    assert storage.folders("tree") == ["1"] and storage.folders("tree/1") == ["sub"]
    assert storage.folders("nowhere") == []
    storage.delete_tree("tree/1")
    assert list(storage.keys("tree/1")) == []
