"""The images behind an evaluation's numbers, over HTTP."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace

import numpy as np
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param

from accounts.principals import principal_of
from core.errors import BadInput, FieldError, NotFound
from core.http.pagination import MAX_LIMIT
from core.http.views import ApiView
from training import selectors
from training.evaluation_forms import PARAMETERS, WHICH, Asked, asked, evaluation_asked
from training.evaluation_serializers import EvaluatedImages, FollowedImages, RunSteps
from training.forms import whole_number
from training.models import Artifact
from training.run_filters import identifier
from training.scores.listing import ORDERS, Question, described, listed, meant
from training.services import disagreeing, steps, viewing

CELL = OpenApiParameter("cell", description="`truth,prediction`, by index: only images with such pixels")
AGAINST = OpenApiParameter("against", OpenApiTypes.UUID, description="Another artifact")
WINDOW = [OpenApiParameter("limit", int), OpenApiParameter("cursor", int)]
PICTURES = ("truth", "errors", "cell", *viewing.CHANNELS)
PNG = {(200, "image/png"): OpenApiTypes.BINARY}


class EvaluationImagesView(ApiView):
    @extend_schema(
        operation_id="artifact_evaluation_images",
        parameters=[
            *PARAMETERS,
            OpenApiParameter("order", enum=[sign + name for name in ORDERS for sign in ("", "-")]),
            OpenApiParameter("label", int, description="Index of the class that `iou` is of"),
            CELL,
            AGAINST,
            *WINDOW,
        ],
        responses=EvaluatedImages,
    )
    def get(self, request: Request, artifact_id: uuid.UUID) -> Response:
        found = asked(request, artifact_id)
        order, question = _question(request, found)
        try:
            rows = listed(found.scores, found.rows, order, question)
        except ValueError as error:
            raise _wrong(str(error), f"the order {order} needs it") from error
        first, limit = _window(request)
        shown = described(found.scores, rows[first : first + limit], question)
        return Response({"count": len(rows), "results": shown, **_around(request, first, limit, len(rows))})


class EvaluationPictureView(ApiView):
    """How a prediction compares with the truth of an evaluation, and how sure it is."""

    @extend_schema(
        operation_id="artifact_evaluation_picture",
        parameters=[*WHICH, CELL, OpenApiParameter("kind", str, "path", enum=[*PICTURES])],
        responses=PNG,
    )
    def get(self, request: Request, artifact_id: uuid.UUID, asset_id: uuid.UUID, kind: str) -> HttpResponse:
        if kind not in PICTURES:
            raise NotFound(f"There is no picture {kind}; there are {', '.join(PICTURES)}.")
        if kind in viewing.CHANNELS:
            artifact = selectors.get_artifact(principal_of(request), artifact_id)
            name = f"{kind}-{artifact.pk}-{asset_id}"
            return _picture(request, name, lambda: viewing.certainty(artifact, asset_id, kind))
        evaluation = evaluation_asked(request, artifact_id)
        cell = _cell(request, len(evaluation.artifact.classes)) if kind == "cell" else None
        if kind == "cell" and cell is None:
            raise _wrong("cell", "is needed, as truth,prediction by index")

        def drawn() -> bytes:
            if cell is not None:
                return viewing.cell(evaluation, asset_id, cell)
            made = viewing.truth if kind == "truth" else viewing.errors
            return made(evaluation, asset_id)

        return _picture(request, f"{kind}-{evaluation.updated_at.timestamp():.6f}-{asset_id}-{cell}", drawn)


class DifferenceView(ApiView):
    @extend_schema(operation_id="artifact_difference", parameters=[AGAINST], responses=PNG)
    def get(self, request: Request, artifact_id: uuid.UUID, asset_id: uuid.UUID) -> HttpResponse:
        artifact = selectors.get_artifact(principal_of(request), artifact_id)
        other = _other(request, artifact)
        if other is None:
            raise _wrong("against", "is needed: the id of another artifact")
        return _picture(
            request,
            f"difference-{artifact.pk}-{other.pk}-{asset_id}",
            lambda: viewing.difference(artifact, other, asset_id),
        )


class RunImagesView(ApiView):
    @extend_schema(operation_id="run_images", parameters=WINDOW, responses=FollowedImages)
    def get(self, request: Request, run_id: uuid.UUID) -> Response:
        run = selectors.get_run(principal_of(request), run_id)
        rows, (first, limit) = steps.images_of(run), _window(request)
        around = _around(request, first, limit, len(rows))
        return Response({"count": len(rows), "results": rows[first : first + limit], **around})


class RunStepsView(ApiView):
    @extend_schema(operation_id="run_image_steps", responses=RunSteps)
    def get(self, request: Request, run_id: uuid.UUID, asset_id: uuid.UUID) -> Response:
        run = selectors.get_run(principal_of(request), run_id)
        return Response({"steps": steps.steps_of(run, asset_id)})


def _question(request: Request, found: Asked) -> tuple[str, Question]:
    """The order of the list, and what it is about."""
    scores, artifact = found.scores, found.evaluation.artifact
    labels = len(scores.labels)
    label, cell = request.query_params.get("label"), _cell(request, labels)
    if label and _index(label, labels) is None:
        raise _wrong("label", f"must be an index from 0 to {labels - 1}")
    order = request.query_params.get("order") or ("-pixels" if cell else "miou")
    if order.removeprefix("-") not in ORDERS:
        raise _wrong("order", f"choose one of {', '.join(ORDERS)}, with - before it to turn it round")
    question = Question(int(label) if label else None, cell)
    other = _other(request, artifact)
    if other is None:
        return order, question
    # Comparing reads every mask: only the order that needs it waits for that.
    needed = order.removeprefix("-") == "disagreement"
    compared = disagreeing.disagreement if needed else disagreeing.compared_before
    rows = meant(scores, found.rows, question)
    values = np.full(len(scores), np.nan)
    values[rows] = compared(artifact, other, [scores.assets[row] for row in rows])
    return order, replace(question, disagreement=values)


def _cell(request: Request, labels: int) -> tuple[int, int] | None:
    text = request.query_params.get("cell")
    if not text:
        return None
    parts = text.split(",")
    truth, prediction = (_index(part, labels) for part in parts) if len(parts) == 2 else (None, None)
    if truth is None or prediction is None:
        raise _wrong("cell", f"must be truth,prediction, two indices from 0 to {labels - 1}")
    return truth, prediction


def _index(text: str, labels: int) -> int | None:
    """The index of a label, None where it is none."""
    return int(text) if text.isdecimal() and len(text) < 5 and int(text) < labels else None


def _other(request: Request, artifact: Artifact) -> Artifact | None:
    """The artifact to compare with; of another project it is as good as not there."""
    text = request.query_params.get("against")
    if not text:
        return None
    other = selectors.get_artifact(principal_of(request), identifier("against", text))
    if other.project_id != artifact.project_id:
        raise _wrong("against", "is an artifact of another project")
    return other


def _picture(request: Request, name: str, drawn: Callable[[], bytes]) -> HttpResponse:
    etag = f'"{name}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(drawn(), content_type="image/png", headers=headers)


def _window(request: Request) -> tuple[int, int]:
    """How many rows come before the asked ones, and how many are asked for at most."""
    limit = whole_number(request, "limit", 100)
    return whole_number(request, "cursor", 0), min(max(limit, 1), MAX_LIMIT)


def _around(request: Request, first: int, limit: int, count: int) -> dict[str, str | None]:
    """The addresses of the pages before and behind."""
    url = request.build_absolute_uri()
    behind = str(replace_query_param(url, "cursor", first + limit)) if first + limit < count else None
    if first <= 0:
        return {"next": behind, "previous": None}
    before = replace_query_param(url, "cursor", first - limit) if first > limit else None
    return {"next": behind, "previous": str(before or remove_query_param(url, "cursor"))}


def _wrong(field: str, message: str) -> BadInput:
    return BadInput(f"{field}: {message}.", [FieldError(field, message)])
