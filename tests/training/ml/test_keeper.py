"""Artifacts are kept by strategy, and let go when none holds them."""

import json
from pathlib import Path

import pytest

from training.ml.artifacts import Keeper


def keep(
    keeper: Keeper, step: int, miou: float | None = None, loss: float = 1.0, regular: bool = True
) -> None:
    metrics = {} if miou is None else {"val/miou": miou, "val/loss": loss}
    strategies = keeper.wanted(step, metrics, regular)
    if strategies:
        keeper.add(strategies, step, step / 10, metrics, lambda folder: folder.mkdir())


def held(keeper: Keeper) -> dict[int, tuple[str, ...]]:
    index = json.loads((keeper.folder / "index.json").read_text())
    folders = {path.name for path in keeper.folder.glob("step-*")}
    assert folders == {item["name"] for item in index}
    return {item["step"]: tuple(item["strategies"]) for item in index}


def test_best_latest_and_lowest_loss_move_on(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path, ["best_metric", "latest", "lowest_val_loss"], None, 3, "val/miou")
    keep(keeper, 10, 0.5, 1.0)
    assert held(keeper) == {10: ("best_metric", "latest", "lowest_val_loss")}
    keep(keeper, 20, 0.4, 0.9)
    assert held(keeper) == {10: ("best_metric",), 20: ("latest", "lowest_val_loss")}
    keep(keeper, 30, 0.6, 2.0)
    assert held(keeper) == {20: ("lowest_val_loss",), 30: ("best_metric", "latest")}


def test_every_keeps_the_newest(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path, ["every", "best_metric"], 5, 2, "val/miou")
    for step, miou in ((5, 0.9), (10, 0.1), (15, 0.1), (20, 0.1)):
        keep(keeper, step, miou)
    assert held(keeper) == {5: ("best_metric",), 15: ("every",), 20: ("every",)}


@pytest.mark.parametrize("metric", ["val/loss", "val/miou"])
def test_equal_is_not_better(tmp_path: Path, metric: str) -> None:
    keeper = Keeper(tmp_path, ["best_metric"], None, 3, metric)
    keep(keeper, 1, 0.5, 0.5)
    keep(keeper, 2, 0.5, 0.5)
    assert list(held(keeper)) == [1]


def test_resuming_drops_what_came_after(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path, ["every"], 1, 9, "val/miou")
    for step in (1, 2, 3):
        keep(keeper, step)
    again = Keeper(tmp_path, ["every"], 1, 9, "val/miou")
    again.resume(2)
    assert list(held(again)) == [1, 2]
