"""Snapshots over HTTP."""

from __future__ import annotations

import uuid

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from accounts.views import parse
from annotations.manifest import compare
from annotations.selectors import get_snapshot, snapshots_for
from annotations.services.snapshots import create_snapshot
from annotations.snapshot_serializers import (
    DifferencesSerializer,
    NewSnapshotSerializer,
    SnapshotSerializer,
)
from annotations.snapshots import manifest_path
from annotations.splitting import Shares
from core.errors import Unusable
from core.http.pagination import CursorPages, paginated
from core.http.views import ApiView
from projects.selectors import get_project


class SnapshotsView(ApiView):
    pagination_class = CursorPages

    @extend_schema(operation_id="snapshots_list", responses=SnapshotSerializer(many=True))
    def get(self, request: Request, project_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        project = get_project(principal, project_id)
        return paginated(self, request, snapshots_for(principal).filter(project=project), SnapshotSerializer)

    @extend_schema(
        operation_id="snapshots_create",
        description="Freezes what is labelled now; the same state again answers 200 with what there is.",
        request=NewSnapshotSerializer,
        responses={201: SnapshotSerializer, 200: SnapshotSerializer},
    )
    def post(self, request: Request, project_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        project = get_project(principal, project_id, "manage")
        body = parse(NewSnapshotSerializer, request)
        snapshot, is_new = create_snapshot(principal, project, body["name"], Shares(**body.get("split", {})))
        return Response(SnapshotSerializer(snapshot).data, status=201 if is_new else 200)


class SnapshotView(ApiView):
    @extend_schema(operation_id="snapshots_get", responses=SnapshotSerializer)
    def get(self, request: Request, snapshot_id: uuid.UUID) -> Response:
        return Response(SnapshotSerializer(get_snapshot(principal_of(request), snapshot_id)).data)


class SnapshotDiffView(ApiView):
    @extend_schema(
        operation_id="snapshots_diff",
        description="What came, went or changed from this snapshot to the other. Counts are of "
        "everything; the lists hold the first 500 of each.",
        responses=DifferencesSerializer,
    )
    def get(self, request: Request, snapshot_id: uuid.UUID, other_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        before, after = get_snapshot(principal, snapshot_id), get_snapshot(principal, other_id)
        if before.project_id != after.project_id:
            raise Unusable("These snapshots belong to different projects.")
        return Response(compare(manifest_path(before), manifest_path(after)))
