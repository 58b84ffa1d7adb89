"""Planted mistakes, found by the check of labels: `python -m tests.bench.doctor [--steps 400]`.

A tenth of the shapes of the sample data set is made wrong: removed, given another class, moved and blown up,
or another one is invented. Three folds are trained from scratch; what the check ranks first is held against
ranking the shapes by the mean loss of their pixels, and against chance.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "platform")]

import cv2  # noqa: E402
import numpy as np  # noqa: E402

from annotations.geometry import geometry_to_mask, mask_to_polygons, polygons_to_mask  # noqa: E402
from tessera.sample import dataset  # noqa: E402
from tests.bench.zoo import specification, train, write_run  # noqa: E402
from training.folds import folds_of  # noqa: E402
from training.ml.bundle import read_bundle  # noqa: E402
from training.ml.doctor.looking import look, probabilities_of, seen, shape_ids, shapes_of  # noqa: E402
from training.ml.manifest import read_manifest  # noqa: E402
from training.ml.models import ARCHITECTURES  # noqa: E402
from training.ml.runtimes import load_runtime  # noqa: E402

KINDS = ("missing", "wrong_class", "loose_outline", "spurious")
MODEL, FOLDS, SHARE = "unet", 3, 0.1
# A found region and the planted place are one where they overlap as much.
SAME = 0.3

Line = dict[str, Any]


def garden(folder: Path, images: int) -> list[Line]:
    """The sample data set as a manifest's lines, the header first."""
    coco = dataset.write(folder, images)
    document = json.loads(coco.read_text())
    names = {each["id"]: each["name"] for each in document["categories"]}
    header: Line = {
        "format": "tessera-manifest/1",
        "project": "bench",
        "task": "semantic",
        "unlabelled": "background",
        "digest": "bench",
        "classes": [
            {"id": name, "name": name, "color": "#336699", "ignore": False, "index": n}
            for n, name in enumerate(names.values(), 1)
        ],
    }
    shapes: dict[int, list[Line]] = {}
    for row in document["annotations"]:
        found = row["segmentation"]
        geometry = (
            {"mask": found}
            if isinstance(found, dict)
            else {"polygons": [{"exterior": np.reshape(r, (-1, 2)).tolist(), "holes": []} for r in found]}
        )
        shape = {"id": f"s{row['id']}", "class": names[row["category_id"]], **geometry}
        shapes.setdefault(row["image_id"], []).append(shape)
    lines = [
        {
            "asset": str(image["id"]),
            "name": image["file_name"],
            "width": image["width"],
            "height": image["height"],
            "split": "train",
            "image": str((coco.parent / "images" / image["file_name"]).resolve()),
            "annotations": [{**shape, "z": n} for n, shape in enumerate(shapes.get(image["id"], []))],
        }
        for image in document["images"]
    ]
    return [header, *lines]


@dataclass(frozen=True)
class Planted:
    """A mistake: in which asset, of which kind, at which annotation, and what would be right there."""

    asset: str
    kind: str
    annotation: str | None
    right: Any


def mask_of(line: Line, shape: Line) -> Any:
    """A shape's pixels, uint8 `[h, w]`."""
    return geometry_to_mask(shape, line["height"], line["width"])


def plant(lines: Sequence[Line], seed: int) -> tuple[list[Line], list[Planted]]:
    """The lines with a tenth of the shapes made wrong, the kinds in turn, and what was done."""
    chance = random.Random(seed)
    spoilt: list[Line] = json.loads(json.dumps(lines))
    places = [(line, shape) for line in spoilt[1:] for shape in line["annotations"]]
    names = [each["name"] for each in spoilt[0]["classes"]]
    planted: list[Planted] = []
    for number, (line, shape) in enumerate(chance.sample(places, round(len(places) * SHARE))):
        kind = KINDS[number % len(KINDS)]
        mask = mask_of(line, shape)
        if kind == "missing":
            line["annotations"].remove(shape)
            planted.append(Planted(line["asset"], kind, None, mask))
        elif kind == "wrong_class":
            shape["class"] = chance.choice([name for name in names if name != shape["class"]])
            planted.append(Planted(line["asset"], kind, shape["id"], mask))
        elif kind == "loose_outline":
            replace(shape, loosened(mask, chance))
            planted.append(Planted(line["asset"], kind, shape["id"], mask))
        else:
            planted += invented(line, mask, chance.choice(names), number, chance)
    return spoilt, planted


def replace(shape: Line, mask: Any) -> None:
    """Give a shape other pixels."""
    shape.pop("mask", None)
    shape["polygons"] = mask_to_polygons(mask)


def loosened(mask: Any, chance: random.Random) -> Any:
    """Blown up by a sixth of its size and moved by as much."""
    reach = max(2, round(float(np.sqrt(mask.sum())) / 6))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    matrix = np.array([[1, 0, chance.choice((-reach, reach))], [0, 1, chance.choice((-reach, reach))]], float)
    return cv2.warpAffine(cv2.dilate(mask, kernel), matrix, mask.shape[::-1])


def invented(line: Line, mask: Any, name: str, number: int, chance: random.Random) -> list[Planted]:
    """The mask's outline where nothing is; nothing where there is no room."""
    taken = sum(mask_of(line, shape).astype(int) for shape in line["annotations"]) > 0
    height, width = mask.shape
    for _ in range(50):
        matrix = np.array(
            [[1, 0, chance.randint(-width, width)], [0, 1, chance.randint(-height, height)]], float
        )
        moved = cv2.warpAffine(mask, matrix, (width, height))
        if moved.sum() > 0.7 * mask.sum() and not (moved[taken] > 0).any():
            shape = {"id": f"invented-{number}", "class": name, "z": 99}
            replace(shape, moved)
            line["annotations"].append(shape)
            return [Planted(line["asset"], "spurious", shape["id"], moved)]
    return []


def checked(folder: Path, lines: Sequence[Line], steps: int) -> tuple[list[Line], list[Line]]:
    """What the check finds over all folds, and every shape with its mean loss, both the worst first."""
    classes = {line["asset"]: {shape["class"] for shape in line["annotations"]} for line in lines[1:]}
    folds = folds_of(classes, FOLDS)
    found: list[Line] = []
    losses: list[Line] = []
    for fold in range(FOLDS):
        place = folder / f"fold-{fold}"
        split = [
            lines[0],
            *({**line, "split": "val" if folds[line["asset"]] == fold else "train"} for line in lines[1:]),
        ]
        write_run(place, split, specification(ARCHITECTURES[MODEL], "semantic", steps))
        values = train(place)
        print(f"fold {fold + 1} of {FOLDS}: held-out mIoU {values['val/miou']:.3f}", flush=True)
        index = json.loads((place / "artifacts" / "index.json").read_text())
        bundle = read_bundle(place / "artifacts" / index[-1]["name"])
        found += look(bundle, place / "manifest.jsonl", "val", lambda share, words: None)
        losses += by_loss(bundle, place / "manifest.jsonl")
    return sorted(found, key=lambda one: -one["score"]), sorted(losses, key=lambda one: -one["score"])


def by_loss(bundle: Any, data: Path) -> list[Line]:
    """The rival: each shape with the mean loss of its pixels."""
    manifest, ids = read_manifest(data), shape_ids(data)
    runtime = load_runtime(bundle, "torch", "cpu", None, "none")
    rows = []
    for sample in manifest.split("val"):
        probabilities = probabilities_of(seen(bundle, runtime, sample)[0], sample)
        for shape in shapes_of(sample, manifest, ids[sample.asset], probabilities.shape[1:]):
            if shape.pixels.any():
                own = probabilities[shape.label][shape.pixels]
                loss = float(-np.log(np.maximum(own, 1e-6)).mean())
                rows.append(
                    {"asset": sample.asset, "annotation": shape.id, "score": loss, "kind": "", "polygons": []}
                )
    return rows


def hit(one: Line, planted: Sequence[Planted]) -> int | None:
    """The planted mistake that a finding is about."""
    for number, each in enumerate(planted):
        if each.asset != one["asset"]:
            continue
        if each.annotation is not None and each.annotation == one["annotation"]:
            return number
        if each.annotation is None and one["kind"] == "missing":
            mine = polygons_to_mask(one["polygons"], *each.right.shape) > 0
            if (mine & (each.right > 0)).sum() > SAME * (mine | (each.right > 0)).sum():
                return number
    return None


def report(name: str, ranked: Sequence[Line], planted: Sequence[Planted]) -> dict[int, float]:
    """Print precision and recall at k; the precisions."""
    hits = [hit(one, planted) for one in ranked]
    found = {}
    for k in (len(planted), 2 * len(planted), 4 * len(planted)):
        top = hits[:k]
        right = {number for number in top if number is not None}
        found[k] = len([number for number in top if number is not None]) / max(1, len(top))
        kinds = ", ".join(
            f"{kind} {sum(planted[number].kind == kind for number in right)}"
            f"/{sum(each.kind == kind for each in planted)}"
            for kind in KINDS
        )
        recall = len(right) / len(planted)
        print(f"{name:12} k={k:4}: precision {found[k]:.2f}, recall {recall:.2f}  ({kinds})", flush=True)
    return found


def main() -> int:
    """1 where the check is no better than the loss."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.doctor", description=__doc__)
    parser.add_argument("--images", type=int, default=120)
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--folder", type=Path, help="keep what is trained here")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary)
        lines, planted = plant(garden(folder / "garden", asked.images), asked.seed)
        shapes = sum(len(line["annotations"]) for line in lines[1:])
        print(f"{len(planted)} mistakes planted among {shapes} shapes of {asked.images} images", flush=True)
        found, losses = checked(folder, lines, asked.steps)
    chance = random.Random(0)
    shuffled = chance.sample(losses, len(losses))
    ours = report("check", found, planted)
    rival = report("by loss", losses, planted)
    report("by chance", shuffled, planted)
    k = len(planted)
    print(f"precision at {k}: {ours[k] / max(rival[k], 1e-9):.2f} x ranking by loss")
    return int(ours[k] < rival[k])


if __name__ == "__main__":
    sys.exit(main())
