"""Objects from the manifest to the batch: the upper one owns the pixel, stuff is one, nothing is invented."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.training.ml.masks import objects_of
from training.ml.data.example import Example
from training.ml.data.loader import collate
from training.ml.data.truth import truth_of
from training.ml.images import table_of
from training.ml.manifest import Manifest, object_map, read_manifest

TABLE = table_of([0.0] * 3, [1.0] * 3, 1 / 255)


def box(kind: str, x: float, y: float, width: float, height: float, z: int = 0) -> dict[str, Any]:
    return {"id": f"{kind}{x}", "class": kind, "bbox": [x, y, width, height], "z": z}


def manifest(tmp_path: Path, task: str, unlabelled: str = "background") -> Manifest:
    classes = [
        {"id": "cell", "name": "cell", "color": "#ff0000", "ignore": False, "index": 1},
        {"id": "sky", "name": "sky", "color": "#0000ff", "ignore": False, "index": 2, "stuff": True},
        {"id": "blur", "name": "blur", "color": "#00ff00", "ignore": True, "index": 255},
    ]
    header = {
        "format": "tessera-manifest/1",
        "project": "p",
        "task": task,
        "unlabelled": unlabelled,
        "classes": classes,
        "digest": "d",
    }
    shapes = [
        box("cell", 0, 0, 4, 4),
        box("cell", 2, 2, 4, 4, z=1),
        box("sky", 0, 6, 2, 2),
        box("sky", 6, 6, 2, 2),
        box("blur", 6, 0, 2, 2),
    ]
    line = {"asset": "a", "name": "a.png", "width": 8, "height": 8, "split": "train", "image": "a.png"}
    file = tmp_path / "manifest.jsonl"
    file.write_text(json.dumps(header) + "\n" + json.dumps({**line, "annotations": shapes}) + "\n")
    return read_manifest(file)


def test_instances_are_numbered_and_the_upper_one_owns_the_pixel(tmp_path: Path) -> None:
    found = manifest(tmp_path, "instance")
    numbers, labels = object_map(found.samples[0], found)
    assert numbers.dtype == np.uint16 and labels == (0, 1, 1, 0)
    assert numbers[1, 1] == 1 and numbers[3, 3] == 4 and numbers[7, 0] == 2 and numbers[7, 7] == 3
    assert numbers[0, 7] == 65535 and numbers[7, 4] == 0
    assert found.outputs == 2 and [label.name for label in found.labels] == ["background", "cell", "sky"]


def test_stuff_is_one_segment_of_a_panoptic_image(tmp_path: Path) -> None:
    found = manifest(tmp_path, "panoptic")
    numbers, labels = object_map(found.samples[0], found)
    assert labels == (0, 1, 0) and numbers[7, 0] == numbers[7, 7] == 2


def test_unlabelled_pixels_do_not_count_where_the_project_says_so(tmp_path: Path) -> None:
    found = manifest(tmp_path, "instance", "ignore")
    numbers, _ = object_map(found.samples[0], found)
    assert numbers[7, 4] == 65535 and found.labels[0].id is None


def test_truth_keeps_whole_objects_and_excuses_what_is_ignored(tmp_path: Path) -> None:
    found = manifest(tmp_path, "panoptic")
    truth = truth_of(found.samples[0], found)
    assert [(label, crowd) for label, _, crowd in truth.shapes] == [(1, False), (1, True), (1, False)]
    assert truth.index[3, 3] == 1 and truth.index[0, 7] == 255 and truth.index[7, 4] == 0


@pytest.mark.parametrize("task", ["semantic", "instance"])
def test_a_batch_gives_a_mask_for_each_object(tmp_path: Path, task: str) -> None:
    found = manifest(tmp_path, task)
    truth = truth_of(found.samples[0], found)
    image = np.zeros((8, 8, 3), np.uint8)
    empty = Example(image, np.zeros_like(truth.example(image).mask), None if task == "semantic" else ())
    objects = objects_of(collate([truth.example(image), empty], TABLE), torch.device("cpu"))
    if task == "semantic":
        assert objects[0].labels.tolist() == [0, 1, 2] and objects[1].labels.tolist() == [0]
        assert not objects[0].masks[:, 0, 7].any() and objects[0].masks[0, 7, 4]
    else:
        assert objects[0].labels.tolist() == [0, 1, 1, 0] and len(objects[1].labels) == 0
        assert [int(mask.sum()) for mask in objects[0].masks] == [12, 4, 4, 16]
        assert not objects[0].masks[:, 0, 7].any()
    assert objects[0].masks.dtype == torch.bool
