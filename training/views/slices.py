"""Slices of an evaluation and the thresholds of its classes, over HTTP."""

from __future__ import annotations

import uuid

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from core.http.views import ApiView
from training import selectors
from training.evaluation_forms import PARAMETERS, WHICH, asked, evaluation_asked
from training.forms import parse
from training.scores.thresholds import curves
from training.services import evaluations, slicing, thresholds
from training.slice_serializers import ChosenThresholds, Slices, ThresholdCurves, ThresholdsInput

APPLIED = (
    "Exports made from now on have these thresholds, and so do deployments of this artifact from their next "
    "version or restart on. Evaluations are measured without."
)


class SlicesView(ApiView):
    @extend_schema(operation_id="artifact_evaluation_slices", parameters=PARAMETERS, responses=Slices)
    def get(self, request: Request, artifact_id: uuid.UUID) -> Response:
        found = asked(request, artifact_id)
        return Response(slicing.sliced(found.evaluation, found.scores, found.rows))


class ThresholdCurvesView(ApiView):
    @extend_schema(
        operation_id="artifact_evaluation_thresholds",
        parameters=WHICH,
        responses=ThresholdCurves,
        description="Of all images of the evaluation: the curves cannot be filtered.",
    )
    def get(self, request: Request, artifact_id: uuid.UUID) -> Response:
        evaluation = evaluation_asked(request, artifact_id)
        scores = evaluations.scores_of(evaluation)
        return Response(curves(scores, evaluation.artifact.thresholds))


class ThresholdsView(ApiView):
    @extend_schema(
        operation_id="artifact_thresholds_set", request=ThresholdsInput, responses=ChosenThresholds
    )
    def put(self, request: Request, artifact_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        artifact = selectors.get_artifact(principal, artifact_id, "train")
        given = parse(ThresholdsInput, request)["thresholds"]
        return Response({"thresholds": thresholds.choose(principal, artifact, given), "detail": APPLIED})
