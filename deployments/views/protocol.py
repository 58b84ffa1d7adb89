"""The Open Inference Protocol, version 2: existing clients ask a deployment by its id or its name.

Tensors pass through as they came, in JSON or in binary; whose they are is decided here.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from core.errors import BadInput, FieldError, NotFound, TooLarge, Unavailable, UnsupportedMedia
from core.http.views import ApiView
from deployments import inference
from deployments.image_input import MOST_BYTES, RawImageParser
from deployments.selectors import deployment_named
from deployments.services import prediction
from deployments.views.predict import Whatever, passed_on

EXTENSIONS = ["binary_tensor_data"]


class Tensors(RawImageParser):
    """A body of any type, as bytes."""

    media_type = "*/*"


class ProtocolView(ApiView):
    """Problems have the `error` that the protocol's clients look for."""

    parser_classes = [Tensors]
    content_negotiation_class = Whatever

    def handle_exception(self, exception: Exception) -> Response:
        response = super().handle_exception(exception)
        response.data = {"error": response.data["detail"], **response.data}
        return response


class OpenView(ProtocolView):
    """What tells nothing of anybody's models needs no key."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]


@extend_schema(exclude=True)
class ServerView(OpenView):
    def get(self, request: Request) -> Response:
        return Response({"name": "tessera", "version": settings.TESSERA_VERSION, "extensions": EXTENSIONS})


@extend_schema(exclude=True)
class LiveView(OpenView):
    def get(self, request: Request) -> Response:
        return Response({"live": True})


@extend_schema(exclude=True)
class ReadyView(OpenView):
    def get(self, request: Request) -> Response:
        if inference.protocol("GET", "health/ready").status >= 400:
            raise Unavailable("The inference server is not ready.")
        return Response({"ready": True})


@extend_schema(exclude=True)
class ModelView(ProtocolView):
    """`path` is what lies behind the model's name."""

    path = ""

    def get(self, request: Request, name: str, version: str | None = None) -> HttpResponse:
        return self._answer(request, name, version)

    def _answer(
        self, request: Request, name: str, version: str | None, body: bytes | None = None
    ) -> HttpResponse:
        deployment = deployment_named(principal_of(request), name)
        if version is not None and version != str(deployment.version):
            raise NotFound(f"The deployment answers with version {deployment.version}.")
        prediction.check_answering(deployment)
        # A version that is named answers itself, and no canary in its place.
        at = f"models/{deployment.pk}" if version is None else f"models/{deployment.pk}/versions/{version}"
        path = f"{at}{self.path}"
        answer = inference.protocol(request.method or "GET", path, body, _headers(request, body))
        return passed_on(prediction.understood(deployment, answer))


@extend_schema(exclude=True)
class ModelReadyView(ModelView):
    path = "/ready"


@extend_schema(exclude=True)
class InferView(ModelView):
    path = "/infer"
    http_method_names = ["post", "options"]

    def post(self, request: Request, name: str, version: str | None = None) -> HttpResponse:
        declared = request.META.get("CONTENT_LENGTH") or "0"
        if declared.isdigit() and int(declared) > MOST_BYTES:
            raise TooLarge(f"A request may have {MOST_BYTES >> 20} MB at most.")
        if request.headers.get("Content-Encoding", "identity") != "identity":
            raise UnsupportedMedia("Send the body as it is: compressed requests are not taken.")
        body = request.data
        return self._answer(request, name, version, body if isinstance(body, bytes) else b"")


def _headers(request: Request, body: bytes | None) -> dict[str, str]:
    """What belongs to the body, and nothing else of the caller's."""
    if body is None:
        return {}
    headers = {"Content-Type": request.content_type or "application/json"}
    length = request.headers.get(inference.JSON_LENGTH)
    if length is not None:
        if not length.isdecimal() or len(length) > 12 or int(length) > len(body):
            message = f"must be a length of at most the body's {len(body)} bytes"
            raise BadInput(
                f"{inference.JSON_LENGTH} {message}.", [FieldError(inference.JSON_LENGTH, message)]
            )
        headers[inference.JSON_LENGTH] = length
    return headers
