"""Writing a video that browsers play. Pure; `projects.media.video` reads."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np

from projects.media.video import TICKS, Pixels

CODEC = "libx264" if "libx264" in av.codecs_available else "mpeg4"


class Writer:
    """An MP4 that browsers play, frame by frame; all frames take the size of the first."""

    def __init__(self, path: Path, rate: Fraction) -> None:
        self._container = av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"})
        self._rate = rate
        self._stream: Any = None
        self._last = -1
        self._size = (0, 0)

    def add(self, pixels: Pixels, seconds: float) -> None:
        """One RGB frame to be shown from `seconds` on."""
        if self._stream is None:
            self._begin(*pixels.shape[:2])
        width, height = self._size
        if pixels.shape[:2] != (height, width):
            pixels = np.asarray(cv2.resize(pixels, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
        # The codecs want even sides: the last row or column is there twice.
        edges = (0, height % 2, 0, width % 2)
        if any(edges):
            pixels = np.asarray(cv2.copyMakeBorder(pixels, *edges, cv2.BORDER_REPLICATE), np.uint8)
        frame = av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format="yuv420p")
        self._last = max(self._last + 1, round(seconds * TICKS))
        frame.pts = self._last
        frame.time_base = Fraction(1, TICKS)
        self._container.mux(self._stream.encode(frame))

    def close(self) -> None:
        """Write what is held back, and the file's end."""
        if self._stream is not None:
            self._container.mux(self._stream.encode(None))
        self._container.close()

    def _begin(self, height: int, width: int) -> None:
        # Little looking ahead, so that memory is that of a few frames.
        fast = {"preset": "veryfast", "crf": "23", "rc-lookahead": "10", "bf": "0"}
        self._stream = self._container.add_stream(
            CODEC, rate=self._rate, options=fast if CODEC == "libx264" else {}
        )
        self._size = (width, height)
        self._stream.width, self._stream.height = width + width % 2, height + height % 2
        self._stream.pix_fmt = "yuv420p"
        self._stream.codec_context.time_base = Fraction(1, TICKS)
        self._stream.codec_context.thread_count = 1
        if CODEC != "libx264":
            self._stream.bit_rate = 4_000_000
