"""A small data set of drawn discs, and run folders over it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch

from training.ml.failures import Failure
from training.ml.loop import Loop
from training.ml.preparation import prepare
from training.ml.reporting import Reporter

ROOT = Path(__file__).parents[3]
SIDE = 64


def disc(x: float, y: float, radius: float) -> dict[str, Any]:
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    ring = np.stack([x + radius * np.cos(angles), y + radius * np.sin(angles)], 1)
    return {"exterior": ring.tolist(), "holes": []}


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """A manifest: twelve images of 64 x 64 with one disc each, red or blue, every fourth in the split val."""
    folder = tmp_path_factory.mktemp("drawn")
    rng = np.random.default_rng(0)
    classes = [
        {"id": "c-red", "name": "red", "color": "#ff0000", "ignore": False, "index": 1},
        {"id": "c-blue", "name": "blue", "color": "#0000ff", "ignore": False, "index": 2},
    ]
    lines: list[dict[str, Any]] = [
        {
            "format": "tessera-manifest/1",
            "project": "p",
            "task": "semantic",
            "unlabelled": "background",
            "classes": classes,
            "digest": "d",
            "root": str(folder),
        }
    ]
    for number in range(12):
        image = rng.integers(90, 160, (SIDE, SIDE, 3), dtype=np.uint8)
        x, y, radius = rng.uniform(20, SIDE - 20, 2).tolist() + [float(rng.uniform(10, 18))]
        color = (230, 20, 20) if number % 2 else (20, 20, 230)
        cv2.circle(image, (round(x), round(y)), round(radius), color, -1)
        cv2.imwrite(str(folder / f"{number}.png"), image[:, :, ::-1])
        kind = "c-red" if number % 2 else "c-blue"
        lines.append(
            {
                "asset": f"asset-{number}",
                "name": f"{number}.png",
                "width": SIDE,
                "height": SIDE,
                "orientation": 1,
                "split": "val" if number % 4 == 3 or number == 2 else "train",
                "image": str(folder / f"{number}.png"),
                "annotations": [{"id": str(number), "class": kind, "polygons": [disc(x, y, radius)], "z": 0}],
            }
        )
    return lines


MakeRun = Callable[..., Path]


@pytest.fixture
def make_run(tmp_path: Path, drawn: list[dict[str, Any]]) -> MakeRun:
    """A function that makes a run folder; keyword arguments replace parts of the specification."""

    def make(name: str = "run", lines: list[dict[str, Any]] | None = None, **changes: Any) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        spec: dict[str, Any] = {
            "run_id": "r",
            "project": "p",
            "task": "semantic",
            "architecture": "segformer",
            "variant": "b0",
            "weights": {"kind": "scratch", "path": None, "hub_id": None},
            "input_size": [64, 64],
            "augmentations": [{"name": "horizontal_flip", "p": 0.5}, {"name": "random_resized_crop"}],
            "hyperparameters": {"steps": 8, "batch_size": 2, "warmup_steps": 2},
            "evaluation": {"every": 4},
            "early_stopping": None,
            "hardware": {"device": "cpu", "gpus": 0, "precision": "fp32"},
            "checkpoints": {"strategies": ["best_metric", "latest"], "every": None, "keep": 3},
            "limits": {},
            "lineage": {"run": "r", "snapshot": "s", "snapshot_digest": "d", "seed": 0},
        }
        (folder / "spec.json").write_text(json.dumps({**spec, **changes}))
        (folder / "manifest.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines or drawn))
        return folder

    return make


def run_here(folder: Path) -> None:
    """Run the folder in this process, on one thread."""
    torch.set_num_threads(1)
    reporter = Reporter(folder)
    try:
        Loop(prepare(folder, reporter), reporter).run()
    except Failure as failure:
        reporter.fail(failure.record())
        raise


def start_child(
    folder: Path, module: str = "training.ml.train", **environment: str
) -> "subprocess.Popen[str]":
    """The training child as the worker starts it, or a module that takes its place."""
    path = os.pathsep.join([str(ROOT), str(ROOT / "platform")])
    env = {**os.environ, "PYTHONPATH": path, "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", **environment}
    return subprocess.Popen(
        [sys.executable, "-m", module, str(folder)],
        env=env,
        cwd=ROOT,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def metrics_of(folder: Path) -> list[dict[str, Any]]:
    """The lines of `metrics.jsonl`."""
    return [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]


def curves_of(folder: Path) -> list[dict[str, float]]:
    """The values of each line that do not depend on the machine's mood."""
    lines = [line["values"] for line in metrics_of(folder)]
    measured = ("train/images_per_second", "system/")
    return [{k: v for k, v in line.items() if not k.startswith(measured)} for line in lines]


def state_of(folder: Path) -> dict[str, Any]:
    """The run's `state.json`."""
    state: dict[str, Any] = json.loads((folder / "state.json").read_text())
    return state
