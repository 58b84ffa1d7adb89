"""Making, changing, ordering and removing label classes."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Max

from accounts.principals import Principal
from accounts.services import audit
from core.errors import BadInput, Conflict, FieldError
from core.events import emit
from projects.classes import MAX_CLASSES
from projects.models import LabelClass, Project
from projects.palette import free_color


@transaction.atomic
def create_class(principal: Principal, project: Project, **fields: Any) -> LabelClass:
    """A new class at the end of the order; without a colour it gets the next of the palette.

    Raises Conflict for a taken name and BadInput when the project has all the classes a mask can hold.
    """
    # The lock gives each class its own position when two people add one at the same moment.
    Project.objects.select_for_update().get(pk=project.pk)
    _check_name(project, fields["name"])
    if project.label_classes.count() >= MAX_CLASSES:
        raise BadInput(f"A project can have at most {MAX_CLASSES} classes: its masks have one byte a pixel.")
    last = project.label_classes.aggregate(last=Max("position"))["last"]
    position = 0 if last is None else last + 1
    taken = {color.lower() for color in project.label_classes.values_list("color", flat=True)}
    fields["color"] = fields.get("color") or free_color(taken)
    label_class = LabelClass.objects.create(project=project, position=position, **fields)
    audit(principal, "class.create", "class", label_class.pk, project.workspace_id, {"name": fields["name"]})
    emit(f"project:{project.pk}", "classes", {"project": str(project.pk)})
    return label_class


@transaction.atomic
def update_class(principal: Principal, label_class: LabelClass, **fields: Any) -> LabelClass:
    """Change a class; a new `position` moves it and closes the gap behind it."""
    project = Project.objects.select_for_update().get(pk=label_class.project_id)
    if "name" in fields and fields["name"] != label_class.name:
        _check_name(project, fields["name"])
    position = fields.pop("position", None)
    for field, value in fields.items():
        setattr(label_class, field, value)
    label_class.save(update_fields=[*fields, "updated_at"])
    if position is not None:
        _move(project, label_class, position)
        label_class.refresh_from_db()
    audit(principal, "class.update", "class", label_class.pk, project.workspace_id, fields)
    emit(f"project:{project.pk}", "classes", {"project": str(project.pk)})
    return label_class


def _check_name(project: Project, name: str) -> None:
    if project.label_classes.filter(name=name).exists():
        message = f"There is a class named {name!r} already."
        raise Conflict(message, [FieldError("name", message)])


def _move(project: Project, label_class: LabelClass, position: int) -> None:
    others = list(project.label_classes.exclude(pk=label_class.pk).order_by("position", "created_at"))
    others.insert(min(position, len(others)), label_class)
    for index, each in enumerate(others):
        if each.position != index:
            LabelClass.objects.filter(pk=each.pk).update(position=index)
