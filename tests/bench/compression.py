"""What pruning costs and what it gains, on real data: `python -m tests.bench.compression`.

A SegFormer-B0 learns to tell nuclei from scratch for a while, is pruned by some shares, and trains on for a
fraction of that time, alone and taught by the unpruned model. Latency is one image of 512 x 512, forward
only: of the model in eager PyTorch and of its OpenVINO export.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from training.ml.threads import share_cores

share_cores()

import torch  # noqa: E402
from torch.utils.flop_counter import FlopCounterMode  # noqa: E402

from tests.bench.zoo import specification, train, write_run  # noqa: E402
from tests.bench.zoo_data import nuclei  # noqa: E402
from training.ml.bundle import Bundle, read_bundle  # noqa: E402
from training.ml.evaluate import validate  # noqa: E402
from training.ml.export import Asked, export_bundle  # noqa: E402
from training.ml.latency import measure  # noqa: E402
from training.ml.models import ARCHITECTURES  # noqa: E402
from training.ml.predictor import Predictor  # noqa: E402
from training.ml.preparation import prepare  # noqa: E402
from training.ml.reporting import Reporter  # noqa: E402
from training.ml.weights import load_bundle_model  # noqa: E402

SIDE = 512


def made(folder: Path) -> Bundle:
    """The bundle that a run kept."""
    return read_bundle(next((folder / "artifacts").glob("step-*")))


def cost(bundle: Bundle) -> dict[str, Any]:
    """What a bundle's model takes at 512 x 512."""
    folder = bundle.folder.parent / f"{bundle.folder.name}-{SIDE}"
    if not folder.exists():
        folder.mkdir()
        (folder / "model.safetensors").symlink_to(bundle.weights)
        values = json.loads((bundle.folder / "bundle.json").read_text())
        values["preprocessing"]["size"] = [SIDE, SIDE]
        (folder / "bundle.json").write_text(json.dumps(values))
    large = read_bundle(folder)
    model = load_bundle_model(large)
    fold = getattr(model, "fold", None)
    served: torch.nn.Module = model if fold is None else fold()
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        served(torch.zeros(1, 3, SIDE, SIDE))
    export_bundle(large, Asked("openvino"), folder / "runtimes" / "openvino")
    best = {
        runtime: min(min(measure(Predictor(folder, runtime=runtime))) for _ in range(2))
        for runtime in ("torch", "openvino")
    }
    return {
        "parameters": bundle.parameters,
        "GFLOPs": counter.get_total_flops() / 1e9,
        "MB": bundle.weights.stat().st_size / 1e6,
        "eager ms": best["torch"],
        "openvino ms": best["openvino"],
    }


def pruned(
    base: Bundle, lines: list[dict[str, Any]], folder: Path, steps: int, **asked: Any
) -> tuple[float, Bundle]:
    """mIoU at once and the bundle after a run from `base` with these hyperparameters."""
    family = ARCHITECTURES["segformer"]
    spec = specification(family, "semantic", steps)
    source = {"kind": "bundle", "path": str(base.folder), "name": "the unpruned model"}
    spec["weights"] = spec["teacher"] = source
    spec["hyperparameters"] |= {"learning_rate": 3e-4, "backbone_lr_multiplier": 1.0, **asked}
    write_run(folder, lines, spec)
    job = prepare(folder, Reporter(folder, silent=True))
    at_once = validate(job.engine.model, job.validation, job.reader, job.criterion, 4)["val/miou"]
    train(folder)
    return at_once, made(folder)


def main() -> int:
    """Measure, print the table, and write it where asked."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.compression", description=__doc__)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--tuning", type=int, default=100)
    parser.add_argument("--shares", type=float, nargs="+", default=[0.3, 0.5])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    lines = nuclei("semantic")
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary)
        spec = specification(ARCHITECTURES["segformer"], "semantic", asked.steps)
        if not (folder / "base" / "artifacts").exists():
            write_run(folder / "base", lines, spec)
            train(folder / "base")
        base = made(folder / "base")
        rows = [{"pruning": 0.0, "spread": "", **cost(base), "mIoU": base.metrics["val/miou"]}]
        print(json.dumps(rows[-1]), flush=True)
        for share in asked.shares:
            for spread in ("uniform", "global"):
                at = folder / f"{spread}-{share}"
                choice = {"pruning": share, "pruning_spread": spread}
                at_once, bundle = pruned(base, lines, at, asked.tuning, **choice)
                rows.append({"pruning": share, "spread": spread, "mIoU at once": at_once, **cost(bundle)})
                rows[-1]["mIoU"] = bundle.metrics["val/miou"]
                if spread == "uniform":
                    at = folder / f"taught-{share}"
                    _, taught = pruned(base, lines, at, asked.tuning, **choice, distillation=0.5)
                    rows[-1]["mIoU taught"] = taught.metrics["val/miou"]
                print(json.dumps(rows[-1]), flush=True)
        if asked.json:
            asked.json.write_text(json.dumps(rows, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
