"""XML is read child by child, and what would fill the memory is refused."""

import io

import pytest

from annotations.formats import xml_stream
from annotations.formats.xml_stream import children
from core.errors import Unusable


def read(content):
    return [(node.tag, node.get("a"), node.findtext("b")) for node in children(io.BytesIO(content), "x", "r")]


def test_children_in_order():
    content = b"<r>text<one a='1'/><two><b>x<c/>y</b></two><!-- none --><one a='2'><b/></one></r>"
    assert read(content) == [("one", "1", None), ("two", None, "x"), ("one", "2", "")]


def test_across_blocks(monkeypatch):
    monkeypatch.setattr(xml_stream, "BLOCK", 3)
    assert read("<r><one a='ä&amp;ö'><b>ü😀</b></one></r>".encode()) == [("one", "ä&ö", "ü😀")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1"])
def test_declared_encodings(encoding):
    declared = encoding.removesuffix("-sig")
    content = f"<?xml version='1.0' encoding='{declared}'?><r><one a='Größe'/></r>".encode(encoding)
    assert read(content) == [("one", "Größe", None)]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("<r><one a='Größe'/></r>".encode("latin-1"), "not whole XML"),
        (b"<?xml version='1.0' encoding='klingon'?><r/>", "unknown encoding"),
        (b"<r><one></r>", "not whole XML"),
        (b"<r>\0\0", "not whole XML"),
        (b"<s/>", "starts with <s>"),
        (b"<!DOCTYPE r SYSTEM 'file:///etc/passwd'><r/>", "document type"),
        (b"<r>" + b"<a>" * 200, "deep"),
    ],
)
def test_refused(content, reason):
    with pytest.raises(Unusable, match=reason):
        read(content)


def test_a_tag_without_an_end(monkeypatch):
    monkeypatch.setattr(xml_stream, "BLOCK", 1 << 10)
    monkeypatch.setattr(xml_stream, "MAX_TOKEN", 1 << 14)
    with pytest.raises(Unusable, match="a tag of more than"):
        read(b"<r><one a='" + b"x" * (1 << 16))


def test_a_child_without_an_end(monkeypatch):
    monkeypatch.setattr(xml_stream, "MAX_ELEMENTS", 100)
    assert len(read(b"<r>" + b"<a/>" * 1000 + b"</r>")) == 1000
    with pytest.raises(Unusable, match="more than 100 inside"):
        read(b"<r><a>" + b"<b/>" * 1000)


def test_what_came_before_the_damage_is_given():
    whole = children(io.BytesIO(b"<r><one/><two"), "x", "r")
    assert next(whole).tag == "one"
    with pytest.raises(Unusable):
        next(whole)
