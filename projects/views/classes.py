"""Label classes over HTTP."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from accounts.views import parse
from core.http.pagination import CursorPages, paginated
from core.http.views import ApiView
from projects import selectors
from projects.classes import class_indices
from projects.models import LabelClass, Project
from projects.serializers import ClassSerializer
from projects.services import classes as services


class ClassesView(ApiView):
    pagination_class = CursorPages

    @extend_schema(operation_id="classes_list", responses=ClassSerializer(many=True))
    def get(self, request: Request, project_id: uuid.UUID) -> Response:
        project = selectors.get_project(principal_of(request), project_id)
        classes = selectors.with_shapes(selectors.classes_of(project))
        return paginated(self, request, classes, ClassSerializer, ("position", "id"), _context(project))

    @extend_schema(operation_id="classes_create", request=ClassSerializer, responses={201: ClassSerializer})
    def post(self, request: Request, project_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        project = selectors.get_project(principal, project_id, "manage")
        body = parse(ClassSerializer, request)
        body.pop("position", None)
        label_class = services.create_class(principal, project, **body)
        return Response(ClassSerializer(label_class, context=_context(project)).data, status=201)


def shown(label_class: LabelClass) -> dict[str, Any]:
    """The class as the API shows it."""
    counted = selectors.with_shapes(LabelClass.objects.filter(pk=label_class.pk)).get()
    return ClassSerializer(counted, context=_context(label_class.project)).data


def _context(project: Project) -> dict[str, Any]:
    return {"indices": class_indices(selectors.classes_of(project), project.unlabelled)}
