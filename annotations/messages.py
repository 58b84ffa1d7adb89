"""What clients of an image's socket may say, and how much of it."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable
from typing import Any

import orjson

from core.errors import BadInput, FieldError, TesseraError, TooLarge

# Characters of a message: a change carries masks, the others do not.
MAX_CHANGE = 8 << 20
MAX_DRAFT = 256 << 10
MAX_IDS = 1_000
FAR = 10_000_000
# Seconds between two messages of a kind to the others; what comes faster is replaced by the newest.
PACE = {"cursor": 0.04, "draft": 0.08, "selection": 0.08}
# Messages a second that a client may send for long, and at once.
RATE, BURST = 150.0, 400.0
# Who has that many refused in a row is cut off.
MAX_DROPPED = 2_000
Message = dict[str, Any]


def read(text: str | bytes | None) -> Message:
    """The message, its type known, its fields sound (a change's are not looked at); raises TesseraError."""
    if not text or isinstance(text, bytes):
        raise BadInput("Send JSON as text.")
    if len(text) > MAX_CHANGE:
        raise TooLarge(f"A message can have at most {MAX_CHANGE} characters.")
    try:
        message = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BadInput(f"This is no JSON: {error}") from error
    kind = message.get("type") if isinstance(message, dict) else None
    check = _CHECKS.get(kind) if isinstance(kind, str) else None
    if check is None:
        names = ", ".join(_CHECKS)
        raise BadInput(f"type must be one of {names}", [FieldError("type", f"must be one of {names}")])
    if kind != "change" and len(text) > MAX_DRAFT:
        raise TooLarge(f"A {kind} can have at most {MAX_DRAFT} characters.")
    return {"type": kind, **check(message)}


def _change(message: Message) -> Message:
    return {name: message[name] for name in ("op", "create", "update", "delete") if name in message}


def _cursor(message: Message) -> Message:
    x, y = message.get("x"), message.get("y")
    if x is None and y is None:
        return {"x": None, "y": None}
    for name, value in (("x", x), ("y", y)):
        if not isinstance(value, int | float) or isinstance(value, bool) or not abs(value) <= FAR:
            raise _bad(name, "must be a place in the image")
    return {"x": x, "y": y}


def _draft(message: Message) -> Message:
    draft = message.get("draft")
    if draft is not None and not isinstance(draft, dict):
        raise _bad("draft", "must be an object or null")
    return {"draft": draft}


def _selection(message: Message) -> Message:
    ids = message.get("ids")
    if not isinstance(ids, list) or not all(isinstance(key, str) and len(key) <= 64 for key in ids):
        raise _bad("ids", "must be a list of ids")
    # What is more than that is all of them, to the eye.
    return {"ids": ids[:MAX_IDS]}


def _ping(message: Message) -> Message:
    return {}


def _bad(name: str, problem: str) -> TesseraError:
    return BadInput(f"{name} {problem}", [FieldError(name, problem)])


_CHECKS: dict[str, Callable[[Message], Message]] = {
    "change": _change,
    "cursor": _cursor,
    "draft": _draft,
    "selection": _selection,
    "ping": _ping,
}


class Allowance:
    """How much a client may still say: RATE messages a second, BURST of them at once."""

    def __init__(self) -> None:
        self.left = BURST
        self.asked = time.monotonic()
        self.dropped = 0

    def take(self) -> bool:
        now = time.monotonic()
        self.left = min(BURST, self.left + (now - self.asked) * RATE)
        self.asked = now
        if self.left < 1:
            self.dropped += 1
            return False
        self.left -= 1
        self.dropped = 0
        return True


class Trickle:
    """Passes messages on at the pace of their kind; the newest one always gets through."""

    def __init__(self, say: Callable[[Message], None]) -> None:
        self.say = say
        self.last: dict[str, float] = {}
        self.waiting: dict[str, tuple[asyncio.TimerHandle, Message]] = {}

    def put(self, message: Message) -> None:
        kind = message["type"]
        loop = asyncio.get_running_loop()
        if kind in self.waiting:
            timer, _ = self.waiting[kind]
            self.waiting[kind] = timer, message
            return
        wait = self.last.get(kind, 0.0) + PACE[kind] - loop.time()
        if wait <= 0:
            self._pass(kind, message)
        else:
            self.waiting[kind] = loop.call_later(wait, self._flush, kind), message

    def _flush(self, kind: str) -> None:
        with contextlib.suppress(KeyError):
            self._pass(kind, self.waiting.pop(kind)[1])

    def _pass(self, kind: str, message: Message) -> None:
        self.last[kind] = asyncio.get_running_loop().time()
        self.say(message)

    def stop(self) -> None:
        for timer, _ in self.waiting.values():
            timer.cancel()
        self.waiting.clear()
