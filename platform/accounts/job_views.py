"""Jobs over HTTP: whoever may read the workspace may watch them."""

from __future__ import annotations

import uuid

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.principals import Principal, principal_of
from accounts.selectors import require
from accounts.serializers import JobSerializer
from core import jobs
from core.errors import NotFound
from core.http.views import ApiView
from core.models import Job


def get_job(principal: Principal, job_id: uuid.UUID, action: str = "read") -> Job:
    """The job; raises NotFound or Forbidden."""
    job = Job.objects.filter(pk=job_id).first()
    if job is None or job.workspace_id is None:
        raise NotFound()
    require(principal, job.workspace_id, action)
    return job


class JobView(ApiView):
    @extend_schema(operation_id="jobs_get", responses=JobSerializer)
    def get(self, request: Request, job_id: uuid.UUID) -> Response:
        return Response(jobs.as_dict(get_job(principal_of(request), job_id)))


class JobCancelView(ApiView):
    @extend_schema(operation_id="jobs_cancel", request=None, responses=JobSerializer)
    def post(self, request: Request, job_id: uuid.UUID) -> Response:
        principal = principal_of(request)
        job = get_job(principal, job_id)
        # Who started it may stop it, unless by a key that may only look; for others it takes a say over
        # the project.
        only_looks = principal.scopes <= {"read"}
        if only_looks or job.created_by_id != principal.user.pk:
            get_job(principal, job_id, "manage")
        return Response(jobs.as_dict(jobs.cancel(job)))
