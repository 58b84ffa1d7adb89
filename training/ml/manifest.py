"""The dataset manifest: what a snapshot says, one JSON object a line, a header first. Imports no torch."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotations.geometry import paint, paint_numbers
from training.ml.bundle import Label
from training.ml.failures import Failure
from training.ml.images import IndexMap, Pixels

FORMAT = "tessera-manifest/1"
IGNORE = 255
OBJECT_VOID = 65535
SPLITS = ("train", "val", "test")


@dataclass(frozen=True)
class Sample:
    """One image and what is painted on it, in painting order, as (geometry, mask value). Sizes are of the
    upright image.
    """

    asset: str
    name: str
    image: Path
    width: int
    height: int
    split: str
    items: tuple[tuple[dict[str, Any], int], ...]


@dataclass(frozen=True)
class Manifest:
    """The labels a model has to learn, what unlabelled pixels hold, and the samples."""

    task: str
    unlabelled: str
    fill: int
    labels: tuple[Label, ...]
    samples: tuple[Sample, ...]

    @property
    def offset(self) -> int:
        """Labels before the first output of a model that finds objects: the background has no output."""
        return offset_of(self.labels)

    @property
    def outputs(self) -> int:
        """How many labels a model of this task tells apart."""
        return len(self.labels) - (0 if self.task == "semantic" else self.offset)

    def split(self, name: str) -> tuple[Sample, ...]:
        """The samples of "train", "val" or "test", in the manifest's order."""
        return tuple(sample for sample in self.samples if sample.split == name)


def read_manifest(path: Path) -> Manifest:
    """Read `manifest.jsonl`. Raises `Failure` naming the line where it is damaged."""
    position = 0
    try:
        with path.open(encoding="utf-8") as file:
            header = json.loads(file.readline())
            if header["format"] != FORMAT:
                raise Failure(
                    "Unknown manifest format", f"{path.name} says {header['format']!r}, not {FORMAT!r}."
                )
            labels, values = labels_of(header)
            root = Path(header.get("root") or path.parent)
            samples = []
            for line in file:
                position += 1
                if line.strip():
                    samples.append(sample_of(json.loads(line), values, root))
    except (OSError, ValueError, KeyError, TypeError) as error:
        hint = "Make the snapshot again."
        detail = f"{path.name}, line {position + 1}: {type(error).__name__}: {error}"
        raise Failure("The dataset manifest cannot be read", detail, hint) from error
    fill = IGNORE if header["unlabelled"] == "ignore" else 0
    return Manifest(header["task"], header["unlabelled"], fill, labels, tuple(samples))


def labels_of(header: Mapping[str, Any]) -> tuple[tuple[Label, ...], dict[str, int]]:
    """The model's labels and the mask value of each class id: background 0 where there is one, then the
    classes in order; ignored classes are 255 and no label.
    """
    # A model that finds objects says nothing of the other pixels: they are background, counted or not.
    bare = header["unlabelled"] == "ignore" and header["task"] == "semantic"
    labels = [] if bare else [Label(0, "background")]
    values = {}
    for item in header["classes"]:
        if item.get("ignore"):
            values[item["id"]] = IGNORE
            continue
        values[item["id"]] = len(labels)
        stuff = bool(item.get("stuff"))
        labels.append(Label(len(labels), item["name"], item["id"], item.get("color"), stuff))
    return tuple(labels), values


def offset_of(labels: Sequence[Label]) -> int:
    """1 where the first label is the background, else 0."""
    return int(bool(labels) and labels[0].id is None)


def sample_of(line: Mapping[str, Any], values: Mapping[str, int], root: Path) -> Sample:
    """One asset's line; an annotation of lower `z` is painted first, equal ones in the manifest's order."""
    ordered = sorted(line.get("annotations", ()), key=lambda item: item.get("z") or 0)
    kinds = ("polygons", "mask", "bbox")
    items = tuple(
        ({k: item[k] for k in kinds if item.get(k) is not None}, values[item["class"]]) for item in ordered
    )
    split = line["split"]
    if split not in SPLITS:
        raise ValueError(f"split {split!r}")
    image = root / line["image"]
    return Sample(line["asset"], line["name"], image, int(line["width"]), int(line["height"]), split, items)


def index_mask(sample: Sample, fill: int) -> Pixels:
    """The sample's target, uint8 `[height, width]` at the upright image's own size."""
    return paint(sample.items, sample.height, sample.width, fill)


def object_map(sample: Sample, manifest: Manifest) -> tuple[IndexMap, tuple[int, ...]]:
    """The sample's object numbers, uint16 `[height, width]` at the upright image's own size, and the output
    (from 0) of each object from 1 on. Upper objects hide lower ones; a stuff label is one object.

    Raises `Failure` where there are more objects than numbers.
    """
    labels: list[int] = []
    segments: dict[int, int] = {}
    items = []
    for geometry, value in sample.items:
        if value == IGNORE:
            items.append((geometry, OBJECT_VOID))
            continue
        number = segments.get(value)
        if number is None:
            labels.append(value - manifest.offset)
            number = len(labels)
            if manifest.task == "panoptic" and manifest.labels[value].stuff:
                segments[value] = number
        items.append((geometry, number))
    if len(labels) >= OBJECT_VOID:
        raise Failure("Too many objects", f"{sample.name} has {len(labels)} objects.", "Cut the image up.")
    fill = OBJECT_VOID if manifest.unlabelled == "ignore" else 0
    return paint_numbers(items, sample.height, sample.width, fill), tuple(labels)
