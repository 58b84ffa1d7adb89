"""Videos made on the spot, and what is in them frame by frame."""

from __future__ import annotations

import io
import multiprocessing
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
from PIL import Image

from projects.media.video import decoded, opened, upright

Pixels = npt.NDArray[np.uint8]


def film(
    path: Path,
    frames: int = 40,
    width: int = 96,
    height: int = 64,
    rate: Fraction | int = 25,
    *,
    codec: str = "libx264",
    times: Iterable[int] | None = None,
    pix_fmt: str = "yuv420p",
    container: str | None = None,
    container_options: dict[str, str] | None = None,
    **options: str,
) -> bytes:
    """Noise under a bar that walks: no frame is as another. `times` are in thousandths of a second."""
    noise = np.random.default_rng(0)
    at = list(times) if times is not None else None
    with av.open(str(path), "w", format=container, options=container_options) as file:
        stream: Any = file.add_stream(codec, rate=rate, options=options)
        stream.width, stream.height, stream.pix_fmt = width, height, pix_fmt
        if at is not None:
            stream.codec_context.time_base = Fraction(1, 1000)
        for number in range(frames):
            pixels = noise.integers(0, 60, (height, width, 3), np.uint8)
            pixels[: height // 3, : width // 3] = (255, 0, 0)
            left = number * 3 % width
            pixels[height // 2 :, left : left + 4] = 255
            frame = av.VideoFrame.from_ndarray(pixels, format="rgb24")
            if at is not None:
                frame.pts, frame.time_base = at[number], Fraction(1, 1000)
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path.read_bytes()


def film_elsewhere(path: Path, **options: Any) -> None:
    """`film` in a process of its own: SVT-AV1 makes the one it runs in a real-time process."""
    child = multiprocessing.get_context("spawn").Process(target=film, args=(path,), kwargs=options)
    child.start()
    child.join()
    assert child.exitcode == 0


def from_the_start(path: Path) -> list[Pixels]:
    """Every frame as decoding the file once from its start gives it: upright RGB uint8 [h, w, 3]."""
    container, stream = opened(path)
    with container:
        return [upright(frame) for frame in decoded(container, stream)]


def seen(content: bytes) -> Pixels:
    """The pixels of an encoded picture."""
    return np.asarray(Image.open(io.BytesIO(content)).convert("RGB"))


def is_frame(content: bytes, frames: list[Pixels], number: int) -> bool:
    """Whether a JPEG shows frame `number` and none of the others."""
    picture = seen(content).astype(np.int16)
    off = [float(np.abs(picture - frame).mean()) for frame in frames]
    return int(np.argmin(off)) == number and off[number] < 8
