"""Canary and shadow: other versions beside the current one, promoted, ended, rolled back."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import AuditEntry
from core import events
from deployments.services import reconciliation
from deployments.services.reconciliation import survey


@pytest.fixture
def url(api: Any, deployment: Any) -> str:
    """A deployment that serves version 1 and keeps version 2."""
    place = f"/api/v1/deployments/{deployment['id']}"
    kept = api.post(f"{place}/versions", {"runtime": "onnxruntime", "serve": False})
    assert kept.status_code == 201 and kept.json()["served_at"] is None
    return place


def test_a_version_may_be_kept_without_serving_it(api: Any, url: str) -> None:
    now = api.get(url).json()
    assert (now["status"], now["version"], now["runtime"]) == ("ready", 1, "torch")
    assert [row["version"] for row in api.get(f"{url}/versions").json()["results"]] == [2, 1]


@pytest.mark.parametrize("branch", ["canary", "shadow"])
def test_a_branch_is_a_model_of_its_own_that_requests_are_sent_to(
    api: Any, url: str, inference: Any, run_jobs: Any, deployment: Any, branch: str
) -> None:
    body = api.post(f"{url}/{branch}", {"version": 2, "percent": 12.5}).json()
    assert body[branch] == {"version": 2, "percent": 12.5} and body["status"] == "ready"
    run_jobs()
    beside = f"{deployment['id']}@2"
    assert set(inference.models) == {deployment["id"], beside}
    assert inference.models[deployment["id"]]["wanted"]["routes"][branch] == {
        "model": beside,
        "percent": 12.5,
    }
    other = inference.models[beside]["wanted"]
    assert other["runtime"] == "onnxruntime" and other["describe"]["deployment"]["version"] == 2
    assert other["routes"] == {}
    for version in (0, None):
        assert api.post(f"{url}/{branch}", {"version": version}).json()[branch] is None
        run_jobs()
        assert set(inference.models) == {deployment["id"]}
        assert inference.models[deployment["id"]]["wanted"]["routes"][branch] is None


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"version": 1, "percent": 5}, "version"),
        ({"version": 9, "percent": 5}, "version"),
        ({"version": 2, "percent": 0}, "percent"),
        ({"version": 2, "percent": 101}, "percent"),
        ({"version": 2}, "percent"),
        ({"percent": 5}, "version"),
    ],
)
def test_what_is_wrong_is_named(api: Any, url: str, body: dict[str, Any], field: str) -> None:
    answer = api.post(f"{url}/canary", body)
    assert answer.status_code == 400, answer.content
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_a_promoted_canary_is_the_current_version(
    api: Any, url: str, inference: Any, run_jobs: Any, deployment: Any
) -> None:
    assert api.post(f"{url}/promote").status_code == 409
    api.post(f"{url}/canary", {"version": 2, "percent": 50})
    api.post(f"{url}/shadow", {"version": 2, "percent": 50})
    run_jobs()
    body = api.post(f"{url}/promote").json()
    assert (body["version"], body["runtime"], body["canary"], body["shadow"]) == (
        2,
        "onnxruntime",
        None,
        None,
    )
    run_jobs()
    assert set(inference.models) == {deployment["id"]}
    assert inference.models[deployment["id"]]["version"] == 2
    assert api.get(url).json()["status"] == "ready"
    rolled = api.post(f"{url}/rollback").json()
    assert (rolled["version"], rolled["runtime"]) == (3, "torch")


def test_rolling_back_passes_over_what_was_never_served(api: Any, url: str) -> None:
    assert api.post(f"{url}/rollback").status_code == 409
    assert api.post(f"{url}/versions", {"runtime": "openvino"}).json()["version"] == 3
    assert api.post(f"{url}/rollback").json()["runtime"] == "torch"


def test_a_canary_that_cannot_be_loaded_is_told(api: Any, url: str, inference: Any, run_jobs: Any) -> None:
    inference.becomes = "failed"
    api.post(f"{url}/canary", {"version": 2, "percent": 50})
    run_jobs()
    body = api.get(url).json()
    assert body["status"] == "ready"
    assert body["message"] == "the canary, version 2, cannot be loaded: the weights do not fit"


def test_branches_come_back_with_the_server(
    api: Any, url: str, inference: Any, run_jobs: Any, deployment: Any
) -> None:
    api.post(f"{url}/canary", {"version": 2, "percent": 50})
    run_jobs()
    del inference.models[f"{deployment['id']}@2"]
    reconciliation._sent_at = 0.0
    survey()
    run_jobs()
    assert f"{deployment['id']}@2" in inference.models


def test_crashes_and_sleep_are_followed(api: Any, url: str, inference: Any, deployment: Any) -> None:
    state = inference.models[deployment["id"]]
    state.update(asleep=True, restarts=2, last_end="it was killed by signal 9")
    survey()
    body = api.get(url).json()
    assert (body["asleep"], body["restarts"], body["status"]) == (True, 2, "ready")
    assert body["message"] == "its process was started again: it was killed by signal 9"


def test_every_step_leaves_an_audit_row(api: Any, url: str) -> None:
    api.post(f"{url}/canary", {"version": 2, "percent": 5})
    api.post(f"{url}/shadow", {"version": 2, "percent": 5})
    api.post(f"{url}/promote")
    actions = set(AuditEntry.objects.values_list("action", flat=True))
    assert {"deployment.canary", "deployment.shadow", "deployment.promote"} <= actions


def test_watchers_of_the_project_are_told(api: Any, url: str, inference: Any, deployment: Any) -> None:
    api.post(f"{url}/canary", {"version": 2, "percent": 5})
    inference.models[deployment["id"]].update(asleep=True)
    survey()
    told = [event.payload["deployment"] for event in events.replay(f"project:{deployment['project']}")[-2:]]
    assert [entry["canary"] for entry in told] == [{"version": 2, "percent": 5.0}] * 2
    assert [entry["asleep"] for entry in told] == [False, True]
