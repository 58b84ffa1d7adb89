"""Checks of labels and their findings over HTTP."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import Principal, principal_of
from accounts.serializers import JobSerializer
from annotations.models import Snapshot
from annotations.selectors import get_snapshot
from core import jobs
from core.errors import BadInput, FieldError, NotFound
from core.http.pagination import CursorPages
from core.http.views import ApiView
from projects.models import Project
from projects.selectors import get_project
from training import selectors
from training.forms import parse
from training.label_check_serializers import (
    DecidedFinding,
    Findings,
    LabelCheckInput,
    LabelChecks,
    LabelCheckSerializer,
)
from training.models import Artifact, Finding
from training.run_filters import identifier
from training.services import label_checks

FILTERS = {
    "kind": Finding.Kind.values,
    "state": Finding.State.values,
}


class LabelChecksView(ApiView):
    pagination_class = CursorPages

    @extend_schema(
        operation_id="label_checks_list",
        parameters=[OpenApiParameter("limit", int), OpenApiParameter("cursor", str)],
        responses=LabelChecks,
    )
    def get(self, request: Request, project_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        project = get_project(principal, project_id)
        rows = selectors.label_checks_for(principal).filter(project=project)
        pages = CursorPages()
        found = pages.paginate_queryset(rows, request, view=self) or []
        return pages.get_paginated_response([label_checks.as_dict(check) for check in found])

    @extend_schema(
        operation_id="label_checks_create", request=LabelCheckInput, responses={202: JobSerializer}
    )
    def post(self, request: Request, project_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        project = get_project(principal, project_id, "train")
        given = parse(LabelCheckInput, request)
        workflow = artifact = None
        if given.get("workflow"):
            workflow = selectors.get_workflow(principal, given["workflow"])
        if given.get("artifact"):
            artifact = selectors.get_artifact(principal, given["artifact"])
        if any(row is not None and row.project_id != project.pk for row in (workflow, artifact)):
            raise NotFound("It belongs to another project.")
        snapshot = _snapshot(principal, project, given, artifact)
        job = label_checks.start(
            principal, project, snapshot, workflow, artifact, given["folds"], given.get("steps")
        )
        return Response(jobs.as_dict(job), status=202)


class LabelCheckView(ApiView):
    @extend_schema(operation_id="label_checks_get", responses=LabelCheckSerializer)
    def get(self, request: Request, label_check_id: uuid.UUID) -> Response:
        check = selectors.get_label_check(principal_of(request), label_check_id)
        return Response(label_checks.as_dict(check))

    @extend_schema(
        operation_id="label_checks_delete", responses={204: OpenApiResponse(description="Deleted")}
    )
    def delete(self, request: Request, label_check_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        label_checks.forget(principal, selectors.get_label_check(principal, label_check_id, "train"))
        return Response(status=204)


class FindingsView(ApiView):
    @extend_schema(
        operation_id="findings_list",
        parameters=[
            OpenApiParameter("kind", enum=Finding.Kind.values),
            OpenApiParameter("state", enum=Finding.State.values),
            OpenApiParameter("class", OpenApiTypes.UUID, description="Given or suggested"),
            OpenApiParameter("asset", OpenApiTypes.UUID),
            OpenApiParameter("limit", int),
            OpenApiParameter("cursor", str),
        ],
        responses=Findings,
    )
    def get(self, request: Request, label_check_id: uuid.UUID) -> Response:
        check = selectors.get_label_check(principal_of(request), label_check_id)
        rows = selectors.findings_of(check)
        for name, choices in FILTERS.items():
            value = request.query_params.get(name)
            if value and value not in choices:
                message = f"choose one of {', '.join(choices)}"
                raise BadInput(f"{name}: {message}.", [FieldError(name, message)])
            rows = rows.filter(**{name: value}) if value else rows
        if value := request.query_params.get("asset"):
            rows = rows.filter(asset=identifier("asset", value))
        if value := request.query_params.get("class"):
            rows = selectors.findings_about(rows, identifier("class", value))
        pages = CursorPages()
        pages.ordering = ("-score", "-id")
        found = pages.paginate_queryset(rows, request, view=self) or []
        return pages.get_paginated_response(label_checks.shown(list(found)))


class FindingView(ApiView):
    """One decision on a finding; what it does is in the address."""

    @extend_schema(operation_id="findings_accept", request=None, responses=DecidedFinding)
    def post(self, request: Request, finding_id: uuid.UUID) -> Response:
        return self.decide(request, finding_id, label_checks.accept)

    def decide(
        self, request: Request, finding_id: uuid.UUID, how: Callable[[Principal, Finding], dict[str, Any]]
    ) -> Response:
        principal = principal_of(request)
        return Response(how(principal, selectors.get_finding(principal, finding_id, "annotate")))


class DismissView(FindingView):
    @extend_schema(operation_id="findings_dismiss", request=None, responses=DecidedFinding)
    def post(self, request: Request, finding_id: uuid.UUID) -> Response:
        return self.decide(request, finding_id, label_checks.dismiss)


class ReopenView(FindingView):
    @extend_schema(operation_id="findings_reopen", request=None, responses=DecidedFinding)
    def post(self, request: Request, finding_id: uuid.UUID) -> Response:
        return self.decide(request, finding_id, label_checks.reopen)


def _snapshot(
    principal: Principal, project: Project, given: dict[str, Any], artifact: Artifact | None
) -> Snapshot:
    if given.get("snapshot"):
        snapshot = get_snapshot(principal, given["snapshot"])
    elif artifact is not None:
        snapshot = artifact.run.snapshot
    else:
        newest = Snapshot.objects.filter(project=project).order_by("-created_at").first()
        if newest is None:
            message = "the project has no snapshot: make one first"
            raise BadInput(f"snapshot: {message}.", [FieldError("snapshot", message)])
        snapshot = newest
    if snapshot.project_id != project.pk:
        raise NotFound("There is no snapshot of this id in the project.")
    return snapshot
