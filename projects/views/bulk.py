"""Changing many assets at once, and taking that back, over HTTP."""

from __future__ import annotations

import json
import uuid
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from accounts.serializers import JobSerializer
from accounts.views import parse
from core.http.views import ApiView
from core.jobs import as_dict
from core.models import Job
from projects.bulk_serializers import BulkAnswerSerializer, BulkSerializer, UndoneSerializer
from projects.selectors import get_project
from projects.services import bulk, undoing


class AssetsBulkView(ApiView):
    @extend_schema(
        operation_id="assets_bulk",
        request=BulkSerializer,
        responses={200: BulkAnswerSerializer, 202: JobSerializer},
        description="More than 10,000 assets are a job, whose result is the same answer.",
    )
    def post(self, request: Request, project_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        project = get_project(principal, project_id, "annotate")
        body: dict[str, Any] = json.loads(json.dumps(parse(BulkSerializer, request), cls=DjangoJSONEncoder))
        done = bulk.change(principal, project, body)
        return Response(as_dict(done), status=202) if isinstance(done, Job) else Response(bulk.answer(done))


class UndoView(ApiView):
    @extend_schema(
        operation_id="bulk_undo",
        request=None,
        responses={200: UndoneSerializer, 202: JobSerializer},
        description="Within 30 days. What was changed meanwhile stays, and is told.",
    )
    def post(self, request: Request, change_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        done = undoing.undo(principal, undoing.get_change(principal, change_id))
        return Response(as_dict(done), status=202) if isinstance(done, Job) else Response(done)
