"""People, workspaces and keys over HTTP: parse, call one service, answer."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer

from accounts import selectors, services
from accounts.models import Workspace
from accounts.principals import Principal, principal_of
from accounts.serializers import (
    ApiKeySerializer,
    AuditEntrySerializer,
    InvitationSerializer,
    MemberSerializer,
    UsageSerializer,
    WorkspaceSerializer,
)
from core.http.pagination import CursorPages, paginated
from core.http.views import ApiView
from core.models import Job

NO_CONTENT = OpenApiResponse(description="Done")


def parse(serializer: type[BaseSerializer[Any]], request: Request, **options: Any) -> dict[str, Any]:
    """The validated body; raises the 400 that names the fields."""
    form = serializer(data=request.data, **options)
    form.is_valid(raise_exception=True)
    return dict(form.validated_data)


def roles_of(principal: Principal) -> dict[uuid.UUID, str]:
    return dict(selectors.memberships_of(principal).values_list("workspace_id", "role"))


class WorkspacesView(ApiView):
    pagination_class = CursorPages

    @extend_schema(operation_id="workspaces_list", responses=WorkspaceSerializer(many=True))
    def get(self, request: Request) -> Response:
        principal = principal_of(request)
        workspaces = selectors.workspaces_for(principal)
        context = {"roles": roles_of(principal)}
        return paginated(self, request, workspaces, WorkspaceSerializer, context=context)

    @extend_schema(
        operation_id="workspaces_create", request=WorkspaceSerializer, responses={201: WorkspaceSerializer}
    )
    def post(self, request: Request) -> Response:
        principal = principal_of(request)
        body = parse(WorkspaceSerializer, request, context={"roles": {}})
        workspace = services.create_workspace(principal, body["name"])
        return Response(_workspace(principal, workspace), status=201)


class WorkspaceView(ApiView):
    @extend_schema(operation_id="workspaces_get", responses=WorkspaceSerializer)
    def get(self, request: Request, workspace_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        return Response(_workspace(principal, selectors.get_workspace(principal, workspace_id)))

    @extend_schema(
        operation_id="workspaces_update", request=WorkspaceSerializer, responses=WorkspaceSerializer
    )
    def patch(self, request: Request, workspace_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        workspace = selectors.get_workspace(principal, workspace_id, "admin")
        body = parse(WorkspaceSerializer, request, context={"roles": {}})
        return Response(_workspace(principal, services.rename_workspace(principal, workspace, body["name"])))


def _workspace(principal: Principal, workspace: Workspace) -> dict[str, Any]:
    return WorkspaceSerializer(workspace, context={"roles": roles_of(principal)}).data


class MembersView(ApiView):
    pagination_class = CursorPages

    @extend_schema(operation_id="members_list", responses=MemberSerializer(many=True))
    def get(self, request: Request, workspace_id: uuid.UUID) -> Response:
        workspace = selectors.get_workspace(principal_of(request), workspace_id)
        return paginated(self, request, selectors.members_of(workspace), MemberSerializer)


class MemberView(ApiView):
    @extend_schema(operation_id="members_update", request=MemberSerializer, responses=MemberSerializer)
    def patch(self, request: Request, member_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        member = selectors.get_member(principal, member_id, "admin")
        body = parse(MemberSerializer, request)
        return Response(MemberSerializer(services.change_role(principal, member, body["role"])).data)

    @extend_schema(operation_id="members_delete", responses={204: NO_CONTENT})
    def delete(self, request: Request, member_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        member = selectors.get_member(principal, member_id)
        # People may leave by themselves; a program needs to be an administrator's.
        if principal.key or member.user_id != principal.user.pk:
            selectors.require(principal, member.workspace_id, "admin")
        services.remove_member(principal, member)
        return Response(status=204)


class InvitationsView(ApiView):
    pagination_class = CursorPages
    secret_fields = ("token",)

    @extend_schema(operation_id="invitations_list", responses=InvitationSerializer(many=True))
    def get(self, request: Request, workspace_id: uuid.UUID) -> Response:
        workspace = selectors.get_workspace(principal_of(request), workspace_id, "admin")
        return paginated(self, request, selectors.invitations_of(workspace), InvitationSerializer)

    @extend_schema(
        operation_id="invitations_create", request=InvitationSerializer, responses={201: InvitationSerializer}
    )
    def post(self, request: Request, workspace_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        workspace = selectors.get_workspace(principal, workspace_id, "admin")
        body = parse(InvitationSerializer, request)
        invitation, token = services.invite(principal, workspace, body["email"], body["role"])
        return Response(InvitationSerializer(invitation, context={"token": token}).data, status=201)


class InvitationView(ApiView):
    @extend_schema(operation_id="invitations_withdraw", responses={204: NO_CONTENT})
    def delete(self, request: Request, invitation_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        services.withdraw_invitation(principal, selectors.get_invitation(principal, invitation_id))
        return Response(status=204)


class ApiKeysView(ApiView):
    pagination_class = CursorPages
    secret_fields = ("key",)

    @extend_schema(operation_id="api_keys_list", responses=ApiKeySerializer(many=True))
    def get(self, request: Request, workspace_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        workspace = selectors.get_workspace(principal, workspace_id)
        return paginated(self, request, selectors.api_keys_for(principal, workspace), ApiKeySerializer)

    @extend_schema(
        operation_id="api_keys_create", request=ApiKeySerializer, responses={201: ApiKeySerializer}
    )
    def post(self, request: Request, workspace_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        workspace = selectors.get_workspace(principal, workspace_id)
        body = parse(ApiKeySerializer, request)
        key, token = services.create_api_key(principal, workspace, body["name"], body["scopes"])
        return Response(ApiKeySerializer(key, context={"token": token}).data, status=201)


class ApiKeyView(ApiView):
    @extend_schema(operation_id="api_keys_revoke", responses={204: NO_CONTENT})
    def delete(self, request: Request, key_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        services.revoke_api_key(principal, selectors.get_api_key(principal, key_id))
        return Response(status=204)


class AuditView(ApiView):
    pagination_class = CursorPages

    @extend_schema(operation_id="audit_list", responses=AuditEntrySerializer(many=True))
    def get(self, request: Request, workspace_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        workspace = selectors.get_workspace(principal, workspace_id, "admin")
        entries = selectors.audit_for(principal).filter(workspace=workspace)
        return paginated(self, request, entries, AuditEntrySerializer)


class EventsView(ApiView):
    pagination_class = CursorPages

    @extend_schema(operation_id="events_list", responses=AuditEntrySerializer(many=True))
    def get(self, request: Request) -> Response:
        entries = selectors.audit_for(principal_of(request))
        return paginated(self, request, entries, AuditEntrySerializer)


class UsageView(ApiView):
    @extend_schema(operation_id="usage_get", responses=UsageSerializer)
    def get(self, request: Request, workspace_id: uuid.UUID) -> Response:
        workspace = selectors.get_workspace(principal_of(request), workspace_id)
        return Response(
            {
                "members": workspace.members.count(),
                "api_keys": workspace.api_keys.filter(revoked_at=None).count(),
                "jobs": Job.objects.filter(workspace_id=workspace.pk).count(),
            }
        )
