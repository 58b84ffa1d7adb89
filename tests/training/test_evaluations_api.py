"""Evaluations over the API: of any snapshot, split and filter, made once."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from core.models import Job
from projects.models import Asset
from tests.training.conftest import make_snapshot
from training.models import Evaluation
from training.services.evaluations import scores_of


def make_assets(project: Any, count: int) -> list[str]:
    rows = [
        Asset(
            project=project,
            name=f"{number}.png",
            storage_key=f"assets/{number}",
            sha256=f"{number:064x}",
            width=24,
            height=24,
            status="ready",
            tags=["night"] if number % 2 else [],
        )
        for number in range(count)
    ]
    return [str(row.pk) for row in Asset.objects.bulk_create(rows)]


@pytest.fixture
def artifact(make_artifact: Any) -> Any:
    return make_artifact()


def test_a_filter_measures_the_images_that_pass(
    api: Any, project: Any, artifact: Any, make_evaluation: Any
) -> None:
    assets = make_assets(project, 6)
    evaluation = make_evaluation(artifact, assets)
    url = f"/api/v1/artifacts/{artifact.pk}/evaluation"
    whole = api.get(url).json()
    assert whole["images"] == 6 and whole["evaluation"] == str(evaluation.pk) and whole["split"] == "val"
    assert set(whole["intervals"]) >= {"miou", "ece", "per_class_iou", "level", "resamples"}
    assert "assets" not in whole
    night = api.get(f"{url}?tag=night").json()
    scores = scores_of(evaluation)
    expected = scores.matrix(scores.rows([assets[i] for i in (1, 3, 5)]))
    assert night["images"] == 3 and night["confusion_matrix"]["counts"] == expected.tolist()
    assert api.get(f"{url}?tag=fog").json()["images"] == 0
    assert api.get(f"{url}?colour=red").json()["errors"][0]["field"] == "colour"


def test_each_snapshot_and_split_has_its_own(
    api: Any, project: Any, artifact: Any, make_evaluation: Any
) -> None:
    other = make_snapshot(project)
    make_evaluation(artifact, 3)
    made = make_evaluation(artifact, 5, snapshot=other, split="test", seed=1)
    url = f"/api/v1/artifacts/{artifact.pk}/evaluation"
    assert api.get(url).json()["images"] == 3
    answer = api.get(f"{url}?snapshot={other.pk}&split=test").json()
    assert (answer["images"], answer["snapshot"]) == (5, str(other.pk))
    missing = api.get(f"{url}?snapshot={other.pk}&split=val")
    assert missing.status_code == 404 and "evaluations" in missing.json()["detail"]
    assert api.get(f"{url}?split=none").json()["errors"][0]["field"] == "split"
    assert api.get(f"{url}?snapshot=7").json()["errors"][0]["field"] == "snapshot"
    listed = api.get(f"/api/v1/artifacts/{artifact.pk}/evaluations").json()["results"]
    assert [(row["id"], row["split"], row["images"]) for row in listed][0] == (str(made.pk), "test", 5)


def test_asked_twice_it_is_made_once(api: Any, project: Any, artifact: Any) -> None:
    url = f"/api/v1/artifacts/{artifact.pk}/evaluations"
    classes = [{"name": "squirrel"}]
    artifact.run.snapshot.classes = classes
    artifact.run.snapshot.save()
    first, second = api.post(url, {}), api.post(url, {})
    assert first.status_code == second.status_code == 202
    assert first.json()["id"] == second.json()["id"] and Job.objects.count() == 1
    assert api.post(url, {"split": "test"}).json()["detail"].startswith("The split test")
    assert api.post(url, {"splits": "val"}).json()["errors"][0]["field"] == "splits"


def test_a_snapshot_of_other_classes_is_refused(api: Any, project: Any, artifact: Any) -> None:
    answer = api.post(f"/api/v1/artifacts/{artifact.pk}/evaluations", {})
    assert answer.status_code == 422 and "butterfly" in answer.json()["detail"]


def test_strangers_see_nothing(api: Any, other_api: Any, artifact: Any, make_evaluation: Any) -> None:
    make_evaluation(artifact)
    url = f"/api/v1/artifacts/{artifact.pk}"
    assert other_api.get(f"{url}/evaluation").status_code == 404
    assert other_api.get(f"{url}/evaluations").status_code == 404
    assert other_api.post(f"{url}/evaluations", {}).status_code == 404
    answer = api.post(f"{url}/evaluations", {"snapshot": str(uuid.uuid4())})
    assert answer.status_code == 404


def test_counts_that_are_gone_are_said(api: Any, artifact: Any, make_evaluation: Any) -> None:
    from core.storage import storage

    evaluation = make_evaluation(artifact)
    storage.delete(evaluation.scores_key)
    Evaluation.objects.filter(pk=evaluation.pk).update(updated_at="2020-01-01T00:00:00Z")
    answer = api.get(f"/api/v1/artifacts/{artifact.pk}/evaluation?tag=night")
    assert answer.status_code == 404 and "evaluate it again" in answer.json()["detail"]


def test_every_metric_has_a_definition(api: Any, artifact: Any, make_evaluation: Any) -> None:
    rows = api.get("/api/v1/metric-definitions").json()["results"]
    known = {row["name"] for row in rows}
    make_evaluation(artifact)
    shown = api.get(f"/api/v1/artifacts/{artifact.pk}/evaluation").json()["intervals"]
    assert set(shown) - {"level", "resamples", "per_class_iou"} <= known
    assert all(row["source"] and row["formula"] for row in rows)
