"""Whether a deployment sees something else than it was measured on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from deployments import drift
from deployments.models import Deployment, DeploymentMinute
from deployments.services.collection import REFERENCE_ANSWERS, first_answers
from projects.classes import VOID
from training.models import Artifact, Evaluation

BINS = 10
# Of fewer answers every distribution looks shifted.
LEAST_SEEN = 30
MEASURED, UNMEASURED = "validation set", "none"
# Pixels at which no class reached its threshold, of a model without a background.
NO_CLASS = "no class"
MONTH_HOURS = 30 * 24


def drift_of(deployment: Deployment, hours: int) -> dict[str, Any]:
    """Shares of pixels by class and scores of the current version in the last `hours`, beside what they were:
    on the validation images of the artifact, and in the version's first answers.
    """
    artifact = Artifact.objects.select_related("run").get(pk=deployment.artifact_id)
    mine = deployment.minutes.filter(version=deployment.version)
    first = timezone.now() - timedelta(hours=max(1, min(hours, MONTH_HOURS)))
    rows = list(mine.filter(minute__gt=first, seen__gt=0))
    seen = sum(row.seen for row in rows)
    own = artifact.evaluations.filter(snapshot=artifact.run.snapshot_id, split="val").first()
    reference = _validation(own)
    known = {item["index"] for item in artifact.classes} | set(reference)
    indices = sorted(known | {int(index) for row in rows for index in row.labels})
    now = [sum(row.labels.get(str(index), 0.0) for row in rows) / max(seen, 1) for index in indices]
    before = [reference.get(index, 0.0) for index in indices]
    scores = _bins(rows)
    earlier = first_answers(mine)
    usual = _bins(earlier) if sum(row.seen for row in earlier) >= REFERENCE_ANSWERS else []
    enough = seen >= LEAST_SEEN
    classes = drift.stability(before, now) if enough else None
    confidence = drift.stability(usual, scores) if enough and usual else None
    images = own.images if own else 0
    comparable = bool(reference and seen)
    return {
        "reference": {"source": MEASURED if reference else UNMEASURED, "images": images},
        "classes": [
            _class(artifact, index, old, new, comparable)
            for index, old, new in zip(indices, before, now, strict=True)
        ],
        "confidence": {"reference": usual, "now": scores},
        "psi": {"classes": classes, "confidence": confidence},
        "level": drift.level(classes, confidence),
        "seen": seen,
    }


def _validation(own: Evaluation | None) -> dict[int, float]:
    """The share of each label in what the artifact predicted for its validation images; {} unmeasured."""
    if own is None:
        return {}
    counts = own.summary["confusion_matrix"]["counts"]
    predicted = [float(sum(column)) for column in zip(*counts, strict=True)]
    if not sum(predicted):
        return {}
    labels = [item["index"] for item in own.summary["classes"]]
    return dict(zip(labels, drift.shares(predicted), strict=True))


def _class(artifact: Artifact, index: int, before: float, now: float, comparable: bool) -> dict[str, Any]:
    known: dict[str, Any] = next((item for item in artifact.classes if item["index"] == index), {})
    return {
        "class": known.get("id"),
        "name": known.get("name", NO_CLASS if index == VOID else str(index)),
        "color": known.get("color"),
        "reference": before,
        "now": now,
        "change": now - before if comparable else 0.0,
    }


def _bins(rows: list[DeploymentMinute]) -> list[int]:
    """How many scores lie in each of ten bins from 0 to 1."""
    counts = [0] * BINS
    for row in rows:
        for place, count in enumerate(row.confidence[:BINS]):
            counts[place] += count
    return counts
