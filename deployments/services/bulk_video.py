"""A prediction job's video: opened where it lies, its frames as files for the inference server."""

from __future__ import annotations

from collections.abc import Callable

import cv2

from core.errors import Unusable
from core.storage import storage
from projects.media.video import Frame, NoVideo, Reader

# Beyond this a frame is packed: the server takes files of 64 MB.
MOST_RAW_BYTES = 32 << 20


def opened(key: str) -> Reader:
    """The stored video, to be closed; raises Unusable."""
    try:
        return Reader(storage.path(key))
    except NoVideo as error:
        raise Unusable(f"The file is {error}.") from error


def as_file(frame: Frame) -> Callable[[], bytes]:
    """What makes an image file of the frame, lossless; fast rather than small, for it does not travel far."""

    def encoded() -> bytes:
        swapped = cv2.cvtColor(frame.pixels, cv2.COLOR_RGB2BGR)
        if frame.pixels.nbytes < MOST_RAW_BYTES:
            done, content = cv2.imencode(".bmp", swapped)
        else:
            done, content = cv2.imencode(".png", swapped, [cv2.IMWRITE_PNG_COMPRESSION, 1])
        if not done:
            raise Unusable("The frame could not be written as an image.")
        return content.tobytes()

    return encoded
