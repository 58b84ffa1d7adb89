"""A pruned copy of an artifact's model: narrowed, then trained on for a while from the unpruned one."""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from core.errors import Unusable
from training.catalogue import architectures
from training.models import Artifact
from training.records import kept_of
from training.services import devices
from training.services.children import Progress
from training.services.execution import child_environment
from training.services.preparation import fill
from training.supervision import Ending, News, Verdict, supervise

# What a pruned model forgot comes back within a fraction of its training, at a lower rate.
SHARE_OF_STEPS = 0.25
FEWEST_STEPS, MOST_STEPS = 20, 2000
RATE = 0.5
# Half of what a pruned copy learns comes from the labels, half from the model that it was.
FROM_TEACHER = 0.5
POLL_SECONDS = 1.0


def fine_tune_steps(artifact: Artifact, asked: int | None) -> int:
    """How long a pruned copy trains: as asked for, or a quarter of the artifact's own training."""
    if asked:
        return asked
    steps = int(artifact.run.spec["hyperparameters"].get("steps") or artifact.step or FEWEST_STEPS)
    return max(FEWEST_STEPS, min(MOST_STEPS, round(SHARE_OF_STEPS * steps)))


def thinned(artifact: Artifact, asked: dict[str, Any], folder: Path, progress: Progress) -> Path:
    """The folder of the pruned bundle. A folder in which this was begun goes on where it was.

    Raises Unusable with what the training process gave as its reason.
    """
    steps = fine_tune_steps(artifact, asked["fine_tune_steps"])
    fill(
        folder,
        artifact.project,
        artifact.run.snapshot,
        _spec(artifact, asked, steps),
        {"device": "auto", "gpus": 1, "precision": "auto"},
        {
            "run_id": str(artifact.run_id),
            "checkpoints": {"strategies": ["best_metric"], "every": None, "keep": 1},
            "limits": {},
            "lineage": {**artifact.lineage, "pruned_from": str(artifact.pk), "pruning": asked["pruning"]},
        },
    )

    def report(news: News) -> Verdict:
        state = news.state or {}
        progress((state.get("step") or 0) / steps, f"training on: step {state.get('step') or 0} of {steps}")
        return Verdict.GO_ON

    while True:
        with devices.held() as free:
            if free:
                child = [sys.executable, "-m", "training.ml.train", str(folder)]
                outcome = supervise(folder, child, report, env=child_environment())
                break
        progress(0.0, "waiting for the device")
        time.sleep(POLL_SECONDS)
    if outcome.ending is not Ending.SUCCEEDED:
        error = outcome.error or {}
        raise Unusable(
            f"The pruned model could not be trained: {error.get('title', outcome.ending.value)}. "
            f"{error.get('detail', '')} {error.get('hint', '')}".strip()
        )
    return _best(folder)


def _spec(artifact: Artifact, asked: dict[str, Any], steps: int) -> dict[str, Any]:
    spec = artifact.run.spec
    given = spec["hyperparameters"]
    family = architectures()[artifact.architecture]
    fields = {field["name"] for field in family["hyperparameters"]}
    taught = "distillation" in fields and artifact.project.task in family["distillation"]["tasks"]
    changes = {
        "steps": steps,
        "epochs": None,
        "learning_rate": given["learning_rate"] * RATE,
        "warmup_steps": min(given.get("warmup_steps") or 0, steps // 10),
        # Every part of it has lost some of its units: all should learn, and none more slowly than the others.
        "backbone_lr_multiplier": 1.0,
        "freeze_backbone": False,
        "classifier_only": False,
        "pruning": asked["pruning"],
        "pruning_method": asked["pruning_method"],
        "distillation": FROM_TEACHER if taught else 0.0,
    }
    known = {name: value for name, value in changes.items() if name in fields}
    return {
        **spec,
        "weights": f"artifact:{artifact.pk}",
        "teacher": f"artifact:{artifact.pk}" if taught else None,
        "hyperparameters": {**given, **known},
        "evaluation": {**spec["evaluation"], "every": max(1, steps // 4)},
        "early_stopping": None,
    }


def _best(folder: Path) -> Path:
    index = json.loads((folder / "artifacts" / "index.json").read_bytes())
    kept = [entry for entry in map(kept_of, index) if entry]
    if not kept:
        raise Unusable("The pruned model was trained, and nothing of it was kept.")
    return folder / "artifacts" / kept[-1].name
