"""A model of objects from the project to the predictions of its artifact, under the real worker code."""

from __future__ import annotations

from typing import Any

import pytest

from training.models import Evaluation, Run
from training.services.evaluations import scores_of
from training.services.workflows import create_workflow

SPEC = {
    "architecture": "eomt",
    "weights": "scratch",
    "input_size": [64, 64],
    "augmentations": [{"name": "horizontal_flip"}],
    "hyperparameters": {"steps": 3, "batch_size": 2, "warmup_steps": 1},
    "evaluation": {"every": 3},
}


@pytest.mark.parametrize(("task", "metric"), [("instance", "val/map"), ("panoptic", "val/pq")])
def test_objects_are_learnt_measured_and_shown(
    task: str, metric: str, api: Any, project: Any, principal: Any, squares: Any, run_jobs: Any
) -> None:
    project.task = task
    project.save()
    project.label_classes.filter(name="butterfly").update(stuff=True)
    workflow = create_workflow(principal, project, "Objects", SPEC)
    answer = api.post(f"/api/v1/workflows/{workflow.pk}/runs", {"hardware": {"device": "cpu"}})
    assert answer.status_code == 201, answer.content
    run_jobs()
    run = Run.objects.get(pk=answer.json()["id"])
    assert run.status == "succeeded", (run.error, list(run.log_lines.values_list("line", flat=True)))
    values = {metric.step: metric.values for metric in run.metrics.all()}
    assert {"val/map", "val/map50", "val/miou", "val/loss"} <= set(values[3])
    assert ("val/pq" in values[3]) == (task == "panoptic")
    assert run.best is not None and run.best["metric"] == metric

    artifact = api.get(f"/api/v1/runs/{run.pk}/artifacts").json()["results"][0]
    evaluation = api.get(f"/api/v1/artifacts/{artifact['id']}/evaluation").json()
    assert evaluation["map"] == pytest.approx(values[3]["val/map"], abs=1e-6)
    assert [row["name"] for row in evaluation["classes"]] == ["background", "squirrel", "butterfly"]
    assert set(evaluation["intervals"]) >= {"map", "map50", "miou", "ece"}
    scores = scores_of(Evaluation.objects.get(pk=evaluation["evaluation"]))
    assert (scores.segments[:, 6] >= 0).all() and len(scores.objects.image)
    for asset in scores.assets:
        shown = api.get(f"/api/v1/artifacts/{artifact['id']}/predictions/{asset}").json()
        assert all(0.5 <= item["score"] <= 1 and item["area"] > 0 for item in shown["predictions"])


def test_a_model_of_pixels_does_not_fit_a_project_of_objects(api: Any, project: Any) -> None:
    project.task = "instance"
    project.save()
    spec = {**SPEC, "architecture": "segformer"}
    answer = api.post(f"/api/v1/projects/{project.pk}/workflows", {"name": "No", "spec": spec})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "spec.architecture"
