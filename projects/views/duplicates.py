"""Pictures that look alike, over HTTP."""

from __future__ import annotations

import uuid
from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from accounts.views import parse
from core.errors import BadInput, FieldError
from core.http.pagination import parse_limit
from core.http.views import ApiView
from projects import near_duplicates as selectors
from projects.asset_selectors import assets_of
from projects.bulk_serializers import BulkAnswerSerializer
from projects.duplicate_serializers import DuplicatesSerializer, MendSerializer
from projects.models import Project
from projects.selectors import get_project
from projects.services import leaks
from projects.similar import MAX_DISTANCE

SHOWN_OF_A_GROUP = 20


class NearDuplicatesView(ApiView):
    @extend_schema(
        operation_id="projects_near_duplicates",
        parameters=[
            OpenApiParameter(
                "distance",
                int,
                default=selectors.DEFAULT_DISTANCE,
                description=f"How many of the 64 bits of two perceptual hashes may differ: 0…{MAX_DISTANCE}",
            ),
            OpenApiParameter("limit", int, default=50),
            OpenApiParameter("offset", int, default=0, description="How many groups to pass over"),
        ],
        responses=DuplicatesSerializer,
    )
    def get(self, request: Request, project_id: uuid.UUID) -> Response:
        project = get_project(principal_of(request), project_id)
        distance = _number(request, "distance", selectors.DEFAULT_DISTANCE, MAX_DISTANCE)
        offset, limit = _number(request, "offset", 0, 10_000_000), parse_limit(request)
        groups = selectors.groups_of(project.pk, distance)
        page = groups[offset : offset + limit]
        answer = {
            "distance": distance,
            "compared": selectors.hashed(project.pk).count(),
            "groups": len(groups),
            "leaking": sum(group.leaks for group in groups),
            "assets": sum(len(group.assets) for group in groups),
            "results": _shown(project, page),
            "next_offset": offset + limit if offset + limit < len(groups) else None,
        }
        return Response(DuplicatesSerializer(answer).data)

    @extend_schema(
        operation_id="projects_mend_leaks",
        request=MendSerializer,
        responses=BulkAnswerSerializer,
        description="A bulk change as any other: it can be undone.",
    )
    def post(self, request: Request, project_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        project = get_project(principal, project_id, "annotate")
        body = parse(MendSerializer, request)
        return Response(leaks.mend(principal, project, **body))


def _shown(project: Project, groups: list[selectors.Group]) -> list[dict[str, Any]]:
    shown = [group.assets[:SHOWN_OF_A_GROUP] for group in groups]
    assets = assets_of(project).in_bulk([key for keys in shown for key in keys])
    return [
        {
            "leaks": group.leaks,
            "splits": group.splits,
            "count": len(group.assets),
            "assets": [assets[key] for key in keys if key in assets],
        }
        for group, keys in zip(groups, shown, strict=True)
    ]


def _number(request: Request, name: str, default: int, most: int) -> int:
    raw = request.query_params.get(name)
    if raw is None:
        return default
    if not (raw.isascii() and raw.isdecimal() and len(raw) < 10 and int(raw) <= most):
        message = f"must be a whole number, 0…{most}"
        raise BadInput(f"{name} {message}.", [FieldError(name, message)])
    return int(raw)
