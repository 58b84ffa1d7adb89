"""What runs start from stays while somebody needs it: a worker that takes a run up again reads it anew."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

from django.db.models import Q

from training.models import ACTIVE, Run, Sweep


def user_of(project_id: uuid.UUID, weights: Sequence[str]) -> str | None:
    """Who of a project starts from one of `weights`, as specs name them, or learns from it, and has not
    ended: as a sentence's subject, or None."""
    if not weights:
        return None
    active = Run.objects.filter(project_id=project_id, status__in=ACTIVE)
    run = active.filter(_needs("spec", weights)).only("name").first()
    if run is not None:
        return f"The run {run.name}"
    sweep = Sweep.objects.filter(
        _needs("workflow_version__spec", weights) | _needs("runs__spec", weights),
        project_id=project_id,
        status=Sweep.Status.RUNNING,
    ).first()
    return None if sweep is None else f"The sweep {sweep.name}"


def _needs(spec: str, weights: Sequence[str]) -> Q:
    return Q(**{f"{spec}__weights__in": weights}) | Q(**{f"{spec}__teacher__in": weights})


def artifacts_spoken(ids: Iterable[uuid.UUID]) -> list[str]:
    """How specs name artifacts."""
    return [f"artifact:{artifact_id}" for artifact_id in ids]
