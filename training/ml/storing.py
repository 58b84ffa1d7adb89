"""Checkpoints and artifacts of a run on a disk that may be full.

A checkpoint that cannot be written costs nothing but time: the older ones stay, it is said, and the next one
is tried when it is due. An artifact that cannot be written ends the run, for it is what the run is for; once
there is room the run is resumed and writes it.
"""

import time
from collections.abc import Mapping
from dataclasses import asdict, is_dataclass
from functools import partial
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from torch import nn

from training.ml.bundle import save_bundle
from training.ml.checkpoint import newest_step, save_checkpoint
from training.ml.compression import record
from training.ml.failures import Failure
from training.ml.files import require_room
from training.ml.preparation import Job

CHECKPOINT_SECONDS = 20.0
CHECKPOINT_SHARE = 0.02


class Storage:
    """Writes them into the run folder."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.folder = job.folder / "checkpoints"
        self.written = time.monotonic()
        self.cost = 0.0
        # What is shown as the run's message until a checkpoint is written again.
        self.warning = ""

    def due(self) -> bool:
        """Every 20 seconds, or less often where writing takes more than a fiftieth of the time."""
        return time.monotonic() - self.written >= max(CHECKPOINT_SECONDS, self.cost / CHECKPOINT_SHARE)

    def checkpoint(self, step: int, progress: object) -> None:
        """Write the resumable state; where that fails, say so and leave the older ones."""
        began = time.monotonic()
        values = asdict(progress) if is_dataclass(progress) and not isinstance(progress, type) else {}
        try:
            save_checkpoint(self.folder, step, self.job.parts, values)
            self.warning = ""
        except (OSError, SafetensorError) as error:
            kept = newest_step(self.folder)
            held = f"the one after step {kept} is kept" if kept else "there is none yet"
            self.warning = f"The checkpoint after step {step} could not be written; {held}: {error}"
            print(f"{self.warning}. It is tried again when the next one is due.")
        self.written = time.monotonic()
        self.cost = self.written - began

    def artifact(
        self,
        model: nn.Module,
        strategies: tuple[str, ...],
        step: int,
        epoch: float,
        metrics: Mapping[str, float],
    ) -> None:
        """Write the model as a bundle. Raises `Failure` where that is not possible."""
        keeper = self.job.keeper
        save = partial(self._save, model=model, step=step, epoch=epoch, metrics=dict(metrics))
        try:
            keeper.add(strategies, step, epoch, metrics, save)
        except (OSError, SafetensorError) as error:
            kept = newest_step(self.folder)
            onward = f"goes on after step {kept}" if kept else "begins anew"
            raise Failure(
                "The artifact could not be stored",
                f"step {step}: {error}",
                f"Free space in the data folder, then resume the run: it {onward}. What it kept is whole.",
            ) from error

    def _save(self, folder: Path, model: nn.Module, step: int, epoch: float, metrics: dict[str, Any]) -> None:
        job, state = self.job, model.state_dict()
        require_room(folder.parent, sum(value.nbytes for value in state.values()))
        save_bundle(
            folder,
            state=state,
            architecture=job.family.name,
            variant=job.spec["variant"],
            config=job.config,
            labels=job.manifest.labels,
            size=job.store.size,
            task=job.manifest.task,
            reading=job.family.reading,
            unlabelled=job.manifest.unlabelled,
            metrics=metrics,
            lineage={
                **(job.spec.get("lineage") or {}),
                **record(job.given, job.spec),
                "step": step,
                "epoch": round(epoch, 6),
            },
            parameters=sum(p.numel() for p in model.parameters()),
        )
