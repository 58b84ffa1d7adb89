"""Several people's answers to one image over HTTP: asking for them, giving them, comparing and settling."""

from __future__ import annotations

import uuid

from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import principal_of
from accounts.selectors import require
from accounts.views import parse
from annotations import answer_selectors as selectors
from annotations.consensus_serializers import (
    AnswerBriefSerializer,
    AnswersSerializer,
    AskedSerializer,
    AskSerializer,
    AssetAgreementSerializer,
    AssetBriefSerializer,
    MergeAnswersSerializer,
    MergedAnswersSerializer,
    OwnAnswerSerializer,
    ProjectAgreementSerializer,
    ReopenSerializer,
    SaveAnswerSerializer,
    TasksSerializer,
)
from annotations.models import Answer
from annotations.services import answers as services
from annotations.services import asking, scoring, settling
from annotations.views import IF_MATCH, expected_revision
from core.http.pagination import CursorPages
from core.http.views import ApiView
from projects.asset_selectors import get_asset
from projects.models import Asset
from projects.selectors import get_project


class OwnAnswerView(ApiView):
    @extend_schema(operation_id="answers_mine", responses=OwnAnswerSerializer)
    def get(self, request: Request, asset_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        asset = get_asset(principal, asset_id, "annotate")
        return _own(selectors.own_answer(principal, asset), asset)

    @extend_schema(
        operation_id="answers_save",
        parameters=[IF_MATCH],
        request=SaveAnswerSerializer,
        responses=OwnAnswerSerializer,
    )
    def put(self, request: Request, asset_id: uuid.UUID) -> Response:
        """Make your own answer exactly these shapes; nobody else's and no annotation is touched."""
        principal = principal_of(request)
        asset = get_asset(principal, asset_id, "annotate")
        revision = expected_revision(request)
        body = parse(SaveAnswerSerializer, request)
        answer = services.save(principal, asset, revision, body["results"], body["done"])
        if answer.state == Answer.State.DONE:
            scoring.refresh(asset)
        return _own(answer, asset)


class AnswersView(ApiView):
    @extend_schema(operation_id="answers_list", responses=AnswersSerializer)
    def get(self, request: Request, asset_id: uuid.UUID) -> Response:
        """The answers you may see: all for whoever reviews; else yours, and when it is handed in those of
        others that are, too."""
        principal = principal_of(request)
        asset = get_asset(principal, asset_id)
        seen, hidden = selectors.visible_answers(principal, asset)
        results = [{**AnswerBriefSerializer(answer).data, "results": answer.results} for answer in seen]
        return Response({"results": results, "hidden": hidden})


class AnswerView(ApiView):
    @extend_schema(operation_id="answers_reopen", request=ReopenSerializer, responses=AnswerBriefSerializer)
    def patch(self, request: Request, answer_id: uuid.UUID) -> Response:
        """Give an answer that was handed in back to its person."""
        principal = principal_of(request)
        answer = selectors.get_answer(principal, answer_id)
        parse(ReopenSerializer, request)
        return Response(AnswerBriefSerializer(services.reopen(principal, answer)).data)

    @extend_schema(operation_id="answers_withdraw", responses={204: OpenApiResponse(description="Gone")})
    def delete(self, request: Request, answer_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        services.withdraw(principal, selectors.get_answer(principal, answer_id))
        return Response(status=204)


class ConsensusView(ApiView):
    @extend_schema(
        operation_id="consensus_list",
        parameters=[
            OpenApiParameter("person", str, description="`me`, or the id of somebody who was asked"),
            OpenApiParameter("state", enum=selectors.STATES),
            OpenApiParameter("limit", int, default=50),
            OpenApiParameter("cursor", str),
        ],
        responses=TasksSerializer,
    )
    def get(self, request: Request, project_id: uuid.UUID) -> Response:
        """The images that several people were asked about, and how far each is. Whoever does not review sees
        their own part."""
        principal = principal_of(request)
        project = get_project(principal, project_id)
        answers, query = selectors.asked(principal, project), request.query_params
        assets = selectors.rounds(
            answers, project, query.get("person", ""), query.get("state", ""), principal.user
        )
        pages = CursorPages()
        pages.ordering = ("created_at", "id")
        page: list[Asset] = pages.paginate_queryset(assets, request, view=self)
        by_asset = selectors.by_asset(answers, page)
        judges = selectors.sees_all(principal, project)
        scores = scoring.headlines(project, page) if judges else {}
        tasks = [
            {
                "asset": AssetBriefSerializer(asset).data,
                "answers": AnswerBriefSerializer(by_asset.get(asset.pk, []), many=True).data,
                "score": scores.get(str(asset.pk)),
            }
            for asset in page
        ]
        response = pages.get_paginated_response(tasks)
        response.data.update(selectors.progress(answers))
        return response

    @extend_schema(operation_id="consensus_ask", request=AskSerializer, responses=AskedSerializer)
    def post(self, request: Request, project_id: uuid.UUID) -> Response:
        """Give each image to several people, evenly; who has it already counts."""
        principal = principal_of(request)
        project = get_project(principal, project_id, "review")
        body = parse(AskSerializer, request)
        people = asking.people_of(project, body["people"])
        asked = asking.ask(
            principal, project, people, body["overlap"], ids=body.get("assets"), filters=body.get("filters")
        )
        return Response(asking.summary(asked))


class AssetAgreementView(ApiView):
    @extend_schema(operation_id="assets_agreement", responses=AssetAgreementSerializer)
    def get(self, request: Request, asset_id: uuid.UUID) -> Response:
        """How far the answers that you may see and that are handed in agree."""
        principal = principal_of(request)
        asset = get_asset(principal, asset_id)
        seen, hidden = selectors.visible_answers(principal, asset)
        return Response(scoring.of_asset(asset, seen if hidden else None))


class ProjectAgreementView(ApiView):
    @extend_schema(operation_id="projects_agreement", responses=ProjectAgreementSerializer)
    def get(self, request: Request, project_id: uuid.UUID) -> Response:
        project = get_project(principal_of(request), project_id, "review")
        body = scoring.of_project(project)
        rows = [{**row, "asset": AssetBriefSerializer(row["asset"]).data} for row in body["assets"]]
        return Response({**body, "assets": rows})


class MergeAnswersView(ApiView):
    @extend_schema(
        operation_id="answers_merge",
        parameters=[IF_MATCH],
        request=MergeAnswersSerializer,
        responses=MergedAnswersSerializer,
    )
    def post(self, request: Request, asset_id: uuid.UUID) -> Response:
        """Replace the annotations by the majority of the answers handed in, or by one of them."""
        principal = principal_of(request)
        asset = get_asset(principal, asset_id)
        require(principal, asset.project.workspace_id, "review")
        revision = expected_revision(request)
        body = parse(MergeAnswersSerializer, request)
        asset, told = settling.merge(principal, asset, revision, body["method"], body.get("user"))
        return Response({"revision": asset.revision, **told})


def _own(answer: Answer, asset: Asset) -> Response:
    """One's own answer, as far as its classes are still there: what is sent back must be accepted."""
    classes = {str(pk) for pk in asset.project.label_classes.values_list("pk", flat=True)}
    response = Response(
        {
            "state": answer.state,
            "revision": answer.revision,
            "results": [shape for shape in answer.results if shape["class"] in classes],
            "done_at": answer.done_at,
        }
    )
    response["ETag"] = f'"{answer.revision}"'
    return response
