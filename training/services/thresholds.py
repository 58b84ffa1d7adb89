"""The scores from which on a class is given: chosen by people, kept with the artifact and its bundle."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from accounts.principals import Principal
from accounts.services import audit
from core.errors import BadInput, FieldError
from core.storage import storage
from training.models import Artifact

FILE = "thresholds.json"


def choose(principal: Principal, artifact: Artifact, given: Mapping[str, float | None]) -> dict[str, float]:
    """Set the thresholds of classes by id, None taking one back; the others stay. All that it has now.

    They lie in the bundle, too: exports made from now on have them, and so do deployments from their next
    version or restart on. Evaluations go on without. Raises BadInput naming a class that the artifact does
    not know.
    """
    known = {label["id"] for label in artifact.classes if label["id"] is not None}
    unknown = [key for key in given if key not in known]
    if unknown:
        message = f"{unknown[0]!r} is no class of the artifact"
        raise BadInput(f"thresholds: {message}.", [FieldError(f"thresholds.{unknown[0]}", message)])
    with transaction.atomic():
        locked = Artifact.objects.select_for_update().get(pk=artifact.pk)
        before = dict(locked.thresholds)
        after = {**before, **given}
        locked.thresholds = {key: value for key, value in after.items() if value is not None}
        locked.save(update_fields=["thresholds", "updated_at"])
        details: dict[str, Any] = {"before": before, "after": locked.thresholds}
        audit(principal, "artifact.thresholds", "artifact", locked.pk, artifact.project.workspace_id, details)
        # Within the transaction: what cannot be stored is not chosen either.
        _store(locked)
    artifact.thresholds = locked.thresholds
    return dict(locked.thresholds)


def _store(artifact: Artifact) -> None:
    key = f"{artifact.bundle_prefix}/{FILE}"
    if artifact.thresholds:
        storage.put(key, json.dumps(artifact.thresholds, indent=1).encode())
    else:
        storage.delete(key)
