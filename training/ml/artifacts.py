"""The artifacts that a run keeps: bundles in `artifacts/step-00000100/`, and `index.json` that says why each
is kept.
"""

import json
import math
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from training.ml.checkpoint import folder_of
from training.ml.files import remove_drafts, write_json

VAL_LOSS = "val/loss"


@dataclass(frozen=True)
class Entry:
    """One kept artifact."""

    name: str
    strategies: tuple[str, ...]
    step: int
    epoch: float
    metrics: Mapping[str, float]


class Keeper:
    """Decides which steps are kept and writes them.

    Strategies: `latest`, `best_metric` (of `metric`), `lowest_val_loss`, `every` (multiples of `every`, the
    newest `keep` of them). A step that several strategies chose is one artifact; one that none holds any
    longer is deleted.
    """

    def __init__(
        self, folder: Path, strategies: Sequence[str], every: int | None, keep: int, metric: str
    ) -> None:
        self.folder, self.strategies, self.every, self.keep, self.metric = (
            folder,
            strategies,
            every,
            keep,
            metric,
        )
        self.entries: list[Entry] = []

    def resume(self, step: int) -> None:
        """Make the folder, or take up the index of an earlier start, without what came after `step`."""
        self.folder.mkdir(exist_ok=True)
        remove_drafts(self.folder)
        file = self.folder / "index.json"
        if file.exists():
            known = [
                Entry(**{**item, "strategies": tuple(item["strategies"])})
                for item in json.loads(file.read_text())
            ]
            self._publish([entry for entry in known if entry.step <= step])

    def wanted(self, step: int, metrics: Mapping[str, float], regular: bool) -> tuple[str, ...]:
        """The strategies by which this step is to be kept; `regular` says that it is an evaluation or the
        last step.
        """
        checks: dict[str, Callable[[], bool]] = {
            "latest": lambda: regular,
            "best_metric": lambda: self._improves("best_metric", self.metric, metrics),
            "lowest_val_loss": lambda: self._improves("lowest_val_loss", VAL_LOSS, metrics),
            "every": lambda: bool(self.every) and step % (self.every or 1) == 0,
        }
        return tuple(name for name in self.strategies if checks[name]())

    def _improves(self, strategy: str, metric: str, metrics: Mapping[str, float]) -> bool:
        value = metrics.get(metric)
        if value is None or not math.isfinite(value):
            return False
        held = [entry.metrics[metric] for entry in self.entries if strategy in entry.strategies]
        return not held or better(metric, value, held[-1])

    def add(
        self,
        strategies: tuple[str, ...],
        step: int,
        epoch: float,
        metrics: Mapping[str, float],
        save: Callable[[Path], object],
    ) -> None:
        """Write the bundle of this step with `save`, give it the strategies, let go of what it replaces."""
        name = folder_of(step)
        save(self.folder / name)
        others = [self._without(entry, strategies) for entry in self.entries if entry.step != step]
        fresh = Entry(name, strategies, step, epoch, dict(metrics))
        regular = [entry.step for entry in others if "every" in entry.strategies] + [step] * (
            "every" in strategies
        )
        recent = set(sorted(regular)[-self.keep :])
        kept = [entry if entry.step in recent else self._drop(entry, "every") for entry in [*others, fresh]]
        self._publish([entry for entry in kept if entry.strategies])

    def _without(self, entry: Entry, strategies: tuple[str, ...]) -> Entry:
        for strategy in strategies:
            if strategy != "every":
                entry = self._drop(entry, strategy)
        return entry

    def _drop(self, entry: Entry, strategy: str) -> Entry:
        left = tuple(name for name in entry.strategies if name != strategy)
        return Entry(entry.name, left, entry.step, entry.epoch, entry.metrics)

    def _publish(self, entries: list[Entry]) -> None:
        self.entries = sorted(entries, key=lambda entry: entry.step)
        write_json(self.folder / "index.json", [asdict(entry) for entry in self.entries])
        names = {entry.name for entry in self.entries}
        for item in self.folder.glob("step-*"):
            if item.name not in names:
                shutil.rmtree(item, ignore_errors=True)


def better(metric: str, value: float, than: float) -> bool:
    """Whether `value` of a metric is better: lower for the loss, higher for all else."""
    return value < than if metric == VAL_LOSS else value > than
