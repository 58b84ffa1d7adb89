"""Downloads can be resumed and cached."""

import pytest
from django.test import RequestFactory

from core.http.ranged import ranged_file


@pytest.fixture
def answer(tmp_path):
    file = tmp_path / "f.bin"
    file.write_bytes(bytes(range(100)))

    def get(**headers):
        request = RequestFactory().get("/", headers=headers)
        return ranged_file(request, file, "application/octet-stream", etag="v1", filename="fü.bin")

    return get


def body(response):
    return b"".join(response.streaming_content)


def test_whole(answer):
    response = answer()
    assert response.status_code == 200
    assert body(response) == bytes(range(100))
    assert response["Accept-Ranges"] == "bytes"
    assert response["ETag"] == '"v1"'
    assert response["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("header", "start", "stop"),
    [("bytes=0-9", 0, 10), ("bytes=90-", 90, 100), ("bytes=-5", 95, 100), ("bytes=50-500", 50, 100)],
)
def test_ranges(answer, header, start, stop):
    response = answer(Range=header)
    assert response.status_code == 206
    assert response["Content-Range"] == f"bytes {start}-{stop - 1}/100"
    assert body(response) == bytes(range(start, stop))


def test_unsatisfiable(answer):
    response = answer(Range="bytes=100-")
    assert response.status_code == 416
    assert response["Content-Range"] == "bytes */100"


def test_not_modified_and_changed_since(answer):
    assert answer(**{"If-None-Match": 'W/"v1", "x"'}).status_code == 304
    assert answer(Range="bytes=0-9", **{"If-Range": '"old"'}).status_code == 200
    assert answer(Range="bytes=0-9", **{"If-Range": '"v1"'}).status_code == 206
