"""Evaluations over HTTP: what there is, making more, and their numbers."""

from __future__ import annotations

import uuid

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from accounts.serializers import JobSerializer
from annotations.selectors import get_snapshot
from core import jobs
from core.errors import NotFound
from core.http.pagination import CursorPages, paginated
from core.http.views import ApiView
from training import selectors
from training.evaluation_forms import OWN, PARAMETERS, asked, evaluation_asked
from training.evaluation_serializers import (
    EvaluationInput,
    EvaluationRow,
    EvaluationSerializer,
    MetricDefinition,
)
from training.forms import parse
from training.scores.definitions import DEFINITIONS
from training.scores.summary import summary_of
from training.services import evaluations


class EvaluationsView(ApiView):
    pagination_class = CursorPages

    @extend_schema(operation_id="artifact_evaluations_list", responses=EvaluationRow(many=True))
    def get(self, request: Request, artifact_id: uuid.UUID) -> Response:
        artifact = selectors.get_artifact(principal_of(request), artifact_id)
        rows = artifact.evaluations.select_related("snapshot").order_by("-created_at", "-id")
        return paginated(self, request, rows, EvaluationRow)

    @extend_schema(
        operation_id="artifact_evaluations_create",
        request=EvaluationInput,
        responses={202: JobSerializer},
        description="Measure the artifact on a split of a snapshot, by default of its run's own. Where that "
        "is being done already the answer is the job that does it.",
    )
    def post(self, request: Request, artifact_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        artifact = selectors.get_artifact(principal, artifact_id, "train")
        given = parse(EvaluationInput, request)
        snapshot = get_snapshot(principal, given.get("snapshot") or artifact.run.snapshot_id)
        if snapshot.project_id != artifact.project_id:
            raise NotFound("There is no snapshot of this id in the artifact's project.")
        job = evaluations.start(principal, artifact, snapshot, given["split"])
        return Response(jobs.as_dict(job), status=202)


class EvaluationView(ApiView):
    @extend_schema(operation_id="artifacts_evaluation", parameters=PARAMETERS, responses=EvaluationSerializer)
    def get(self, request: Request, artifact_id: uuid.UUID) -> Response:
        if all(name in OWN for name in request.query_params):
            evaluation = evaluation_asked(request, artifact_id)
            summary = evaluation.summary
        else:
            found = asked(request, artifact_id)
            evaluation, summary = found.evaluation, summary_of(found.scores, found.rows)
        head = {
            "artifact": evaluation.artifact_id,
            "evaluation": evaluation.pk,
            "snapshot": evaluation.snapshot_id,
            "split": evaluation.split,
        }
        return Response({**head, **summary})


class MetricDefinitionsView(ApiView):
    @extend_schema(operation_id="metric_definitions", responses=MetricDefinition(many=True))
    def get(self, request: Request) -> Response:
        principal_of(request)
        return Response({"results": DEFINITIONS, "next": None, "previous": None})
