"""Uploads in pieces over HTTP, by tus 1.0. Their PATCH never comes here: see `projects.receiving`."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.http import HttpRequest
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import Principal, principal_of
from core.errors import BadInput, FieldError, TooLarge
from core.http.pagination import CursorPages, paginated
from core.http.views import ApiView
from projects import spool
from projects.models import Upload
from projects.selectors import get_project
from projects.services import uploading as services
from projects.tus import (
    CHECKSUMS,
    CONTENT_TYPE,
    EXTENSIONS,
    VERSION,
    WrongVersion,
    expires,
    parse_metadata,
    whole_number,
)
from projects.upload_serializers import ResumableUploadSerializer

PIECE = 1 << 20
_DESCRIPTION = f"""A place for a file to come by [tus 1.0](https://tus.io): pictures, videos and ZIPs of
them of any size, and files to import. `Upload-Metadata` holds `filename` and `project`; with `purpose`
`import` also `format` and `create_classes`. Pieces go to the answered `Location` as `PATCH` with
`Upload-Offset` and `{CONTENT_TYPE}`; `HEAD` tells how much has arrived, and `GET` what became of it. What
nobody goes on with is forgotten after a week."""


class _Pieces(BaseParser):
    """Leaves the body to the view."""

    media_type = "*/*"

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        return {}


class TusView(ApiView):
    """Says which tus is spoken, and speaks no other."""

    speaks: ClassVar[tuple[str, ...]] = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if request.method in self.speaks and request.headers.get("Tus-Resumable") != VERSION:
            raise WrongVersion()

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        response["Tus-Resumable"] = VERSION
        response["Tus-Version"] = VERSION
        return response

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        headers = {
            "Tus-Extension": ",".join(EXTENSIONS),
            "Tus-Checksum-Algorithm": ",".join(CHECKSUMS),
            "Tus-Max-Size": str(services.MAX_LENGTH),
        }
        return Response(status=204, headers=headers)


class UploadsView(TusView):
    speaks = ("POST",)
    parser_classes = (_Pieces,)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        if response.status_code == 201:
            # Also on an answer that is given again for its Idempotency-Key. Without a host: a proxy in front
            # may be known by another name and scheme.
            response["Location"] = f"/api/v1/uploads/{response.data['id']}"
        return response

    @extend_schema(
        operation_id="uploads_create",
        description=_DESCRIPTION,
        parameters=[
            OpenApiParameter("Upload-Length", int, OpenApiParameter.HEADER, description="Of the whole file"),
            OpenApiParameter("Upload-Metadata", str, OpenApiParameter.HEADER),
            OpenApiParameter("Tus-Resumable", str, OpenApiParameter.HEADER, enum=[VERSION]),
        ],
        request={CONTENT_TYPE: OpenApiTypes.BINARY},
        responses={201: ResumableUploadSerializer},
    )
    def post(self, request: Request) -> Response:
        principal = principal_of(request)
        raw = request.headers.get("Upload-Metadata", "")
        metadata = parse_metadata(raw)
        upload = services.begin_upload(
            principal,
            get_project(principal, _project_id(metadata)),
            metadata.get("relativePath") or metadata.get("filename") or metadata.get("name") or "file",
            _length(request),
            metadata.get("purpose") or Upload.Purpose.ASSETS,
            _options(metadata),
            raw,
        )
        offset = _first_piece(request, principal, upload)
        headers = {
            "Upload-Offset": str(offset),
            "Upload-Expires": expires(upload),
        }
        return Response(ResumableUploadSerializer(upload).data, status=201, headers=headers)


def _project_id(metadata: dict[str, str]) -> uuid.UUID:
    try:
        return uuid.UUID(metadata.get("project", ""))
    except ValueError as error:
        message = "put the project's id into Upload-Metadata as `project`"
        raise BadInput(errors=[FieldError("project", message)]) from error


def _length(request: Request) -> int | None:
    if request.headers.get("Upload-Defer-Length") == "1":
        return None
    return whole_number(request.headers.get("Upload-Length"), "Upload-Length")


def _options(metadata: dict[str, str]) -> dict[str, Any]:
    if metadata.get("purpose") != Upload.Purpose.IMPORT:
        return {}
    return {
        "format": metadata.get("format", ""),
        "create_classes": metadata.get("create_classes", "").lower() in ("1", "true", "yes"),
    }


def _first_piece(request: Request, principal: Principal, upload: Upload) -> int:
    """Keep what came with the creation, and take in a file that is whole with it; returns its length."""
    raw: HttpRequest = request._request
    if raw.content_type == CONTENT_TYPE:
        with spool.Appending(upload.pk) as appending:
            while piece := raw.read(PIECE):
                if upload.length is not None and appending.offset + len(piece) > upload.length:
                    spool.remove(upload.pk)
                    upload.delete()
                    raise TooLarge(f"More came than the {upload.length} bytes that were announced.")
                appending.write(piece)
            appending.flush()
    offset = spool.size(upload.pk)
    if offset == upload.length:
        services.take_in(principal, upload)
    return offset


class UploadView(TusView):
    speaks = ("HEAD", "DELETE")

    @extend_schema(operation_id="uploads_get", responses=ResumableUploadSerializer)
    def get(self, request: Request, upload_id: uuid.UUID) -> Response:
        return Response(ResumableUploadSerializer(services.get_upload(principal_of(request), upload_id)).data)

    @extend_schema(exclude=True)
    def head(self, request: Request, upload_id: uuid.UUID) -> Response:
        upload = services.get_upload(principal_of(request), upload_id)
        length = upload.length
        known = {"Upload-Defer-Length": "1"} if length is None else {"Upload-Length": str(length)}
        receiving = upload.state == Upload.State.RECEIVING
        offset = spool.size(upload.pk) if receiving else length or 0
        headers = {
            **known,
            "Upload-Offset": str(offset),
            "Upload-Expires": expires(upload),
            "Upload-Metadata": upload.metadata,
            "Cache-Control": "no-store",
        }
        return Response(status=200, headers=headers)

    @extend_schema(operation_id="uploads_cancel", responses={204: OpenApiResponse(description="Given up")})
    def delete(self, request: Request, upload_id: uuid.UUID) -> Response:
        services.cancel_upload(services.get_upload(principal_of(request), upload_id))
        return Response(status=204)


class ProjectUploadsView(ApiView):
    pagination_class = CursorPages

    @extend_schema(
        operation_id="projects_uploads",
        description="One's own uploads in pieces to a project, the latest first.",
        parameters=[OpenApiParameter("status", enum=Upload.State.values)],
        responses=ResumableUploadSerializer(many=True),
    )
    def get(self, request: Request, project_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        project = get_project(principal, project_id, "annotate")
        uploads = services.uploads_of(principal, project, request.query_params.get("status"))
        return paginated(self, request, uploads, ResumableUploadSerializer)
