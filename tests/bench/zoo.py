"""Every architecture from scratch on real data with the same budget: `make bench-zoo`.

Each one's smallest variant trains for the same time on the same images, is evaluated on the validation split
at the images' own sizes, and answers one image at a time in PyTorch. The table says what a model learns in
that time on this machine, not what it can learn.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from training.ml.threads import share_cores

share_cores()

import torch  # noqa: E402

from tests.bench.zoo_data import facade, nuclei  # noqa: E402
from training.ml.data.loader import Prefetch  # noqa: E402
from training.ml.latency import measure  # noqa: E402
from training.ml.models import ARCHITECTURES, Architecture  # noqa: E402
from training.ml.predictor import Predictor  # noqa: E402
from training.ml.preparation import prepare  # noqa: E402
from training.ml.reporting import Reporter  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
SIDE, BATCH = 128, 4
DATA: dict[str, Callable[[str], list[dict[str, Any]]]] = {"facade": facade, "nuclei": nuclei}
COLUMNS = ("architecture", "variant", "task", "size", "steps", "mIoU", "F1", "AP", "AP50", "images/s", "ms")


def specification(family: Architecture, task: str, steps: int) -> dict[str, Any]:
    """The family's own defaults at the first input size of at least 128 pixels."""
    size = min((side for side in family.input_sizes if side >= SIDE), default=family.input_sizes[-1])
    given = {**family.defaults.get("hyperparameters", {})}
    given |= {"steps": steps, "batch_size": BATCH, "warmup_steps": max(1, steps // 20)}
    return {
        "task": task,
        "architecture": family.name,
        "variant": family.defaults.get("variant", family.variants[0].name),
        "weights": {"kind": "scratch"},
        "input_size": [size, size],
        "augmentations": [
            {"name": "horizontal_flip", "p": 0.5},
            {"name": "random_resized_crop", "scale": [0.5, 1.0]},
        ],
        "hyperparameters": given,
        "evaluation": {"every": steps},
        "hardware": {"device": "cpu", "precision": "fp32"},
        "checkpoints": {"strategies": ["latest"]},
    }


def write_run(folder: Path, lines: list[dict[str, Any]], spec: dict[str, Any]) -> None:
    """A run folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    (folder / "spec.json").write_text(json.dumps(spec))


def seconds_a_step(folder: Path) -> float:
    """The least of a few steps, after one that does not count."""
    job = prepare(folder, Reporter(folder))
    job.engine.model.train()
    taken = []
    with Prefetch(job.batch, 0) as batches:
        for _ in range(4):
            batch = next(batches)
            began = time.perf_counter()
            float(job.engine.step([batch]))
            taken.append(time.perf_counter() - began)
    return min(taken[1:])


def train(folder: Path) -> dict[str, Any]:
    """Run the folder as a worker does; the metrics of its last step."""
    path = os.pathsep.join([str(ROOT), str(ROOT / "platform")])
    done = subprocess.run(
        [sys.executable, "-m", "training.ml.train", str(folder)],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError((done.stdout + done.stderr)[-2000:])
    values: dict[str, Any] = {}
    for line in (folder / "metrics.jsonl").read_text().splitlines():
        values |= json.loads(line)["values"]
    return values


def row(data: str, family: Architecture, task: str, seconds: float, folder: Path) -> dict[str, Any]:
    """Train one architecture for `seconds` and measure it."""
    lines = DATA[data](task)
    write_run(folder / "trial", lines, specification(family, task, 10))
    steps = max(10, int(seconds / seconds_a_step(folder / "trial")))
    spec = specification(family, task, steps)
    write_run(folder / "run", lines, spec)
    began = time.monotonic()
    values = train(folder / "run")
    bundle = next((folder / "run" / "artifacts").glob("step-*"))
    torch.set_num_threads(os.cpu_count() or 1)
    taken = sorted(measure(Predictor(bundle)))
    found = {"mIoU": "val/miou", "F1": "val/f1", "AP": "val/map", "AP50": "val/map50"}
    return {
        "architecture": family.name,
        "variant": spec["variant"],
        "task": task,
        "size": spec["input_size"][0],
        "steps": steps,
        **{name: values.get(key) for name, key in found.items()},
        "images/s": values["train/images_per_second"],
        "ms": taken[len(taken) // 2],
        "seconds": time.monotonic() - began,
    }


def written(value: Any) -> str:
    """A cell."""
    if isinstance(value, float):
        return f"{value:.3f}" if value < 1 else f"{value:.4g}"
    return "–" if value is None else str(value)


def table(rows: list[dict[str, Any]]) -> str:
    """Rows as Markdown, the best mIoU first."""
    ordered = sorted(rows, key=lambda item: (item["task"], -(item["AP"] or item["mIoU"] or 0)))
    lines = ["| " + " | ".join(COLUMNS) + " |", "|" + " --- |" * len(COLUMNS)]
    lines += ["| " + " | ".join(written(item[name]) for name in COLUMNS) + " |" for item in ordered]
    return "\n".join(lines)


def main() -> int:
    """Fill `--out` with a table for each data set, row by row, so that what is measured stays."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.zoo", description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0, help="training time of each architecture")
    parser.add_argument("--data", nargs="*", default=list(DATA), choices=list(DATA))
    parser.add_argument("--only", nargs="*", default=list(ARCHITECTURES), choices=list(ARCHITECTURES))
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "zoo.json")
    asked = parser.parse_args()
    for data in asked.data:
        for name in asked.only:
            for task in ("semantic", "instance"):
                if task in ARCHITECTURES[name].tasks:
                    with tempfile.TemporaryDirectory() as folder:
                        found = row(data, ARCHITECTURES[name], task, asked.seconds, Path(folder))
                    print(data, " ".join(written(found[column]) for column in COLUMNS), flush=True)
                    keep(asked.out, data, found, asked.seconds)
    return 0


def keep(file: Path, data: str, found: dict[str, Any], seconds: float) -> None:
    """Put a row into the file, in the place of an earlier one, and write the page beside it."""
    kept: dict[str, Any] = json.loads(file.read_text()) if file.exists() else {}
    same = found["architecture"], found["task"]
    rows = [
        each for each in kept.get(data, {}).get("rows", []) if (each["architecture"], each["task"]) != same
    ]
    kept[data] = {"seconds": seconds, "cores": os.cpu_count(), "rows": [*rows, found]}
    file.write_text(json.dumps(kept, indent=1) + "\n")
    file.with_suffix(".md").write_text(document(kept))


def document(kept: dict[str, Any]) -> str:
    """The page in docs."""
    parts = [
        "# The zoo on real data",
        "",
        "Every architecture from scratch with the same budget of training time, written by `make bench-zoo`.",
        "The smallest variants at about 128 pixels, batch 4, flips and crops; metrics of the validation",
        "split at the images' own sizes; `ms` is one forward pass in PyTorch. A short budget favours models",
        "that learn quickly: it says nothing of what one reaches in days or from pretrained weights, and",
        "speeds are only as good as the machine was quiet.",
    ]
    for name, entry in kept.items():
        budget = f"{entry['seconds']:g} s of training each on {entry['cores']} CPU cores"
        parts += ["", f"## {name}", "", f"{budget}.", "", table(entry["rows"])]
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    sys.exit(main())
