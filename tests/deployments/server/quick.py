"""A predictor without a network, whose mask is where the image is bright, and an engine without a process."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any, ClassVar

import cv2
import httpx
import numpy as np

from deployments.server.app import create_app
from deployments.server.channel import Gone
from deployments.server.child import EngineEnded
from deployments.server.config import Config
from deployments.server.engines import Order
from deployments.server.journal import Journal
from training.ml.bundle import Label
from training.ml.describe import describe
from training.ml.predictor import upsampled_argmax
from training.ml.reading import Reader


class QuickPredictor:
    """Stands in for `training.ml.predictor.Predictor` and its `Steps`; `seconds` is what an image takes,
    `pass_seconds` what a pass takes besides; `calls` holds the size of every batch it computed, `engines`
    every engine that was started. An engine of a `fragile` one ends at once.
    """

    labels = (Label(0, "background"), Label(1, "light", "light-id"))
    size = (16, 16)
    reader = Reader("pixels", "semantic", 0, frozenset(), size)
    # Of the bundle: no class has a threshold of its own.
    bundle = SimpleNamespace(by_label={}, elsewhere=0)
    seconds = 0.0
    pass_seconds = 0.0
    fragile = False
    error: ClassVar[Exception | None] = None
    calls: ClassVar[list[int]] = []
    made: ClassVar[list[dict[str, Any]]] = []
    engines: ClassVar[list[QuickEngine]] = []
    megabytes = 10

    def __init__(self, bundle: str, **values: Any) -> None:
        self.made.append({"bundle": bundle, **values})
        if "broken" in bundle:
            raise RuntimeError(f"nothing can be read from {bundle}")

    def preprocess(self, image: np.ndarray) -> np.ndarray:
        small = cv2.resize(image, self.size, interpolation=cv2.INTER_AREA)
        return (small.transpose(2, 0, 1) / 255).astype(np.float32)

    def forward(self, batch: np.ndarray) -> tuple[np.ndarray]:
        self.calls.append(len(batch))
        time.sleep(self.pass_seconds + self.seconds * len(batch))
        if self.error:
            raise self.error
        light = batch.mean(1) - 0.5
        return (np.stack([-light, light], axis=1),)

    def answer(
        self,
        outputs: tuple[np.ndarray],
        height: int,
        width: int,
        shapes: Collection[str],
        threshold: float | None,
        classes: Collection[str] | None,
    ) -> tuple[np.ndarray, list[dict[str, Any]]]:
        index = upsampled_argmax(outputs[0], height, width)
        scores = np.array([0.5, 0.75], np.float32)
        return index, describe(index, scores, self.labels, shapes, threshold or 0.0, classes)

    @classmethod
    async def load(
        cls, client: httpx.AsyncClient, model: str, version: int = 1, bundle: str = "/quick", **values: Any
    ) -> None:
        """Ask for a model and wait until its fate is known."""
        asked = {"version": version, "bundle": bundle, **values}
        answer = await client.put(f"/models/{model}", json=asked)
        assert answer.status_code == 202, answer.text
        while (await client.get(f"/models/{model}")).json()["status"] == "loading":
            await asyncio.sleep(0.01)


class QuickPort:
    """A lane of a QuickEngine: computes in the thread that asks."""

    def __init__(self, engine: QuickEngine) -> None:
        self._engine = engine

    def forward(self, tensors: Sequence[np.ndarray]) -> tuple[np.ndarray]:
        if self._engine.over:
            raise Gone(sent=False)
        outputs = self._engine.predictor.forward(np.stack(tensors))
        if self._engine.over:
            raise Gone(sent=True)
        return outputs

    def close(self) -> None:
        pass


class QuickEngine:
    """Stands in for `deployments.server.engines.Engine`: a thread's work in place of a process."""

    kind: ClassVar[type[QuickPredictor]]

    def __init__(self, order: Order, journal: Journal) -> None:
        self.order = order
        self.predictor = self.kind(order.bundle)
        self.ports = tuple(tuple(QuickPort(self) for _ in range(group.lanes)) for group in order.groups)
        self.reason: str | None = None
        self.over = False
        self.wished = False
        self.pid = len(self.kind.engines)
        self._heirs: list[Callable[[QuickEngine], None]] = []
        self.kind.engines.append(self)
        if self.kind.fragile:
            self.crash()

    def wait(self, seconds: float) -> None:
        if self.over:
            raise self.obituary()

    def obituary(self) -> EngineEnded:
        return EngineEnded(self.reason, self.wished)

    def when_over(self, heir: Callable[[QuickEngine], None]) -> None:
        if self.over:
            heir(self)
        else:
            self._heirs.append(heir)

    def keep(self, groups: int) -> None:
        self.ports = self.ports[:groups]

    def memory(self) -> int:
        return 0 if self.over else self.kind.megabytes << 20

    def end(self, reason: str | None = None) -> None:
        self.wished = True
        self.crash(reason)

    def crash(self, reason: str | None = "killed by SIGKILL") -> None:
        """End as a process does that was killed."""
        if self.over:
            return
        self.over, self.reason = True, self.reason or reason
        for heir in self._heirs:
            heir(self)


@asynccontextmanager
async def connected(config: Config) -> AsyncIterator[httpx.AsyncClient]:
    """A client of the application in this process."""
    transport = httpx.ASGITransport(create_app(config), client=("127.0.0.1", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://server") as connection:
        yield connection


async def state(client: httpx.AsyncClient, model: str = "m") -> dict[str, Any]:
    """The state of a model."""
    return (await client.get(f"/models/{model}")).json()


async def until(client: httpx.AsyncClient, model: str = "m", **wanted: Any) -> dict[str, Any]:
    """Wait until the state of a model says what is wanted."""
    for _ in range(1000):
        found = await state(client, model)
        if all(found[name] == value for name, value in wanted.items()):
            return found
        await asyncio.sleep(0.01)
    raise AssertionError(f"{found} is not {wanted}")
