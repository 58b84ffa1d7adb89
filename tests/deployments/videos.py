"""Small videos of moving stripes, as files."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path

import numpy as np

from deployments.video import Writer


def video(path: Path, frames: int = 20, width: int = 64, height: int = 48, rate: int = 10) -> bytes:
    """Red in its upper left corner, with a white stripe that walks."""
    writer = Writer(path, Fraction(rate))
    noise = np.random.default_rng(0)
    for number in range(frames):
        pixels = noise.integers(0, 60, (height, width, 3), np.uint8)
        pixels[: height // 3, : width // 3] = (255, 0, 0)
        pixels[:, number % width] = 255
        writer.add(pixels, number / rate)
    writer.close()
    return path.read_bytes()


def turned(content: bytes) -> bytes:
    """The same as a telephone held upright writes it: to be shown a quarter to the right."""
    header = content.index(b"tkhd") + 4
    # Version and flags, times, id, reserved, duration; reserved, layer, group, volume.
    matrix = header + 4 + 20 + 16
    quarter = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)
    return content[:matrix] + quarter + content[matrix + 36 :]
