"""Gates: what artifacts must reach on a snapshot before they are deployed."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction

from accounts.principals import Principal
from accounts.services import audit
from annotations.models import Snapshot
from core.errors import BadInput, Conflict, FieldError, Unusable
from projects.models import Project
from training.models import Artifact, Evaluation, Gate
from training.services import evaluations

METRICS = (
    "miou",
    "f1",
    "precision",
    "recall",
    "pixel_accuracy",
    "frequency_weighted_iou",
    "boundary_f1",
    "map",
    "map50",
    "map75",
    "pq",
)
# What a class has, and the name of it there.
OF_CLASS = {
    "miou": "iou",
    "f1": "f1",
    "precision": "precision",
    "recall": "recall",
    "boundary_f1": "boundary_f1",
}


def create_gate(principal: Principal, project: Project, given: dict[str, Any]) -> Gate:
    """A gate of the project; its champion and challengers are measured there. Raises BadInput naming the
    field, Conflict where the name is taken.
    """
    gate = Gate(project=project, created_by=principal.user, **_checked(project, given))
    return _saved(principal, gate, "create")


def change_gate(principal: Principal, gate: Gate, given: dict[str, Any]) -> Gate:
    """Change what is given of a gate; raises as `create_gate`."""
    now = {
        "name": gate.name,
        "snapshot": gate.snapshot_id,
        "split": gate.split,
        "metric": gate.metric,
        "class": gate.label_class,
        "minimum": gate.minimum,
    }
    for name, value in _checked(gate.project, {**now, **given}).items():
        setattr(gate, name, value)
    return _saved(principal, gate, "change")


@transaction.atomic
def delete_gate(principal: Principal, gate: Gate) -> None:
    audit(principal, "gate.delete", "gate", gate.pk, gate.project.workspace_id, {"name": gate.name})
    gate.delete()


def gates_of(project_id: Any) -> list[Gate]:
    """The project's gates, oldest first."""
    return list(Gate.objects.filter(project_id=project_id).select_related("snapshot", "project"))


def verdict(gate: Gate, evaluation: Evaluation | None) -> dict[str, Any]:
    """`{"id", "name", "passed", "value", "minimum"}`; `passed` is None where there is no evaluation, or it
    has no such value.
    """
    value = None if evaluation is None else value_of(gate, evaluation.summary)
    return {
        "id": str(gate.pk),
        "name": gate.name,
        "passed": None if value is None else value >= gate.minimum,
        "value": value,
        "minimum": gate.minimum,
    }


def value_of(gate: Gate, summary: dict[str, Any]) -> float | None:
    """What an evaluation says of a gate's metric."""
    if gate.label_class is None:
        value = summary.get(gate.metric)
    else:
        mine = [one for one in summary.get("classes", []) if one.get("id") == str(gate.label_class)]
        value = mine[0].get(OF_CLASS[gate.metric]) if mine else None
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None


def refusals(artifact: Artifact) -> list[FieldError]:
    """What each gate has against the artifact, in words; empty where it passes all of them."""
    gates = gates_of(artifact.project_id)
    measured = evaluations_at(artifact, gates)
    return [
        FieldError(f"gates.{gate.pk}", words)
        for gate in gates
        if (words := _against(gate, measured.get((gate.snapshot_id, gate.split))))
    ]


def evaluations_at(artifact: Artifact, gates: Iterable[Gate]) -> dict[tuple[Any, str], Evaluation]:
    """The artifact's evaluations where gates look, by snapshot and split."""
    found = artifact.evaluations.filter(snapshot__in={gate.snapshot_id for gate in gates})
    return {(one.snapshot_id, one.split): one for one in found}


def _against(gate: Gate, evaluation: Evaluation | None) -> str:
    where = f"the split {gate.split} of the snapshot {gate.snapshot.digest[:12]}"
    wanted = f"{gate.name}: {_metric(gate)} of at least {gate.minimum:.4g} on {where} is required"
    if evaluation is None:
        return f"{wanted}, and the artifact is not evaluated there: evaluate it first."
    value = value_of(gate, evaluation.summary)
    if value is None:
        return f"{wanted}, and its evaluation there has no such value."
    return "" if value >= gate.minimum else f"{wanted}, and it reaches {value:.4g}."


def _metric(gate: Gate) -> str:
    if gate.label_class is None:
        return gate.metric
    named = {entry["id"]: entry["name"] for entry in gate.snapshot.classes}
    return f"{OF_CLASS[gate.metric]} of {named.get(str(gate.label_class), 'a class')}"


def _checked(project: Project, given: dict[str, Any]) -> dict[str, Any]:
    """The columns of a gate; raises BadInput naming the field."""
    name = str(given["name"]).strip()
    if not name or not name.isprintable():
        raise _wrong("name", "must be one line of printable characters")
    snapshot = Snapshot.objects.filter(pk=given["snapshot"], project=project).first()
    if snapshot is None:
        raise _wrong("snapshot", "the project has no snapshot of this id")
    if not snapshot.counts.get(given["split"]):
        raise _wrong("split", f"the snapshot has no images in {given['split']}")
    metric, label = given["metric"], given.get("class")
    known = METRICS if label is None else tuple(OF_CLASS)
    if metric not in known:
        raise _wrong("metric", f"choose one of {', '.join(known)}")
    if label is not None and str(label) not in {entry["id"] for entry in snapshot.classes}:
        raise _wrong("class", "the snapshot has no class of this id")
    if not 0 <= given["minimum"] <= 1:
        raise _wrong("minimum", "must be from 0 to 1")
    return {
        "name": name,
        "snapshot": snapshot,
        "split": given["split"],
        "metric": metric,
        "label_class": label,
        "minimum": given["minimum"],
    }


def _saved(principal: Principal, gate: Gate, deed: str) -> Gate:
    try:
        with transaction.atomic():
            gate.save()
            detail = {"name": gate.name, "metric": gate.metric, "minimum": gate.minimum}
            audit(principal, f"gate.{deed}", "gate", gate.pk, gate.project.workspace_id, detail)
            for artifact in Artifact.objects.filter(project=gate.project, role__isnull=False):
                measure(artifact, gate.snapshot, gate.split)
    except IntegrityError as error:
        raise Conflict(f"The project has a gate named {gate.name!r} already.") from error
    return gate


def measure(artifact: Artifact, snapshot: Snapshot, split: str) -> None:
    """Queue the artifact's evaluation there, where it lacks one and can have one."""
    if artifact.evaluations.filter(snapshot=snapshot, split=split).exists():
        return
    try:
        evaluations.fits(artifact, snapshot, split)
    except Unusable:
        return
    evaluations.queue(artifact, snapshot, split)


def measure_kept(run_id: Any) -> None:
    """Queue what gates and the champion are measured on for every checkpoint that a run kept. Doing it again
    queues nothing twice.
    """
    kept = list(Artifact.objects.filter(run=run_id).select_related("project"))
    if not kept:
        return
    project = kept[0].project
    places = {(gate.snapshot_id, gate.split): gate.snapshot for gate in gates_of(project.pk)}
    champions = Evaluation.objects.filter(artifact__project=project, artifact__role=Artifact.Role.CHAMPION)
    places |= {(one.snapshot_id, one.split): one.snapshot for one in champions.select_related("snapshot")}
    for artifact in kept:
        for (_, split), snapshot in places.items():
            measure(artifact, snapshot, split)


def _wrong(field: str, message: str) -> BadInput:
    return BadInput(f"{field}: {message}.", [FieldError(field, message)])
