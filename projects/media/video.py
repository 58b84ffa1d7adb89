"""Reading the frames of a video as they are meant to be looked at. Pure PyAV.

Frames are counted as they come out of the decoder, in the order in which they are shown, from 0: what a
header claims, what an edit list leaves out and what is damaged do not count.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import NamedTuple

import av
import numpy as np
import numpy.typing as npt
from av.container import InputContainer
from av.error import FFmpegError
from av.video.stream import VideoStream

Pixels = npt.NDArray[np.uint8]

# Only containers that hold their own content: a playlist names other files and addresses, which a stranger
# must not have us open.
CONTAINERS = "mov,matroska,avi,mpegts,mpeg,mpegvideo,h264,hevc,ivf,flv,asf,ogg,mjpeg,gif"
# Fine enough for every usual rate of frames, NTSC's included.
TICKS = 60000
THREADS = 4
FALLBACK_RATE = Fraction(25)


class NoVideo(ValueError):
    """The file holds no video that can be read."""


class Frame(NamedTuple):
    """`number` counts every frame of the video from 0; `pixels` are upright RGB uint8 [h, w, 3]."""

    number: int
    seconds: float
    pixels: Pixels


class Trouble(NamedTuple):
    """What of a video could not be read."""

    item: str
    reason: str


def opened(path: Path) -> tuple[InputContainer, VideoStream]:
    """The container, to be closed, and its first moving picture. Raises NoVideo."""
    options = {"format_whitelist": CONTAINERS, "protocol_whitelist": "file"}
    try:
        container = av.open(str(path), options=options)
    except FFmpegError as error:
        raise NoVideo(f"no video that can be read ({error.strerror})") from error
    if not container.streams.video:
        container.close()
        raise NoVideo("no video: the file has no pictures")
    stream = container.streams.video[0]
    # Threads that share a frame leave what is damaged as memory happened to be: other pixels every time.
    stream.thread_type = "FRAME"
    stream.codec_context.thread_count = min(THREADS, os.cpu_count() or 1)
    return container, stream


def decoded(
    container: InputContainer, stream: VideoStream, trouble: list[Trouble] | None = None
) -> Iterator[av.VideoFrame]:
    """Every frame from where the container stands; what cannot be read is left out and told in `trouble`."""
    told = trouble if trouble is not None else []
    tick = stream.time_base or Fraction(1, TICKS)
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets, None)
        except FFmpegError as error:
            told.append(Trouble("the rest of the video", f"cannot be read: {error.strerror}"))
            return
        if packet is None:
            return
        if packet.is_corrupt:
            # Cut off in the middle: what a decoder makes of it is half a picture.
            continue
        try:
            yield from packet.decode()
        except FFmpegError as error:
            # Decoded by several threads: it may be a few frames earlier.
            near = "" if packet.pts is None else f" near {float(packet.pts * tick):.0f} s"
            told.append(Trouble(f"a frame{near}", f"cannot be decoded: {error.strerror}"))


class Reader:
    """The frames of a video file, one at a time; `trouble` says what could not be read once they are over."""

    def __init__(self, path: Path) -> None:
        """Raises NoVideo."""
        self._container, self._stream = opened(path)
        self._tick = self._stream.time_base or Fraction(1, TICKS)
        self.rate: Fraction = self._stream.average_rate or FALLBACK_RATE
        self.trouble: list[Trouble] = []

    def __enter__(self) -> Reader:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._container.close()

    @property
    def expected(self) -> int:
        """About how many frames there are; 0 where the file does not say."""
        return expected(self._container, self._stream)

    def frames(self, every: int = 1, first: int = 0) -> Iterator[Frame]:
        """Every `every`-th frame, those before number `first` left out."""
        number = 0
        for frame in decoded(self._container, self._stream, self.trouble):
            if number >= first and number % every == 0:
                yield Frame(number, self._seconds(frame, number), upright(frame))
            number += 1
        said = int(self._stream.frames or 0)
        if number < said:
            missing = f"frames {number} to {said - 1}" if number < said - 1 else f"frame {number}"
            self.trouble.append(Trouble(missing, f"the video breaks off: {number} of {said} can be read"))

    def _seconds(self, frame: av.VideoFrame, number: int) -> float:
        if frame.pts is None:
            return float(number / self.rate)
        start = self._stream.start_time or 0
        return max(0.0, float((frame.pts - start) * self._tick))


def expected(container: InputContainer, stream: VideoStream) -> int:
    """About how many frames there are by the headers; 0 where they do not say."""
    if stream.frames:
        return int(stream.frames)
    seconds = (container.duration or 0) / av.time_base
    return max(0, round(seconds * (stream.average_rate or FALLBACK_RATE)))


def upright(frame: av.VideoFrame) -> Pixels:
    """RGB uint8 [h, w, 3] as the frame is displayed."""
    pixels = np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
    turns = quarter_turns(frame)
    return np.ascontiguousarray(np.rot90(pixels, turns)) if turns else pixels


def quarter_turns(frame: av.VideoFrame) -> int:
    """By how many quarters the frame is turned to be upright: counter-clockwise, as numpy turns."""
    return round(frame.rotation / 90) % 4
