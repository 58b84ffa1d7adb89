"""Classes go by their own thresholds however an image is looked at; a model may have no background."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from deployments.server.looking import look_at
from deployments.server.options import Options
from deployments.server.views import View
from training.ml.bundle import NOTHING, save_random_bundle
from training.ml.predictor import Steps

VIEWS = {
    "whole": [[View(0, 0, 40, 60)]],
    "tiles": [[View(0, 0, 40, 40), View(0, 20, 40, 40)]],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = save_random_bundle(tmp_path_factory.mktemp("own") / "bundle").folder
    values = json.loads((made / "bundle.json").read_text())
    # Labels of a project whose unlabelled pixels are ignored: all of them classes.
    values["labels"][0] |= {"id": "class-0", "name": "meadow"}
    (made / "bundle.json").write_text(json.dumps({**values, "unlabelled": "ignore"}))
    return made


def seen(folder: Path, views: list[list[View]], thresholds: dict[str, float], **asked: Any) -> Any:
    (folder / "thresholds.json").write_text(json.dumps(thresholds))
    steps = Steps(folder)
    options = Options(("mask",), **asked)
    look = look_at(steps, options, 40, 60, views)
    logits = np.random.default_rng(0).normal(0, 2, (3, 10, 10)).astype(np.float32)
    for view in (view for row in views for view in row):
        look.take(view, (logits,))
    look.complete(40)
    return look.seen()


@pytest.mark.parametrize("regions", [False, True])
@pytest.mark.parametrize("views", VIEWS.values(), ids=VIEWS)
def test_pixels_that_reach_nothing_have_no_label(folder: Path, views: Any, regions: bool) -> None:
    plain = seen(folder, views, {}, regions=regions)
    strict = seen(folder, views, {"class-1": 0.8}, regions=regions)
    assert set(np.unique(plain.index)) == {0, 1, 2} and NOTHING in strict.index
    given = strict.index != NOTHING
    # What a class loses no other one gets.
    assert (strict.index[given] == plain.index[given]).all() and (plain.index[~given] == 1).all()
    assert {item["class"]["id"] for item in strict.predictions} <= {"class-0", "class-1", "class-2"}
    nothing = seen(folder, views, {f"class-{i}": 1.0 for i in range(3)}, regions=regions)
    assert (nothing.index == NOTHING).all() and nothing.predictions == []


@pytest.mark.parametrize("views", VIEWS.values(), ids=VIEWS)
def test_a_request_s_threshold_goes_before_them(folder: Path, views: Any) -> None:
    asked = seen(folder, views, {"class-1": 0.8}, threshold=0.0)
    assert (asked.index == seen(folder, views, {}).index).all()
