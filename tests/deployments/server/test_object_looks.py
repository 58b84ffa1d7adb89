"""A served model of objects looks in tiles and in a mirror, and says what it cannot."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from annotations.geometry import rle_to_mask
from deployments.server.looking import check, look_at
from deployments.server.options import Options
from deployments.server.problems import BadInput
from deployments.server.views import bands, plan
from training.ml.bundle import Label
from training.ml.reading import SHOWN, Found, Outputs, Reader

LABELS = (Label(0, "background"), Label(1, "cell", "cell-id"), Label(2, "dot", "dot-id"))


def steps(task: str = "instance") -> Any:
    reader = Reader("queries", task, 1, frozenset(), (32, 32))

    def shown(outputs: Outputs, height: int, width: int, threshold: float | None) -> list[Found]:
        return reader.shown(outputs, height, width, SHOWN if threshold is None else threshold)

    return SimpleNamespace(labels=LABELS, reader=reader, shown=shown)


def outputs_of(part: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A query for each of 8 numbers: certain of its label, its mask where the number is."""
    numbers = np.arange(1, 9)
    masks = np.where(part == numbers[:, None, None], 8.0, -8.0).astype(np.float32)
    classes = np.full((8, 3), -9.0, np.float32)
    present = (part == numbers[:, None, None]).any((1, 2))
    classes[present, (numbers[present] + 1) % 2] = 9.0
    classes[~present, 2] = 9.0
    return classes, masks


@pytest.mark.parametrize("task", ["instance", "panoptic"])
@pytest.mark.parametrize(
    "options", [Options(tiles="on"), Options(augment="flip"), Options(tiles="on", augment="flip")]
)
def test_every_object_is_found_once_and_whole(task: str, options: Options) -> None:
    truth = np.zeros((50, 80), np.uint8)
    truth[5:30, 20:45], truth[35:45, 5:70], truth[10:20, 60:66] = 1, 2, 3
    rows = plan(50, 80, (32, 32), options)
    look = look_at(steps(task), options, 50, 80, rows)
    for row, line in zip(rows, bands(rows, 50), strict=True):
        for view in row:
            part = truth[view.top : view.bottom, view.left : view.right]
            look.take(view, outputs_of(part[:, ::-1] if view.flip else part))
        look.complete(line)
    seen = look.seen()
    assert len(seen.predictions) == 3
    for number, name in [(1, "cell"), (2, "dot"), (3, "cell")]:
        own = [item for item in seen.predictions if (rle_to_mask(item["mask"]) == (truth == number)).all()]
        assert [item["class"]["name"] for item in own] == [name]
    assert (seen.index == np.array([0, 1, 2, 1], np.uint8)[truth]).all()


def test_scales_of_objects_are_refused() -> None:
    with pytest.raises(BadInput, match="augment"):
        check(Options(augment="scales"), steps())


@pytest.mark.parametrize("task", ["instance", "panoptic"])
def test_what_nobody_asked_for_hides_nothing(task: str) -> None:
    options = Options(tiles="on", classes=frozenset({"dot"}))
    rows = plan(32, 60, (32, 32), options)
    look = look_at(steps(task), options, 32, 60, rows)
    for row in rows:
        for view in row:
            part = np.zeros((view.height, view.width), np.uint8)
            classes, masks = outputs_of(part)
            # A dot, and a surer cell over the whole of it.
            masks[0, 5:20, 5:20] = masks[1, 5:20, 5:20] = 8.0
            classes[0], classes[1] = (9.5, -9.0, -9.0), (-9.0, 9.0, -9.0)
            if view.left == 0:
                look.take(view, (classes, masks))
    seen = look.seen()
    found = [rle_to_mask(item["mask"]) for item in seen.predictions]
    drawn = np.any(found, axis=0) if found else np.zeros((32, 60), bool)
    assert ((seen.index == 2) == drawn).all() and not (seen.index == 1).any()
    if task == "instance":
        assert drawn.sum() == 225
