"""A process that decodes frames for another: `python -m projects.media.decoder CACHE_FOLDER LIMIT_BYTES`.

It reads one JSON line a request from its standard input:
`{"path", "index", "digest", "number", "as": "file"|"jpeg"|"pixels", "size": pixels|null, "quality"?}`.
It answers with one line, `{"ok": true, "bytes", "shape"?}` or `{"error"}`, and behind it so many bytes: none
for `file`, which lies in the cache then; a JPEG; or RGB rows. Until then it may write any number of
`{"step"}`, which say that it goes on. Between requests for files it encodes what lies around the last one,
for whoever looks at one frame looks at the next.
"""

from __future__ import annotations

import json
import os
import selectors
import sys
import time
from collections import OrderedDict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av

from projects.media.frame_cache import FrameCache, frame_path
from projects.media.frame_index import load
from projects.media.frame_jpeg import QUALITY, encoded, fitted, pixels
from projects.media.frame_source import FrameSource, LostFrame
from projects.media.limits import confine
from projects.media.video import NoVideo

VIDEOS_OPEN = 3
AHEAD = 32
STEP_EVERY = 0.5


class Decoder:
    """Open videos, and the cache into which their frames go."""

    def __init__(self, cache: FrameCache) -> None:
        self.cache = cache
        self._sources: OrderedDict[str, FrameSource] = OrderedDict()
        # The frame asked for before, by video.
        self._before: dict[str, int] = {}
        self._told = 0.0

    def answer(self, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
        """Raises LostFrame, NoVideo, OSError or ValueError."""
        source = self._source(request)
        number, side = int(request["number"]), request.get("size")
        if request["as"] == "file":
            self._write(source, request["digest"], side, number)
            return {"ok": True, "bytes": 0}, b""
        frame = source.frame(number)
        if request["as"] == "jpeg":
            content = encoded(frame, side, request.get("quality", QUALITY))
            return {"ok": True, "bytes": len(content)}, content
        array = pixels(frame, *fitted(frame.width, frame.height, side))
        return {"ok": True, "bytes": array.nbytes, "shape": array.shape}, array.tobytes()

    def around(self, request: dict[str, Any]) -> Iterator[int]:
        """Encode one more frame near the one asked for at every step, the next ones in the direction first.

        Who walks backwards would wait at the beginning of every stretch that is kept: they get all frames
        from the key frame on.
        """
        source = self._source(request)
        number, digest, side = int(request["number"]), request["digest"], request.get("size")
        is_backwards = number < self._before.get(request["path"], number)
        self._before[request["path"]] = number
        if is_backwards:
            kept = sorted(source.at_hand(), reverse=True)
            for behind in [*kept, *range(source.key_before(number), min(kept, default=number))]:
                self._write(source, digest, side, behind)
                yield behind
            return
        for ahead in range(number + 1, min(number + 1 + AHEAD, source.index.count)):
            if source.kept(ahead) is None and source.ahead() != ahead:
                break
            self._write(source, digest, side, ahead)
            yield ahead
        for behind in sorted(source.at_hand(), reverse=True):
            if behind < number:
                self._write(source, digest, side, behind)
                yield behind

    def _write(self, source: FrameSource, digest: str, side: int | None, number: int) -> None:
        path = frame_path(self.cache.folder, digest, side, number)
        # What is there already is decoded all the same: the frames behind it need it.
        frame = source.frame(number)
        if not path.exists():
            self.cache.put(path, encoded(frame, side))

    def _source(self, request: dict[str, Any]) -> FrameSource:
        path = request["path"]
        if path not in self._sources:
            while len(self._sources) >= VIDEOS_OPEN:
                self._sources.popitem(last=False)[1].close()
            self._sources[path] = FrameSource(Path(path), load(Path(request["index"])), self._step)
        for other, source in self._sources.items():
            if other != path:
                # Encoded they lie in the cache; as they were decoded they take much memory.
                source.let_go()
        self._sources.move_to_end(path)
        return self._sources[path]

    def _step(self, number: int) -> None:
        if time.monotonic() - self._told > STEP_EVERY:
            self._told = time.monotonic()
            say({"step": number})


def serve(decoder: Decoder) -> None:
    """Answer until the other side goes away."""
    waiting = selectors.DefaultSelector()
    lines = _Lines(sys.stdin.fileno())
    waiting.register(sys.stdin.fileno(), selectors.EVENT_READ)
    while (line := lines.next()) is not None:
        request = json.loads(line)
        try:
            said, content = decoder.answer(request)
        except (LostFrame, NoVideo, OSError, ValueError, MemoryError) as error:
            say({"error": str(error) or type(error).__name__})
            continue
        say(said, content)
        if request["as"] != "file":
            continue
        try:
            for _ in decoder.around(request):
                if lines.has_more or waiting.select(0):
                    break
        except (LostFrame, NoVideo, OSError, ValueError, MemoryError):
            continue  # nobody has asked for these


class _Lines:
    """Lines of a descriptor, without reading ahead more than is said."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._rest = b""

    @property
    def has_more(self) -> bool:
        return b"\n" in self._rest

    def next(self) -> bytes | None:
        while b"\n" not in self._rest:
            block = os.read(self._descriptor, 1 << 16)
            if not block:
                return None
            self._rest += block
        line, _, self._rest = self._rest.partition(b"\n")
        return line


def say(what: dict[str, Any], content: bytes = b"") -> None:
    out = sys.stdout.buffer
    out.write(json.dumps(what).encode() + b"\n" + content)
    out.flush()


def main() -> None:
    confine()
    av.logging.set_level(None)
    serve(Decoder(FrameCache(Path(sys.argv[1]), int(sys.argv[2]))))


if __name__ == "__main__":
    main()
