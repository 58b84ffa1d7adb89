"""A prediction job's folder in storage: what is to be done, and what has been, for whichever worker goes on.

What has been done lies in parts of a fixed number of items. A part appears whole or not at all, and whoever
writes it writes the same items, so nothing is there twice, however often a worker is killed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from core.storage import storage

PART = 16
_ITEMS = "items.jsonl"
_PARTS = "parts"
_SUMMARY = "result.json"


class Folder:
    """`lines` are JSON-ready dicts, in the order of the items."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self._waiting: list[dict[str, Any]] = []
        self._parts = self._found()

    @property
    def done(self) -> int:
        """How many items have been done and kept; the last part may hold fewer than PART, but nothing is
        behind it.
        """
        return self._parts * PART

    def _found(self) -> int:
        names = {key.rpartition("/")[2] for key in storage.keys(f"{self.prefix}/{_PARTS}")}
        number = 0
        while _part(number) in names:
            number += 1
        return number

    def keep_items(self, items: Iterable[dict[str, Any]]) -> None:
        """Write down what is to be done, once: a folder may get other files while the job runs."""
        if storage.exists(f"{self.prefix}/{_ITEMS}"):
            return
        with tempfile.TemporaryFile() as file:
            for item in items:
                file.write(orjson.dumps(item, option=orjson.OPT_APPEND_NEWLINE))
            file.seek(0)
            storage.put(f"{self.prefix}/{_ITEMS}", file)

    def items(self) -> Iterator[dict[str, Any]]:
        with storage.open(f"{self.prefix}/{_ITEMS}") as file:
            yield from map(orjson.loads, file)

    def add(self, line: dict[str, Any]) -> bool:
        """Take the next item's result; True when a part was full and is kept now."""
        self._waiting.append(line)
        if len(self._waiting) < PART:
            return False
        self.flush()
        return True

    def flush(self) -> None:
        """Keep what waits for its part to be full; nothing may be added behind it."""
        if not self._waiting:
            return
        content = b"".join(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE) for line in self._waiting)
        storage.put(f"{self.prefix}/{_PARTS}/{_part(self._parts)}", content)
        self._parts += 1
        self._waiting = []

    def lines(self) -> Iterator[dict[str, Any]]:
        """All results that were kept."""
        for number in range(self._parts):
            yield from map(orjson.loads, storage.read(f"{self.prefix}/{_PARTS}/{_part(number)}").splitlines())

    def summary(self) -> dict[str, Any] | None:
        """The job's result, once all is done."""
        key = f"{self.prefix}/{_SUMMARY}"
        return dict(orjson.loads(storage.read(key))) if storage.exists(key) else None

    def finish(self, summary: dict[str, Any]) -> None:
        """Write down that all is done."""
        storage.put(f"{self.prefix}/{_SUMMARY}", orjson.dumps(summary))


def _part(number: int) -> str:
    return f"{number:07}.jsonl"
