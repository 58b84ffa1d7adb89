"""The images of a run: what is trained on, what is validated on, and what is left out."""

import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

from training.ml.bundle import MEAN, STD
from training.ml.data.augmentations import Augment
from training.ml.data.augmented import meaning_of
from training.ml.data.samples import SampleStore, load_image
from training.ml.failures import Failure
from training.ml.files import write_json
from training.ml.images import table_of
from training.ml.manifest import Manifest, Sample
from training.ml.processes import cores, place
from training.ml.validation import ValidationSet

VALIDATION_SHARE = 0.25
LEFT_OUT_FILE = "left-out.json"
NAMED = 20


def make_data(
    spec: Mapping[str, Any],
    given: Mapping[str, Any],
    manifest: Manifest,
    size: tuple[int, int],
    folder: Path,
) -> tuple[SampleStore, ValidationSet, Augment]:
    """Training samples, validation set and augmentations. Raises `Failure` where there is nothing to train
    on.
    """
    augment = Augment(spec.get("augmentations") or [], meaning_of(manifest))
    if given.get("skip_unreadable"):
        manifest = readable(manifest, folder)
    train, val = manifest.split("train"), manifest.split("val")
    if not train:
        hint = "Label images, give them the split train, and make a new snapshot."
        raise Failure("Nothing to train on", "The snapshot has no image in the split train.", hint)
    if manifest.outputs < (2 if manifest.task == "semantic" else 1):
        hint = "Add a class, or let unlabelled pixels be background."
        raise Failure("Nothing to tell apart", f"The snapshot has {len(manifest.labels)} label.", hint)
    budget = float(given["cache_megabytes"]) / place().local_world
    part = budget * (1 - VALIDATION_SHARE)
    store = SampleStore(train, manifest, size, augment.needs_detail, part)
    table = table_of(list(MEAN), list(STD), 1 / 255)
    validation = ValidationSet(val, manifest, size, table, budget * VALIDATION_SHARE)
    print(f"{len(train)} training and {len(val)} validation images.")
    if not val:
        print("No validation image: no metrics, and the last step is what is kept.")
    return store, validation, augment


def readable(manifest: Manifest, folder: Path) -> Manifest:
    """The manifest without the images that cannot be read, which are counted and named. Each is decoded once
    to know; a resumed run leaves out those that its beginning left out, so that the order stays.
    """
    file = folder / LEFT_OUT_FILE
    if file.exists():
        left_out = {item["asset"]: item["reason"] for item in json.loads(file.read_text(encoding="utf-8"))}
    else:
        left_out = unreadable([sample for sample in manifest.samples if sample.split in ("train", "val")])
        if place().rank == 0:
            write_json(file, [{"asset": asset, "reason": reason} for asset, reason in left_out.items()])
    if left_out:
        named = "; ".join(list(left_out.values())[:NAMED])
        more = f" and {len(left_out) - NAMED} more" if len(left_out) > NAMED else ""
        print(f"{len(left_out)} images cannot be read and are left out: {named}{more}.")
    return replace(manifest, samples=tuple(s for s in manifest.samples if s.asset not in left_out))


def unreadable(samples: Sequence[Sample]) -> dict[str, str]:
    """Why each image that cannot be read cannot, by asset."""

    def reason(sample: Sample) -> str | None:
        try:
            load_image(sample)
        except Failure as failure:
            return failure.detail
        return None

    with ThreadPoolExecutor(max(1, cores() // place().local_world)) as pool:
        reasons = pool.map(reason, samples)
        return {s.asset: why for s, why in zip(samples, reasons, strict=True) if why is not None}
