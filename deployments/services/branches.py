"""Other versions beside the current one: a canary that answers a share, a shadow that nobody hears."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from accounts.principals import Principal
from core.errors import BadInput, Conflict, FieldError
from deployments import options
from deployments.models import Deployment
from deployments.services.sources import source_of
from deployments.services.versions import changed, locked, note, serve, version_of

CANARY, SHADOW = "canary", "shadow"


@transaction.atomic
def set_branch(
    principal: Principal, deployment: Deployment, branch: str, version: int | None, percent: object
) -> Deployment:
    """Send `percent` of the requests to `version` as well; without a version the branch ends.

    Raises BadInput naming the field.
    """
    row = locked(deployment)
    chosen = _chosen(row, version, percent) if version else None
    setattr(row, branch, chosen)
    row.save(update_fields=[branch, "updated_at"])
    note(principal, branch, row, chosen or {"version": None})
    changed(row)
    return row


@transaction.atomic
def promote(principal: Principal, deployment: Deployment) -> Deployment:
    """Make the canary's version the current one; raises Conflict without a canary."""
    row = locked(deployment)
    if row.canary is None:
        raise Conflict("There is no canary to promote.")
    version = version_of(row, row.canary["version"])
    before, row.canary = row.version, None
    if row.shadow and row.shadow["version"] == version.version:
        row.shadow = None
    serve(principal, row, source_of(version), version.version)
    version.served_at = timezone.now()
    version.save(update_fields=["served_at", "updated_at"])
    note(principal, "promote", row, {"from": before, "version": row.version})
    changed(row)
    return row


def _chosen(row: Deployment, version: int, percent: object) -> dict[str, float]:
    share = options.percent(percent)
    found = version_of(row, version)
    if version == row.version:
        message = f"version {version} is the current one"
    elif (source := source_of(found)).incomplete:
        message = f"version {version} waits for its {options.CALIBRATED} export"
    else:
        found.export = source.export
        found.save(update_fields=["export", "updated_at"])
        return {"version": version, "percent": share}
    raise BadInput(f"version: {message}", [FieldError("version", message)])
