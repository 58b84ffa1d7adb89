"""What whoever watches a project hears of its assets."""

from __future__ import annotations

from core.events import emit
from projects.models import Asset
from projects.people import person


def announce(asset: Asset) -> None:
    """Tell whoever watches the project that an asset changed. Call it last in the transaction."""
    changed = {
        "id": str(asset.pk),
        "name": asset.name,
        "status": asset.status,
        "revision": asset.revision,
        "annotation_count": asset.annotation_count,
        "review": asset.review,
        "split": asset.split,
        "assignee": person(asset.assignee),
        "reviewer": person(asset.reviewer),
        "open_comments": asset.open_comments,
        "uncertainty": asset.uncertainty,
        "margin": asset.margin,
        "proposal_count": asset.proposal_count,
    }
    emit(f"project:{asset.project_id}", "asset", {"asset": changed})
