"""One verb each: one transaction, and an audit row."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts import selectors
from accounts.models import ApiKey, AuditEntry, Invitation, Member, Role, User, Workspace, normal_email
from accounts.principals import SCOPES, Principal
from accounts.tokens import hash_token, new_token
from core.errors import BadInput, Conflict, FieldError, Forbidden, NotFound
from core.models import LoopLease

INVITATION_LIFETIME = timedelta(days=14)


def audit(
    principal: Principal | None,
    action: str,
    target_type: str,
    target_id: Any,
    workspace_id: uuid.UUID | None,
    detail: dict[str, Any] | None = None,
) -> None:
    """Write down who did what. Call it inside the transaction of the deed."""
    AuditEntry.objects.create(
        workspace_id=workspace_id,
        actor=principal.user if principal else None,
        api_key=principal.key if principal else None,
        action=action,
        target_type=target_type,
        target_id=str(target_id),
        detail=detail or {},
    )


@transaction.atomic
def set_up(email: str, password: str, name: str, workspace_name: str) -> User:
    """The first visit: the owner and their workspace. Raises Conflict when somebody is there already."""
    # A row of its own to wait at: two first visitors at once must not both become owners.
    LoopLease.objects.get_or_create(name="set-up")
    LoopLease.objects.select_for_update().get(name="set-up")
    if selectors.somebody_exists():
        raise Conflict("This installation has an owner already; sign in instead.")
    check_password(password)
    user = User.objects.create_user(email, password, name=name)
    create_workspace(Principal(user), workspace_name)
    return user


def check_password(password: str, field: str = "password") -> None:
    """Raises BadInput naming the field when the password is too weak."""
    try:
        validate_password(password)
    except ValidationError as error:
        message = " ".join(error.messages)
        raise BadInput(message, [FieldError(field, message)]) from error


@transaction.atomic
def create_workspace(principal: Principal, name: str) -> Workspace:
    """A new workspace, owned by the caller."""
    if principal.key:
        raise Forbidden("An API key belongs to one workspace and cannot make others; sign in instead.")
    workspace = Workspace.objects.create(name=name)
    Member.objects.create(workspace=workspace, user=principal.user, role=Role.OWNER)
    audit(principal, "workspace.create", "workspace", workspace.pk, workspace.pk, {"name": name})
    return workspace


@transaction.atomic
def rename_workspace(principal: Principal, workspace: Workspace, name: str) -> Workspace:
    workspace.name = name
    workspace.save(update_fields=["name", "updated_at"])
    audit(principal, "workspace.rename", "workspace", workspace.pk, workspace.pk, {"name": name})
    return workspace


@transaction.atomic
def initialise(email: str, password: str, workspace_name: str) -> tuple[User, Workspace, str]:
    """The command line's first owner, workspace and admin key; the same email again gets a fresh key.

    Raises BadInput for a weak password, Forbidden when the user exists with another password.
    """
    user = User.objects.filter(email=normal_email(email)).first()
    if user is None:
        check_password(password)
        user = User.objects.create_user(email, password)
    elif not user.check_password(password):
        raise Forbidden(f"{user.email} exists with another password.")
    owned = Member.objects.filter(user=user, role=Role.OWNER).select_related("workspace")
    member = owned.filter(workspace__name=workspace_name).first() or owned.order_by("created_at").first()
    workspace = member.workspace if member else create_workspace(Principal(user), workspace_name)
    _, key = create_api_key(Principal(user), workspace, "tessera init", ["admin"])
    return user, workspace, key


@transaction.atomic
def create_api_key(
    principal: Principal, workspace: Workspace, name: str, scopes: list[str]
) -> tuple[ApiKey, str]:
    """A key and its text, which nobody can read again. A key cannot make one that may do more than itself."""
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown or not scopes:
        message = f"choose at least one of {', '.join(SCOPES)}"
        raise BadInput(message, [FieldError("scopes", message)])
    role = selectors.role_in(principal, workspace.pk)
    if role is None:
        raise NotFound()
    if principal.key:
        # A leaked key must not outlive its revocation through keys it made.
        selectors.require(principal, workspace.pk, "admin")
    missing = [scope for scope in scopes if scope not in principal.actions(role)]
    if missing:
        raise Forbidden(f"You may not do {', '.join(missing)} here, so a key of yours may not either.")
    token = new_token()
    key = ApiKey.objects.create(
        workspace=workspace,
        user=principal.user,
        name=name,
        prefix=token[:12],
        key_hash=hash_token(token),
        scopes=sorted(set(scopes), key=SCOPES.index),
    )
    audit(principal, "api_key.create", "api_key", key.pk, workspace.pk, {"name": name, "scopes": scopes})
    return key, token


@transaction.atomic
def revoke_api_key(principal: Principal, key: ApiKey) -> None:
    """From now on the key opens nothing. Revoking twice is no error."""
    if key.revoked_at:
        return
    key.revoked_at = timezone.now()
    key.save(update_fields=["revoked_at", "updated_at"])
    audit(principal, "api_key.revoke", "api_key", key.pk, key.workspace_id, {"name": key.name})


@transaction.atomic
def change_role(principal: Principal, member: Member, role: str) -> Member:
    """Give a member another role; a workspace always keeps an owner, and only owners make owners."""
    _guard_owners(principal, member, role)
    member.role = role
    member.save(update_fields=["role", "updated_at"])
    audit(principal, "member.role", "member", member.pk, member.workspace_id, {"role": role})
    return member


@transaction.atomic
def remove_member(principal: Principal, member: Member) -> None:
    """Take somebody out of a workspace; their keys for it stop working."""
    _guard_owners(principal, member, None)
    ApiKey.objects.filter(workspace=member.workspace, user=member.user, revoked_at=None).update(
        revoked_at=timezone.now()
    )
    audit(principal, "member.remove", "user", member.user_id, member.workspace_id)
    member.delete()


def _guard_owners(principal: Principal, member: Member, role: str | None) -> None:
    mine = selectors.role_in(principal, member.workspace_id)
    if Role.OWNER in (member.role, role) and mine != Role.OWNER:
        raise Forbidden("Only an owner can make, change or remove owners.")
    # The lock keeps two owners from removing each other at the same moment.
    Workspace.objects.select_for_update().get(pk=member.workspace_id)
    owners = Member.objects.filter(workspace=member.workspace_id, role=Role.OWNER)
    if member.role == Role.OWNER and role != Role.OWNER and owners.count() == 1:
        raise Conflict("A workspace needs an owner: make somebody else one first.")


@transaction.atomic
def invite(principal: Principal, workspace: Workspace, email: str, role: str) -> tuple[Invitation, str]:
    """An invitation and its token, which is shown once."""
    email = normal_email(email)
    if Member.objects.filter(workspace=workspace, user__email=email).exists():
        raise Conflict(f"{email} is a member already.", [FieldError("email", "is a member already")])
    if role == Role.OWNER and selectors.role_in(principal, workspace.pk) != Role.OWNER:
        raise Forbidden("Only an owner can invite owners.")
    token = new_token("tsi_")
    workspace.invitations.filter(email=email, accepted_at=None).delete()
    invitation = Invitation.objects.create(
        workspace=workspace,
        email=email,
        role=role,
        token_hash=hash_token(token),
        invited_by=principal.user,
    )
    audit(principal, "invitation.create", "invitation", invitation.pk, workspace.pk, {"role": role})
    return invitation, token


@transaction.atomic
def withdraw_invitation(principal: Principal, invitation: Invitation) -> None:
    """Close the door again. Raises Conflict when somebody came in already: remove the member instead."""
    if invitation.accepted_at:
        raise Conflict("This invitation was accepted: remove the member instead.")
    audit(principal, "invitation.withdraw", "invitation", invitation.pk, invitation.workspace_id)
    invitation.delete()


@transaction.atomic
def accept_invitation(token: str, password: str, name: str) -> User:
    """Join by token. A new address becomes a user with this password; a known one must prove its own."""
    recent = timezone.now() - INVITATION_LIFETIME
    waiting = Invitation.objects.filter(accepted_at=None, created_at__gt=recent)
    invitation = waiting.select_for_update().filter(token_hash=hash_token(token)).first()
    if invitation is None:
        raise NotFound("This invitation is not open: it was used, withdrawn, is too old, or was mistyped.")
    user = User.objects.filter(email=invitation.email).first()
    if user is None:
        check_password(password)
        user = User.objects.create_user(invitation.email, password, name=name)
    elif not user.check_password(password):
        raise Forbidden("This address has an account: give its password to join with it.")
    Member.objects.get_or_create(
        workspace=invitation.workspace, user=user, defaults={"role": invitation.role}
    )
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at", "updated_at"])
    audit(Principal(user), "invitation.accept", "invitation", invitation.pk, invitation.workspace_id)
    return user
