"""What a version fixes beside its model, and what may be changed without a new one."""

from __future__ import annotations

from typing import Any

import pytest

from tests.deployments.test_lifecycle import make

LIMITS = {"threads": 1, "memory_mb": 800, "queue_limit": 50, "max_batch": 4, "deadline_ms": 2500}


def test_limits_reach_the_server(
    api: Any, project: Any, artifact: Any, inference: Any, run_jobs: Any
) -> None:
    body = make(api, project, artifact, **LIMITS, idle_minutes=10).json()
    assert {name: body[name] for name in LIMITS} == LIMITS and body["idle_minutes"] == 10
    run_jobs()
    wanted = inference.models[body["id"]]["wanted"]
    assert {name: wanted[name] for name in LIMITS} == LIMITS
    assert wanted["idle_seconds"] == 600 and wanted["routes"] == {"canary": None, "shadow": None}


def test_limits_stay_until_they_are_given_back(api: Any, project: Any, artifact: Any, inference: Any) -> None:
    url = f"/api/v1/deployments/{make(api, project, artifact, **LIMITS).json()['id']}/versions"
    second = api.post(url, {"runtime": "onnxruntime"}).json()
    assert {name: second[name] for name in LIMITS} == LIMITS
    third = api.post(url, {"threads": None, "max_batch": 8}).json()
    assert (third["threads"], third["max_batch"], third["memory_mb"]) == (None, 8, 800)


@pytest.mark.parametrize(
    ("asked", "runtime"),
    [
        ({}, "torch"),
        ({"quantization": "bf16"}, "torch"),
        ({"quantization": "int8_weights"}, "openvino"),
        ({"quantization": "int8_weights", "device": "cuda:0"}, "onnxruntime"),
        ({"quantization": "fp16", "runtime": "onnxruntime"}, "onnxruntime"),
    ],
)
def test_a_first_version_runs_where_its_quantization_is_known(
    api: Any, project: Any, artifact: Any, asked: dict[str, Any], runtime: str
) -> None:
    assert make(api, project, artifact, **asked).json()["runtime"] == runtime


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"threads": 0}, "threads"),
        ({"memory_mb": 3}, "memory_mb"),
        ({"queue_limit": -1}, "queue_limit"),
        ({"max_batch": 65}, "max_batch"),
        ({"deadline_ms": "soon"}, "deadline_ms"),
        ({"quantization": "bf16", "runtime": "onnxruntime"}, "quantization"),
        ({"quantization": "fp16", "runtime": "torch"}, "quantization"),
        ({"idle_minutes": 0}, "idle_minutes"),
        ({"sampling": {"percent": 5}}, "sampling.per_day"),
        ({"serve": False}, "serve"),
    ],
)
def test_what_is_wrong_is_named(
    api: Any, project: Any, artifact: Any, change: dict[str, Any], field: str
) -> None:
    answer = make(api, project, artifact, **change)
    assert answer.status_code == 400, answer.content
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_sleep_and_sampling_change_without_a_version(
    api: Any, deployment: Any, inference: Any, run_jobs: Any
) -> None:
    url = f"/api/v1/deployments/{deployment['id']}"
    sampling = {"percent": 5.0, "per_day": 20, "below": 0.6}
    changed = api.patch(url, {"idle_minutes": 2, "sampling": sampling}).json()
    assert (changed["idle_minutes"], changed["sampling"], changed["version"]) == (2, sampling, 1)
    run_jobs()
    assert inference.models[deployment["id"]]["wanted"]["idle_seconds"] == 120
    cleared = api.patch(url, {"idle_minutes": None, "sampling": None}).json()
    assert (cleared["idle_minutes"], cleared["sampling"], cleared["name"]) == (None, None, "live")
    bad = api.patch(url, {"sampling": {"percent": 200, "per_day": 1}})
    assert bad.status_code == 400


def test_a_viewer_changes_nothing(client_for: Any, deployment: Any) -> None:
    viewer, url = client_for("viewer"), f"/api/v1/deployments/{deployment['id']}"
    assert viewer.patch(url, {"idle_minutes": 2}).status_code == 403
    for verb in ("canary", "shadow"):
        assert viewer.post(f"{url}/{verb}", {"version": 1, "percent": 1}).status_code == 403
    assert viewer.post(f"{url}/promote").status_code == 403
