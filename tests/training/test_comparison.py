"""Runs side by side: which settings differ, and whose metrics are best."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.utils import timezone

from training import measures
from training.differences import flattened
from training.models import RunMetric


def curve(run: Any, *values: dict[str, float]) -> None:
    for step, each in enumerate(values, 1):
        RunMetric.objects.create(run=run, step=step, epoch=step, values=each, time=timezone.now())


def compare(api: Any, *ids: Any) -> Any:
    return api.get(f"/api/v1/runs/compare?ids={','.join(map(str, ids))}")


def test_settings_and_results_stand_side_by_side(api: Any, make_run: Any) -> None:
    a, b = make_run(name="A"), make_run(name="B", limits={"steps": 2})
    b.spec = {**b.spec, "hyperparameters": {**b.spec["hyperparameters"], "learning_rate": 0.5}}
    b.spec["augmentations"] = [{"name": "horizontal_flip", "p": 0.3}]
    b.save()
    curve(a, {"train/loss": 3.0, "val/miou": 0.2, "system/cpu_percent": 90}, {"train/loss": 2.0})
    curve(b, {"train/loss": 1.0, "val/miou": 0.4, "system/cpu_percent": 10}, {"train/loss": 4.0})
    answer = compare(api, b.pk, a.pk)
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert [run["name"] for run in body["runs"]] == ["B", "A"]
    rows = {row["path"]: row for row in body["fields"]}
    assert rows["hyperparameters.learning_rate"]["values"][0] == 0.5
    assert rows["hyperparameters.learning_rate"]["differs"] and not rows["architecture"]["differs"]
    assert rows["augmentations.horizontal_flip.p"]["values"] == [0.3, None]
    assert rows["limits.steps"] == {"path": "limits.steps", "values": [2, None], "differs": True}
    metrics = {row["name"]: row for row in body["metrics"]}
    assert metrics["train/loss"] == {"name": "train/loss", "values": [1, 2], "last": [4, 2], "best": 0}
    assert metrics["val/miou"]["best"] == 0 and metrics["val/miou"]["values"] == [0.4, 0.2]
    assert metrics["system/cpu_percent"]["best"] is None


def test_a_run_without_a_curve_has_empty_places(api: Any, make_run: Any) -> None:
    a, b = make_run(), make_run()
    curve(b, {"val/miou": 0.4})
    (metric,) = compare(api, a.pk, b.pk).json()["metrics"]
    assert metric == {"name": "val/miou", "values": [None, 0.4], "last": [None, 0.4], "best": 1}


@pytest.mark.parametrize("count", [0, 1, 21])
def test_two_to_twenty_runs_are_compared(api: Any, count: int) -> None:
    answer = compare(api, *(uuid.uuid4() for _ in range(count)))
    assert answer.status_code == 400 and answer.json()["errors"][0]["field"] == "ids"
    assert compare(api, "x", "y").status_code == 400


def test_strangers_compare_nothing_of_ours(api: Any, other_api: Any, client_for: Any, make_run: Any) -> None:
    ids = [make_run().pk, make_run().pk]
    assert compare(other_api, *ids).status_code == 404
    assert compare(client_for("viewer"), *ids).status_code == 200
    assert compare(api, ids[0], uuid.uuid4()).status_code == 404


def test_fields_of_named_entries_keep_their_names() -> None:
    spec = {"a": {"b": 1, "c": {}}, "list": [{"name": "x", "p": 1}, {"name": "x", "p": 2}], "size": [1, 2]}
    assert dict(flattened(spec)) == {
        "a.b": 1,
        "list": ["x", "x 2"],
        "list.x.p": 1,
        "list.x 2.p": 2,
        "size": [1, 2],
    }


def test_losses_fall_scores_rise_and_the_rest_is_only_seen() -> None:
    assert measures.direction("val/loss") == measures.LOWER
    assert measures.direction("val/iou/glossy") == measures.HIGHER
    assert measures.direction("val/iou/loss") == measures.HIGHER
    assert measures.direction("val/iou/hair/loss") == measures.HIGHER
    assert measures.direction("system/memory_gb") == measures.NEITHER
    assert measures.best_of("train/loss", [3, 1, 2]) == 1
    assert measures.best_of("val/miou", []) is None
    assert measures.best_index("val/miou", [None, 0.5, 0.5]) == 1
