"""How a run learnt an image: what its kept checkpoints and its samples predicted, step by step."""

from __future__ import annotations

import uuid
from collections import Counter
from contextlib import suppress
from typing import Any

from core.errors import NotFound
from training.models import Artifact, Run
from training.scores.store import Scores
from training.scores.summary import optional
from training.services.evaluations import scores_of

# One step is no way.
FEWEST = 2


def steps_of(run: Run, asset_id: uuid.UUID) -> list[dict[str, Any]]:
    """`{"step", "epoch", "miou", "artifact", "overlay_url"}` by step; a kept checkpoint goes before
    the sample of the same step.
    """
    asset = str(asset_id)
    found: dict[int, dict[str, Any]] = {}
    for entry in run.samples:
        for sample in entry["samples"]:
            if sample["asset"] == asset:
                found[entry["step"]] = {
                    "step": entry["step"],
                    "epoch": entry["epoch"],
                    "miou": sample["miou"],
                    "artifact": None,
                    "overlay_url": f"/api/v1/runs/{run.pk}/samples/{entry['step']}/{asset}/overlay.png",
                }
    for artifact, scores in _measured(run):
        place = scores.places.get(asset)
        if place is not None:
            found[artifact.step] = {
                "step": artifact.step,
                "epoch": artifact.epoch,
                "miou": optional(scores.miou[place]),
                "artifact": str(artifact.pk),
                "overlay_url": f"/api/v1/artifacts/{artifact.pk}/predictions/{asset}/overlay.png",
            }
    return [found[step] for step in sorted(found)]


def images_of(run: Run) -> list[dict[str, Any]]:
    """`{"asset", "name", "steps"}` of the images that can be followed over at least two steps."""
    names: dict[str, str] = {}
    seen: set[tuple[str, int]] = set()
    for entry in run.samples:
        for sample in entry["samples"]:
            names[sample["asset"]] = sample["name"]
            seen.add((sample["asset"], entry["step"]))
    for artifact, scores in _measured(run):
        names.update(zip(scores.assets, scores.names, strict=True))
        seen.update((asset, artifact.step) for asset in scores.assets)
    steps = Counter(asset for asset, _ in seen)
    return [
        {"asset": asset, "name": names[asset], "steps": count}
        for asset, count in sorted(steps.items(), key=lambda item: (-item[1], names[item[0]]))
        if count >= FEWEST
    ]


def _measured(run: Run) -> list[tuple[Artifact, Scores]]:
    """The run's kept checkpoints with their counts on its own validation images."""
    rows = run.artifacts.prefetch_related("evaluations")
    own = [
        (artifact, evaluation)
        for artifact in rows
        for evaluation in artifact.evaluations.all()
        if evaluation.snapshot_id == run.snapshot_id and evaluation.split == "val"
    ]
    found = []
    for artifact, evaluation in own:
        # One whose counts are gone hides no other step.
        with suppress(NotFound):
            found.append((artifact, scores_of(evaluation)))
    return found
