"""Assets going to another project of their workspace, with all that is drawn on them.

Classes go by their names: the other project gets those that it has not. What of an asset is kept above this
floor is carried by who keeps it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence

from accounts.principals import Principal
from accounts.selectors import require
from core.errors import BadInput, FieldError
from projects.models import Asset, LabelClass, Project
from projects.services.assets import free_name
from projects.services.classes import create_class

# Called with some assets and, by the id of every class of theirs, the id of the class it becomes.
Carrier = Callable[[Sequence[Asset], Mapping[str, str]], None]
_carriers: list[Carrier] = []


def carrier(function: Carrier) -> Carrier:
    """Register what goes along with assets that move, in the transaction that moves them."""
    _carriers.append(function)
    return function


def target_of(principal: Principal, project: Project, target_id: uuid.UUID) -> Project:
    """The project to move to; raises BadInput naming `move_to`, Forbidden."""
    target = Project.objects.filter(pk=target_id, workspace_id=project.workspace_id).first()
    if target is None or target.pk == project.pk:
        message = "must be another project of the workspace"
        raise BadInput(f"move_to {message}.", [FieldError("move_to", message)])
    require(principal, target.workspace_id, "manage")
    return target


def class_names(principal: Principal, project: Project, target: Project) -> tuple[dict[str, str], list[str]]:
    """Which class of the target each class of the project becomes, by id, and the names of those made for it.

    Only classes that occur are made.
    """
    there = {label.name: str(label.pk) for label in target.label_classes.all()}
    classes, made = {}, []
    for label in project.label_classes.order_by("position"):
        if label.name not in there:
            if not _occurs(label):
                continue
            fields = {name: getattr(label, name) for name in ("name", "color", "description")}
            fields |= {"ignore": label.ignore, "stuff": label.stuff}
            there[label.name] = str(create_class(principal, target, **fields).pk)
            made.append(label.name)
        classes[str(label.pk)] = there[label.name]
    return classes, made


def _occurs(label: LabelClass) -> bool:
    return any(
        relation.related_model._default_manager.filter(**{relation.field.name: label}).exists()
        for relation in LabelClass._meta.related_objects
    )


def why_not(asset: Asset, target: Project) -> str:
    """What keeps an asset from going there; empty where nothing does."""
    if asset.media == Asset.Media.VIDEO and target.media == Project.Media.IMAGE:
        return f"{asset.name} is a video, and {target.name} takes images."
    if asset.status == Asset.Status.PROCESSING:
        return f"{asset.name} is being read: move it when that is done."
    twin = Asset.objects.filter(project=target, sha256=asset.sha256).exclude(sha256="").first()
    return f"{asset.name} is in {target.name} already, as {twin.name}." if twin else ""


def move(assets: Sequence[Asset], target: Project, classes: Mapping[str, str]) -> None:
    """Put the assets, locked, into the project; a name that is taken there gets a number."""
    for asset in assets:
        asset.name = free_name(target, asset.name)
        asset.project = target
        asset.class_ids = sorted({classes.get(key, key) for key in asset.class_ids})
        asset.save(update_fields=["project", "name", "class_ids", "updated_at"])
    for carry in _carriers:
        carry(assets, classes)
