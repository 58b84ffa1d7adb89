"""Runs over REST: started, read, cancelled, resumed, deleted."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.utils import timezone

from tests.training.conftest import make_snapshot


def start(api: Any, workflow: Any, **body: Any) -> Any:
    return api.post(f"/api/v1/workflows/{workflow.pk}/runs", body)


def fields(answer: Any) -> list[str]:
    assert answer.status_code == 400, answer.content
    return [error["field"] for error in answer.json()["errors"]]


def test_a_run_is_queued_with_everything_resolved(
    api: Any, workflow: Any, snapshot: Any, sent: list[Any]
) -> None:
    answer = start(
        api,
        workflow,
        snapshot=str(snapshot.pk),
        hardware={"device": "cpu"},
        checkpoints={"strategy": "latest"},
        overrides={"hyperparameters": {"steps": 3}},
    )
    assert answer.status_code == 201
    run = answer.json()
    assert run["status"] == "queued" and run["name"] == "Tiny 1" and run["total_steps"] == 3
    assert run["workflow"] == {"id": str(workflow.pk), "name": "Tiny", "version": 1}
    assert run["spec"]["hyperparameters"]["steps"] == 3
    assert run["spec"]["hyperparameters"]["batch_size"] == 2
    assert run["hardware"] == {"device": "cpu", "gpus": 1, "precision": "auto"}
    assert run["checkpoints"] == {"strategy": ["latest"], "every": None, "keep": 3}
    assert run["error"] is None and run["best"] is None and run["progress"] == 0
    assert run["created_by"]["email"] == "owner@example.com"
    assert [(name, [str(a) for a in args], queue) for name, args, queue in sent] == [
        ("training.run", [run["id"]], "gpu")
    ]
    assert api.get(f"/api/v1/runs/{run['id']}").json() == run
    assert [row["id"] for row in api.get(f"/api/v1/projects/{run['project']}/runs").json()["results"]] == [
        run["id"]
    ]


def test_the_second_run_has_another_name(api: Any, workflow: Any, snapshot: Any) -> None:
    names = [start(api, workflow, snapshot=str(snapshot.pk)).json()["name"] for _ in range(2)]
    assert names == ["Tiny 1", "Tiny 2"]
    assert start(api, workflow, snapshot=str(snapshot.pk), name=" Mine ").json()["name"] == "Mine"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"hardware": {"device": "tpu"}}, "hardware.device"),
        ({"checkpoints": {"strategy": "every"}}, "checkpoints.every"),
        ({"limits": {"minutes": -1}}, "limits.minutes"),
        (
            {"overrides": {"hyperparameters": {"learning_rate": 99}}},
            "overrides.hyperparameters.learning_rate",
        ),
        ({"overrides": {"hyperparameters": {"nope": 1}}}, "overrides.hyperparameters.nope"),
        ({"overrides": {"hyperparameters": 3}}, "overrides.hyperparameters"),
        ({"overrides": {"steps": 3}}, "overrides.steps"),
        ({"overrides": [1]}, "overrides"),
        ({"snapshot": "not-an-id"}, "snapshot"),
        ({"snapshot": str(uuid.uuid4())}, "snapshot"),
        ({"priority": 3}, "priority"),
    ],
)
def test_what_is_wrong_is_named(
    api: Any, workflow: Any, body: dict[str, Any], field: str, sent: list[Any]
) -> None:
    assert fields(start(api, workflow, **body)) == [field]
    assert sent == []


def test_a_snapshot_of_another_project_is_none_of_ours(api: Any, workflow: Any, project: Any) -> None:
    from projects.models import Project

    elsewhere = Project.objects.create(workspace=project.workspace, name="Elsewhere")
    assert fields(start(api, workflow, snapshot=str(make_snapshot(elsewhere).pk))) == ["snapshot"]


@pytest.mark.parametrize(
    ("counts", "word"), [({"train": 0}, "train"), ({"val": 0}, "val"), ({"annotations": 0}, "annotation")]
)
def test_a_snapshot_with_nothing_to_train_on_is_refused(
    api: Any, workflow: Any, project: Any, counts: dict[str, int], word: str
) -> None:
    answer = start(api, workflow, snapshot=str(make_snapshot(project, **counts).pk))
    assert answer.status_code == 422 and word in answer.json()["detail"]


def test_an_empty_project_says_what_to_do_first(api: Any, workflow: Any, project: Any) -> None:
    from projects.models import Asset

    answer = start(api, workflow)
    assert answer.status_code == 422 and "upload images" in answer.json()["detail"]
    Asset.objects.create(project=project, name="a.jpg", width=8, height=8)
    answer = start(api, workflow)
    assert answer.status_code == 422 and "label" in answer.json()["detail"]
    project.label_classes.all().delete()
    answer = start(api, workflow)
    assert answer.status_code == 422 and "class" in answer.json()["detail"]


def test_a_queued_run_is_cancelled_at_once_and_can_be_resumed(
    api: Any, workflow: Any, snapshot: Any, sent: list[Any]
) -> None:
    run = start(api, workflow, snapshot=str(snapshot.pk)).json()
    url = f"/api/v1/runs/{run['id']}"
    cancelled = api.post(f"{url}/cancel")
    assert cancelled.status_code == 202 and cancelled.json()["status"] == "cancelled"
    assert cancelled.json()["finished_at"]
    assert api.post(f"{url}/cancel").status_code == 409
    resumed = api.post(f"{url}/resume")
    assert resumed.status_code == 202 and resumed.json()["status"] == "queued"
    assert resumed.json()["finished_at"] is None
    assert [name for name, *_ in sent] == ["training.run", "training.run"]
    assert api.post(f"{url}/resume").status_code == 409


def test_a_working_run_is_asked_to_stop(api: Any, make_run: Any) -> None:
    run = make_run(status="running", lease_token=uuid.uuid4(), lease_expires_at=timezone.now())
    answer = api.post(f"/api/v1/runs/{run.pk}/cancel").json()
    assert answer["status"] == "running" and answer["cancel_requested"] is True


def test_only_ended_runs_that_nothing_is_built_on_can_be_deleted(
    api: Any, make_run: Any, make_artifact: Any
) -> None:
    from core.storage import storage
    from deployments.models import Deployment

    assert api.delete(f"/api/v1/runs/{make_run(status='running').pk}").status_code == 409
    artifact = make_artifact()
    key = f"{artifact.bundle_prefix}/model.safetensors"
    storage.put(key, b"weights")
    url = f"/api/v1/runs/{artifact.run_id}"
    deployment = Deployment.objects.create(project=artifact.project, name="live", artifact=artifact)
    refused = api.delete(url)
    assert refused.status_code == 409 and "deployment" in refused.json()["detail"]
    assert storage.exists(key)
    deployment.delete()
    assert api.delete(url).status_code == 204
    assert api.get(url).status_code == 404
    assert not storage.exists(key)


@pytest.mark.parametrize("status", ["queued", "running"])
def test_what_another_run_starts_from_is_not_deleted(
    api: Any, make_run: Any, make_artifact: Any, status: str
) -> None:
    artifact = make_artifact()
    spec = {**artifact.run.spec, "weights": f"artifact:{artifact.pk}"}
    other = make_run(name="Finer", status=status, spec=spec)
    refused = api.delete(f"/api/v1/runs/{artifact.run_id}")
    assert refused.status_code == 409 and "Finer" in refused.json()["detail"]
    other.status = "succeeded"
    other.save()
    assert api.delete(f"/api/v1/runs/{artifact.run_id}").status_code == 204


def test_metrics_and_logs_are_read_behind_a_step(api: Any, make_run: Any) -> None:
    from training.models import RunLog, RunMetric

    run = make_run()
    for step in range(1, 8):
        RunMetric.objects.create(run=run, step=step, epoch=step / 2, values={"a": step}, time=timezone.now())
        RunLog.objects.create(run=run, n=step, line=f"line {step}")
    url = f"/api/v1/runs/{run.pk}"
    page = api.get(f"{url}/metrics?limit=3").json()
    assert [row["step"] for row in page["results"]] == [1, 2, 3]
    assert set(page["results"][0]) == {"step", "epoch", "values", "time"}
    page = api.get(page["next"]).json()
    assert [row["step"] for row in page["results"]] == [4, 5, 6]
    assert [row["step"] for row in api.get(f"{url}/metrics?after=6").json()["results"]] == [7]
    assert api.get(f"{url}/metrics?after=7").json() == {"results": [], "next": None, "previous": None}
    assert api.get(f"{url}/logs?after=5").json()["results"] == [
        {"n": 6, "line": "line 6"},
        {"n": 7, "line": "line 7"},
    ]
    assert fields(api.get(f"{url}/metrics?after=x")) == ["after"]


def test_runs_are_listed_by_status(api: Any, make_run: Any, project: Any) -> None:
    done, waiting = make_run(status="succeeded"), make_run()
    url = f"/api/v1/projects/{project.pk}/runs"
    assert [row["id"] for row in api.get(f"{url}?status=queued").json()["results"]] == [str(waiting.pk)]
    assert {row["id"] for row in api.get(url).json()["results"]} == {str(done.pk), str(waiting.pk)}
    assert fields(api.get(f"{url}?status=lost")) == ["status"]


def test_strangers_get_404_and_viewers_only_look(
    make_run: Any, make_artifact: Any, other_api: Any, client_for: Any, anonymous: Any
) -> None:
    run = make_run()
    artifact = make_artifact()
    paths = [f"runs/{run.pk}", f"runs/{run.pk}/metrics", f"runs/{run.pk}/logs", f"runs/{run.pk}/artifacts"]
    paths += [
        f"artifacts/{artifact.pk}",
        f"projects/{run.project_id}/artifacts",
        f"projects/{run.project_id}/runs",
    ]
    viewer = client_for("viewer")
    for path in paths:
        assert anonymous.get(f"/api/v1/{path}").status_code == 401
        assert other_api.get(f"/api/v1/{path}").status_code == 404
        assert viewer.get(f"/api/v1/{path}").status_code == 200
    assert other_api.post(f"/api/v1/runs/{run.pk}/cancel").status_code == 404
    assert viewer.post(f"/api/v1/runs/{run.pk}/cancel").status_code == 403
    assert viewer.delete(f"/api/v1/runs/{run.pk}").status_code == 403
    assert (
        client_for("engineer", ["read", "predict"]).post(f"/api/v1/runs/{run.pk}/cancel").status_code == 403
    )
