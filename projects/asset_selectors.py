"""Assets as the caller may see them."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet

from accounts.principals import Principal
from accounts.selectors import require, workspace_ids_with
from core.errors import NotFound
from projects.models import Asset


def assets_for(principal: Principal, action: str = "read") -> QuerySet[Asset]:
    """The assets of the workspaces in which the caller may do `action`."""
    return Asset.objects.filter(project__workspace_id__in=workspace_ids_with(principal, action))


def get_asset(principal: Principal, asset_id: uuid.UUID, action: str = "read") -> Asset:
    """The asset with its project; raises NotFound or Forbidden."""
    asset = Asset.objects.select_related("project").filter(pk=asset_id).first()
    if asset is None:
        raise NotFound()
    require(principal, asset.project.workspace_id, action)
    return asset
