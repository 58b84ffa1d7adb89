"""Pictures derived from an asset's bytes: made once, kept in storage under the content's digest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.errors import BadInput, Conflict, FieldError, Unusable
from core.storage import storage
from projects.models import Asset
from projects.services import pictures

THUMBNAIL_SIZES = (160, 320, 640)


def thumbnail_key(asset: Asset, side: int) -> str:
    """The stored thumbnail whose longer side is at most `side`; raises BadInput for other sizes."""
    if side not in THUMBNAIL_SIZES:
        choices = ", ".join(str(size) for size in THUMBNAIL_SIZES)
        raise BadInput(errors=[FieldError("size", f"choose one of {choices}")])
    _check_read(asset)
    key = _thumbnail(asset.sha256, side)
    if not storage.exists(key):
        with _explained():
            store_thumbnail(asset.sha256, side, pictures.thumbnail(_source(asset), side))
    return key


def store_thumbnail(digest: str, side: int, content: bytes) -> None:
    storage.put(_thumbnail(digest, side), content)


def display_key(asset: Asset) -> tuple[str, str]:
    """The stored file that a browser shows upright, and its content type: the original where that will do."""
    if asset.displayable:
        return asset.storage_key, asset.content_type
    _check_read(asset)
    # The ending tells the type: nothing else has to be remembered.
    stem = f"derived/{asset.sha256[:2]}/{asset.sha256}/display"
    for ending, content_type in ((".jpg", "image/jpeg"), (".png", "image/png")):
        if storage.exists(stem + ending):
            return stem + ending, content_type
    with _explained():
        content, content_type = pictures.display(_source(asset), asset.content_type)
    key = stem + (".jpg" if content_type == "image/jpeg" else ".png")
    storage.put(key, content)
    return key, content_type


def poster_key(digest: str) -> str:
    """Where the picture that stands for a video lies: its first frame."""
    return f"derived/{digest[:2]}/{digest}/display.jpg"


def index_key(digest: str) -> str:
    """Where it is written down which frames a video has."""
    return f"derived/{digest[:2]}/{digest}/frames.npz"


def _check_read(asset: Asset) -> None:
    if asset.status == Asset.Status.PROCESSING:
        raise Conflict(f"{asset.name} is still being read: there is a picture when its status is ready.")
    if asset.status == Asset.Status.REJECTED:
        raise Unusable(f"There is no picture of {asset.name}: {asset.error}")


def _thumbnail(digest: str, side: int) -> str:
    return f"derived/{digest[:2]}/{digest}/thumbnail-{side}.webp"


def _source(asset: Asset) -> Path:
    """A local file with the picture: of a video its first frame."""
    video = asset.media == Asset.Media.VIDEO
    return storage.path(poster_key(asset.sha256) if video else asset.storage_key)


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except Unusable as error:
        raise Unusable(f"The stored file can no longer be read: {error.detail}") from error
