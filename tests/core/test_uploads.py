"""An upload of very many files needs one open file."""

from __future__ import annotations

import gc
import io
import os
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

MORE_THAN_MEMORY = 5 << 20


def open_files() -> int:
    gc.collect()
    return len(os.listdir("/proc/self/fd"))


def uploaded(contents: list[bytes]) -> list:
    files = [SimpleUploadedFile(f"{n}.bin", content, "image/png") for n, content in enumerate(contents)]
    request = RequestFactory().post("/", {"files": files})
    return request.FILES.getlist("files")


def test_a_thousand_files_are_one_open_file_and_none_afterwards():
    before = open_files()
    contents = [os.urandom(5000 + n) for n in range(1200)]
    files = uploaded(contents)
    assert open_files() <= before + 1
    assert [file.read() for file in files] == contents
    assert [b"".join(file.chunks()) for file in files] == contents
    assert (files[7].name, files[7].size, files[7].content_type) == ("7.bin", 5007, "image/png")
    for file in files:
        file.close()
    del files, file
    assert open_files() == before


def test_each_reads_like_a_file_of_its_own():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("inside.txt", os.urandom(MORE_THAN_MEMORY))
        archive.writestr("small.txt", "hello")
    _, packed, last = uploaded([b"before", buffer.getvalue(), b"after"])
    with zipfile.ZipFile(packed) as archive:
        assert archive.testzip() is None
        assert archive.read("small.txt") == b"hello"
    packed.seek(-4, os.SEEK_END)
    assert packed.read() == buffer.getvalue()[-4:]
    assert packed.read() == b""
    packed.seek(10)
    assert (packed.read(5), packed.tell()) == (buffer.getvalue()[10:15], 15)
    assert last.read() == b"after"
