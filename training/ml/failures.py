"""What goes wrong in a run or a bundle, said so that a person knows what to do next."""

from typing import TypedDict


class FailureRecord(TypedDict):
    """A failure as it is written to `state.json`."""

    title: str
    detail: str
    hint: str


class Failure(Exception):
    """A reason to stop: a short title, one sentence of detail, and what to try."""

    def __init__(self, title: str, detail: str, hint: str = "") -> None:
        super().__init__(f"{title}: {detail}")
        self.title, self.detail, self.hint = title, detail, hint

    def record(self) -> FailureRecord:
        """Title, detail and hint as plain data."""
        return {"title": self.title, "detail": self.detail, "hint": self.hint}


class PeerLost(Exception):
    """Another of the processes that train together is gone; why is its own to say."""
