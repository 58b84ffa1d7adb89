"""Reading the frames of a video as they are meant to be looked at, and writing a new one. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

import av
import cv2
import numpy as np
import numpy.typing as npt
from av.error import FFmpegError

Pixels = npt.NDArray[np.uint8]

# Only containers that hold their own content: a playlist names other files and addresses, which a stranger
# must not have us open.
CONTAINERS = "mov,matroska,avi,mpegts,mpeg,mpegvideo,h264,hevc,ivf,flv,asf,ogg,mjpeg,gif"
CODEC = "libx264" if "libx264" in av.codecs_available else "mpeg4"
# Fine enough for every usual rate of frames, NTSC's included, and the most that MPEG-4 can name.
TICKS = 60000


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


class Reader:
    """The frames of a video file, one at a time; `trouble` says what could not be read once they are over."""

    def __init__(self, path: Path) -> None:
        """Raises NoVideo."""
        options = {"format_whitelist": CONTAINERS, "protocol_whitelist": "file"}
        try:
            self._container = av.open(str(path), options=options)
        except FFmpegError as error:
            raise NoVideo(f"no video that can be read ({error.strerror})") from error
        if not self._container.streams.video:
            self._container.close()
            raise NoVideo("no video: the file has no pictures")
        self._stream = self._container.streams.video[0]
        self._tick = self._stream.time_base or Fraction(1, TICKS)
        self.rate: Fraction = self._stream.average_rate or Fraction(25)
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
        if self._stream.frames:
            return int(self._stream.frames)
        seconds = (self._container.duration or 0) / av.time_base
        return max(0, round(seconds * self.rate))

    def frames(self, every: int = 1, first: int = 0) -> Iterator[Frame]:
        """Every `every`-th frame, those before number `first` left out."""
        number = 0
        for frame in self._decoded():
            if number >= first and number % every == 0:
                yield Frame(number, self._seconds(frame, number), _upright(frame))
            number += 1
        said = int(self._stream.frames or 0)
        if number < said:
            missing = f"frames {number} to {said - 1}" if number < said - 1 else f"frame {number}"
            self.trouble.append(Trouble(missing, f"the video breaks off: {number} of {said} can be read"))

    def _decoded(self) -> Iterator[av.VideoFrame]:
        packets = self._container.demux(self._stream)
        while True:
            try:
                packet = next(packets, None)
            except FFmpegError as error:
                self.trouble.append(Trouble("the rest of the video", f"cannot be read: {error.strerror}"))
                return
            if packet is None:
                return
            if packet.is_corrupt:
                # Cut off in the middle: what a decoder makes of it is half a picture.
                continue
            try:
                yield from packet.decode()
            except FFmpegError as error:
                at = "" if packet.pts is None else f" at {float(packet.pts * self._tick):.2f} s"
                self.trouble.append(Trouble(f"a frame{at}", f"cannot be decoded: {error.strerror}"))

    def _seconds(self, frame: av.VideoFrame, number: int) -> float:
        if frame.pts is None:
            return float(number / self.rate)
        start = self._stream.start_time or 0
        return max(0.0, float((frame.pts - start) * self._tick))


def _upright(frame: av.VideoFrame) -> Pixels:
    pixels = np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
    # Counter-clockwise, as numpy turns.
    turns = round(frame.rotation / 90) % 4
    return np.ascontiguousarray(np.rot90(pixels, turns)) if turns else pixels


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
