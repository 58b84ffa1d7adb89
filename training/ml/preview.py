"""What augmentations make of images, as training sees it: `python -m training.ml.preview`.

Reads one JSON object from standard input: `items` (lines of a manifest whose `image` is a path), `classes`,
`task` and `unlabelled` (as in a manifest's header), `augmentations`, `input_size` `[height, width]`, `seed`
and `count`. The result `n` shows the item `n` modulo `shown` (all of them where it is left out); each time
round, the seed is one higher. The items that are not shown are there for what mixes several images.

Writes one JSON object to standard output: `results`, each with `asset`, `name`, `seed`, `image` (WebP in
base64: the augmented image with its masks and their outlines), `plain` (without them) and `boxes`, and
`milliseconds`. Where it cannot, it writes `error` with `title`, `detail` and `hint`, and the exit code is 2.

Imports no torch, so that it starts at once.
"""

import base64
import io
import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import Image

from training.ml.data.augmentations import Augment
from training.ml.data.augmented import augmented, meaning_of
from training.ml.data.samples import SampleStore
from training.ml.failures import Failure
from training.ml.images import Pixels
from training.ml.manifest import IGNORE, Manifest, labels_of, sample_of
from training.ml.overlays import boxes_of, drawn

MOST = 64
MEGABYTES = 1024.0
QUALITY = 82


def preview(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The answer to one question. Raises `Failure`."""
    began = time.monotonic()
    manifest = manifest_of(asked)
    height, width = (int(side) for side in asked["input_size"])
    augment = Augment(asked["augmentations"], meaning_of(manifest))
    store = SampleStore(manifest.samples, manifest, (height, width), augment.needs_detail, MEGABYTES)
    shown = min(int(asked.get("shown") or len(store)), len(store))
    results = []
    for number in range(min(int(asked["count"]), MOST)):
        times, index = divmod(number, shown)
        seed = int(asked["seed"]) + times
        example = augmented(store, augment, seed, 0, index)
        sample = store.samples[index]
        results.append(
            {
                "asset": sample.asset,
                "name": sample.name,
                "seed": seed,
                "image": webp(drawn(example, manifest)),
                "plain": webp(example.image),
                "boxes": boxes_of(example, manifest),
            }
        )
    return {"results": results, "milliseconds": round((time.monotonic() - began) * 1000, 1)}


def manifest_of(asked: Mapping[str, Any]) -> Manifest:
    """The items as a set to train on. Raises `Failure` where there are none."""
    labels, values = labels_of(asked)
    samples = tuple(sample_of({**item, "split": "train"}, values, Path()) for item in asked["items"])
    if not samples:
        raise Failure("Nothing to show", "There is no image.", "Upload images first.")
    fill = IGNORE if asked["unlabelled"] == "ignore" else 0
    return Manifest(asked["task"], asked["unlabelled"], fill, labels, samples)


def webp(pixels: Pixels) -> str:
    """RGB `[h, w, 3]` as WebP in base64, encoded fast rather than small."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "WEBP", quality=QUALITY, method=0)
    return base64.b64encode(file.getvalue()).decode()


def main() -> int:
    """Answer the question on standard input; the exit code."""
    try:
        answer = preview(json.load(sys.stdin))
    except Failure as failure:
        print(json.dumps({"error": failure.record()}))
        return 2
    except (KeyError, TypeError, ValueError, OSError) as error:
        hint = "The project's images and classes may have changed meanwhile: load the page again."
        record = Failure("The preview failed", f"{type(error).__name__}: {error}", hint).record()
        print(json.dumps({"error": record}))
        return 2
    print(json.dumps(answer))
    return 0


if __name__ == "__main__":
    sys.exit(main())
