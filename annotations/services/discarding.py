"""Forgetting what a model proposed all over a project: the wrong one was asked, or too low a threshold."""

from __future__ import annotations

import uuid

from django.db import transaction

from accounts.principals import Principal
from accounts.services import audit
from annotations.models import Proposal
from annotations.services.proposing import tell
from projects.models import Asset, Project

AT_ONCE = 200


def discard(principal: Principal, project: Project, deployment: uuid.UUID | None = None) -> dict[str, int]:
    """Delete the pending proposals of the project, or those of one deployment; decided ones stay. Returns
    `{"discarded", "assets"}`.

    Some images at a time are a transaction: who annotates meanwhile waits for none of the others.
    """
    rows = Proposal.objects.filter(
        asset__project=project, asset__deleted_at=None, state=Proposal.State.PENDING
    )
    if deployment is not None:
        rows = rows.filter(deployment=deployment)
    keys = sorted(set(rows.values_list("asset_id", flat=True)))
    discarded = 0
    for start in range(0, len(keys), AT_ONCE):
        some = keys[start : start + AT_ONCE]
        with transaction.atomic():
            assets = list(Asset.objects.select_for_update().filter(pk__in=some).order_by("pk"))
            _, deleted = rows.filter(asset_id__in=some).delete()
            discarded += sum(deleted.values())
            for asset in assets:
                tell(asset, "dropped", [])
    detail = {"discarded": discarded, "deployment": str(deployment) if deployment else None}
    audit(principal, "proposals.discard", "project", project.pk, project.workspace_id, detail)
    return {"discarded": discarded, "assets": len(keys)}
