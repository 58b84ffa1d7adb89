"""The child, started as the worker starts it, leaves what the run folder promises."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from tests.training.ml.conftest import SIDE, MakeRun, metrics_of, start_child, state_of
from training.ml.bundle import read_bundle
from training.ml.images import load_rgb
from training.ml.predictor import Predictor
from training.scores.store import read_scores


@pytest.fixture
def done(make_run: MakeRun) -> Path:
    folder = make_run()
    child = start_child(folder)
    output, _ = child.communicate(timeout=120)
    assert child.returncode == 0, output
    assert "6 training and 4 validation images" in output or "training and" in output
    return folder


def test_everything_promised_is_there(done: Path, drawn: list[dict[str, object]]) -> None:
    state = state_of(done)
    assert state["status"] == "succeeded"
    assert state["step"] == state["total_steps"] == 8
    assert state["error"] is None

    lines = metrics_of(done)
    assert [line["step"] for line in lines] == list(range(1, 9))
    assert all(
        {"train/loss", "train/learning_rate", "train/images_per_second"} <= set(x["values"]) for x in lines
    )
    assert [line["step"] for line in lines if "val/loss" in line["values"]] == [4, 8]
    names = {"val/loss", "val/miou", "val/f1", "val/pixel_accuracy", "val/iou/background", "val/iou/red"}
    assert names <= set(lines[-1]["values"])

    index = json.loads((done / "artifacts" / "index.json").read_text())
    assert {name for item in index for name in item["strategies"]} == {"best_metric", "latest"}
    latest = next(item for item in index if "latest" in item["strategies"])
    bundle = read_bundle(done / "artifacts" / latest["name"])
    assert bundle.lineage["snapshot_digest"] == "d" and bundle.lineage["step"] == 8
    assert bundle.metrics["val/miou"] == lines[-1]["values"]["val/miou"]

    evaluation = json.loads((bundle.folder / "evaluation.json").read_text())
    assert evaluation["miou"] == pytest.approx(lines[-1]["values"]["val/miou"], abs=1e-3)
    counts = np.array(evaluation["confusion_matrix"]["counts"])
    assert counts.sum() == evaluation["images"] * SIDE * SIDE
    scores = read_scores(bundle.folder / "scores.npz")
    assert list(scores.assets) == [x["asset"] for x in drawn if x.get("split") == "val"]
    assert (scores.matrix() == counts).all()

    predictor = Predictor(bundle.folder)
    for line in drawn:
        if line.get("split") == "val":
            mask, _ = predictor.predict(load_rgb(str(line["image"])))
            kept = cv2.imread(
                str(bundle.folder / "predictions" / f"{line['asset']}.png"), cv2.IMREAD_UNCHANGED
            )
            assert (mask == kept).mean() > 0.999
