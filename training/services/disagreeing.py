"""How differently two artifacts see the images of an evaluation."""

from __future__ import annotations

import math
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import orjson
from numpy.typing import NDArray

from core.errors import NotFound, Unusable
from core.storage import storage
from training.models import Artifact
from training.scores.confusion import summarise
from training.services.predictions import index_mask

# Both masks of each image are read: of more than these nobody waits for a list.
MOST = 2_000
# Pixels of an image that are compared, as of everything that is estimated on a grid.
PIXELS = 65_536
THREADS = 4

Floats = NDArray[np.float64]


def disagreement(artifact: Artifact, other: Artifact, assets: Sequence[str]) -> Floats:
    """1 minus the mean IoU of the two predictions of each image, float64 `[len(assets)]`, over a regular grid
    of at most 65,536 of its pixels; NaN of images that one of them has not seen. What was compared once is
    kept in storage. Raises Unusable where too many are left to compare, or the classes differ.
    """
    if not _alike(artifact, other):
        raise Unusable("The two artifacts know different classes: their predictions cannot be compared.")
    known = _kept(artifact, other)
    left = [asset for asset in assets if asset not in known]
    if len(left) > MOST:
        raise Unusable(
            f"Disagreement is taken of {MOST:,} images at once, these are {len(left):,}: choose fewer by "
            "filters. What was compared before is kept."
        )
    with ThreadPoolExecutor(THREADS) as pool:
        values = list(pool.map(lambda asset: _compared(artifact, other, uuid.UUID(asset)), left))
    # What one of them has not seen today it may have seen tomorrow.
    new = {asset: value for asset, value in zip(left, values, strict=True) if not math.isnan(value)}
    if new:
        known |= new
        storage.put(_key(artifact, other), orjson.dumps(known))
    return _in_order(known, assets)


def compared_before(artifact: Artifact, other: Artifact, assets: Sequence[str]) -> Floats:
    """The same of what is in storage already, without reading a mask."""
    return _in_order(_kept(artifact, other) if _alike(artifact, other) else {}, assets)


def _alike(artifact: Artifact, other: Artifact) -> bool:
    return [label["name"] for label in artifact.classes] == [label["name"] for label in other.classes]


def _key(artifact: Artifact, other: Artifact) -> str:
    return f"{artifact.storage_prefix}/disagreement/{other.pk}.json"


def _kept(artifact: Artifact, other: Artifact) -> dict[str, float]:
    try:
        found: dict[str, float] = orjson.loads(storage.read(_key(artifact, other)))
    except (NotFound, orjson.JSONDecodeError):
        return {}
    return found


def _in_order(known: dict[str, float], assets: Sequence[str]) -> Floats:
    return np.array([known.get(asset, math.nan) for asset in assets], np.float64)


def _compared(artifact: Artifact, other: Artifact, asset: uuid.UUID) -> float:
    try:
        mine, its = index_mask(artifact, asset), index_mask(other, asset)
    except NotFound:
        return math.nan
    if mine.shape != its.shape:
        return math.nan
    step = max(1, math.ceil(math.sqrt(mine.size / PIXELS)))
    first, second = mine[::step, ::step], its[::step, ::step]
    size = len(artifact.classes)
    counted = (first < size) & (second < size)
    pairs = np.bincount(first[counted].astype(np.int64) * size + second[counted], minlength=size * size)
    return 1 - summarise(pairs.reshape(size, size)).miou
