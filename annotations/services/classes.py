"""Removing a class: what is labelled with it is moved or deleted on purpose, never by the way."""

from __future__ import annotations

from django.db import transaction

from accounts.principals import Principal
from accounts.services import audit
from annotations.models import Annotation
from annotations.selectors import annotations_of, as_dict
from annotations.services.answers import reclassify
from annotations.services.proposing import tell
from annotations.services.store import record, refresh_counters
from core.errors import BadInput, Conflict, FieldError
from core.events import emit
from projects.models import Asset, LabelClass, Project

DELETE = "delete"


@transaction.atomic
def delete_class(principal: Principal, label_class: LabelClass, shapes: str | None = None) -> None:
    """Remove a class. `shapes` says what becomes of its annotations: "delete", or the id of the class they
    get instead; each asset gets a revision that can be gone back to.

    Raises Conflict when it has annotations and nothing is said, BadInput naming `annotations`.
    """
    project = Project.objects.select_for_update().get(pk=label_class.project_id)
    other = _other(project, label_class, shapes)
    if shapes is None and label_class.annotations.filter(asset__deleted_at=None).exists():
        raise Conflict(
            f"{label_class.name!r} has annotations: say with ?annotations=delete or "
            "?annotations=<class id> what becomes of them."
        )
    proposed = sorted(set(label_class.proposals.values_list("asset_id", flat=True)))
    if other is not None:
        label_class.proposals.update(label_class=other)
        reclassify(label_class, other)
    # Those in the trash, too: they may come back.
    touched = Asset.everything.filter(annotations__label_class=label_class).distinct().order_by("pk")
    for asset in list(touched.select_related("project")):
        _let_go(principal, asset, label_class, other)
    detail = {"name": label_class.name, "annotations": shapes}
    audit(principal, "class.delete", "class", label_class.pk, project.workspace_id, detail)
    label_class.delete()
    for start in range(0, len(proposed), 500):
        some = Asset.everything.select_for_update().filter(pk__in=proposed[start : start + 500])
        for asset in some.order_by("pk"):
            tell(asset, "dropped", [])
    emit(f"project:{project.pk}", "classes", {"project": str(project.pk)})


def _other(project: Project, label_class: LabelClass, shapes: str | None) -> LabelClass | None:
    """The class that takes the shapes over, None where they are deleted."""
    if shapes in (None, DELETE):
        return None
    for each in project.label_classes.exclude(pk=label_class.pk):
        if str(each.pk) == shapes:
            return each
    message = f"must be {DELETE!r} or the id of another class of the project"
    raise BadInput(f"annotations {message}", [FieldError("annotations", message)])


def _let_go(principal: Principal, asset: Asset, label_class: LabelClass, other: LabelClass | None) -> None:
    rows = Asset.everything.select_for_update(of=("self",)).select_related("project")
    locked = rows.get(pk=asset.pk)
    locked.revision += 1
    shapes = list(annotations_of(locked).filter(label_class=label_class))
    before = [as_dict(shape) for shape in shapes]
    chosen = Annotation.objects.filter(pk__in=[shape.pk for shape in shapes])
    if other is None:
        chosen.delete()
        refresh_counters(locked, principal.user)
        record(locked, principal.user, deleted=shapes)
        return
    chosen.update(label_class=other, revision=locked.revision)
    for shape in shapes:
        shape.label_class, shape.revision = other, locked.revision
    refresh_counters(locked, principal.user)
    record(locked, principal.user, updated=list(zip(before, shapes, strict=True)))
