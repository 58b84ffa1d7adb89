"""The inference server follows the table, whichever of the two was restarted."""

from __future__ import annotations

from typing import Any

from core import events
from deployments.models import Deployment
from deployments.services import reconciliation
from deployments.services.reconciliation import reconcile, survey


def test_models_come_back_after_the_server_was_restarted(
    deployment: Any, inference: Any, sent: list[Any], run_jobs: Any
) -> None:
    inference.models.clear()
    reconciliation._sent_at = 0.0
    survey()
    assert Deployment.objects.get().status == "starting"
    assert [name for name, *_ in sent] == ["deployments.reconcile"]
    survey()
    assert len(sent) == 1
    run_jobs()
    assert Deployment.objects.get().status == "ready"
    assert set(inference.models) == {deployment["id"]}


def test_what_nobody_deployed_is_dropped(deployment: Any, inference: Any) -> None:
    inference.models["stray"] = {**inference.models[deployment["id"]], "id": "stray"}
    reconcile()
    assert set(inference.models) == {deployment["id"]}


def test_a_server_that_is_away_shows_and_comes_back(deployment: Any, inference: Any, settings: Any) -> None:
    there = settings.TESSERA_INFERENCE_URL
    settings.TESSERA_INFERENCE_URL = "http://127.0.0.1:9"
    survey()
    row = Deployment.objects.get()
    assert row.status == "starting" and "does not answer" in row.message
    settings.TESSERA_INFERENCE_URL = there
    survey()
    assert Deployment.objects.get().status == "ready"


def test_a_quiet_look_writes_and_tells_nothing(
    deployment: Any, inference: Any, sent: list[Any], django_assert_num_queries: Any
) -> None:
    before = events.head(f"project:{deployment['project']}")
    with django_assert_num_queries(1):
        survey()
    assert events.head(f"project:{deployment['project']}") == before
    assert sent == [] and inference.calls[-1] == ("GET", "/models")


def test_a_model_that_the_server_refuses_does_not_hold_up_the_others(
    deployment: Any, inference: Any, project: Any, artifact: Any
) -> None:
    Deployment.objects.create(project=project, name="bad", artifact=artifact, device="cuda")
    inference.refuses = True
    reconcile()
    bad = Deployment.objects.get(name="bad")
    assert bad.status == "failed" and "no such device" in bad.error["detail"]


def test_a_stopped_deployment_is_not_brought_to_life_by_a_late_look(deployment: Any, inference: Any) -> None:
    row = Deployment.objects.select_related("artifact__run", "project").get()
    Deployment.objects.update(status="stopped")
    inference.models[deployment["id"]]["status"] = "failed"
    reconciliation._follow(row, inference.models)
    assert Deployment.objects.get().status == "stopped"


def test_watchers_of_the_project_are_told(deployment: Any) -> None:
    told = [
        e.payload["deployment"]
        for e in events.replay(f"project:{deployment['project']}")
        if e.type == "deployment"
    ]
    assert [entry["status"] for entry in told] == ["starting", "ready"]
    assert told[-1]["endpoint"] == deployment["endpoint"]
