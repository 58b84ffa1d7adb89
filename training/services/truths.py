"""The truth of an image as it was evaluated: the snapshot's, not what was drawn since."""

from __future__ import annotations

import threading
import uuid
from collections import OrderedDict
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from annotations.geometry import paint
from annotations.manifest import places_in
from annotations.models import Snapshot
from annotations.snapshots import manifest_path
from core.errors import NotFound

IGNORE = 255
# Snapshots of which a process remembers where each asset's line begins.
KEPT = 8

Mask = NDArray[np.uint8]
_places: OrderedDict[uuid.UUID, dict[str, int]] = OrderedDict()
_lock = threading.Lock()


def truth_mask(snapshot: Snapshot, asset_id: uuid.UUID) -> Mask:
    """uint8 [h, w] of label indices at the image's own size, 255 where nothing counts: what the model was
    compared with. Raises NotFound where the snapshot has no such image.
    """
    place = _index(snapshot).get(str(asset_id))
    if place is None:
        raise NotFound("The snapshot has no image of this id.")
    with manifest_path(snapshot).open("rb") as file:
        header = orjson.loads(file.readline())
        file.seek(place)
        line: dict[str, Any] = orjson.loads(file.readline())
    values = label_values(header)
    shapes = sorted(line["annotations"], key=lambda shape: shape.get("z") or 0)
    items = ((shape, values[shape["class"]]) for shape in shapes)
    fill = IGNORE if header["unlabelled"] == "ignore" else 0
    return paint(items, line["height"], line["width"], fill)


def label_values(header: dict[str, Any]) -> dict[str, int]:
    """The index of each class by its id, 255 of ignored ones: background 0 where a model has one, then the
    classes in order.
    """
    first = 0 if header["unlabelled"] == "ignore" and header["task"] == "semantic" else 1
    values: dict[str, int] = {}
    counted = 0
    for entry in header["classes"]:
        if entry.get("ignore"):
            values[entry["id"]] = IGNORE
            continue
        values[entry["id"]] = first + counted
        counted += 1
    return values


def _index(snapshot: Snapshot) -> dict[str, int]:
    with _lock:
        if snapshot.pk in _places:
            _places.move_to_end(snapshot.pk)
            return _places[snapshot.pk]
    found = places_in(manifest_path(snapshot))
    with _lock:
        _places[snapshot.pk] = found
        while len(_places) > KEPT:
            _places.popitem(last=False)
    return found
