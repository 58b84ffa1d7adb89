"""The public endpoint of a deployment: authenticate, take the images, pass on the answers."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request

from accounts.principals import principal_of
from core.http.views import ApiView
from deployments import inference
from deployments.image_input import MOST_IMAGES, RawBytesParser, RawImageParser, image_of, images_of
from deployments.models import Deployment
from deployments.predict_serializers import (
    BatchInput,
    BatchSerializer,
    PredictInput,
    PredictionSerializer,
)
from deployments.selectors import get_answering
from deployments.services import batches, prediction

ONE_IMAGE: dict[str, Any] = {
    "oneOf": [
        {"type": "string", "description": "base64, a data URL too"},
        {
            "type": "object",
            "required": ["url"],
            "properties": {"url": {"type": "string", "format": "uri"}},
        },
    ]
}
PREDICT_JSON = {"type": "object", "required": ["image"], "properties": {"image": ONE_IMAGE}}
IMAGES = {"type": "array", "minItems": 1, "maxItems": MOST_IMAGES, "items": ONE_IMAGE}
BATCH_JSON = {"type": "object", "required": ["images"], "properties": {"images": IMAGES}}
QUERY = [
    OpenApiParameter(
        "output",
        str,
        description="Of polygons, mask (RLE), png (index mask) and overlay (coloured picture), with commas",
    ),
    OpenApiParameter("threshold", float, description="Leave out what scores lower (0…1)"),
    OpenApiParameter("classes", str, description="Only these classes, by id, name or index, with commas"),
    OpenApiParameter(
        "tiles",
        str,
        enum=["off", "on", "auto"],
        description="Compute in tiles of the model's input size, blended; auto where the image "
        "is more than twice as long",
    ),
    OpenApiParameter("overlap", float, description="By how much of a tile its neighbours overlap (0…0.5)"),
    OpenApiParameter(
        "augment",
        str,
        enum=["off", "flip", "scales"],
        description="Average over the mirrored image too, or over several sizes",
    ),
    OpenApiParameter(
        "regions",
        bool,
        description="Of a semantic model each region of a class is a prediction of its own",
    ),
    OpenApiParameter(
        "uncertainty",
        bool,
        description="Say how unsure the model is of the whole image, `{entropy, margin}`, each 0…1",
    ),
]


class Whatever(DefaultContentNegotiation):
    """The inference server answers in the form that was asked for; problems of ours are JSON always."""

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class PredictView(ApiView):
    parser_classes = [MultiPartParser, JSONParser, RawImageParser, RawBytesParser]
    content_negotiation_class = Whatever

    @extend_schema(
        operation_id="deployments_predict",
        description="With `Accept: image/png` and `output=png` or `overlay` the answer is the picture.",
        parameters=QUERY,
        request={
            "multipart/form-data": PredictInput,
            "application/json": PREDICT_JSON,
            "image/*": OpenApiTypes.BINARY,
        },
        responses={
            (200, "application/json"): PredictionSerializer,
            (200, "image/png"): OpenApiTypes.BINARY,
        },
    )
    def post(self, request: Request, deployment_id: uuid.UUID) -> HttpResponse:
        deployment = self._deployment(request, deployment_id)
        accept = request.headers.get("Accept", "")
        return passed_on(prediction.predict_one(deployment, image_of(request), query_of(request), accept))

    def _deployment(self, request: Request, deployment_id: uuid.UUID) -> Deployment:
        deployment = get_answering(principal_of(request), deployment_id)
        prediction.check_answering(deployment)
        return deployment


class BatchView(PredictView):
    parser_classes = [MultiPartParser, JSONParser]

    @extend_schema(
        operation_id="deployments_predict_batch",
        description=f"Up to {MOST_IMAGES} images; `results` are in their order, each a prediction or what is "
        "wrong with that image. A server that is busy is waited for up to a minute.",
        parameters=QUERY,
        request={"multipart/form-data": BatchInput, "application/json": BATCH_JSON},
        responses=BatchSerializer,
    )
    def post(self, request: Request, deployment_id: uuid.UUID) -> HttpResponse:
        deployment = self._deployment(request, deployment_id)
        return passed_on(batches.predict_batch(deployment, images_of(request), query_of(request)))


def query_of(request: Request) -> list[tuple[str, str]]:
    """The query as pairs; what it means is the inference server's business."""
    return [(name, value) for name, values in request.query_params.lists() for value in values]


def passed_on(answer: inference.Answer) -> HttpResponse:
    """The inference server's answer as ours."""
    response = HttpResponse(answer.body, status=answer.status, content_type=answer.content_type)
    if answer.retry_after:
        response["Retry-After"] = answer.retry_after
    if answer.json_length:
        response[inference.JSON_LENGTH] = answer.json_length
    return response
