"""What models propose for an image, and what a person makes of it, over HTTP."""

from __future__ import annotations

import uuid

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from accounts.views import parse
from annotations import proposal_selectors as selectors
from annotations.proposal_serializers import (
    AcceptedProposalsSerializer,
    AcceptSerializer,
    DiscardedProposalsSerializer,
    ProposalsSerializer,
    ProposalSummarySerializer,
    RejectedProposalsSerializer,
    RejectSerializer,
    ReopenedProposalsSerializer,
    ReopenProposalsSerializer,
)
from annotations.services import deciding, discarding
from core.errors import BadInput, FieldError
from core.http.views import ApiView
from projects.asset_selectors import get_asset
from projects.selectors import get_project


class ProposalsView(ApiView):
    @extend_schema(
        operation_id="proposals_list",
        parameters=[OpenApiParameter("state", enum=selectors.STATES, default=selectors.State.PENDING)],
        responses=ProposalsSerializer,
    )
    def get(self, request: Request, asset_id: uuid.UUID) -> Response:
        asset = get_asset(principal_of(request), asset_id)
        rows = selectors.proposals_of(asset, request.query_params.get("state") or selectors.State.PENDING)
        results = [selectors.proposal_as_dict(row) for row in rows]
        return Response({"uncertainty": asset.uncertainty, "margin": asset.margin, "results": results})


class ProjectProposalsView(ApiView):
    @extend_schema(operation_id="proposals_summary", responses=ProposalSummarySerializer)
    def get(self, request: Request, project_id: uuid.UUID) -> Response:
        """What models have proposed in the project, and what became of it."""
        return Response(selectors.summary_of(get_project(principal_of(request), project_id)))

    @extend_schema(
        operation_id="proposals_discard",
        parameters=[OpenApiParameter("deployment", OpenApiTypes.UUID, description="Only what it proposed")],
        responses=DiscardedProposalsSerializer,
    )
    def delete(self, request: Request, project_id: uuid.UUID) -> Response:
        """Forget the pending proposals of all images: unlike those that are rejected they may be proposed
        again."""
        principal = principal_of(request)
        project = get_project(principal, project_id, "review")
        return Response(discarding.discard(principal, project, _deployment(request)))


def _deployment(request: Request) -> uuid.UUID | None:
    given = request.query_params.get("deployment")
    try:
        return uuid.UUID(given) if given else None
    except ValueError:
        message = "is not the id of a deployment"
        raise BadInput(f"deployment {message}.", [FieldError("deployment", message)]) from None


class AcceptProposalsView(ApiView):
    @extend_schema(
        operation_id="proposals_accept", request=AcceptSerializer, responses=AcceptedProposalsSerializer
    )
    def post(self, request: Request, asset_id: uuid.UUID) -> Response:
        """Make proposals shapes of the image, as one revision. Accepting again what was accepted changes
        nothing and is answered the same."""
        principal = principal_of(request)
        asset = get_asset(principal, asset_id, "annotate")
        return Response(deciding.accept(principal, asset, **parse(AcceptSerializer, request)))


class RejectProposalsView(ApiView):
    @extend_schema(
        operation_id="proposals_reject", request=RejectSerializer, responses=RejectedProposalsSerializer
    )
    def post(self, request: Request, asset_id: uuid.UUID) -> Response:
        """Turn proposals down: the same model does not propose them again there."""
        principal = principal_of(request)
        asset = get_asset(principal, asset_id, "annotate")
        return Response(deciding.reject(principal, asset, **parse(RejectSerializer, request)))


class ReopenProposalsView(ApiView):
    @extend_schema(
        operation_id="proposals_reopen",
        request=ReopenProposalsSerializer,
        responses=ReopenedProposalsSerializer,
    )
    def post(self, request: Request, asset_id: uuid.UUID) -> Response:
        """Take a decision back: what was rejected, and what was accepted and whose shape is gone, is pending
        again."""
        principal = principal_of(request)
        asset = get_asset(principal, asset_id, "annotate")
        return Response(deciding.reopen(principal, asset, **parse(ReopenProposalsSerializer, request)))
