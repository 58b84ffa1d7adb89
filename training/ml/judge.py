"""`python -m training.ml.judge BUNDLE DIR --data MANIFEST [--images 100] --out report.json`.

Compares an export with the PyTorch model it came from, over the validation images and at their own sizes, and
measures it here. DIR is the export's folder; a bundle's own is the PyTorch model itself. Prints a JSON line
with `progress` and `message` for each step; exit code 2 with the reason as the last line of stderr where it
cannot be judged. An export that disagrees is told so in the report, with the reasons.
"""

import argparse
import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from training.ml.bundle import Bundle, read_bundle
from training.ml.failures import Failure
from training.ml.files import write_json
from training.ml.threads import share_cores

# Points that an export without a budget of its own may lose, and the share of pixels on which it and the
# model have to agree where it holds the same numbers as the model.
POINTS, SAME = 0.5, 0.995
MEASURING_SECONDS = 600
TORCH = {"format": "torch", "quantization": "none", "agrees": True, "why": [], "budget": None}


@dataclass
class Differences:
    """Absolute differences of the outputs, over everything seen; `spread` is the largest standard deviation
    of an output of the model's.
    """

    largest: float = 0.0
    total: float = 0.0
    count: int = 0
    spread: float = 0.0
    numbers: bool = field(default=True)

    def add(self, one: Any, other: Any) -> None:
        """Take in one image's outputs, of the model and of the export."""
        for mine, its in zip(one, other, strict=True):
            if not np.isfinite(its).all():
                self.numbers = False
                continue
            errors = np.abs(its - mine)
            self.largest = max(self.largest, float(errors.max()))
            self.total += float(errors.sum(dtype=np.float64))
            self.count += errors.size
            self.spread = max(self.spread, float(mine.std()))


def judge(bundle: Bundle, folder: Path, data: Path, most: int, tell: Any) -> dict[str, Any]:
    """The report. Raises `Failure` where the export does not load or the data is not the bundle's."""
    from training.ml.quantize.quality import Quality, Tally
    from training.ml.runtimes import load_runtime, open_export

    record = read_record(folder)
    quality = Quality(bundle, data, most)
    if not len(quality):
        raise Failure("Images needed", "The data has no image in the split val.", "Give some images to val.")
    tell(0.0, "Measuring")
    measured = measure(bundle, folder, record)
    tell(0.15, "Loading the model")
    model = load_runtime(bundle, "torch", "cpu", None, "none")
    own = record["format"] == "torch" and record["quantization"] == "none"
    export = model if own else opened(bundle, folder, record, open_export)
    ours, its, differences = Tally(quality), Tally(quality), Differences()
    for number, image, pairs in quality.images.batches(1):
        expected, got = model.run(image), export.run(image)
        differences.add(expected, got)
        truth = pairs[0][1]
        ours.add(number, truth, tuple(item[0] for item in expected))
        its.add(number, truth, tuple(np.nan_to_num(item[0]) for item in got))
        tell(0.2 + 0.8 * (number + 1) / len(quality), f"{number + 1} of {len(quality)} images")
    one, other = ours.result(), its.result()
    pixels = sum(mask.size for mask in one.masks)
    agreement = sum(int((a == b).sum()) for a, b in zip(one.masks, other.masks, strict=True)) / pixels
    lost = one.points - other.points
    memory, precision = measured.pop("memory_mb"), measured.pop("precision")
    why = [*record["why"], *objections(record, differences, agreement, lost)]
    found: dict[str, Any] = {
        "format": record["format"],
        "quantization": record["quantization"],
        "images": len(quality),
        "split": "val",
        "logits": {
            "largest": differences.largest if differences.numbers else None,
            "mean": differences.total / max(differences.count, 1) if differences.numbers else None,
            "spread": differences.spread,
        },
        "agreement": agreement,
        "miou_against_model": against(one.masks, other.masks, len(bundle.labels)),
        "miou": other.miou,
        "miou_of_model": one.miou,
        "lost_points": round(lost, 4),
        "latency": measured,
        "precision": precision,
        "memory_mb": memory,
        "size": size_of(bundle, folder, record),
        "agrees": not why,
        "why": why,
    }
    if one.map is not None:
        found |= {"map": other.map, "map_of_model": one.map}
    return found


def read_record(folder: Path) -> dict[str, Any]:
    """The folder's `export.json`; of a bundle's own folder what it would say."""
    try:
        values: dict[str, Any] = json.loads((folder / "export.json").read_text())
        return {**TORCH, **values}
    except OSError as error:
        if (folder / "bundle.json").exists():
            return dict(TORCH)
        raise Failure("Not an export", f"{folder} has no export.json.", "Make the export again.") from error


def opened(bundle: Bundle, folder: Path, record: dict[str, Any], open_export: Any) -> Any:
    """The export as it serves."""
    from training.ml.runtimes import load_runtime

    if record["format"] == "torch":
        return load_runtime(bundle, "torch", "cpu", None, record["quantization"])
    return open_export(folder, record["format"], record["quantization"])


def measure(bundle: Bundle, folder: Path, record: dict[str, Any]) -> dict[str, Any]:
    """Latency and peak memory in a process of its own, which holds nothing else."""
    command = [sys.executable, "-m", "training.ml.latency", str(bundle.folder)]
    if record["format"] == "torch":
        command += ["--runtime", "torch", "--quantization", record["quantization"]]
    else:
        command += ["--export", str(folder)]
    path = os.pathsep.join([str(Path(__file__).parents[2]), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=MEASURING_SECONDS,
        env={**os.environ, "PYTHONPATH": path},
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise Failure("The export does not run", last)
    values: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return values


def against(model: Any, export: Any, labels: int) -> float:
    """Mean IoU of the export's masks, with the model's as the truth."""
    from training.ml.metrics import confusion_matrix, summarise

    matrices = [confusion_matrix(a, b, labels) for a, b in zip(model, export, strict=True)]
    return float(summarise(np.sum(matrices, 0)).miou)


def size_of(bundle: Bundle, folder: Path, record: dict[str, Any]) -> int:
    """Bytes of the model's files."""
    named = [folder / item["name"] for item in record.get("files", ())]
    return sum(file.stat().st_size for file in named or [bundle.weights])


def objections(record: dict[str, Any], seen: Differences, agreement: float, lost: float) -> list[str]:
    """What the images say against the export, in sentences."""
    if not seen.numbers:
        return ["On validation images its outputs are not all numbers."]
    found = []
    budget = record["budget"]
    allowed = POINTS if budget is None else budget["points"]
    if allowed is not None and lost > allowed and not record["why"]:
        found.append(
            f"On the validation images it loses {lost:.2f} points against the model, more than {allowed:g}."
        )
    if record["quantization"] == "none" and agreement < SAME:
        found.append(
            f"It gives {1 - agreement:.2%} of the pixels another label though it holds the same numbers."
        )
    return found


def main() -> int:
    """Judge, and write the report."""
    parser = argparse.ArgumentParser(prog="python -m training.ml.judge", description=__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--data", type=Path, required=True, help="manifest.jsonl of the run")
    parser.add_argument("--images", type=int, default=100, help="validation images at most")
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    share_cores()

    def tell(part: float, message: str) -> None:
        print(json.dumps({"progress": round(part, 3), "message": message}), flush=True)

    try:
        write_json(asked.out, judge(read_bundle(asked.bundle), asked.folder, asked.data, asked.images, tell))
    except Failure as failure:
        print(failure, file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
