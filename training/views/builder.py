"""The workflow builder over HTTP: checks while one types, differences, copies and files."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from core.errors import BadInput, FieldError
from core.http.attachment import attachment
from core.http.views import ApiView
from projects.selectors import get_project
from training import selectors
from training.forms import parse, whole_number
from training.preview_serializers import PreviewAnswer, PreviewInput
from training.serializers import WorkflowSerializer
from training.services import drafts, preview, workflows
from training.workflow_files import FORMATS, MOST_BYTES
from training.workflow_serializers import (
    DraftAnswer,
    DraftInput,
    DuplicateInput,
    ImportInput,
    VersionDifference,
)


class WorkflowCheckView(ApiView):
    @extend_schema(
        operation_id="workflows_check",
        description="Wrong fields are in the answer, which is 200 either way; nothing is kept.",
        request=DraftInput,
        responses=DraftAnswer,
    )
    def post(self, request: Request, project_id: uuid.UUID) -> Response:
        project = get_project(principal_of(request), project_id)
        return Response(drafts.check_draft(project, parse(DraftInput, request)["spec"]))


class AugmentationPreviewView(ApiView):
    @extend_schema(
        operation_id="augmentation_preview",
        description="The project's own images as a training step would see them, with their masks and boxes.",
        request=PreviewInput,
        responses=PreviewAnswer,
    )
    def post(self, request: Request, project_id: uuid.UUID) -> Response:
        project = get_project(principal_of(request), project_id)
        return Response(preview.preview(project, parse(PreviewInput, request)))


class WorkflowImportView(ApiView):
    parser_classes = (MultiPartParser,)

    @extend_schema(
        operation_id="workflows_import",
        description=f"A YAML or JSON file of at most {MOST_BYTES >> 10} KiB, as `GET /workflows/{{id}}/file` "
        "gives it.",
        request={"multipart/form-data": ImportInput},
        responses={201: WorkflowSerializer},
    )
    def post(self, request: Request, project_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        project = get_project(principal, project_id, "train")
        body = parse(ImportInput, request)
        file = body["file"]
        data = file.read(MOST_BYTES + 1)
        workflow = workflows.import_workflow(principal, project, data, file.name or "", body.get("name"))
        return Response(WorkflowSerializer(workflow).data, status=201)


class WorkflowDuplicateView(ApiView):
    @extend_schema(
        operation_id="workflows_duplicate", request=DuplicateInput, responses={201: WorkflowSerializer}
    )
    def post(self, request: Request, workflow_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        workflow = selectors.get_workflow(principal, workflow_id)
        body = parse(DuplicateInput, request)
        project = get_project(principal, body.get("project") or workflow.project_id, "train")
        copy = workflows.duplicate_workflow(principal, workflow, project, body.get("name"))
        return Response(WorkflowSerializer(copy).data, status=201)


class WorkflowDiffView(ApiView):
    @extend_schema(
        operation_id="workflows_diff",
        parameters=[
            OpenApiParameter("from", OpenApiTypes.INT, description="A version; else the one before `to`"),
            OpenApiParameter("to", OpenApiTypes.INT, description="A version; else the current one"),
        ],
        responses=VersionDifference,
    )
    def get(self, request: Request, workflow_id: uuid.UUID) -> Response:
        workflow = selectors.get_workflow(principal_of(request), workflow_id)
        before, after = whole_number(request, "from", 0), whole_number(request, "to", 0)
        return Response(workflows.compare_versions(workflow, before or None, after or None))


class WorkflowFileView(ApiView):
    @extend_schema(
        operation_id="workflows_file",
        parameters=[
            OpenApiParameter("format", enum=list(FORMATS), default="yaml"),
            OpenApiParameter("version", OpenApiTypes.INT, description="A version; else the current one"),
        ],
        responses={
            (200, "application/yaml"): OpenApiTypes.STR,
            (200, "application/json"): OpenApiTypes.OBJECT,
        },
    )
    def get(self, request: Request, workflow_id: uuid.UUID) -> HttpResponse:
        workflow = selectors.get_workflow(principal_of(request), workflow_id)
        form = request.query_params.get("format") or "yaml"
        if form not in FORMATS:
            message = f"must be one of {', '.join(FORMATS)}"
            raise BadInput(f"format: {message}", [FieldError("format", message)])
        version = whole_number(request, "version", 0)
        name, text = workflows.workflow_file(workflow, form, version or None)
        return attachment(text.encode(), FORMATS[form], name)
