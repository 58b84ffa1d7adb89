"""The workers' door to prediction jobs."""

from __future__ import annotations

from typing import Any

from core.jobs import JobHandle, handler
from core.leases import reaper
from deployments.services import bulk_tidying, bulk_work, prelabel_work, prelabelling
from deployments.services.bulk_jobs import KIND


@handler(KIND, at_once=1)
def predict_many(job: JobHandle) -> dict[str, Any]:
    return bulk_work.run(job)


@handler(prelabelling.KIND, at_once=1)
def prelabel(job: JobHandle) -> dict[str, Any]:
    return prelabel_work.run(job)


@reaper("predictions")
def tidy_predictions() -> None:
    bulk_tidying.tidy_now_and_then()
