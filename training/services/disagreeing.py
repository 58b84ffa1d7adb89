"""How differently two artifacts see the images of an evaluation."""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from core.errors import NotFound, Unusable
from training.models import Artifact
from training.scores.confusion import summarise
from training.scores.store import Rows, Scores
from training.services.predictions import index_mask

# Both masks of each image are read: more than these take longer than anybody waits for a list.
MOST = 500
KEPT = 20_000
THREADS = 4

_known: OrderedDict[tuple[uuid.UUID, uuid.UUID, str], float] = OrderedDict()
_lock = threading.Lock()


def disagreement(
    artifact: Artifact, other: Artifact, scores: Scores, rows: Rows | None
) -> NDArray[np.float64]:
    """1 minus the mean IoU of the two predictions of each image, float64 `[n]`; NaN of images that were not
    asked for or that the other has not seen. Raises Unusable where there are too many, or the classes differ.
    """
    chosen = scores.rows() if rows is None else rows
    if [label["name"] for label in artifact.classes] != [label["name"] for label in other.classes]:
        raise Unusable("The two artifacts know different classes: their predictions cannot be compared.")
    if len(chosen) > MOST:
        raise Unusable(
            f"Disagreement is taken of {MOST} images at most, these are {len(chosen)}: choose fewer by "
            "filters."
        )
    found = np.full(len(scores), np.nan)
    with ThreadPoolExecutor(THREADS) as pool:
        assets = [scores.assets[row] for row in chosen]
        found[chosen] = list(pool.map(lambda asset: _once(artifact, other, asset), assets))
    return found


def _once(artifact: Artifact, other: Artifact, asset: str) -> float:
    key = artifact.pk, other.pk, asset
    with _lock:
        if key in _known:
            return _known[key]
    value = _compared(artifact, other, uuid.UUID(asset))
    with _lock:
        _known[key] = value
        while len(_known) > KEPT:
            _known.popitem(last=False)
    return value


def _compared(artifact: Artifact, other: Artifact, asset: uuid.UUID) -> float:
    try:
        mine, its = index_mask(artifact, asset), index_mask(other, asset)
    except NotFound:
        return float("nan")
    if mine.shape != its.shape:
        return float("nan")
    size = len(artifact.classes)
    pairs = np.bincount(mine.ravel().astype(np.int64) * size + its.ravel(), minlength=size * size)
    return 1 - summarise(pairs.reshape(size, size)).miou
