"""Validation images as the model saw them at each evaluation: from the run folder into storage and the row.

Files are copied by a thread beside the watch over the child; the row is written by the watching thread alone.
What is in the row is never copied again: a worker that takes a run over goes on where the last one stopped.
"""

from __future__ import annotations

import io
import logging
import uuid
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from django.db import transaction
from PIL import Image

from core.errors import NotFound
from core.storage import storage
from training.models import Run
from training.painting import OPACITY, UNCOLOURED, palette_png
from training.records import Shown, shown_of

MOST_EVALUATIONS = 50
MOST_SAMPLES = 8
# An index mask of a large photograph stays far below.
MOST_BYTES = 32 << 20
logger = logging.getLogger(__name__)

Entry = dict[str, Any]
Item = tuple[str, dict[str, Any], int | None]


class SampleStore:
    """Keeps `run.samples` and the stored masks in step with `samples/index.json`."""

    def __init__(self, run: Run, folder: Path) -> None:
        self.run = run
        self.folder = folder / "samples"
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="samples")
        self._copies: dict[int, Future[Entry]] = {}
        self._last = max((entry["step"] for entry in run.samples), default=0)

    def want(self, index: list[Any]) -> None:
        """Take a new state of the index: whatever lies behind the last step stored is copied."""
        for shown in filter(None, map(shown_of, index)):
            if shown.step > self._last and shown.step not in self._copies:
                self._copies[shown.step] = self._pool.submit(_copy, self.run.pk, self.folder, shown)

    @property
    def idle(self) -> bool:
        return not self._copies

    def done(self) -> list[Entry]:
        """What was copied and is not yet in the row, in order; what could not be copied is given up."""
        ended: list[Entry] = []
        for step in sorted(self._copies):
            if not self._copies[step].done():
                break
            try:
                ended.append(self._copies[step].result())
            except Exception:
                logger.exception("run %s: the samples of step %s could not be stored", self.run.pk, step)
                del self._copies[step]
        return ended

    def record(self, done: list[Entry]) -> list[Item]:
        """Write the row within the caller's transaction; returns the events to emit."""
        if not done:
            return []
        before = [*self.run.samples, *done]
        self.run.samples = thinned(before, MOST_EVALUATIONS)
        Run.objects.filter(pk=self.run.pk).update(samples=self.run.samples)
        kept = {entry["step"] for entry in self.run.samples}
        dropped = [entry for entry in before if entry["step"] not in kept]
        transaction.on_commit(lambda: _forget(self.run.pk, dropped))
        return [("samples", shown_in(self.run, entry), None) for entry in done]

    def written(self, done: list[Entry]) -> None:
        """What `record` wrote is committed."""
        for entry in done:
            self._copies.pop(entry["step"], None)
            self._last = max(self._last, entry["step"])

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def thinned(entries: list[Entry], most: int) -> list[Entry]:
    """At most `most` of the entries, spread evenly over the steps; the first and the last are always kept."""
    kept = list(entries)
    while len(kept) > most:
        gaps = [kept[i + 1]["step"] - kept[i - 1]["step"] for i in range(1, len(kept) - 1)]
        del kept[gaps.index(min(gaps)) + 1]
    return kept


def samples_of(run: Run) -> list[dict[str, Any]]:
    """`{"step", "epoch", "samples": [{"asset", "name", "miou", "overlay_url"}]}` of each evaluation kept."""
    return [shown_in(run, entry) for entry in run.samples]


def shown_in(run: Run, entry: Entry) -> dict[str, Any]:
    """An entry of the row as answers and events show it."""
    url = f"/api/v1/runs/{run.pk}/samples/{entry['step']}"
    samples = [
        {**sample, "overlay_url": f"{url}/{sample['asset']}/overlay.png"} for sample in entry["samples"]
    ]
    return {**entry, "samples": samples}


def overlay_png(run: Run, step: int, asset_id: uuid.UUID) -> bytes:
    """The predicted classes of a sample in their colours over transparency. Raises NotFound."""
    assets = [
        sample["asset"] for entry in run.samples if entry["step"] == step for sample in entry["samples"]
    ]
    if str(asset_id) not in assets:
        raise NotFound("The run keeps no prediction of this image at this step.")
    with storage.open(_key(run.pk, step, str(asset_id))) as file, Image.open(file) as image:
        mask = np.asarray(image.convert("L") if image.mode != "P" else image, np.uint8)
    classes = [entry for entry in run.snapshot.classes if not entry.get("ignore")]
    colours = {entry["index"]: (entry.get("color") or UNCOLOURED, OPACITY) for entry in classes}
    return palette_png(mask, colours)


def forget_samples(run: Run) -> None:
    """Remove what the run stored, once its row is gone for good."""
    prefix = f"runs/{run.pk}/samples"
    transaction.on_commit(lambda: storage.delete_tree(prefix))


def _copy(run_id: uuid.UUID, folder: Path, shown: Shown) -> Entry:
    """Store the masks of one evaluation; a sample whose file is not there is left out."""
    kept = []
    for sample in shown.samples[:MOST_SAMPLES]:
        try:
            with (folder / f"step-{shown.step:08d}" / f"{sample['asset']}.png").open("rb") as file:
                content = file.read(MOST_BYTES + 1)
        except FileNotFoundError:
            continue
        if len(content) > MOST_BYTES or not _is_mask(content):
            continue
        storage.put(_key(run_id, shown.step, sample["asset"]), content)
        kept.append(sample)
    return {"step": shown.step, "epoch": shown.epoch, "samples": kept}


def _is_mask(content: bytes) -> bool:
    try:
        with Image.open(io.BytesIO(content)) as image:
            return image.format == "PNG" and image.mode in ("L", "P")
    except (OSError, Image.DecompressionBombError):
        return False


def _forget(run_id: uuid.UUID, dropped: list[Entry]) -> None:
    for entry in dropped:
        for sample in entry["samples"]:
            storage.delete(_key(run_id, entry["step"], sample["asset"]))


def _key(run_id: uuid.UUID, step: int, asset: str) -> str:
    return f"runs/{run_id}/samples/{step}/{asset}.png"
