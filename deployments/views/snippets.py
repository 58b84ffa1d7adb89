"""How to use one deployment: code to copy, and an OpenAPI document of its own."""

from __future__ import annotations

import uuid
from typing import Any

from django.urls import path
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from core.http.views import ApiView
from deployments.models import Deployment
from deployments.predict_serializers import SnippetsSerializer
from deployments.selectors import get_deployment
from deployments.snippets import KEY, snippets
from deployments.views.predict import BatchView, PredictView

ADDRESS = "/api/v1/deployments/{deployment_id}/predict"


class SnippetsView(ApiView):
    @extend_schema(operation_id="deployment_snippets", responses=SnippetsSerializer)
    def get(self, request: Request, deployment_id: uuid.UUID) -> Response:
        get_deployment(principal_of(request), deployment_id)
        url = request.build_absolute_uri(ADDRESS.format(deployment_id=deployment_id))
        return Response({"url": url, "key": KEY, "snippets": [each._asdict() for each in snippets(url)]})


class OpenApiView(ApiView):
    @extend_schema(
        operation_id="deployment_openapi",
        description="An OpenAPI document of this endpoint alone, with its address and its classes.",
        responses={200: {"type": "object", "additionalProperties": True}},
    )
    def get(self, request: Request, deployment_id: uuid.UUID) -> Response:
        deployment = get_deployment(principal_of(request), deployment_id)
        return Response(_document(deployment, request.build_absolute_uri("/").rstrip("/")))


def _document(deployment: Deployment, server: str) -> dict[str, Any]:
    address = ADDRESS.replace("{deployment_id}", "<uuid:deployment_id>").lstrip("/")
    patterns = [path(address, PredictView.as_view()), path(f"{address}/batch", BatchView.as_view())]
    document: dict[str, Any] = SchemaGenerator(patterns=patterns).get_schema(request=None, public=True)
    document["info"] = {
        "title": f"{deployment.name} (Tessera)",
        "version": str(deployment.version),
        "description": f"{deployment.artifact.architecture} {deployment.artifact.variant}",
    }
    document["servers"] = [{"url": server}]
    document["paths"] = {
        each.replace("{deployment_id}", str(deployment.pk)): _settled(methods, deployment)
        for each, methods in document["paths"].items()
    }
    return document


def _settled(methods: dict[str, Any], deployment: Deployment) -> dict[str, Any]:
    """The operations of one address without the parameter that is filled in, and with the model's classes."""
    names = [each["name"] for each in deployment.artifact.classes if each.get("id")]
    for operation in methods.values():
        operation["parameters"] = [each for each in operation["parameters"] if each["in"] != "path"]
        for each in operation["parameters"]:
            if each["name"] == "classes":
                each["description"] = f"{each['description']}. The model has: {', '.join(names)}"
    return methods
