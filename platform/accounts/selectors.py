"""Rows reach a request only through here, starting from the caller."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet

from accounts.models import ApiKey, AuditEntry, Invitation, Member, User, Workspace
from accounts.principals import Principal
from core.errors import Forbidden, NotFound


def memberships_of(principal: Principal) -> QuerySet[Member]:
    """The caller's memberships; with a key, only that of the key's workspace."""
    members = Member.objects.filter(user=principal.user)
    if principal.key:
        members = members.filter(workspace_id=principal.key.workspace_id)
    return members


def workspaces_for(principal: Principal) -> QuerySet[Workspace]:
    """The workspaces the caller may see."""
    return Workspace.objects.filter(pk__in=workspace_ids_with(principal, "read"))


def workspace_ids_with(principal: Principal, action: str) -> list[uuid.UUID]:
    """The workspaces in which the caller may do `action`."""
    roles = memberships_of(principal).values_list("workspace_id", "role")
    return [workspace for workspace, role in roles if action in principal.actions(role)]


def role_in(principal: Principal, workspace_id: uuid.UUID) -> str | None:
    return memberships_of(principal).filter(workspace_id=workspace_id).values_list("role", flat=True).first()


def may(principal: Principal, workspace_id: uuid.UUID, action: str) -> bool:
    """Whether the caller may do `action` there."""
    role = role_in(principal, workspace_id)
    return role is not None and action in principal.actions(role)


def require(principal: Principal, workspace_id: uuid.UUID, action: str) -> None:
    """Pass when the caller may do `action` there.

    Raises NotFound to whoever is not a member (they may not even learn that it exists), Forbidden to
    members whose role or key does not allow it.
    """
    role = role_in(principal, workspace_id)
    if role is None:
        raise NotFound()
    if action in principal.actions(role):
        return
    if principal.key and action in Principal(principal.user).actions(role):
        raise Forbidden(f"This API key does not have the scope for {action!r}.")
    raise Forbidden(f"Your role here is {role}: it does not allow {action!r}.")


def get_workspace(principal: Principal, workspace_id: uuid.UUID, action: str = "read") -> Workspace:
    """The workspace; raises NotFound or Forbidden."""
    require(principal, workspace_id, action)
    return Workspace.objects.get(pk=workspace_id)


def members_of(workspace: Workspace) -> QuerySet[Member]:
    return workspace.members.select_related("user")


def get_member(principal: Principal, member_id: uuid.UUID, action: str = "read") -> Member:
    member = Member.objects.select_related("user", "workspace").filter(pk=member_id).first()
    if member is None:
        raise NotFound()
    require(principal, member.workspace_id, action)
    return member


def get_invitation(principal: Principal, invitation_id: uuid.UUID) -> Invitation:
    """An invitation of a workspace that the caller administers; raises NotFound or Forbidden."""
    invitation = Invitation.objects.filter(pk=invitation_id).first()
    if invitation is None:
        raise NotFound()
    require(principal, invitation.workspace_id, "admin")
    return invitation


def invitations_of(workspace: Workspace) -> QuerySet[Invitation]:
    return workspace.invitations.all()


def api_keys_for(principal: Principal, workspace: Workspace) -> QuerySet[ApiKey]:
    """The workspace's keys: all of them for admins, their own for everybody else."""
    role = role_in(principal, workspace.pk)
    keys = workspace.api_keys.select_related("user")
    if role and "admin" in principal.actions(role):
        return keys
    return keys.filter(user=principal.user)


def get_api_key(principal: Principal, key_id: uuid.UUID) -> ApiKey:
    """A key the caller may revoke: their own, or any of a workspace they administer.

    Raises NotFound, or Forbidden to a program whose own key is not an administrator's.
    """
    key = ApiKey.objects.select_related("workspace").filter(pk=key_id).first()
    if key is None or not api_keys_for(principal, key.workspace).filter(pk=key_id).exists():
        raise NotFound()
    if principal.key:
        require(principal, key.workspace_id, "admin")
    return key


def audit_for(principal: Principal) -> QuerySet[AuditEntry]:
    """What happened in the workspaces the caller administers."""
    visible = workspace_ids_with(principal, "admin")
    return AuditEntry.objects.filter(workspace_id__in=visible).select_related("actor")


def somebody_exists() -> bool:
    return User.objects.exists()
