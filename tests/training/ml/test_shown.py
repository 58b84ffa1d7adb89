"""Samples predicted at each evaluation, and what a run takes of the machine, are in its folder."""

import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch

from tests.training.ml.conftest import SIDE, MakeRun, metrics_of, run_here
from training.ml.gauges import Gauges
from training.ml.nvml import Meter, name_of
from training.ml.shown import Shown, spread


def index_of(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / "samples" / "index.json").read_text())
    return found


def test_a_run_leaves_samples_and_system_values(make_run: MakeRun, drawn: list[dict[str, Any]]) -> None:
    folder = make_run()
    run_here(folder)
    assets = [line["asset"] for line in drawn if line.get("split") == "val"]
    moments = index_of(folder)
    assert [(moment["step"], moment["epoch"]) for moment in moments] == [(4, 1.0), (8, 2.0)]
    for moment in moments:
        assert [item["asset"] for item in moment["samples"]] == assets
        for item in moment["samples"]:
            file = folder / "samples" / f"step-{moment['step']:08d}" / f"{item['asset']}.png"
            mask = cv2.imread(str(file), cv2.IMREAD_UNCHANGED)
            assert mask.shape == (SIDE, SIDE) and set(np.unique(mask)) <= {0, 1, 2}
            assert 0 <= item["miou"] <= 1 and item["name"].endswith(".png")
    last = folder / "artifacts" / "step-00000008" / "predictions" / f"{assets[0]}.png"
    shown = folder / "samples" / "step-00000008" / f"{assets[0]}.png"
    assert np.mean(cv2.imread(str(last)) == cv2.imread(str(shown))) > 0.999

    for line in metrics_of(folder):
        system = {name: value for name, value in line["values"].items() if name.startswith("system/")}
        assert set(system) == {"system/cpu_percent", "system/memory_gb", "system/loader_wait"}
        assert 0 <= system["system/loader_wait"] <= 1 and 0.05 < system["system/memory_gb"] < 64
        assert 0 <= system["system/cpu_percent"] <= 100

    Shown(folder / "samples", (), 2).resume(4)  # type: ignore[arg-type]
    assert not (folder / "samples" / "step-00000008").exists()


def test_few_images_are_spread_over_the_set() -> None:
    assert spread(0, 8) == frozenset()
    assert spread(3, 8) == {0, 1, 2}
    assert sorted(spread(100, 8)) == [0, 14, 28, 42, 57, 71, 85, 99]


def test_of_many_evaluations_a_hundred_are_kept(tmp_path: Path) -> None:
    shown = Shown(tmp_path, range(5), 1000)  # type: ignore[arg-type]
    assert sum(shown.wants(number, number == 1000) for number in range(1, 1001)) == 100
    assert shown.wants(7, last=True) and not shown.wants(7, last=False)


def test_waiting_is_a_share_of_the_time_since_the_last_line() -> None:
    gauges = Gauges(torch.device("cpu"))
    gauges.waited(0.2)
    gauges.waited(0.3)
    assert gauges.read(2.0)["system/loader_wait"] == 0.25
    assert gauges.read(2.0)["system/loader_wait"] == 0.0


def test_without_a_driver_nothing_is_said_of_the_gpu() -> None:
    assert Meter("00000000-0000-0000-0000-000000000000").percent() is None
    assert name_of("1234") == b"GPU-1234" and name_of("MIG-1") == b"MIG-1"
