"""The public endpoint of a deployment: authenticate, take the image, pass on the answer."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request

from accounts.principals import principal_of
from core.http.views import ApiView
from deployments.image_input import RawBytesParser, RawImageParser, image_of
from deployments.selectors import get_deployment
from deployments.serializers import PredictInput, PredictionSerializer
from deployments.services import prediction

PREDICT_JSON = {
    "type": "object",
    "required": ["image"],
    "properties": {
        "image": {
            "oneOf": [
                {"type": "string", "description": "base64, a data URL too"},
                {
                    "type": "object",
                    "required": ["url"],
                    "properties": {"url": {"type": "string", "format": "uri"}},
                },
            ]
        }
    },
}


class PredictView(ApiView):
    parser_classes = [MultiPartParser, JSONParser, RawImageParser, RawBytesParser]

    @extend_schema(
        operation_id="deployments_predict",
        parameters=[
            OpenApiParameter("output", str, description="Of polygons, mask and png, with commas"),
            OpenApiParameter("threshold", float, description="Leave out what scores lower (0…1)"),
            OpenApiParameter("classes", str, description="Only these classes, by id or name, with commas"),
        ],
        request={
            "multipart/form-data": PredictInput,
            "application/json": PREDICT_JSON,
            "image/*": OpenApiTypes.BINARY,
        },
        responses=PredictionSerializer,
    )
    def post(self, request: Request, deployment_id: uuid.UUID) -> HttpResponse:
        deployment = get_deployment(principal_of(request), deployment_id, "predict")
        prediction.check_answering(deployment)
        query = [(name, value) for name, values in request.query_params.lists() for value in values]
        answer = prediction.predict(deployment, image_of(request), query)
        response = HttpResponse(answer.body, status=answer.status, content_type=answer.content_type)
        if answer.retry_after:
            response["Retry-After"] = answer.retry_after
        return response
