"""Saved views over HTTP."""

from __future__ import annotations

import uuid

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from accounts.views import parse
from core.http.pagination import CursorPages, paginated
from core.http.views import ApiView
from projects.selectors import get_project
from projects.services import views as services
from projects.view_serializers import SavedViewSerializer


class SavedViewsView(ApiView):
    pagination_class = CursorPages

    @extend_schema(operation_id="views_list", responses=SavedViewSerializer(many=True))
    def get(self, request: Request, project_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        views = services.views_of(principal, get_project(principal, project_id)).select_related("created_by")
        return paginated(self, request, views, SavedViewSerializer, ("created_at", "id"))

    @extend_schema(
        operation_id="views_create", request=SavedViewSerializer, responses={201: SavedViewSerializer}
    )
    def post(self, request: Request, project_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        project = get_project(principal, project_id)
        view = services.create_view(principal, project, **parse(SavedViewSerializer, request))
        return Response(SavedViewSerializer(view).data, status=201)


class SavedViewView(ApiView):
    @extend_schema(operation_id="views_update", request=SavedViewSerializer, responses=SavedViewSerializer)
    def patch(self, request: Request, view_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        view = services.get_view(principal, view_id)
        body = parse(SavedViewSerializer, request, partial=True)
        return Response(SavedViewSerializer(services.update_view(principal, view, **body)).data)

    @extend_schema(operation_id="views_delete", responses={204: OpenApiResponse(description="Gone")})
    def delete(self, request: Request, view_id: uuid.UUID) -> Response:
        services.delete_view(services.get_view(principal_of(request), view_id))
        return Response(status=204)
