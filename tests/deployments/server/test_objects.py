"""A served model of objects gives one prediction an object, the same from every runtime."""

from __future__ import annotations

import base64
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from annotations.geometry import rle_to_mask
from tests.deployments.server.images import encode, pixels
from tests.deployments.server.process import Server

MAKE_BUNDLE = """
import sys
from training.ml.bundle import save_random_bundle

save_random_bundle(sys.argv[1], variant="tiny", architecture="eomt", size=(64, 64), task="instance")
"""


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An untrained model of instances."""
    folder = tmp_path_factory.mktemp("objects") / "bundle"
    subprocess.run([sys.executable, "-c", MAKE_BUNDLE, str(folder)], check=True)
    return folder


@pytest.fixture(scope="module")
def model(server: Server, objects: Path) -> str:
    server.put("objects", objects)
    server.wait_ready("objects")
    return "objects"


def test_each_object_is_a_prediction_by_falling_score(server: Server, model: str) -> None:
    answer = server.predict(
        model, encode(pixels(120, 90, 1), kind="PNG"), output="mask,polygons", threshold="0.05"
    ).json()
    assert len(answer["predictions"]) > 1
    scores = [item["score"] for item in answer["predictions"]]
    assert scores == sorted(scores, reverse=True) and min(scores) >= 0.05
    assert [item["id"] for item in answer["predictions"]] == list(range(len(scores)))
    for item in answer["predictions"]:
        mask = rle_to_mask(item["mask"])
        assert mask.shape == (answer["image"]["height"], answer["image"]["width"])
        assert int(mask.sum()) == item["area"] > 0 and item["polygons"]
        assert item["class"]["index"] in (1, 2) and item["class"]["name"] in ("squirrel", "butterfly")


def test_what_scores_under_a_half_is_left_out_unless_asked_for(server: Server, model: str) -> None:
    answer = server.predict(model, encode(pixels(120, 90, 1), kind="PNG")).json()
    assert all(item["score"] >= 0.5 for item in answer["predictions"])


def test_a_class_filter_and_the_mask_as_a_picture(server: Server, model: str) -> None:
    answer = server.predict(
        model, encode(pixels(120, 90, 1), kind="PNG"), output="png,mask", threshold="0.05", classes="squirrel"
    ).json()
    assert {item["class"]["name"] for item in answer["predictions"]} == {"squirrel"}
    picture = cv2.imdecode(np.frombuffer(base64.b64decode(answer["png"]), np.uint8), cv2.IMREAD_UNCHANGED)
    assert picture is not None
    assert picture.shape == (answer["image"]["height"], answer["image"]["width"])
    # A better object of another class hides nothing of what was asked for.
    wanted = np.any([rle_to_mask(item["mask"]) > 0 for item in answer["predictions"]], axis=0)
    assert (picture == wanted).all() and wanted.any()


@pytest.mark.parametrize("runtime", ["onnxruntime", "openvino"])
def test_every_runtime_finds_the_same_objects(
    server: Server, model: str, objects: Path, runtime: str
) -> None:
    server.put(runtime, objects, runtime=runtime)
    server.wait_ready(runtime)
    image = encode(pixels(120, 90, 2), kind="PNG")
    expected, found = (
        server.predict(name, image, output="mask", threshold="0.05").json()["predictions"]
        for name in (model, runtime)
    )
    assert [item["class"]["index"] for item in found] == [item["class"]["index"] for item in expected]
    for own, other in zip(expected, found, strict=True):
        assert own["score"] == pytest.approx(other["score"], abs=1e-3)
        assert (rle_to_mask(own["mask"]) == rle_to_mask(other["mask"])).mean() > 0.99
    server.delete(runtime)


@pytest.mark.parametrize("query", [{"tiles": "on"}, {"augment": "flip"}, {"tiles": "on", "augment": "flip"}])
def test_objects_in_tiles_and_mirrors(server: Server, model: str, query: dict[str, str]) -> None:
    picture = encode(pixels(150, 110, 3), kind="PNG")
    answer = server.predict(model, picture, output="mask,overlay", threshold="0.05", **query)
    assert answer.status_code == 200, answer.text
    predictions = answer.json()["predictions"]
    scores = [item["score"] for item in predictions]
    assert predictions and scores == sorted(scores, reverse=True)
    for item in predictions:
        mask = rle_to_mask(item["mask"])
        assert mask.shape == (110, 150) and int(mask.sum()) == item["area"]
        x, y, width, height = cv2.boundingRect(mask)
        assert item["bbox"] == [x, y, width, height]


def test_scales_of_objects_are_refused(server: Server, model: str) -> None:
    refused = server.predict(model, encode(pixels(50, 40), kind="PNG"), augment="scales")
    assert refused.status_code == 400 and refused.json()["errors"][0]["field"] == "augment"
