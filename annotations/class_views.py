"""One label class over HTTP. Here and not with the projects, because removing it is about its annotations."""

from __future__ import annotations

import uuid

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from accounts.views import parse
from annotations.services.classes import delete_class
from core.http.views import ApiView
from projects.selectors import get_class
from projects.serializers import ClassSerializer
from projects.services.classes import update_class
from projects.views.classes import shown


class ClassView(ApiView):
    @extend_schema(operation_id="classes_update", request=ClassSerializer, responses=ClassSerializer)
    def patch(self, request: Request, class_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        label_class = get_class(principal, class_id, "manage")
        body = parse(ClassSerializer, request, partial=True)
        return Response(shown(update_class(principal, label_class, **body)))

    @extend_schema(
        operation_id="classes_delete",
        parameters=[
            OpenApiParameter(
                "annotations",
                str,
                description="What becomes of its annotations: `delete`, or the id of the class they get",
            )
        ],
        responses={204: OpenApiResponse(description="Gone")},
    )
    def delete(self, request: Request, class_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        label_class = get_class(principal, class_id, "manage")
        delete_class(principal, label_class, request.query_params.get("annotations"))
        return Response(status=204)
