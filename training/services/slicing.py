"""Slices of an evaluation: by what its segments are, and by what is known of its images."""

from __future__ import annotations

import uuid
from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annotations.manifest import splits_in
from annotations.snapshots import manifest_path
from projects.models import Asset
from projects.near_duplicates import groups_of
from training.models import Evaluation
from training.scores import slices
from training.scores.slices import Dimension, Slice
from training.scores.store import Rows, Scores

# Of tags and cameras that many are compared, the most frequent.
MOST = 20
MOST_LEAKS = 100
NUMBERS = ("brightness", "sharpness")


def sliced(evaluation: Evaluation, scores: Scores, rows: Rows | None) -> dict[str, Any]:
    """Every dimension with its slices, and pictures that look like one that was trained on. Of models that
    label pixels the overall value is the mean share of right pixels of segments, of others their best IoU.
    """
    chosen = scores.rows() if rows is None else rows
    dimensions = [
        *slices.segment_dimensions(scores, chosen),
        slices.count_dimension(scores, chosen),
        *_of_images(evaluation, scores, chosen),
    ]
    return {
        "metric": "recall" if scores.reading == "pixels" else "iou",
        "value": _overall(scores, chosen),
        "dimensions": slices.measured(scores, chosen, dimensions),
        "leaks": leaks(evaluation),
    }


def leaks(evaluation: Evaluation) -> dict[str, Any]:
    """Groups of pictures that look alike and lie both in the split that was measured and in the one that was
    trained on, as the snapshot has them.
    """
    splits = splits_in(manifest_path(evaluation.snapshot))
    found = []
    for group in groups_of(evaluation.artifact.project_id):
        named = {str(asset): splits[str(asset)] for asset in group.assets if str(asset) in splits}
        if {"train", evaluation.split} <= set(named.values()) and evaluation.split != "train":
            found.append(named)
    shown = found[:MOST_LEAKS]
    ids = [uuid.UUID(asset) for group in shown for asset in group]
    names = {str(pk): name for pk, name in Asset.objects.filter(pk__in=ids).values_list("pk", "name")}
    return {
        "groups": len(found),
        "results": [
            {
                "assets": [
                    {"id": asset, "name": names.get(asset, ""), "split": split}
                    for asset, split in sorted(group.items(), key=lambda item: item[1] == "train")
                ]
            }
            for group in shown
        ],
    }


def _overall(scores: Scores, rows: Rows) -> float | None:
    column = slices.RIGHT if scores.reading == "pixels" else slices.IOU
    mine = slices.chosen(scores, rows)[scores.segments[:, slices.IMAGE].astype(np.intp)]
    values = scores.segments[mine, column]
    return float(values.mean()) if len(values) else None


def _of_images(evaluation: Evaluation, scores: Scores, rows: Rows) -> list[Dimension]:
    """By what the assets' rows say; assets that are gone belong to no slice."""
    numbers = {name: np.full(len(scores), np.nan) for name in NUMBERS}
    tags: list[tuple[int, str]] = []
    cameras: list[tuple[int, str]] = []
    wanted = slices.chosen(scores, rows)
    columns = ("pk", *NUMBERS, "tags", "metadata__camera")
    assets = Asset.objects.filter(project_id=evaluation.artifact.project_id).values_list(*columns)
    for key, brightness, sharpness, tagged, camera in assets.iterator():
        place = scores.places.get(str(key))
        if place is None or not wanted[place]:
            continue
        for name, value in zip(NUMBERS, (brightness, sharpness), strict=True):
            numbers[name][place] = np.nan if value is None else value
        tags += [(place, tag) for tag in tagged]
        cameras += [(place, camera)] if camera else []
    area = scores.sizes.astype(np.float64).prod(1) / 1e6
    return [
        Dimension("tag", "Tag", "images", _named(tags, len(scores), "tag")),
        Dimension("camera", "Camera", "images", _named(cameras, len(scores), None)),
        slices.quarters(numbers["brightness"], rows, "brightness", "Brightness"),
        slices.quarters(numbers["sharpness"], rows, "blur", "Sharpness (low is blurred)", 0),
        slices.quarters(area, rows, "image_size", "Image size, in megapixels"),
    ]


def _named(found: list[tuple[int, str]], images: int, field: str | None) -> list[Slice]:
    """A slice for each of the most frequent names; `field` is the filter that chooses by them."""
    frequent = [name for name, _ in Counter(name for _, name in found).most_common(MOST)]
    result = []
    for name in frequent:
        members: NDArray[np.bool_] = np.zeros(images, bool)
        members[[place for place, each in found if each == name]] = True
        result.append(Slice(name, name, members, {field: escaped(name)} if field else None))
    if result and field:
        none: NDArray[np.bool_] = np.ones(images, bool)
        none[[place for place, _ in found]] = False
        result.append(Slice("", f"no {field}", none))
    return result


def escaped(value: str) -> str:
    """A value as a filter takes it: commas and a leading minus mean themselves."""
    plain = value.replace(",", "\\,")
    return f"\\{plain}" if plain.startswith("-") else plain
