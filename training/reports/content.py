"""Everything that a report says, as one JSON-ready dict."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
from django.utils import timezone

from training.catalogue import architectures
from training.models import Artifact, Evaluation
from training.scores.definitions import DEFINITIONS
from training.scores.listing import Question, described, listed
from training.services import gates, slicing
from training.services.evaluations import find, scores_of

FORMAT = "tessera-report/1"
BEST, WORST = 3, 9
# Points of a curve: a page is no wider.
POINTS = 200
CURVES = ("train/loss", "val/loss", "val/miou", "val/map", "val/pq")


def content(artifact: Artifact) -> dict[str, Any]:
    """The report of an artifact on its run's own validation images. Raises NotFound while it has no
    evaluation there.
    """
    evaluation = find(artifact)
    scores = scores_of(evaluation)
    run = artifact.run
    sliced = slicing.sliced(evaluation, scores, None)
    measured = gates.evaluations_at(artifact, gates.gates_of(artifact.project_id))
    rows = listed(scores, None, "miou", Question())
    known = rows[~np.isnan(scores.miou[rows])]
    worst = known[:WORST]
    best = [row for row in known[::-1][:BEST] if row not in worst]
    card = artifact.robustness.first()
    return {
        "format": FORMAT,
        "created_at": timezone.now().isoformat(),
        "project": {"id": str(artifact.project_id), "name": artifact.project.name},
        "artifact": _artifact(artifact),
        "data": _data(evaluation),
        "training": {
            "run": run.name,
            "started_at": _time(run.started_at),
            "finished_at": _time(run.finished_at),
            "seconds": _seconds(run.started_at, run.finished_at),
            "device": run.device,
            "steps": run.step,
            "epochs": run.epoch,
            "specification": run.spec,
            "curves": _curves(run),
        },
        "evaluation": evaluation.summary,
        "thresholds": artifact.thresholds,
        "slices": {
            "significant": [
                {"dimension": each["title"], **one}
                for each in sliced["dimensions"]
                for one in each["slices"]
                if one["significant"]
            ],
            "leaks": sliced["leaks"]["groups"],
        },
        "gates": [
            gates.verdict(gate, measured.get((gate.snapshot_id, gate.split)))
            for gate in gates.gates_of(artifact.project_id)
        ],
        "robustness": card.card if card else None,
        "images": {
            "worst": described(scores, worst, Question()),
            "best": described(scores, np.array(best, np.intp), Question()),
        },
        "lineage": artifact.lineage,
        "definitions": DEFINITIONS,
    }


def _artifact(artifact: Artifact) -> dict[str, Any]:
    entry = architectures().get(artifact.architecture, {})
    variants = {each["name"]: each for each in entry.get("variants", [])}
    names = ("name", "architecture", "variant", "input_size", "step", "epoch", "size", "role", "note")
    return {
        "id": str(artifact.pk),
        **{name: getattr(artifact, name) for name in names},
        "title": entry.get("title") or artifact.architecture,
        "parameters": variants.get(artifact.variant, {}).get("parameters"),
        "created_at": _time(artifact.created_at),
        "classes": artifact.classes,
    }


def _data(evaluation: Evaluation) -> dict[str, Any]:
    snapshot = evaluation.snapshot
    return {
        "snapshot": str(snapshot.pk),
        "digest": snapshot.digest,
        "created_at": _time(snapshot.created_at),
        "task": snapshot.task,
        "unlabelled": snapshot.unlabelled,
        "counts": snapshot.counts,
        "classes": snapshot.classes,
        "measured_on": evaluation.split,
        "images": evaluation.images,
    }


def _curves(run: Any) -> dict[str, list[list[float]]]:
    found: dict[str, list[list[float]]] = {name: [] for name in CURVES}
    for step, values in run.metrics.order_by("step").values_list("step", "values").iterator():
        for name in CURVES:
            if name in values:
                found[name].append([step, values[name]])
    return {name: thinned(points) for name, points in found.items() if len(points) > 1}


def thinned(points: list[list[float]]) -> list[list[float]]:
    """At most 200 of the points, the last among them."""
    step = -(-len(points) // POINTS)
    return points[::-1][::step][::-1]


def _time(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _seconds(start: datetime | None, end: datetime | None) -> float | None:
    return (end - start).total_seconds() if start and end else None
