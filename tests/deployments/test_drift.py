"""Drift: what the model sees now against what it was measured on."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from deployments import drift
from deployments.models import Deployment, DeploymentMinute
from training.models import Evaluation
from training.services.evaluations import record

EVALUATION = {
    "classes": [{"index": 0, "name": "background"}, {"index": 1, "name": "squirrel"}],
    # Rows are the truth: 80 of 100 pixels were predicted as background, 20 as squirrel.
    "confusion_matrix": {"labels": ["background", "squirrel"], "counts": [[75, 5], [5, 15]]},
    "images": 2,
}


@pytest.fixture
def artifact(make_artifact: Any) -> Any:
    artifact = make_artifact()
    record(artifact, artifact.run.snapshot_id, "val", EVALUATION)
    return artifact


def minute(deployment: dict[str, Any], ago: timedelta, **values: Any) -> None:
    DeploymentMinute.objects.create(
        deployment_id=deployment["id"],
        server="s",
        minute=timezone.now() - ago,
        **{"version": 1, **values},
    )


def drift_of(api: Any, deployment: dict[str, Any], hours: int = 24) -> dict[str, Any]:
    answer = api.get(f"/api/v1/deployments/{deployment['id']}/drift?hours={hours}")
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def test_the_index_is_the_symmetric_divergence_of_the_two() -> None:
    before, now = np.array([0.5, 0.3, 0.2]), np.array([0.4, 0.4, 0.2])
    both = np.sum(now * np.log(now / before)) + np.sum(before * np.log(before / now))
    assert drift.stability(before.tolist(), now.tolist()) == pytest.approx(both)
    assert drift.stability([5, 3, 2], [5, 3, 2]) == 0
    assert drift.stability([1, 0], [1, 0]) == 0
    empty = drift.stability([0.9, 0.1], [1.0, 0.0])
    assert empty == pytest.approx(0.1 * math.log(1 / 0.9) + (1e-4 - 0.1) * math.log(1e-4 / 0.1))
    assert drift.stability([0, 0], [1, 1]) is None


def test_levels_follow_the_larger_index() -> None:
    assert [drift.level(value) for value in (0.05, 0.1, 0.2, 0.25, 3.0)] == [
        "none",
        "some",
        "some",
        "strong",
        "strong",
    ]
    assert drift.level(0.01, 0.3) == "strong" and drift.level(None, 0.01) == "none"
    assert drift.level(None, None) is None


def test_what_looks_as_it_was_measured_does_not_drift(api: Any, deployment: Any) -> None:
    minute(deployment, timedelta(minutes=5), seen=40, labels={"0": 32.0, "1": 8.0})
    body = drift_of(api, deployment)
    assert body["reference"] == {"source": "validation set", "images": 2}
    assert [(row["name"], row["reference"], row["now"]) for row in body["classes"]] == [
        ("background", 0.8, 0.8),
        ("squirrel", 0.2, 0.2),
    ]
    assert body["psi"] == {"classes": 0.0, "confidence": None}
    assert (body["level"], body["seen"]) == ("none", 40)


def test_other_shares_are_a_drift(api: Any, deployment: Any) -> None:
    minute(deployment, timedelta(minutes=5), seen=40, labels={"0": 16.0, "1": 24.0})
    body = drift_of(api, deployment)
    wanted = (0.4 - 0.8) * math.log(0.4 / 0.8) + (0.6 - 0.2) * math.log(0.6 / 0.2)
    assert body["psi"]["classes"] == pytest.approx(wanted)
    assert body["level"] == "strong"
    assert body["classes"][1]["change"] == pytest.approx(0.4)


def test_only_the_time_and_the_version_asked_for_count(api: Any, deployment: Any) -> None:
    minute(deployment, timedelta(hours=30), seen=100, labels={"1": 100.0})
    minute(deployment, timedelta(minutes=2), seen=100, labels={"1": 100.0}, version=2)
    assert drift_of(api, deployment)["seen"] == 0
    assert drift_of(api, deployment, hours=48)["seen"] == 100


def test_scores_are_compared_with_the_first_two_hundred_answers(api: Any, deployment: Any) -> None:
    sure, unsure = [0] * 9 + [100], [0] * 5 + [100] + [0] * 4
    minute(deployment, timedelta(hours=60), seen=100, confidence=sure)
    minute(deployment, timedelta(minutes=9), seen=50, confidence=unsure)
    assert drift_of(api, deployment)["confidence"] == {"reference": [], "now": unsure}
    minute(deployment, timedelta(hours=50), seen=100, confidence=sure)
    body = drift_of(api, deployment)
    assert body["confidence"] == {"reference": [0] * 9 + [200], "now": unsure}
    assert body["psi"]["confidence"] > 0.25 and body["level"] == "strong"


def test_a_few_answers_tell_nothing(api: Any, deployment: Any) -> None:
    minute(deployment, timedelta(minutes=5), seen=3, labels={"1": 3.0})
    body = drift_of(api, deployment)
    assert body["level"] is None and body["psi"]["classes"] is None and body["seen"] == 3


def test_without_an_evaluation_there_is_nothing_to_compare_with(
    api: Any, deployment: Any, artifact: Any
) -> None:
    Evaluation.objects.all().delete()
    minute(deployment, timedelta(minutes=5), seen=40, labels={"1": 40.0})
    body = drift_of(api, deployment)
    assert body["reference"] == {"source": "none", "images": 0} and body["level"] is None
    assert [row["change"] for row in body["classes"]] == [0.0, 0.0]


def test_strangers_see_no_drift(other_api: Any, deployment: Any) -> None:
    assert Deployment.objects.count() == 1
    for path in ("drift", "metrics", "logs", "samples"):
        assert other_api.get(f"/api/v1/deployments/{deployment['id']}/{path}").status_code == 404
