"""Reading the lists of a large JSON object element by element, in memory that does not grow with the file."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterator
from typing import IO, Any, NamedTuple

import orjson

from core.errors import Unusable

BLOCK = 1 << 20
# A string (with the colon that makes it a key; cut off where the block ends in it), or a bracket.
_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+(?:"(\s*+:)?|\\?\Z)|[{}\[\]]', re.DOTALL)
_OPEN, _QUOTE = b"{[", ord('"')
# One element, or one string outside the lists: far more than an annotation takes.
MAX_ELEMENT = 64 << 20
# How far behind a key its colon may stand.
_COLON_WITHIN = 64


class Element(NamedTuple):
    """An element of a list that is a member `key` of the top-level object, or such a member that is an object
    itself: its place and its text."""

    key: str
    start: int
    text: bytes
    is_whole: bool = False


def elements(file: IO[bytes], name: str, whole: Container[str] = ()) -> Iterator[Element]:
    """The objects in the lists of the top-level object, in the order of the file; and those of its members
    named in `whole` that are objects.

    Other members are passed over. Raises Unusable when the file is no JSON object or ends too early.
    """
    buffer = file.read(BLOCK).removeprefix(b"\xef\xbb\xbf")
    base = file.tell() - len(buffer)
    _check_start(buffer, name)
    key = ""
    keys: list[str] = []
    position = depth = 0
    start = -1
    is_whole = False
    while True:
        undecided = False
        for match in _TOKEN.finditer(buffer, position):
            begin, position = match.span()
            code = buffer[begin]
            if code == _QUOTE:
                # Too early to tell whether the string goes on, or is a key.
                if len(buffer) - position < _COLON_WITHIN and not buffer[position:].strip():
                    position, undecided = begin, True
                    break
                if depth == 1 and match.group(1) is not None:
                    key = _text(buffer[begin : match.start(1)], name)
            elif code in _OPEN:
                depth += 1
                if depth == 2:
                    keys.append(key if code == _OPEN[1] else "")
                    if code == _OPEN[0] and key in whole:
                        start, is_whole = begin, True
                elif depth == 3 and not is_whole:
                    start = begin
            else:
                depth -= 1
                if depth == 1 and is_whole:
                    yield Element(key, base + start, buffer[start:position], True)
                    start, is_whole = -1, False
                elif depth == 2 and not is_whole:
                    if keys[-1]:
                        yield Element(keys[-1], base + start, buffer[start:position])
                    start = -1
                elif depth == 0:
                    return
        # An element that is still open stays whole; what was looked at and belongs to none goes.
        if start < 0 and not undecided:
            position = len(buffer)
        keep = start if start >= 0 else position
        more = file.read(BLOCK)
        if not more:
            raise Unusable(f"{name} ends in the middle: it is not whole JSON.")
        _check_text(more, name)
        if len(buffer) - keep > MAX_ELEMENT:
            raise Unusable(
                f"{name} has a value of more than {MAX_ELEMENT >> 20} MB: it is none of this kind."
            )
        buffer = buffer[keep:] + more
        base += keep
        position -= keep
        start = 0 if start >= 0 else -1


def parse(text: bytes, name: str) -> Any:
    """A JSON value; NaN and infinities are let through, to be judged where they matter. Raises Unusable."""
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        pass
    try:
        return json.loads(_decoded(text, name))
    except (ValueError, RecursionError) as error:
        raise Unusable(f"{name} is not JSON: {error}.") from error


def _text(text: bytes, name: str) -> str:
    return str(parse(text, name))


def _decoded(text: bytes, name: str) -> str:
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unusable(
            f"{name} is not UTF-8 (perhaps Latin-1): save it as UTF-8 and import it again."
        ) from error


def _check_text(block: bytes, name: str) -> None:
    if b"\0" in block:
        raise Unusable(f"{name} holds zero bytes: it is no text, or was not written to its end.")


def _check_start(buffer: bytes, name: str) -> None:
    if buffer[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise Unusable(f"{name} is UTF-16: save it as UTF-8 and import it again.")
    begin = buffer.lstrip()[:1]
    if begin != b"{":
        what = "a JSON list" if begin == b"[" else "empty" if not begin else "not JSON"
        raise Unusable(f"{name} is {what}; a JSON object was expected.")
    _check_text(buffer, name)
