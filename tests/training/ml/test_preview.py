"""The preview shows what training sees, soon, and says what is wrong."""

import base64
import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from tests.training.ml.conftest import ROOT
from training.ml.data.augmentations import Augment
from training.ml.data.augmented import augmented, meaning_of
from training.ml.data.samples import SampleStore
from training.ml.overlays import boxes_of
from training.ml.preview import manifest_of, preview

IMPORTS = "import sys, training.ml.preview; print('torch' in sys.modules or 'django' in sys.modules)"
FLIP = [{"name": "horizontal_flip", "p": 1.0}]


@pytest.fixture
def asked(drawn: list[dict[str, Any]]) -> dict[str, Any]:
    names = ("asset", "name", "image", "width", "height", "annotations")
    return {
        "items": [{key: line[key] for key in names} for line in drawn[1:5]],
        "classes": drawn[0]["classes"],
        "task": "semantic",
        "unlabelled": "background",
        "augmentations": [],
        "input_size": [64, 64],
        "seed": 0,
        "count": 4,
    }


def pixels(text: str) -> np.ndarray:
    data = np.frombuffer(base64.b64decode(text), np.uint8)
    return cv2.imdecode(data, cv2.IMREAD_COLOR_RGB)


def test_some_items_are_there_for_mixing_only(asked: dict[str, Any]) -> None:
    names = [item["asset"] for item in asked["items"]]
    results = preview(asked | {"shown": 2, "count": 3, "augmentations": [{"name": "mosaic", "p": 1.0}]})
    assert [(item["asset"], item["seed"]) for item in results["results"]] == [
        (names[0], 0),
        (names[1], 0),
        (names[0], 1),
    ]


@pytest.mark.parametrize("task", ["semantic", "instance", "panoptic"])
def test_the_child_answers_within_a_second(asked: dict[str, Any], task: str) -> None:
    asked |= {"task": task, "augmentations": [{"name": "mosaic", "p": 1.0}, {"name": "random_resized_crop"}]}
    began = time.monotonic()
    command = [sys.executable, "-m", "training.ml.preview"]
    done = subprocess.run(
        command, input=json.dumps(asked), cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert time.monotonic() - began < 5
    answer = json.loads(done.stdout)
    assert [item["asset"] for item in answer["results"]] == [item["asset"] for item in asked["items"]]
    assert answer["milliseconds"] > 0
    for item in answer["results"]:
        assert pixels(item["image"]).shape == pixels(item["plain"]).shape == (64, 64, 3)


def test_it_imports_no_torch() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORTS], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stderr


@pytest.mark.parametrize("task", ["semantic", "instance"])
def test_it_shows_what_training_sees(asked: dict[str, Any], task: str) -> None:
    names = ("random_resized_crop", "copy_paste")
    asked |= {"task": task, "augmentations": [{"name": name, "p": 1.0} for name in names]}
    manifest = manifest_of(asked)
    augment = Augment(asked["augmentations"], meaning_of(manifest))
    store = SampleStore(manifest.samples, manifest, (64, 64), augment.needs_detail, 10)
    results = preview({**asked, "seed": 5, "count": 6})["results"]
    assert [item["seed"] for item in results] == [5, 5, 5, 5, 6, 6]
    for number, item in enumerate(results):
        seen = augmented(store, augment, item["seed"], 0, number % 4)
        assert np.abs(pixels(item["plain"]).astype(int) - seen.image).mean() < 12
        assert item["boxes"] == boxes_of(seen, manifest)


def test_boxes_and_colours_are_where_the_objects_are(asked: dict[str, Any]) -> None:
    asked |= {"augmentations": FLIP, "input_size": [128, 128], "count": 1}
    asked["items"][0]["annotations"] = [{"class": "c-red", "bbox": [4, 8, 16, 24], "z": 0}]
    for task in ("semantic", "instance", "panoptic"):
        result = preview({**asked, "task": task})["results"][0]
        box = {"class": "c-red", "name": "red", "color": "#ff0000", "box": [88, 16, 32, 48]}
        assert result["boxes"] == [box]
        tinted = pixels(result["image"]).astype(int) - pixels(result["plain"])
        inside, outside = tinted[20:60, 92:116], tinted[80:, :]
        assert inside[..., 0].mean() > 20 > 12 > np.abs(outside).mean()


def test_ignored_pixels_are_striped_and_have_no_box(asked: dict[str, Any]) -> None:
    asked["classes"] = [{**item, "ignore": item["id"] == "c-blue"} for item in asked["classes"]]
    asked["items"][0]["annotations"] = [{"class": "c-blue", "bbox": [0, 0, 64, 64], "z": 0}]
    result = preview({**asked, "count": 1})["results"][0]
    assert result["boxes"] == []
    assert pixels(result["image"]).mean() < 0.85 * pixels(result["plain"]).mean()


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"augmentations": [{"name": "melt"}]}, "melt"),
        ({"items": []}, "no image"),
        ({"classes": None}, "TypeError"),
        ({"items": [{"asset": "a", "name": "gone.png", "image": "/nowhere.png", "width": 4, "height": 4}]},
         "gone.png"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(asked: dict[str, Any], tmp_path: Path, changes: Any, word: str) -> None:
    command = [sys.executable, "-m", "training.ml.preview"]
    question = json.dumps({**asked, **changes})
    done = subprocess.run(command, input=question, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 2, done.stderr
    error = json.loads(done.stdout)["error"]
    assert error["title"] and error["hint"] and word in error["detail"]
