"""Artifacts as teachers of other runs: they have to know the same labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from annotations.models import Snapshot
from core.errors import Unusable
from core.storage import storage
from projects.models import Project
from training.models import Artifact

# A class's id and name, in the order of a model's labels; the background's are empty and "background".
Labels = Sequence[tuple[str | None, str]]


def labels_of(project: Project) -> Labels:
    """What a run of the project learns now."""
    classes = project.label_classes.filter(ignore=False).order_by("position")
    return _labels(project.unlabelled, [(str(item.pk), item.name) for item in classes])


def labels_in(snapshot: Snapshot) -> Labels:
    """What a run on the snapshot learns."""
    known = sorted((item for item in snapshot.classes if not item["ignore"]), key=lambda item: item["index"])
    return _labels(snapshot.unlabelled, [(item["id"], item["name"]) for item in known])


def _labels(unlabelled: str, classes: list[tuple[str | None, str]]) -> Labels:
    return [(None, "background"), *classes] if unlabelled == "background" else classes


def cannot_teach(artifact_id: str, labels: Labels) -> str | None:
    """Why an artifact cannot teach these labels, None where it can."""
    known = Artifact.objects.filter(pk=artifact_id).values_list("classes", flat=True).first() or []
    return _difference(known, labels)


def _difference(known: Sequence[Mapping[str, Any]], labels: Labels) -> str | None:
    if [item["id"] for item in known] == [identifier for identifier, _ in labels]:
        return None
    theirs, ours = ", ".join(item["name"] for item in known), ", ".join(name for _, name in labels)
    return f"the artifact knows {theirs}, and there is to learn {ours}: choose one with the same classes"


def child_teacher(project: Project, snapshot: Snapshot, spec: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the child loads as teacher, None without distillation. Raises Unusable with what to do."""
    named = spec.get("teacher")
    if not named or not spec["hyperparameters"].get("distillation"):
        return None
    identifier = str(named).removeprefix("artifact:")
    artifact = Artifact.objects.filter(pk=identifier, project=project).first()
    if artifact is None:
        raise Unusable(
            f"The artifact {identifier} that this run learns from was deleted; choose another teacher, "
            "or set distillation to 0."
        )
    reason = _difference(artifact.classes, labels_in(snapshot))
    if reason is not None:
        raise Unusable(f"The teacher {artifact.name} does not fit the snapshot: {reason}.")
    folder = storage.fetch_tree(artifact.bundle_prefix)
    name = f"artifact {artifact.name} of {artifact.run.name}"
    return {"kind": "bundle", "name": name, "path": str(folder)}
