"""A patterned thing that moves over a patterned ground: where it is on every frame is known."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import numpy.typing as npt

HEIGHT, WIDTH = 120, 200
WIDE, HIGH = 44, 32
Pixels = npt.NDArray[np.uint8]


def texture(seed: int, height: int, width: int) -> Pixels:
    """Spots of all sizes."""
    chance = np.random.default_rng(seed)
    found = np.zeros((height, width, 3), np.float32)
    for size in (4, 9, 20):
        small = chance.uniform(0, 1, (height // size + 2, width // size + 2, 3)).astype(np.float32)
        found += cv2.resize(small, (width, height), interpolation=cv2.INTER_CUBIC)
    found -= found.min()
    return np.asarray(found / found.max() * 255, np.uint8)


def place(frame: int) -> tuple[int, int]:
    """Left and top of the thing: three pixels to the right and one down a frame."""
    return 20 + 3 * frame, 24 + frame


def scene(frame: int, hidden_from: int = 1000) -> Pixels:
    picture = texture(1, HEIGHT, WIDTH).copy()
    left, top = place(frame)
    if frame < hidden_from:
        picture[top : top + HIGH, left : left + WIDE] = texture(2, HIGH, WIDE) // 2 + 110
    return picture


def film(path: Path, frames: int, **options: Any) -> bytes:
    with av.open(str(path), "w") as file:
        stream: Any = file.add_stream("libx264", rate=25, options={"crf": "12"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        for number in range(frames):
            file.mux(stream.encode(av.VideoFrame.from_ndarray(scene(number, **options), format="rgb24")))
        file.mux(stream.encode(None))
    return path.read_bytes()


def iou(mask: npt.NDArray[Any], frame: int) -> float:
    """How well a mask covers the thing."""
    wanted = np.zeros((HEIGHT, WIDTH), bool)
    left, top = place(frame)
    wanted[top : top + HIGH, left : left + WIDE] = True
    return float((wanted & (mask != 0)).sum() / (wanted | (mask != 0)).sum())
