"""A few validation images as the model sees them at each evaluation: `samples/step-00000100/<asset>.png`,
index masks at the images' own sizes, and `samples/index.json`, which says what is there.
"""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypedDict

import numpy as np

from training.ml import ranks
from training.ml.checkpoint import folder_of
from training.ml.describe import encode_png
from training.ml.files import remove_drafts, replace_text
from training.ml.images import Pixels
from training.ml.metrics import summarise
from training.ml.validation import ValidationSet
from training.scores.confusion import Counts

MOST = 8
MOST_STEPS = 100


class Moment(TypedDict):
    """One evaluation in the index."""

    step: int
    epoch: float
    samples: list[dict[str, Any]]


class Shown:
    """Keeps the predictions of the same images at each evaluation; of more than a hundred evaluations, evenly
    spread ones.
    """

    def __init__(self, folder: Path, data: ValidationSet, evaluations: int) -> None:
        self.folder, self.data = folder, data
        self.stride = max(1, -(-evaluations // MOST_STEPS))
        self.chosen = spread(len(data), MOST)
        self.seen: dict[int, tuple[bytes, float | None]] = {}
        self.moments: list[Moment] = []

    def resume(self, step: int) -> None:
        """Take up what an earlier start left, without what came after `step`."""
        remove_drafts(self.folder)
        file = self.folder / "index.json"
        if file.exists():
            self.moments = [moment for moment in json.loads(file.read_text()) if moment["step"] <= step]
        kept = {folder_of(moment["step"]) for moment in self.moments}
        for item in self.folder.glob("step-*"):
            if item.name not in kept:
                shutil.rmtree(item, ignore_errors=True)

    def wants(self, number: int, last: bool) -> bool:
        """Whether evaluation `number`, counted from 1, is one of those kept."""
        return bool(self.chosen) and (number % self.stride == 0 or last)

    def watch(self, number: int, prediction: Pixels, counts: Counts) -> None:
        """See one image of an evaluation: its index mask, and the confusion of truth and prediction."""
        if number in self.chosen:
            known = counts.sum() > 0
            self.seen[number] = encode_png(prediction), summarise(counts).miou if known else None

    def keep(self, step: int, epoch: float, leads: bool) -> None:
        """Write what was seen since the last call, by all ranks; on a full disk, say so and go on."""
        parts = ranks.gathered(self.seen)
        self.seen = {}
        if not leads:
            return
        try:
            self._write(step, epoch, {number: item for part in parts for number, item in part.items()})
        except OSError as error:
            print(f"The samples of step {step} could not be written: {error}")

    def _write(self, step: int, epoch: float, found: Mapping[int, tuple[bytes, float | None]]) -> None:
        self.folder.mkdir(exist_ok=True)
        draft = self.folder / f".{folder_of(step)}"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        entries = []
        for number in sorted(found):
            sample, (png, miou) = self.data.samples[number], found[number]
            (draft / f"{sample.asset}.png").write_bytes(png)
            entries.append({"asset": sample.asset, "name": sample.name, "miou": miou})
        target = self.folder / folder_of(step)
        shutil.rmtree(target, ignore_errors=True)
        draft.rename(target)
        self.moments = [moment for moment in self.moments if moment["step"] < step]
        self.moments.append({"step": step, "epoch": round(epoch, 6), "samples": entries})
        replace_text(self.folder / "index.json", json.dumps(self.moments, ensure_ascii=False))


def spread(count: int, most: int) -> frozenset[int]:
    """At most `most` of `count` numbers from 0 on, the first and the last among them, evenly spread."""
    places = np.linspace(0, count - 1, min(count, most)).round() if count else ()
    return frozenset(int(place) for place in places)
