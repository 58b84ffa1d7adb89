"""A predictor without a network: its mask is where the image is bright."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection
from typing import Any, ClassVar

import cv2
import httpx
import numpy as np

from training.ml.bundle import Label
from training.ml.describe import describe
from training.ml.predictor import upsampled_argmax


class QuickPredictor:
    """Stands in for `training.ml.predictor.Predictor`; `seconds` is what an image takes; `calls`
    holds the size of every batch it computed.
    """

    labels = (Label(0, "background"), Label(1, "light", "light-id"))
    size = (16, 16)
    seconds = 0.0
    error: ClassVar[Exception | None] = None
    calls: ClassVar[list[int]] = []
    made: ClassVar[list[dict[str, Any]]] = []

    def __init__(self, bundle: str, **values: Any) -> None:
        self.made.append({"bundle": bundle, **values})
        if "broken" in bundle:
            raise RuntimeError(f"nothing can be read from {bundle}")

    def preprocess(self, image: np.ndarray) -> np.ndarray:
        small = cv2.resize(image, self.size, interpolation=cv2.INTER_AREA)
        return (small.transpose(2, 0, 1) / 255).astype(np.float32)

    def forward(self, batch: np.ndarray) -> tuple[np.ndarray]:
        self.calls.append(len(batch))
        time.sleep(self.seconds * len(batch))
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
        cls, client: httpx.AsyncClient, model: str, version: int = 1, bundle: str = "/quick"
    ) -> None:
        """Ask for a model and wait until its fate is known."""
        answer = await client.put(f"/models/{model}", json={"version": version, "bundle": bundle})
        assert answer.status_code == 202, answer.text
        while (await client.get(f"/models/{model}")).json()["status"] == "loading":
            await asyncio.sleep(0.01)
