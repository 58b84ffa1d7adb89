"""The frames of video assets: counted, found and decoded, always in other processes than this one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from django.conf import settings

from core.errors import BadInput, Conflict, FieldError, NotFound, Unusable
from core.storage import storage
from projects.media.frame_cache import found, frame_path
from projects.media.frame_index import Index, load
from projects.models import Asset
from projects.services import decoders
from projects.services.probing import look_again
from projects.services.renditions import index_key
from projects.services.talking import Died, Quiet

FRAME_SIZES = (160, 320, 640, 1280, 1920)
# Of pictures that people label and train on, more is kept than of those that are looked at.
LABEL_QUALITY = 95

_pool = decoders.Pool(settings.TESSERA_FRAME_DECODERS)
_turns = decoders.Turns()


class Jpeg(NamedTuple):
    """Frame `number` as it is displayed, encoded."""

    number: int
    content: bytes


def index_of(asset: Asset) -> Index:
    """What is known of every frame. Raises as `check_frames` does."""
    check_frames(asset)
    return _loaded(str(_index_path(asset)))


def _index_path(asset: Asset) -> Path:
    try:
        return storage.path(index_key(asset.sha256))
    except NotFound:
        # What is derived may be removed at any time: it is made again.
        look_again(asset)
        raise Conflict(f"{asset.name} is being read once more: its frames are there in a moment.") from None


@lru_cache(maxsize=8)
def _loaded(path: str) -> Index:
    return load(Path(path))


def describe(asset: Asset) -> dict[str, Any]:
    """What a player needs to know of the video. Raises as `check_frames` does."""
    index = index_of(asset)
    seconds = index.seconds()
    steady = np.arange(index.count) / (asset.fps or 25.0)
    # Half a frame early or late is the same frame to whoever looks.
    is_steady = seconds[-1] < 0 or bool(np.abs(seconds - steady).max() < 0.5 / (asset.fps or 25.0))
    return {
        "count": index.count,
        "fps": asset.fps,
        "frame_rate": asset.frame_rate,
        "duration": asset.duration,
        "width": asset.width,
        "height": asset.height,
        "keyframes": index.keys.tolist(),
        "is_steady": is_steady,
        "seconds": None if is_steady else np.round(seconds, 6).tolist(),
        "sizes": list(FRAME_SIZES),
        "warning": asset.warning,
    }


def check_frames(asset: Asset) -> None:
    """Raises Conflict while the video is read, and Unusable for images and videos that cannot be."""
    if asset.media != Asset.Media.VIDEO:
        raise Unusable(f"{asset.name} is an image: only videos have frames.")
    if asset.status == Asset.Status.PROCESSING:
        raise Conflict(f"{asset.name} is still being read: its frames are there when its status is ready.")
    if asset.status != Asset.Status.READY:
        raise Unusable(f"{asset.name} has no frames: {asset.error}")


def check_frame(asset: Asset, number: int) -> None:
    """Raises as `check_frames`, and NotFound for a frame behind the end."""
    check_frames(asset)
    if not 0 <= number < (asset.frames or 0):
        raise NotFound(f"{asset.name} has the frames 0 to {(asset.frames or 0) - 1}.")


def check_size(side: int | None) -> None:
    """Raises BadInput for a size that is not kept."""
    if side is not None and side not in FRAME_SIZES:
        choices = ", ".join(str(size) for size in FRAME_SIZES)
        raise BadInput(errors=[FieldError("size", f"choose one of {choices}, or none for the whole frame")])


def frame_jpeg(asset: Asset, number: int, side: int | None = None) -> bytes:
    """Frame `number` as JPEG, its longer side at most `side` (one of FRAME_SIZES).

    From the cache where it is there; else it is decoded with its neighbours, which are there for the next
    call. Raises Unusable where it cannot be decoded and Unavailable where the decoders have too much to do.
    """
    check_frame(asset, number)
    check_size(side)
    path = frame_path(settings.TESSERA_FRAME_CACHE_DIR, asset.sha256, side, number)
    if content := found(path):
        return content
    with _turns.hold(asset.sha256):
        # Whoever had the turn before may have decoded it on the way.
        if content := found(path):
            return content
        request = _request(asset, number, side)
        _pool.ask({**request, "as": "file"}, request["path"])
        return found(path) or _pool.ask({**request, "as": "jpeg"}, request["path"])[1]


def read_frames(
    asset: Asset, numbers: Iterable[int], side: int | None = None
) -> Iterator[tuple[int, npt.NDArray[np.uint8]]]:
    """Frames as upright RGB uint8 [h, w, 3], their longer side at most `side`; ascending numbers are fast.

    For jobs: a decoder of its own works through them, which is ended with the generator. Raises as
    `frame_jpeg` does.
    """
    for number, said, content in _many(asset, numbers, {"as": "pixels", "size": side}):
        yield number, np.frombuffer(content, np.uint8).reshape(said["shape"])


def read_jpegs(asset: Asset, numbers: Iterable[int], quality: int = LABEL_QUALITY) -> Iterator[Jpeg]:
    """Frames as JPEGs of their own size, to be kept; as `read_frames` otherwise."""
    for number, _, content in _many(asset, numbers, {"as": "jpeg", "quality": quality}):
        yield Jpeg(number, content)


def _many(
    asset: Asset, numbers: Iterable[int], what: dict[str, Any]
) -> Iterator[tuple[int, dict[str, Any], bytes]]:
    talk = decoders.start()
    try:
        for number in numbers:
            check_frame(asset, number)
            said, content = decoders.ask(talk, {**_request(asset, number, None), **what})
            yield number, said, content
    except Died:
        raise Unusable("The decoder crashes on this video.") from None
    except Quiet:
        raise Unusable("Decoding a frame takes too long; it was given up.") from None
    finally:
        talk.close()


def _request(asset: Asset, number: int, side: int | None) -> dict[str, Any]:
    return {
        "path": str(storage.path(asset.storage_key)),
        "index": str(_index_path(asset)),
        "digest": asset.sha256,
        "number": number,
        "size": side,
    }
