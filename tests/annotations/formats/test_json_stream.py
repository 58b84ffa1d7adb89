"""Large JSON is read element by element, wherever its blocks happen to end."""

import io
import json

import pytest

from annotations.formats import json_stream
from core.errors import Unusable

DOCUMENT = {
    "info": {"list": [1, {"a": "]"}], "text": 'quoted " and \\ and {'},
    "annotations": [{"id": n, "segmentation": [[1.5, n, 3]], "name": 'a "b" ]}'} for n in range(40)],
    "empty": [],
    "numbers": [1, 2, 3],
    "images": [{"id": 1, "file_name": "ä.png"}, [1, [2]]],
}


def read(text, name="x.json"):
    return list(json_stream.elements(io.BytesIO(text), name))


@pytest.mark.parametrize("block", [1, 2, 7, 64, 1 << 20])
@pytest.mark.parametrize("indent", [None, 2])
def test_elements_are_those_of_the_document(monkeypatch, block, indent):
    monkeypatch.setattr(json_stream, "BLOCK", block)
    text = json.dumps(DOCUMENT, indent=indent, ensure_ascii=False).encode()
    text = text if block < 3 else b"\xef\xbb\xbf" + text
    found = {}
    for element in read(text):
        found.setdefault(element.key, []).append(json.loads(element.text))
        assert text[element.start : element.start + len(element.text)] == element.text
    assert found == {"annotations": DOCUMENT["annotations"], "images": DOCUMENT["images"]}


BAD = [
    (b"", "empty"),
    (b"[]", "a JSON list"),
    (b"hello", "not JSON"),
    (b'{"a": [{"b": 1}', "ends in the middle"),
    (b'{"a": [{"b": "1', "ends in the middle"),
    ("{}".encode("utf-16"), "UTF-16"),
]


@pytest.mark.parametrize(("text", "reason"), BAD)
def test_what_is_no_object(text, reason):
    with pytest.raises(Unusable, match=reason):
        read(text)


def test_latin_1_is_told():
    with pytest.raises(Unusable, match="UTF-8"):
        json_stream.parse('{"name": "Häuser"}'.encode("latin-1"), "x.json")


def test_nan_is_let_through():
    assert str(json_stream.parse(b'{"a": NaN}', "x.json")) == "{'a': nan}"


def test_bad_element():
    with pytest.raises(Unusable, match="not JSON"):
        json_stream.parse(b'{"a": }', "x.json")
