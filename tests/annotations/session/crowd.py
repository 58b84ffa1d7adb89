"""People who work in one image at once, as programs: they draw, change and delete at random, lose their
connection at random, and send again what was not answered.

Each keeps what is on their screen by the protocol alone; at the end all screens must be the same.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

WIDTH, HEIGHT = 2000, 1500
PATIENCE = 60.0
Shape = dict[str, Any]


@dataclass
class Tally:
    """What happened, as all people together saw it."""

    # By operation: when it was sent first, and its answer.
    sent: dict[str, float] = field(default_factory=dict)
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    # Seconds from sending to another screen, of screens that were connected all the time.
    delays: list[float] = field(default_factory=list)
    own: list[float] = field(default_factory=list)
    gestures: int = 0
    broken: int = 0
    resent: int = 0
    problems: list[Any] = field(default_factory=list)


class Screen:
    def __init__(self, url: str, token: str, label: str, tally: Tally, seed: int, pace: float) -> None:
        self.url, self.token, self.label, self.tally, self.pace = url, token, label, tally, pace
        self.random = random.Random(seed)
        self.shapes: dict[str, Shape] = {}
        self.revision = 0
        self.outbox: dict[str, dict[str, Any]] = {}
        self.socket: ClientConnection | None = None
        self.since = 0.0

    async def live(self, until: float, breaks: float) -> None:
        """Work until then, with about `breaks` seconds between losses of the connection; then finish."""
        while True:
            try:
                async with connect(
                    f"{self.url}?after={self.revision}",
                    additional_headers={"Authorization": f"Bearer {self.token}"},
                    max_size=None,
                    compression=None,
                ) as self.socket:
                    await self._connected(until, breaks)
                    if time.monotonic() >= until and not self.outbox:
                        return
            except (ConnectionClosed, OSError, InvalidStatus, TimeoutError):
                pass
            self.tally.broken += 1
            assert time.monotonic() < until + PATIENCE, f"{len(self.outbox)} operations without an answer"
            await asyncio.sleep(self.random.uniform(0, 0.5))

    async def _connected(self, until: float, breaks: float) -> None:
        assert self.socket is not None
        welcome = await self._next()
        assert welcome["type"] == "welcome"
        self.since = time.monotonic()
        self.tally.resent += len(self.outbox)
        for message in list(self.outbox.values()):
            await self._send(message)
        lost = asyncio.create_task(self._lose(breaks))
        work = asyncio.create_task(self._work(until))
        try:
            while time.monotonic() < until or self.outbox or self.revision < welcome["revision"]:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(0.5):
                        self._hear(await self._next())
        finally:
            lost.cancel()
            work.cancel()
            await asyncio.gather(lost, work, return_exceptions=True)

    async def settle(self, revision: int) -> None:
        """Be at the last revision: connect once more."""
        async with connect(
            f"{self.url}?after={self.revision}",
            additional_headers={"Authorization": f"Bearer {self.token}"},
            max_size=None,
        ) as self.socket:
            while self.revision < revision:
                async with asyncio.timeout(PATIENCE):
                    self._hear(await self._next())

    async def _lose(self, breaks: float) -> None:
        """Without a goodbye, as a laptop that is closed."""
        await asyncio.sleep(self.random.expovariate(1 / breaks))
        assert self.socket is not None
        self.socket.transport.abort()

    async def _work(self, until: float) -> None:
        while time.monotonic() < until:
            await asyncio.sleep(self.random.uniform(0.1, 0.3) * self.pace)
            await self._send({"type": "cursor", "x": self.random.random() * WIDTH, "y": 7})
            if self.random.random() < 0.35:
                items = self._action()
                op = str(uuid.uuid4())
                message = {"type": "change", "op": op, **items}
                self.outbox[op] = message
                self.tally.sent[op] = time.monotonic()
                await self._send(message)

    def _action(self) -> dict[str, Any]:
        busy = {
            item["id"]
            for message in self.outbox.values()
            for kind in ("update", "delete")
            for item in message.get(kind, ())
        }
        free = [shape for key, shape in self.shapes.items() if key not in busy]
        kind = self.random.random()
        if not free or kind < 0.4 or len(free) < 5:
            return {"create": [self._drawn() for _ in range(self.random.choice((1, 1, 3)))]}
        # The newest ones, where everybody is: so people do get into each other's way.
        shape = self.random.choice(free[-10:])
        base = {"id": shape["id"], "base": shape["revision"]}
        if kind < 0.9:
            fields = [{"z": self.random.randrange(9)}, {"bbox": self._box()}, {"attributes": {"n": kind}}]
            return {"update": [{**base, **self.random.choice(fields)}]}
        return {"delete": [base]}

    def _drawn(self) -> Shape:
        return {"id": str(uuid.uuid4()), "class": self.label, "bbox": self._box()}

    def _box(self) -> list[float]:
        return [self.random.randrange(WIDTH - 60), self.random.randrange(HEIGHT - 60), 50, 40]

    async def _send(self, message: dict[str, Any]) -> None:
        assert self.socket is not None
        await self.socket.send(json.dumps(message))

    async def _next(self) -> dict[str, Any]:
        assert self.socket is not None
        return dict(orjson.loads(await self.socket.recv()))

    def _hear(self, message: dict[str, Any]) -> None:
        now = time.monotonic()
        kind = message["type"]
        if kind == "change":
            assert message["revision"] == self.revision + 1, "a revision was left out or came twice"
            self.revision = message["revision"]
            for shape in (*message["created"], *message["updated"]):
                self.shapes[shape["id"]] = shape
            for key in message["deleted"]:
                del self.shapes[key]
            began = self.tally.sent.get(message["op"] or "")
            if began is not None and began > self.since:
                (self.tally.own if message["op"] in self.outbox else self.tally.delays).append(now - began)
        elif kind == "accepted":
            self.outbox.pop(message["op"], None)
            before = self.tally.answers.setdefault(message["op"], message)
            assert before == message, "an operation was answered in two ways"
        elif kind in ("refused", "problem"):
            self.outbox.pop(message.get("op"), None)
            self.tally.problems.append(message)
        elif kind == "cursor":
            self.tally.gestures += 1


async def crowd(
    url: str, tokens: list[str], label: str, seconds: float, breaks: float, pace: float = 1.0
) -> tuple[Tally, list[Screen]]:
    """Let people with these keys work in the image at `url` (`ws://…/ws/assets/<id>`)."""
    tally = Tally()
    screens = [Screen(url, token, label, tally, n, pace) for n, token in enumerate(tokens)]
    until = time.monotonic() + seconds
    await asyncio.gather(*(screen.live(until, breaks) for screen in screens))
    # An answer may overtake the change that it is about.
    last = max([screen.revision for screen in screens] + [a["revision"] for a in tally.answers.values()])
    await asyncio.gather(*(screen.settle(last) for screen in screens))
    return tally, screens


def check(tally: Tally, screens: list[Screen], shapes: list[Shape], history: list[dict[str, Any]]) -> None:
    """All screens show what the server has, and the log has every operation once: what it was answered."""
    there = {shape["id"]: shape for shape in shapes}
    for screen in screens:
        differing = [key for key in {*there, *screen.shapes} if there.get(key) != screen.shapes.get(key)]
        assert not differing, [(screen.shapes.get(key), there.get(key)) for key in differing[:2]]
    assert [row["revision"] for row in history] == list(range(1, len(history) + 1))
    assert tally.problems == []
    assert set(tally.answers) == set(tally.sent)
    ops = [row["op"] for row in history]
    assert len(set(ops)) == len(ops)
    log = {row["op"]: row for row in history}
    for op, answer in tally.answers.items():
        if op in log:
            assert log[op]["revision"] == answer["revision"]
        else:
            # Nothing of it landed, or nothing was different.
            assert len(answer["refused"]) <= 1
    drawn = [shape["id"] for row in history for shape in row["created"]]
    assert len(set(drawn)) == len(drawn)


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else float("nan")


def figures(tally: Tally) -> str:
    delays = ", ".join(
        f"p{int(share * 100)} {percentile(tally.delays, share) * 1000:.0f} ms" for share in (0.5, 0.95, 0.99)
    )
    refused = sum(bool(answer["refused"]) for answer in tally.answers.values())
    return (
        f"{len(tally.sent)} operations ({refused} refused in part), {tally.broken} broken connections, "
        f"{tally.resent} sent again, {tally.gestures} cursors seen; change to other screen: {delays}"
    )
