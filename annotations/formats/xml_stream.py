"""Reading a large XML file child by child of its root, in memory that does not grow with the file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from core.errors import Unusable

BLOCK = 1 << 18
# Elements inside elements: no annotation file comes near it, and every one takes memory until it ends.
MAX_DEPTH = 100
# Of one child of the root, and bytes of one tag or text: far more than an image or a track has.
MAX_ELEMENTS = 2_000_000
MAX_TOKEN = 64 << 20


class _Children:
    """What expat tells of the file, as whole children of its root."""

    def __init__(self, name: str, root: str) -> None:
        self.done: list[Element] = []
        self._name = name
        self._root = root
        self._depth = 0
        self._elements = 0
        # Goes up with whatever the parser has understood.
        self.events = 0
        self._builder = TreeBuilder()

    def doctype(self, *args: object) -> None:
        raise Unusable(f"{self._name} declares entities or a document type, which such files do not have.")

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._depth == 0 and tag != self._root:
            raise Unusable(f"{self._name} starts with <{tag[:40]}>, not with <{self._root}>.")
        self.events += 1
        self._depth += 1
        self._elements += 1
        if self._depth > MAX_DEPTH:
            raise Unusable(f"{self._name} has elements inside each other {MAX_DEPTH} deep.")
        if self._elements > MAX_ELEMENTS:
            raise Unusable(f"{self._name} has an element with more than {MAX_ELEMENTS:,} inside.")
        if self._depth > 1:
            self._builder.start(tag, attributes)

    def end(self, tag: str) -> None:
        if self._depth > 1:
            self._builder.end(tag)
        self.events += 1
        self._depth -= 1
        if self._depth == 1:
            self._elements = 0
            self.done.append(self._builder.close())
            self._builder = TreeBuilder()

    def text(self, text: str) -> None:
        self.events += 1
        if self._depth > 1:
            self._builder.data(text)


def children(file: IO[bytes], name: str, root: str) -> Iterator[Element]:
    """The children of the root element, in the file's order. Raises Unusable for what is not such XML."""
    found = _Children(name, root)
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = found.doctype
    parser.StartElementHandler = found.start
    parser.EndElementHandler = found.end
    parser.CharacterDataHandler = found.text
    waiting, events = 0, 0
    while True:
        block = file.read(BLOCK)
        waiting = waiting + len(block) if events == found.events else 0
        events = found.events
        if waiting > MAX_TOKEN:
            raise Unusable(f"{name} has a tag of more than {MAX_TOKEN >> 20} MB: it is none of this kind.")
        try:
            parser.Parse(block, not block)
        except expat.ExpatError as error:
            yield from found.done
            raise Unusable(f"{name} is not whole XML: {error}.") from error
        except (ValueError, LookupError) as error:
            raise Unusable(f"{name} is in an encoding that cannot be read: {error}.") from error
        yield from found.done
        found.done.clear()
        if not block:
            return
