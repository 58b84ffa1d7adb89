"""The project's artifacts as a table: what they reach on one snapshot, what gates say, where they serve."""

from __future__ import annotations

import uuid
from collections import defaultdict
from typing import Any

from django.db.models import Count, Max

from annotations.models import Snapshot
from core.errors import BadInput, FieldError
from deployments.models import Deployment, Export
from projects.models import Project
from training.catalogue import architectures
from training.models import Artifact, Evaluation, Gate
from training.services.gates import gates_of, verdict

# What of a summary is long, and stands on the artifact's own page.
LONG = ("classes", "confusion_matrix", "calibration", "intervals", "per_class_iou")


def registry(project: Project, snapshot_id: uuid.UUID | None, split: str) -> dict[str, Any]:
    """Every artifact on one snapshot's split; without one named on what most of them were measured on. Raises
    BadInput where the project has no such snapshot.
    """
    snapshot = _snapshot(project, snapshot_id, split)
    artifacts = list(Artifact.objects.filter(project=project).select_related("run").defer("run__samples"))
    gates = gates_of(project.pk)
    measured = _measured(artifacts, snapshot, split, gates)
    serving, fastest = _serving(project), _fastest(project)
    return {
        "snapshot": None if snapshot is None else {"id": str(snapshot.pk), "name": snapshot.digest},
        "split": split,
        "results": [
            {
                "artifact": _described(artifact),
                "run": {"id": str(artifact.run_id), "name": artifact.run.name},
                **_numbers(measured.get((artifact.pk, snapshot.pk if snapshot else None, split))),
                "latency_ms": fastest.get(artifact.pk),
                "deployments": serving[artifact.pk],
                "gates": [
                    verdict(gate, measured.get((artifact.pk, gate.snapshot_id, gate.split))) for gate in gates
                ],
            }
            for artifact in artifacts
        ],
    }


def _snapshot(project: Project, snapshot_id: uuid.UUID | None, split: str) -> Snapshot | None:
    if snapshot_id is not None:
        found = Snapshot.objects.filter(pk=snapshot_id, project=project).first()
        if found is None:
            message = "the project has no snapshot of this id"
            raise BadInput(f"snapshot: {message}.", [FieldError("snapshot", message)])
        return found
    rows = Evaluation.objects.filter(artifact__project=project, split=split).values("snapshot")
    most = rows.annotate(count=Count("pk"), last=Max("created_at")).order_by("-count", "-last").first()
    return Snapshot.objects.get(pk=most["snapshot"]) if most else None


def _measured(
    artifacts: list[Artifact], snapshot: Snapshot | None, split: str, gates: list[Gate]
) -> dict[tuple[Any, Any, str], Evaluation]:
    places = {(gate.snapshot_id, gate.split) for gate in gates}
    places |= {(snapshot.pk, split)} if snapshot else set()
    rows = Evaluation.objects.filter(artifact__in=artifacts, snapshot__in={place[0] for place in places})
    return {
        (row.artifact_id, row.snapshot_id, row.split): row
        for row in rows.iterator()
        if (row.snapshot_id, row.split) in places
    }


def _numbers(evaluation: Evaluation | None) -> dict[str, Any]:
    if evaluation is None:
        return {"evaluated": False, "metrics": None, "intervals": None}
    summary = evaluation.summary
    metrics = {name: value for name, value in summary.items() if name not in LONG}
    metrics["ece"] = (summary.get("calibration") or {}).get("ece")
    intervals = {
        name: pair for name, pair in (summary.get("intervals") or {}).items() if isinstance(pair, list)
    }
    return {"evaluated": True, "metrics": metrics, "intervals": intervals or None}


def _described(artifact: Artifact) -> dict[str, Any]:
    names = ("name", "role", "note", "step", "created_at", "architecture", "variant", "input_size", "size")
    entry = architectures().get(artifact.architecture, {})
    variants = {each["name"]: each for each in entry.get("variants", [])}
    return {
        "id": str(artifact.pk),
        **{name: getattr(artifact, name) for name in names},
        "parameters": variants.get(artifact.variant, {}).get("parameters"),
    }


def _serving(project: Project) -> dict[uuid.UUID, list[dict[str, str]]]:
    found: dict[uuid.UUID, list[dict[str, str]]] = defaultdict(list)
    for deployment in Deployment.objects.filter(project=project).order_by("name"):
        found[deployment.artifact_id].append({"id": str(deployment.pk), "name": deployment.name})
    return found


def _fastest(project: Project) -> dict[uuid.UUID, float]:
    """The median of one image, in milliseconds, of the fastest export that keeps every channel."""
    found: dict[uuid.UUID, float] = {}
    rows = Export.objects.filter(artifact__project=project, pruning=0).values_list("artifact", "report")
    for artifact, report in rows.iterator():
        milliseconds = (report.get("latency") or {}).get("milliseconds")
        if isinstance(milliseconds, int | float):
            found[artifact] = min(float(milliseconds), found.get(artifact, float(milliseconds)))
    return found
