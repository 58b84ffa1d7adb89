"""`python -m training.ml.evaluation BUNDLE --data MANIFEST --split val --out FOLDER`.

Evaluates a bundle on the images of a split of any manifest with its classes, and writes `predictions/`,
`scores.npz` and `evaluation.json` into FOLDER. Prints a JSON line with `progress` and `message` as it goes;
exit code 2 with the reason as the last line of stderr where it cannot be evaluated.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from training.ml.bundle import read_bundle
from training.ml.failures import Failure
from training.ml.images import table_of
from training.ml.manifest import SPLITS
from training.ml.threads import share_cores

BATCH = 4


def evaluate(bundle_dir: Path, data: Path, split: str, out: Path, device: str, tell: Any) -> dict[str, Any]:
    """The summary that is also in `evaluation.json`. Raises `Failure` where the data is of other classes or
    the split has no image.
    """
    import torch

    from training.ml.evaluate import evaluate_bundle
    from training.ml.quantize.quality import matching_manifest
    from training.ml.validation import ValidationSet

    bundle = read_bundle(bundle_dir)
    manifest = matching_manifest(bundle, data)
    samples = manifest.split(split)
    if not samples:
        raise Failure(
            "Images needed", f"The data has no image in the split {split}.", "Choose another split."
        )
    rules = bundle.preprocessing
    table = table_of(list(rules.mean), list(rules.std), rules.scale)
    # Each image is looked at once: nothing is kept.
    images = ValidationSet(samples, manifest, rules.size, table, 0)
    total = len(samples)
    out.mkdir(parents=True, exist_ok=True)
    return evaluate_bundle(
        bundle,
        images,
        torch.device(device),
        BATCH,
        out,
        lambda done: tell(done / total, f"{done} of {total} images"),
    )


def main() -> int:
    """Evaluate."""
    parser = argparse.ArgumentParser(prog="python -m training.ml.evaluation", description=__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--data", type=Path, required=True, help="manifest.jsonl of a snapshot")
    parser.add_argument("--split", choices=SPLITS, default="val")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--device", default="auto")
    asked = parser.parse_args()
    share_cores()

    def tell(part: float, message: str) -> None:
        print(json.dumps({"progress": round(part, 4), "message": message}), flush=True)

    try:
        tell(0.0, "Loading the model")
        import torch

        device = asked.device
        if device == "auto":
            device = "cuda" if torch.cuda.is_available() else "cpu"
        evaluate(asked.bundle, asked.data, asked.split, asked.out, device, tell)
    except Failure as failure:
        print(f"{failure} {failure.hint}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
