"""What is known of every frame of a video after it was decoded once from its start to its end."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

# Where a frame has no time of its own.
NO_PTS = np.iinfo(np.int64).min


@dataclass(frozen=True)
class Index:
    """`pts` int64 [n] in ticks of `tick` seconds; `checks` uint32 [n], see `check`; `keys` the numbers of
    the frames at which decoding may start, ascending; `width` and `height` are those before it is turned.
    """

    pts: npt.NDArray[np.int64]
    checks: npt.NDArray[np.uint32]
    keys: npt.NDArray[np.int64]
    tick: Fraction
    width: int
    height: int

    @property
    def count(self) -> int:
        return len(self.pts)

    @property
    def is_ordered(self) -> bool:
        """Whether a frame's time says which frame it is."""
        return bool(len(self.pts) and self.pts[0] != NO_PTS and np.all(np.diff(self.pts) > 0))

    def seconds(self) -> npt.NDArray[np.float64]:
        """When each frame is shown, from the first on; where the file does not say, -1 throughout."""
        if not len(self.pts) or self.pts[0] == NO_PTS or np.any(np.diff(self.pts) < 0):
            return np.full(self.count, -1.0)
        return (self.pts - self.pts[0]) * float(self.tick)

    def number(self, pts: int | None) -> int | None:
        """The frame shown at `pts`; None where none is."""
        if pts is None:
            return None
        at = int(np.searchsorted(self.pts, pts))
        return at if at < self.count and self.pts[at] == pts else None

    def save(self, path: Path) -> None:
        tick = np.array([self.tick.numerator, self.tick.denominator], np.int64)
        size = np.array([self.width, self.height], np.int64)
        np.savez_compressed(path, pts=self.pts, checks=self.checks, keys=self.keys, tick=tick, size=size)


def load(path: Path) -> Index:
    """Raises OSError or ValueError for what is no index."""
    with np.load(path, allow_pickle=False) as stored:
        top, bottom = (int(value) for value in stored["tick"])
        width, height = (int(value) for value in stored["size"])
        return Index(stored["pts"], stored["checks"], stored["keys"], Fraction(top, bottom), width, height)


def check(frame: av.VideoFrame) -> int:
    """A checksum (CRC-32) of the frame's first plane: two frames that differ to the eye differ in it.

    Decoding that starts in the middle of a file is exact only where nothing refers back behind that point,
    which files do not always tell: the checksum does.
    """
    plane = frame.planes[0]
    rows = np.frombuffer(memoryview(plane), np.uint8).reshape(plane.height, -1)
    # Lines are padded with whatever was in memory. Of deeper pixels this is the left part, which will do.
    return zlib.crc32(np.ascontiguousarray(rows[:, : plane.width]).data)
