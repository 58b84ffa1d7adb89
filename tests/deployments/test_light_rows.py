"""An evaluation is long: only who asks for it reads it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from deployments.services.reconciliation import reconcile, survey
from training.models import Evaluation
from training.services.evaluations import record

READ = re.compile(r'"training_evaluation"\."summary"')
IMAGE = b"\x89PNG of some sort"


@pytest.fixture
def artifact(make_artifact: Any) -> Any:
    artifact = make_artifact()
    record(artifact, artifact.run.snapshot_id, "val", {"miou": 0.5, "images": 1})
    return artifact


def reads(queries: CaptureQueriesContext) -> list[str]:
    return [query["sql"] for query in queries if READ.search(query["sql"])]


def test_serving_and_lists_never_read_evaluations(
    api: Any, project: Any, artifact: Any, deployment: Any
) -> None:
    place = f"/api/v1/deployments/{deployment['id']}"
    with CaptureQueriesContext(connection) as queries:
        survey()
        reconcile()
        assert api.post(f"{place}/predict", IMAGE, content_type="image/png").status_code == 200
        for url in (
            place,
            f"{place}/versions",
            f"/api/v1/projects/{project.pk}/deployments",
            f"/api/v1/projects/{project.pk}/runs",
            f"/api/v1/runs/{artifact.run_id}",
            f"/api/v1/artifacts/{artifact.pk}/exports",
        ):
            assert api.get(url).status_code == 200, url
        for url in (
            f"/api/v1/projects/{project.pk}/artifacts",
            f"/api/v1/runs/{artifact.run_id}/artifacts",
        ):
            assert [row["evaluated"] for row in api.get(url).json()["results"]] == [True]
        assert api.get(f"/api/v1/artifacts/{artifact.pk}").json()["evaluated"] is True
        assert api.post(f"{place}/stop", {}).status_code < 300
    assert reads(queries) == []


def test_what_is_not_evaluated_says_so(api: Any, artifact: Any) -> None:
    Evaluation.objects.all().delete()
    assert api.get(f"/api/v1/artifacts/{artifact.pk}").json()["evaluated"] is False
    assert api.get(f"/api/v1/artifacts/{artifact.pk}/evaluation").status_code == 404


def test_the_evaluation_itself_is_there(api: Any, artifact: Any) -> None:
    assert api.get(f"/api/v1/artifacts/{artifact.pk}/evaluation").json()["miou"] == 0.5
