"""Frames as JPEG files."""

from __future__ import annotations

import av
import cv2
import numpy as np

from projects.media.video import Pixels, quarter_turns

QUALITY = 90


def encoded(frame: av.VideoFrame, side: int | None, quality: int = QUALITY) -> bytes:
    """The frame, upright, shrunk so that its longer side is at most `side`, as JPEG."""
    width, height = fitted(frame.width, frame.height, side)
    done, content = cv2.imencode(
        ".jpg", pixels(frame, width, height, "bgr24"), [cv2.IMWRITE_JPEG_QUALITY, quality]
    )
    if not done:
        raise ValueError("The frame could not be written as an image.")
    return content.tobytes()


def fitted(width: int, height: int, side: int | None) -> tuple[int, int]:
    """The size shrunk so that its longer side is at most `side`."""
    scale = min(1.0, side / max(width, height)) if side else 1.0
    return max(1, round(width * scale)), max(1, round(height * scale))


def pixels(frame: av.VideoFrame, width: int, height: int, order: str = "rgb24") -> Pixels:
    """Upright uint8 [h, w, 3]; `width` and `height` are of the picture before it is turned."""
    if (frame.width, frame.height) == (width, height):
        flat = np.asarray(frame.to_ndarray(format=order), np.uint8)
    else:
        small = frame.reformat(width=width, height=height, format=order, interpolation="AREA")
        flat = np.asarray(small.to_ndarray(), np.uint8)
    turns = quarter_turns(frame)
    return np.ascontiguousarray(np.rot90(flat, turns)) if turns else flat
