"""A spec that somebody is writing: what is wrong with it, and what is worth knowing."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.db.models import Count

from annotations.services.snapshots import labelled_assets, planned_splits
from annotations.splitting import Shares
from core.errors import BadInput
from projects.models import Project
from training.catalogue import architectures
from training.notes import Data, notes
from training.services.workflows import context_of
from training.specification import resolve
from training.weight_choice import published

# Beyond this many images their splits are estimated: the check runs as one types.
COUNTED_ASSETS = 2000


def check_draft(project: Project, spec: object) -> dict[str, Any]:
    """`{"spec": resolved or None, "errors": [{"field", "message"}], "notes": [sentences], "data": {"classes",
    "train", "val", "test"}}`; never raises for what the spec says."""
    data = data_of(project)
    counts = asdict(data)
    try:
        resolved = resolve(spec, context_of(project))
    except BadInput as error:
        errors = [each._asdict() for each in error.errors]
        return {"spec": None, "errors": errors, "notes": [], "data": counts}
    has_weights = published(architectures()[resolved["architecture"]], resolved["variant"])
    return {"spec": resolved, "errors": [], "notes": notes(resolved, data, has_weights), "data": counts}


def data_of(project: Project) -> Data:
    """What a snapshot made now would hold, splits beyond a few thousand images by their expected shares."""
    classes = project.label_classes.filter(ignore=False).count()
    labelled = labelled_assets(project).order_by()
    counts: dict[str | None, int] = dict(
        labelled.values_list("split").annotate(number=Count("pk")).values_list("split", "number")
    )
    train, val, free = counts.get("train", 0), counts.get("val", 0), counts.get(None, 0)
    if free and sum(counts.values()) <= COUNTED_ASSETS:
        splits = list(planned_splits(project, Shares()).values())
        train, val = splits.count("train"), splits.count("val")
    elif free:
        held = round(Shares().val * free)
        train, val = train + free - held, val + held
    return Data(classes, train, val, counts.get("test", 0))
