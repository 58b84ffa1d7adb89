"""Looking through a whole video once: `python -m projects.media.probing VIDEO FOLDER`.

Writes `index.npz` and the first frame as `poster.jpg`. Prints how far it is as JSON lines, and at last what
the video is, or `{"error": …}` where it is none. A process of its own: decoders crash on some files.
"""

from __future__ import annotations

import json
import re
import sys
import time
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
from av.container import InputContainer
from av.video.stream import VideoStream

from projects.media.frame_index import NO_PTS, Index, check
from projects.media.frame_jpeg import encoded
from projects.media.limits import confine
from projects.media.video import FALLBACK_RATE, NoVideo, Trouble, decoded, expected, opened, quarter_turns

MAX_PIXELS = 64_000_000
MAX_SIDE = 16_384
MAX_FRAMES = 2_000_000
TELL_EVERY = 0.5
# Rates as they are meant, where only times are known.
USUAL = [Fraction(n * 1000, 1001) for n in (24, 30, 48, 60, 120)] + [
    Fraction(n) for n in (5, 10, 12, 15, 20, 24, 25, 30, 48, 50, 60, 90, 100, 120, 240)
]


def probe(path: Path, folder: Path) -> dict[str, Any]:
    """What the video is, as the last line says it. Raises NoVideo with the reason."""
    container, stream = opened(path)
    with container:
        about = expected(container, stream)
        said = int(stream.frames or 0)
        _check_size(stream.codec_context.width, stream.codec_context.height)
        pts: list[int] = []
        checks: list[int] = []
        keys: list[int] = []
        trouble: list[Trouble] = []
        size, last, damaged, told = (0, 0, 0), 0, 0, time.monotonic()
        for frame in decoded(container, stream, trouble):
            if not pts:
                _check_size(frame.width, frame.height)
                size = (frame.width, frame.height, quarter_turns(frame))
                (folder / "poster.jpg").write_bytes(encoded(frame, None, quality=95))
            if frame.key_frame:
                keys.append(len(pts))
            pts.append(NO_PTS if frame.pts is None else frame.pts)
            checks.append(check(frame))
            damaged += frame.is_corrupt
            last = frame.duration or 0
            if len(pts) > MAX_FRAMES:
                raise NoVideo(f"longer than {MAX_FRAMES} frames")
            if time.monotonic() - told > TELL_EVERY:
                told = time.monotonic()
                _tell(progress=min(len(pts) / max(about, 1), 0.99), message=f"{len(pts)} frames read")
        if not pts:
            reason = trouble[0].reason if trouble else "it holds none"
            raise NoVideo(f"no video that can be read: not one frame can be decoded ({reason})")
        index = Index(
            np.array(pts, np.int64),
            np.array(checks, np.uint32),
            np.array(keys or [0], np.int64),
            stream.time_base or Fraction(1, 60000),
            size[0],
            size[1],
        )
        index.save(folder / "index.npz")
        rate = usual_rate(index, stream.average_rate or stream.guessed_rate)
        claimed = said_seconds(container, stream)
    seconds = index.seconds()
    length = float(seconds[-1]) + (last * float(index.tick) if last else float(1 / rate))
    length = length if seconds[-1] >= 0 else float(index.count / rate)
    turned = size[2] % 2 == 1
    return {
        "frames": index.count,
        "width": size[1] if turned else size[0],
        "height": size[0] if turned else size[1],
        "fps": float(rate),
        "frame_rate": f"{rate.numerator}/{rate.denominator}",
        "duration": length,
        "warning": warning(index.count, said, damaged, trouble) or early_end(length, claimed),
    }


def usual_rate(index: Index, said: Fraction | None) -> Fraction:
    """Frames a second: what the file says, or where its frames' times contradict that, what these say."""
    if index.count < 2 or not index.is_ordered:
        return said or FALLBACK_RATE
    steps = np.diff(index.pts)
    # The usual step rather than the mean one: a pause in the middle is no lower rate.
    step = float(np.mean(steps[steps <= 1.5 * np.median(steps)])) * float(index.tick)
    if said and abs(float(said) * step - 1) < 0.02:
        return said
    # Times in whole milliseconds are off by up to a half each.
    near = min(USUAL, key=lambda rate: abs(float(rate) * step - 1))
    if abs(float(near) * step - 1) < 0.005:
        return near
    return Fraction(1 / step).limit_denominator(1000)


def warning(count: int, said: int, damaged: int, trouble: list[Trouble]) -> str:
    """What of the video is missing, in a few sentences; nothing where all of it is there."""
    parts = []
    if trouble:
        first = trouble[0]
        more = f" ({len(trouble) - 1} more)" if len(trouble) > 1 else ""
        parts.append(f"{first.item[:1].upper()}{first.item[1:]} {first.reason}{more}.")
        parts.append("Frames behind it may look damaged up to the next key frame.")
    elif damaged:
        parts.append(f"{damaged} {'frame looks' if damaged == 1 else 'frames look'} damaged.")
    if count < said:
        parts.append(f"{count} of {said} frames can be read.")
    return " ".join(parts)[:500]


def said_seconds(container: InputContainer, stream: VideoStream) -> float:
    """How long the pictures are by the headers; 0 where only the length of picture and sound is known."""
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    parts = re.fullmatch(r"(\d+):(\d+):(\d+(?:\.\d+)?)", stream.metadata.get("DURATION", ""))
    if parts:
        hours, minutes, seconds = (float(part) for part in parts.groups())
        return 3600 * hours + 60 * minutes + seconds
    return (container.duration or 0) / av.time_base if len(container.streams) == 1 else 0.0


def early_end(length: float, said: float) -> str:
    """That a file without a count of frames was cut off, by more than rounding explains."""
    if said - length < max(0.5, 0.02 * said):
        return ""
    return f"The video breaks off: {length:.1f} of {said:.1f} seconds can be read."


def _check_size(width: int, height: int) -> None:
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise NoVideo(f"too large: {width}×{height} pixels, at most {MAX_PIXELS // 10**6} megapixels a frame")


def _tell(**what: Any) -> None:
    print(json.dumps(what), flush=True)


def main() -> None:
    confine()
    av.logging.set_level(None)
    path, folder = Path(sys.argv[1]), Path(sys.argv[2])
    try:
        _tell(**probe(path, folder))
    except NoVideo as error:
        _tell(error=f"The file is {error}.")
    except MemoryError:
        _tell(error="The video needs more memory to be decoded than it may take.")


if __name__ == "__main__":
    main()
