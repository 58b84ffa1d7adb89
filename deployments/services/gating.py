"""Whether the project's gates let an artifact be deployed."""

from __future__ import annotations

from accounts.principals import Principal
from accounts.selectors import role_in
from accounts.services import audit
from core.errors import Conflict, Forbidden
from training.models import Artifact
from training.services.gates import refusals


def pass_gates(principal: Principal, artifact: Artifact, override: bool) -> None:
    """Raises Conflict naming each gate that the artifact does not pass. An admin may override them, which is
    written down; anybody else who asks for that is Forbidden.
    """
    found = refusals(artifact)
    if not found:
        return
    if not override:
        raise Conflict("The artifact does not pass the project's gates.", found)
    workspace = artifact.project.workspace_id
    role = role_in(principal, workspace)
    if role is None or "admin" not in principal.actions(role):
        raise Forbidden("Only admins may deploy past gates.")
    detail = {"gates": [error.message for error in found]}
    audit(principal, "gates.override", "artifact", artifact.pk, workspace, detail)
