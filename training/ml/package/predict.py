"""Runs this model on an image: `python predict.py IMAGE [--threshold 0.5]` prints what it sees as JSON.

Needs Python 3.11 or newer and what `requirements.txt` names, nothing else. `python predict.py --check` runs
the model on the test image and compares with the answer that it gave where it was made.
"""

import argparse
import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE / "lib"))

from annotations.geometry import rle_to_mask  # noqa: E402
from training.ml.images import ImageTooLarge, ImageUnreadable, load_rgb  # noqa: E402
from training.ml.predictor import Steps  # noqa: E402
from training.ml.runtimes import load_runtime, open_export  # noqa: E402


def predict(image: Path, threshold: float | None) -> dict[str, Any]:
    """What the model sees: classes, scores, boxes, areas, and masks as COCO run-length codes."""
    about = json.loads((HERE / "package.json").read_text())
    steps = Steps(HERE)
    if about["format"] == "torch":
        network = load_runtime(steps.bundle, "torch", "cpu", None, about["quantization"])
    else:
        network = open_export(HERE, about["format"], about["quantization"])
    pixels = load_rgb(image)
    height, width = pixels.shape[:2]
    outputs = network.run(steps.preprocess(pixels)[None])
    _, found = steps.answer(tuple(each[0] for each in outputs), height, width, ("mask",), threshold)
    return {"image": {"width": width, "height": height}, "predictions": found}


def differences(found: dict[str, Any], expected: dict[str, Any]) -> list[str]:
    """Where an answer is not the expected one, in sentences."""
    mine, other = found["predictions"], expected["predictions"]
    allowed = expected["tolerance"]
    if len(mine) != len(other):
        return [f"{len(mine)} predictions instead of {len(other)}"]
    wrong = []
    for number, (one, two) in enumerate(zip(mine, other, strict=True)):
        if one["class"] != two["class"]:
            wrong.append(f"prediction {number}: {one['class']['name']} instead of {two['class']['name']}")
        if abs(one["score"] - two["score"]) > allowed["score"]:
            wrong.append(f"prediction {number}: scores {one['score']:.4f} instead of {two['score']:.4f}")
        left, right = rle_to_mask(one["mask"]) > 0, rle_to_mask(two["mask"]) > 0
        share = (left & right).sum() / max((left | right).sum(), 1)
        if share < allowed["iou"]:
            wrong.append(f"prediction {number}: its mask has an IoU of {share:.4f} with the expected one")
    return wrong


def main() -> int:
    """Print the predictions, or check: 1 where the answer is not the expected one, 2 where there is none."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("image", type=Path, nargs="?", default=HERE / "test.jpg")
    parser.add_argument("--threshold", type=float, help="instead of the classes' own")
    parser.add_argument("--check", action="store_true", help="compare with expected.json")
    asked = parser.parse_args()
    image = HERE / "test.jpg" if asked.check else asked.image
    if not image.is_file():
        print(f"{image}: there is no such file", file=sys.stderr)
        return 2
    try:
        found = predict(image, asked.threshold)
    except (ImageUnreadable, ImageTooLarge) as error:
        print(f"{image}: {error}", file=sys.stderr)
        return 2
    if not asked.check:
        print(json.dumps(found))
        return 0
    wrong = differences(found, json.loads((HERE / "expected.json").read_text()))
    print("\n".join(wrong) or "as expected")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
