"""Runs side by side, and their curves as files."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import Principal, principal_of
from core.errors import BadInput, FieldError, NotFound
from core.http.views import ApiView
from projects.selectors import get_project
from training import selectors
from training.models import Run
from training.run_filters import identifier
from training.run_serializers import ComparisonSerializer, RunSerializer
from training.services import comparison, curves

FEWEST, MOST = 2, 20
MOST_CURVES = 200
CSV = {(200, "text/csv"): OpenApiTypes.STR}


class RunsCompareView(ApiView):
    @extend_schema(
        operation_id="runs_compare",
        parameters=[
            OpenApiParameter("ids", str, required=True, description=f"{FEWEST} to {MOST} ids with commas")
        ],
        responses=ComparisonSerializer,
    )
    def get(self, request: Request) -> Response:
        ids = _ids(request)
        if not FEWEST <= len(ids) <= MOST:
            raise _wrong(f"must be {FEWEST} to {MOST} ids of runs with commas between them")
        runs = _visible(principal_of(request), ids)
        shown = RunSerializer(runs, many=True).data
        return Response(
            {"runs": shown, "fields": comparison.fields(runs), "metrics": comparison.metrics(runs)}
        )


class RunCurvesView(ApiView):
    @extend_schema(operation_id="runs_metrics_csv", responses=CSV)
    def get(self, request: Request, run_id: uuid.UUID) -> StreamingHttpResponse:
        run = selectors.get_run(principal_of(request), run_id)
        return _download(curves.in_blocks(curves.csv_of([run])), "text/csv", f"{run.pk}.csv")


class ProjectCurvesView(ApiView):
    @extend_schema(
        operation_id="project_runs_metrics_csv",
        parameters=[
            OpenApiParameter("ids", str, required=True, description=f"Up to {MOST_CURVES} ids with commas")
        ],
        responses=CSV,
    )
    def get(self, request: Request, project_id: uuid.UUID) -> StreamingHttpResponse:
        principal = principal_of(request)
        project = get_project(principal, project_id)
        ids = _ids(request)
        if not 1 <= len(ids) <= MOST_CURVES:
            raise _wrong(f"must be 1 to {MOST_CURVES} ids of runs with commas between them")
        runs = _visible(principal, ids)
        if any(run.project_id != project.pk for run in runs):
            raise NotFound("The project has not all of these runs.")
        return _download(curves.in_blocks(curves.csv_of(runs, named=True)), "text/csv", "runs.csv")


class RunTensorboardView(ApiView):
    @extend_schema(
        operation_id="runs_tensorboard", responses={(200, "application/octet-stream"): OpenApiTypes.BINARY}
    )
    def get(self, request: Request, run_id: uuid.UUID) -> StreamingHttpResponse:
        run = selectors.get_run(principal_of(request), run_id)
        began = int((run.started_at or run.created_at).timestamp())
        name = f"events.out.tfevents.{began}.{run.pk}"
        return _download(curves.events_of(run), "application/octet-stream", name)


def _ids(request: Request) -> list[uuid.UUID]:
    """The ids of `?ids=`, each once."""
    given = request.query_params.get("ids", "")
    return list(dict.fromkeys(identifier("ids", part.strip()) for part in given.split(",") if part.strip()))


def _visible(principal: Principal, ids: list[uuid.UUID]) -> list[Run]:
    """The runs in the order of their ids; raises NotFound where the caller may not see one."""
    found = {run.pk: run for run in selectors.runs_for(principal).filter(pk__in=ids)}
    missing = [str(run_id) for run_id in ids if run_id not in found]
    if missing:
        raise NotFound(f"There is no run of the id {missing[0]}.")
    return [found[run_id] for run_id in ids]


def _wrong(message: str) -> BadInput:
    return BadInput(f"ids: {message}", [FieldError("ids", message)])


def _download(content: Iterable[bytes], content_type: str, name: str) -> StreamingHttpResponse:
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-cache",
        "X-Content-Type-Options": "nosniff",
    }
    return StreamingHttpResponse(content, content_type=content_type, headers=headers)
