"""The shapes of people, workspaces and keys on the wire."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.models import ApiKey, AuditEntry, Invitation, Member, Role, User, Workspace
from accounts.principals import SCOPES
from core.models import Job


class UserSerializer(serializers.ModelSerializer[User]):
    class Meta:
        model = User
        fields = ["id", "email", "name"]


class WorkspaceSerializer(serializers.ModelSerializer[Workspace]):
    name = serializers.CharField(max_length=120)
    role = serializers.SerializerMethodField()

    class Meta:
        model = Workspace
        fields = ["id", "name", "role", "created_at"]

    def get_role(self, workspace: Workspace) -> str:
        """The caller's role; `roles` comes with the context so that a list costs one query."""
        roles: dict[Any, str] = self.context["roles"]
        return roles.get(workspace.pk, Role.OWNER)


class SessionSerializer(serializers.Serializer[Any]):
    user = UserSerializer(allow_null=True)
    setup_required = serializers.BooleanField()
    csrf_token = serializers.CharField()
    workspaces = WorkspaceSerializer(many=True)


class SignInSerializer(serializers.Serializer[Any]):
    email = serializers.EmailField()
    password = serializers.CharField(trim_whitespace=False)


class SetUpSerializer(serializers.Serializer[Any]):
    email = serializers.EmailField()
    password = serializers.CharField(trim_whitespace=False)
    name = serializers.CharField(required=False, allow_blank=True, default="", max_length=150)
    workspace = serializers.CharField(max_length=120)


class MemberSerializer(serializers.ModelSerializer[Member]):
    user = UserSerializer(read_only=True)

    class Meta:
        model = Member
        fields = ["id", "user", "role", "created_at"]


class InvitationSerializer(serializers.ModelSerializer[Invitation]):
    token = serializers.SerializerMethodField(help_text="Only in the answer that creates the invitation")

    class Meta:
        model = Invitation
        fields = ["id", "email", "role", "token", "created_at", "accepted_at"]
        read_only_fields = ["accepted_at"]

    def get_token(self, invitation: Invitation) -> str | None:
        token: str | None = self.context.get("token")
        return token


class AcceptInvitationSerializer(serializers.Serializer[Any]):
    token = serializers.CharField()
    password = serializers.CharField(trim_whitespace=False)
    name = serializers.CharField(required=False, allow_blank=True, default="", max_length=150)


class ApiKeySerializer(serializers.ModelSerializer[ApiKey]):
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=SCOPES), allow_empty=False)
    user = UserSerializer(read_only=True)
    key = serializers.SerializerMethodField(help_text="Only in the answer that creates the key")

    class Meta:
        model = ApiKey
        fields = ["id", "name", "prefix", "scopes", "user", "created_at", "last_used_at", "revoked_at", "key"]
        read_only_fields = ["prefix", "last_used_at", "revoked_at"]

    def get_key(self, api_key: ApiKey) -> str | None:
        token: str | None = self.context.get("token")
        return token


class AuditEntrySerializer(serializers.ModelSerializer[AuditEntry]):
    actor = UserSerializer(read_only=True)

    class Meta:
        model = AuditEntry
        fields = [
            "id",
            "workspace",
            "actor",
            "api_key",
            "action",
            "target_type",
            "target_id",
            "detail",
            "created_at",
        ]


class UsageSerializer(serializers.Serializer[Any]):
    members = serializers.IntegerField()
    api_keys = serializers.IntegerField()
    jobs = serializers.IntegerField()


class JobSerializer(serializers.Serializer[Any]):
    """The job of the contract."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    status = serializers.ChoiceField(choices=Job.Status.choices)
    progress = serializers.FloatField(min_value=0, max_value=1)
    message = serializers.CharField()
    result = serializers.JSONField(allow_null=True)
    error = serializers.JSONField(allow_null=True)
    project = serializers.UUIDField(allow_null=True)
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)
