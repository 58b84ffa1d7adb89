"""What people say of artifacts: which is the champion, which might become it, and notes."""

from __future__ import annotations

from django.db import transaction

from accounts.principals import Principal
from accounts.services import audit
from core import events
from projects.models import Project
from training.models import Artifact


@transaction.atomic
def set_role(principal: Principal, artifact: Artifact, role: str | None) -> Artifact:
    """Make it the champion, a challenger or neither; the champion that was loses its role."""
    # Two who choose a champion at once go one after the other.
    Project.objects.select_for_update().get(pk=artifact.project_id)
    artifact.refresh_from_db(fields=["role"])
    if artifact.role == role:
        return artifact
    former = None
    if role == Artifact.Role.CHAMPION:
        former = Artifact.objects.filter(project=artifact.project_id, role=role).first()
        if former is not None:
            former.role = None
            former.save(update_fields=["role", "updated_at"])
    before, artifact.role = artifact.role, role
    artifact.save(update_fields=["role", "updated_at"])
    detail = {"before": before, "after": role, "replaces": str(former.pk) if former else None}
    audit(principal, "artifact.role", "artifact", artifact.pk, artifact.project.workspace_id, detail)
    _tell(artifact)
    return artifact


@transaction.atomic
def set_note(principal: Principal, artifact: Artifact, note: str) -> Artifact:
    """Write down what there is to say of an artifact."""
    artifact.note = note.strip()
    artifact.save(update_fields=["note", "updated_at"])
    audit(principal, "artifact.note", "artifact", artifact.pk, artifact.project.workspace_id)
    _tell(artifact)
    return artifact


def _tell(artifact: Artifact) -> None:
    news = {"id": str(artifact.pk), "role": artifact.role, "note": artifact.note}
    events.emit(f"project:{artifact.project_id}", "artifact", {"artifact": news})
