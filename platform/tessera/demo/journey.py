"""The steps of the demo, in order, over the public API only."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tessera.client import overlay, steps, uploads
from tessera.client.api import Api
from tessera.sample import dataset

PROJECT = "Garden"
DEPLOYMENT = "garden"
SPEC: dict[str, Any] = {
    "architecture": "segformer",
    "variant": "b0",
    "weights": "scratch",
    "input_size": [128, 128],
    "augmentations": [
        {"name": "horizontal_flip", "p": 0.5},
        {"name": "random_resized_crop", "scale": [0.5, 1.0]},
        {"name": "rotate", "p": 0.5, "degrees": [-25, 25]},
        {"name": "color_jitter"},
    ],
    "hyperparameters": {
        "steps": 500,
        "batch_size": 8,
        "learning_rate": 0.001,
        "warmup_steps": 40,
        "loss": "cross_entropy_dice",
        "seed": 1,
    },
    "evaluation": {"every": 50},
}
# A slow machine stops earlier, with what it has learnt by then.
LIMITS = {"minutes": 7}
REQUESTS = 20
READY_SECONDS = 240.0

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Judgement:
    """What the demo reached."""

    miou: float
    per_class: dict[str, float]
    images: int


def project(api: Api, workspace: str) -> dict[str, Any]:
    """The demo's project with its two classes; the one from an earlier demo where there is one."""
    for known in api.each("/projects"):
        if known["name"] == PROJECT and known["workspace"] == workspace:
            found: dict[str, Any] = known
            break
    else:
        body = {"workspace": workspace, "name": PROJECT, "task": "semantic", "media": "image"}
        found = api.post("/projects", body)
    existing = {label["name"] for label in api.each(f"/projects/{found['id']}/classes")}
    for name, colour in dataset.COLOURS.items():
        if name not in existing:
            api.post(f"/projects/{found['id']}/classes", {"name": name, "color": colour})
    return found


def upload(api: Api, project_id: str, folder: Path, progress: Progress) -> int:
    """Send the pictures; returns how many are in the project."""
    files = sorted((folder / "images").glob("*.jpg"))
    landed = 0
    for number, result in enumerate(uploads.upload(api, project_id, files), start=1):
        landed += result["status"] != "rejected"
        progress(number / len(files), result["name"])
    return landed


def import_labels(api: Api, project_id: str, folder: Path, progress: Progress) -> dict[str, Any]:
    return steps.import_file(api, project_id, folder / "annotations.json", "coco", False, progress)


def snapshot(api: Api, project_id: str) -> dict[str, Any]:
    split = {"train": 0.8, "val": 0.2, "test": 0.0, "seed": 0}
    made: dict[str, Any] = api.post(f"/projects/{project_id}/snapshots", {"name": "demo", "split": split})
    return made


def start_training(api: Api, project_id: str, snapshot_id: str) -> dict[str, Any]:
    body = {
        "snapshot": snapshot_id,
        "checkpoints": {"strategy": ["best_metric", "latest"]},
        "limits": LIMITS,
    }
    return steps.start_run(api, project_id, "SegFormer-B0 from scratch", SPEC, body)


def judge(api: Api, artifact_id: str) -> Judgement:
    evaluation = api.get(f"/artifacts/{artifact_id}/evaluation")
    return Judgement(evaluation["miou"], evaluation["per_class_iou"], evaluation["images"])


def deploy(api: Api, project_id: str, artifact_id: str, progress: Progress) -> dict[str, Any]:
    """Deploy on the fastest runtime that this machine has."""
    available = api.get("/hardware")["runtimes"]
    runtime = next(name for name in ("openvino", "onnxruntime", "torch") if name in available)
    body = {"name": DEPLOYMENT, "artifact": artifact_id, "runtime": runtime, "device": "cpu"}
    return steps.wait_ready(api, steps.deploy(api, project_id, body), READY_SECONDS, progress)


def predict(api: Api, deployment_id: str, image: Path, target: Path, progress: Progress) -> float:
    """Ask several times, draw the answer over the picture; returns the median milliseconds a request."""
    content = image.read_bytes()
    taken = []
    for number in range(REQUESTS):
        began = time.perf_counter()
        answer = steps.predict(api, deployment_id, content, image.name, output="polygons,mask")
        taken.append((time.perf_counter() - began) * 1000)
        progress((number + 1) / REQUESTS, f"{taken[-1]:.0f} ms")
    overlay.draw(content, answer).save(target)
    return statistics.median(taken)
