"""Any frame of a video, exactly as decoding from the start gives it, mostly without starting there."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path

import av
from av.error import FFmpegError

from projects.media.frame_index import Index, check
from projects.media.video import decoded, opened

# Frames behind the last one asked for that are kept as the decoder gave them, in bytes.
KEPT_BYTES = 96 << 20
# So many frames ahead are rather walked than jumped over.
WALK = 24


class LostFrame(ValueError):
    """The frame that was there when the video was taken in cannot be decoded any more."""


class FrameSource:
    """One open video. `on_step` is called with every frame's number on the way, to say that it goes on."""

    def __init__(
        self, path: Path, index: Index, on_step: Callable[[int], None] = lambda number: None
    ) -> None:
        """Raises NoVideo."""
        self._path = path
        self._on_step = on_step
        self.index = index
        self._container, self._stream = opened(path)
        self._frames: Iterator[av.VideoFrame] = iter(())
        # The number of the frame that comes next; None where nobody knows.
        self._next: int | None = None
        self._from_start = False
        size = index.width * index.height * 3 // 2
        self._kept: deque[tuple[int, av.VideoFrame]] = deque(maxlen=max(2, KEPT_BYTES // max(size, 1)))

    def close(self) -> None:
        self._frames = iter(())
        self._kept.clear()
        self._container.close()

    def frame(self, number: int) -> av.VideoFrame:
        """Frame `number`, 0 … count - 1. Raises LostFrame."""
        if (kept := self.kept(number)) is not None:
            return kept
        if self._is_near(number) and (found := self._walk(number)) is not None:
            return found
        for key in self._entries(number):
            if self._jump(key) and (found := self._walk(number)) is not None:
                return found
        self._restart()
        found = self._walk(number)
        if found is None:
            raise LostFrame(f"Frame {number} can no longer be decoded.")
        return found

    def kept(self, number: int) -> av.VideoFrame | None:
        """The frame where it is still at hand."""
        return next((frame for kept, frame in self._kept if kept == number), None)

    def at_hand(self) -> list[int]:
        """The numbers of the frames that `kept` gives."""
        return [number for number, _ in self._kept]

    def let_go(self) -> None:
        """Keep no decoded frames, but go on where the decoder is."""
        self._kept.clear()

    def ahead(self) -> int | None:
        """The number of the frame that costs least to decode now."""
        return self._next if self._next is not None and self._next < self.index.count else None

    def _is_near(self, number: int) -> bool:
        if self._next is None or number < self._next:
            return False
        key = self.key_before(number)
        return key <= self._next or number - self._next <= WALK

    def key_before(self, number: int) -> int:
        """The last frame up to `number` at which decoding may start."""
        keys = self.index.keys
        at = int(keys.searchsorted(number, side="right"))
        return int(keys[at - 1]) if at else 0

    def _entries(self, number: int) -> Iterator[int]:
        """Where to begin, the nearest first; the very start is another matter."""
        if not self.index.is_ordered:
            return
        key = self.key_before(number)
        if key > 0:
            yield key
            if (before := self.key_before(key - 1)) > 0:
                yield before

    def _jump(self, key: int) -> bool:
        self._forget()
        try:
            self._container.seek(int(self.index.pts[key]), stream=self._stream, backward=True)
        except FFmpegError:
            return False
        self._frames = decoded(self._container, self._stream)
        return True

    def _restart(self) -> None:
        """From the first byte on: by opening anew, for some files cannot be sought in."""
        self._forget()
        self._container.close()
        self._container, self._stream = opened(self._path)
        self._frames = decoded(self._container, self._stream)
        self._next, self._from_start = 0, True

    def _forget(self) -> None:
        self._kept.clear()
        self._next, self._from_start = None, False

    def _walk(self, number: int) -> av.VideoFrame | None:
        """Decode up to frame `number`; None where it does not come, or not as it should."""
        for frame in self._frames:
            at = self._next if self._from_start else self.index.number(frame.pts)
            if at is None:
                continue
            self._on_step(at)
            if at > number:
                # Began too late: of what came in between nothing is known.
                self._forget()
                return None
            self._next = at + 1
            exact = self._from_start or check(frame) == self.index.checks[at]
            if exact:
                self._kept.append((at, frame))
            if at == number:
                return frame if exact else None
        self._next = None
        return None
