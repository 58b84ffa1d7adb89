"""A manifest gives labels and masks by the rules of classes, painting order and void."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training.ml.failures import Failure
from training.ml.manifest import index_mask, read_manifest

CLASSES = [
    {"id": "a", "name": "first", "color": "#111111", "ignore": False},
    {"id": "v", "name": "void", "color": "#222222", "ignore": True},
    {"id": "b", "name": "second", "color": "#333333", "ignore": False},
]


def square(x: int, y: int, side: int) -> list[dict[str, Any]]:
    ring = [[x, y], [x + side, y], [x + side, y + side], [x, y + side]]
    return [{"exterior": ring, "holes": []}]


def write(folder: Path, unlabelled: str, annotations: list[dict[str, Any]]) -> Path:
    header = {
        "format": "tessera-manifest/1",
        "task": "semantic",
        "unlabelled": unlabelled,
        "classes": CLASSES,
    }
    line = {
        "asset": "x",
        "name": "x.png",
        "width": 8,
        "height": 6,
        "split": "train",
        "image": "x.png",
        "annotations": annotations,
    }
    file = folder / "manifest.jsonl"
    file.write_text(json.dumps(header) + "\n" + json.dumps(line) + "\n")
    return file


def test_labels_leave_out_ignored_classes(tmp_path: Path) -> None:
    with_background = read_manifest(write(tmp_path, "background", []))
    assert [(x.index, x.name, x.id) for x in with_background.labels] == [
        (0, "background", None),
        (1, "first", "a"),
        (2, "second", "b"),
    ]
    without = read_manifest(write(tmp_path, "ignore", []))
    assert [(x.index, x.name) for x in without.labels] == [(0, "first"), (1, "second")]


def test_masks_are_painted_by_z_with_void_as_255(tmp_path: Path) -> None:
    annotations = [
        {"id": "1", "class": "b", "polygons": square(0, 0, 4), "z": 2},
        {"id": "2", "class": "a", "polygons": square(0, 0, 6), "z": 1},
        {"id": "3", "class": "v", "polygons": square(1, 1, 2), "z": 3},
    ]
    manifest = read_manifest(write(tmp_path, "background", annotations))
    mask = index_mask(manifest.samples[0], manifest.fill)
    expected = np.zeros((6, 8), np.uint8)
    expected[:6, :6] = 1
    expected[:4, :4] = 2
    expected[1:3, 1:3] = 255
    assert np.array_equal(mask, expected)


def test_unlabelled_pixels_are_ignored_where_the_project_says_so(tmp_path: Path) -> None:
    manifest = read_manifest(write(tmp_path, "ignore", [{"id": "1", "class": "a", "bbox": [0, 0, 2, 2]}]))
    mask = index_mask(manifest.samples[0], manifest.fill)
    assert mask[:2, :2].max() == 0
    assert mask[3:].min() == 255


def test_a_damaged_line_is_named(tmp_path: Path) -> None:
    file = write(tmp_path, "background", [])
    file.write_text(file.read_text() + "{broken\n")
    with pytest.raises(Failure, match="line 3"):
        read_manifest(file)
