"""What models propose for an image, and what a person makes of it, over HTTP."""

from __future__ import annotations

import uuid

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from accounts.views import parse
from annotations import proposal_selectors as selectors
from annotations.proposal_serializers import (
    AcceptedProposalsSerializer,
    AcceptSerializer,
    ProposalsSerializer,
    RejectedProposalsSerializer,
    RejectSerializer,
    ReopenedProposalsSerializer,
    ReopenProposalsSerializer,
)
from annotations.services import deciding
from core.http.views import ApiView
from projects.asset_selectors import get_asset


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
