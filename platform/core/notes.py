"""What was left out or repaired while something was read, and why."""

from __future__ import annotations

from typing import NamedTuple

from core.free_json import clean_text

MAX_NOTES = 1000


class Note(NamedTuple):
    """Something that was left out or repaired, and why."""

    item: str
    reason: str


class Notes:
    """Collects notes; beyond a thousand it only counts."""

    def __init__(self) -> None:
        self._notes: list[Note] = []
        self._more = 0

    def add(self, item: str, reason: str) -> None:
        if len(self._notes) < MAX_NOTES:
            self._notes.append(Note(clean_text(item), clean_text(reason)))
        else:
            self._more += 1

    def count(self, more: int) -> None:
        """Say that there were so many more, of which nothing is kept."""
        self._more += more

    def as_list(self) -> list[dict[str, str]]:
        notes = [note._asdict() for note in self._notes]
        if self._more:
            notes.append({"item": "…", "reason": f"and {self._more} more that are not listed"})
        return notes
