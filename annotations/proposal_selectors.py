"""Proposals of models as the API shows them."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Max, QuerySet

from annotations.models import Proposal
from core.errors import BadInput, FieldError
from projects.models import Asset, Project
from projects.people import person

State = Proposal.State
ALL = "all"
STATES = (*State.values, ALL)


def proposals_of(asset: Asset, state: str = State.PENDING) -> QuerySet[Proposal]:
    """The asset's proposals by falling score; raises BadInput for an unknown state."""
    if state not in STATES:
        message = f"must be one of {', '.join(STATES)}"
        raise BadInput(f"state {message}.", [FieldError("state", message)])
    rows = Proposal.objects.filter(asset=asset).select_related("decided_by").order_by("-score", "id")
    return rows if state == ALL else rows.filter(state=state)


def proposal_as_dict(proposal: Proposal) -> dict[str, Any]:
    """A proposal with exactly one of `polygons`, `mask`, `bbox`."""
    return {
        "id": str(proposal.pk),
        "asset": str(proposal.asset_id),
        "class": str(proposal.label_class_id),
        proposal.kind: proposal.geometry,
        "box": proposal.bbox,
        "area": proposal.area,
        "score": proposal.score,
        "state": proposal.state,
        "model": {
            "deployment": str(proposal.deployment),
            "name": proposal.deployment_name,
            "version": proposal.version,
            "artifact": str(proposal.artifact),
        },
        "replaces": str(proposal.replaces) if proposal.replaces else None,
        "removes": proposal.removes,
        "annotation": str(proposal.annotation) if proposal.annotation else None,
        "created_at": proposal.created_at.isoformat(),
        "decided_at": proposal.decided_at.isoformat() if proposal.decided_at else None,
        "decided_by": person(proposal.decided_by),
    }


def summary_of(project: Project) -> dict[str, Any]:
    """How many proposals of a project are in each state, of each model, and on how many images some are
    pending; the model that spoke last comes first.
    """
    rows = Proposal.objects.filter(asset__project=project, asset__deleted_at=None)
    by_model = rows.values("deployment", "version", "artifact", "state").order_by()
    models: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in by_model.annotate(
        count=Count("pk"), name=Max("deployment_name"), last=Max("created_at")
    ).order_by("-last"):
        key = row["deployment"], row["version"], row["artifact"]
        found = models.setdefault(
            key,
            {
                "deployment": str(row["deployment"]),
                "name": row["name"],
                "version": row["version"],
                "artifact": str(row["artifact"]),
                **dict.fromkeys(State.values, 0),
            },
        )
        found[row["state"]] = row["count"]
    totals = {state: sum(model[state] for model in models.values()) for state in State.values}
    waiting = Asset.objects.filter(project=project, proposal_count__gt=0).count()
    return {**totals, "assets": waiting, "models": list(models.values())}
