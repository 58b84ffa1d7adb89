"""What a deployment was asked: collected from the server, added up, and shown over time."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from deployments.models import DeploymentMinute
from deployments.server.buckets import LATENCIES
from deployments.services import collection
from deployments.services.collection import collect, prune

NOW = int(time.time()) // 60 * 60


@pytest.fixture(autouse=True)
def _from_the_beginning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collection, "_reached", ("", 0.0))


def counted(model: str, minute: int = NOW, **values: Any) -> dict[str, Any]:
    return {
        "model": model,
        "version": 1,
        "minute": minute,
        "requests": 0,
        "errors": {},
        "latency": [0] * (len(LATENCIES) + 1),
        "queue": 0,
        "batches": {},
        "labels": {},
        "seen": 0,
        "confidence": [0] * 10,
        "shadow": {"compared": 0, "agreement": 0.0},
        **values,
    }


def metrics(api: Any, deployment: dict[str, Any], minutes: int = 60) -> dict[str, Any]:
    answer = api.get(f"/api/v1/deployments/{deployment['id']}/metrics?minutes={minutes}")
    assert answer.status_code == 200, answer.content
    body: dict[str, Any] = answer.json()
    return body


def test_a_minute_is_written_anew_until_it_is_over(deployment: Any, inference: Any) -> None:
    inference.minutes = [counted(deployment["id"], requests=3)]
    collect()
    inference.minutes = [counted(deployment["id"], requests=8)]
    collect()
    assert [row.requests for row in DeploymentMinute.objects.all()] == [8]


def test_a_server_that_was_restarted_counts_beside_what_it_was(
    api: Any, deployment: Any, inference: Any
) -> None:
    inference.minutes = [counted(deployment["id"], requests=8)]
    collect()
    inference.server, inference.minutes = "another start", [counted(deployment["id"], requests=2)]
    collect()
    assert metrics(api, deployment)["totals"]["requests"] == 10


def test_only_new_minutes_are_asked_for_until_the_server_is_another(deployment: Any, inference: Any) -> None:
    inference.minutes = [counted(deployment["id"], NOW - 600), counted(deployment["id"], NOW)]
    collect()
    collect()
    assert inference.calls[-1] == ("GET", f"/minutes?since={NOW}")
    inference.server = "another start"
    collect()
    assert [path for _, path in inference.calls[-2:]] == [f"/minutes?since={NOW}", "/minutes?since=0"]


def test_a_server_that_is_away_and_models_that_are_gone_are_no_trouble(
    deployment: Any, inference: Any, settings: Any
) -> None:
    inference.minutes = [counted("stray"), counted("7b0e3a3e-2f4b-4f0e-8f7a-1f2e3d4c5b6a")]
    collect()
    settings.TESSERA_INFERENCE_URL = "http://127.0.0.1:9"
    collect()
    assert not DeploymentMinute.objects.exists()


def test_minutes_add_up_to_points_by_version(api: Any, deployment: Any, inference: Any) -> None:
    slow, quick = [0] * (len(LATENCIES) + 1), [0] * (len(LATENCIES) + 1)
    slow[7], quick[2] = 4, 12
    model = deployment["id"]
    inference.minutes = [
        counted(
            model, NOW - 60, requests=14, latency=quick, errors={"429": 2}, batches={"1": 4, "4": 2}, queue=5
        ),
        counted(model, NOW - 60, version=2, requests=4, latency=slow, batches={"2": 2}),
        counted(model, NOW, requests=1, errors={"422": 1, "429": 1}, queue=2),
    ]
    collect()
    body = metrics(api, deployment)
    assert body["step_seconds"] == 60 and body["statuses"] == {"429": 3, "422": 1}
    first, second, last = body["points"]
    assert (first["version"], first["requests"], first["errors"], first["queue"]) == (1, 14, 2, 5)
    assert first["batch_mean"] == 2.0 and second["batch_mean"] == 2.0
    inside = np.interp(0.5, [0, 1], [LATENCIES[1], LATENCIES[2]]) * 1000
    assert first["p50_ms"] == pytest.approx(inside)
    assert second["p99_ms"] == pytest.approx(np.interp(0.99, [0, 1], [LATENCIES[6], LATENCIES[7]]) * 1000)
    assert last["p50_ms"] is None and last["batch_mean"] is None
    totals = body["totals"]
    assert (totals["requests"], totals["errors"], totals["queue"]) == (19, 4, 5)
    assert totals["p50_ms"] < first["p95_ms"] < totals["p95_ms"]


@pytest.mark.parametrize(
    ("minutes", "step"), [(60, 60), (180, 60), (1440, 600), (10080, 3600), (10**6, 3600)]
)
def test_longer_times_have_longer_steps(api: Any, deployment: Any, minutes: int, step: int) -> None:
    assert metrics(api, deployment, minutes)["step_seconds"] == step


def test_a_day_is_added_up_in_steps_of_ten_minutes(api: Any, deployment: Any, inference: Any) -> None:
    start = (NOW - 3000) // 600 * 600
    inference.minutes = [counted(deployment["id"], start + 60 * n, requests=1) for n in range(20)]
    collect()
    assert [point["requests"] for point in metrics(api, deployment, 1440)["points"]] == [10, 10]


def test_the_shadows_agreement_is_a_mean(api: Any, deployment: Any, inference: Any) -> None:
    shadow = [{"compared": 3, "agreement": 2.7}, {"compared": 1, "agreement": 0.5}]
    inference.minutes = [
        counted(deployment["id"], NOW - 60 * n, version=2, shadow=shadow[n]) for n in range(2)
    ]
    collect()
    assert metrics(api, deployment)["totals"]["shadow"] == {"compared": 4, "agreement": pytest.approx(0.8)}


def test_a_month_is_kept_and_the_first_answers_of_a_version(deployment: Any) -> None:
    for days, seen in ((50, 150), (40, 100), (35, 100), (3, 10)):
        DeploymentMinute.objects.create(
            deployment_id=deployment["id"],
            version=1,
            server="s",
            minute=timezone.now() - timedelta(days=days),
            seen=seen,
        )
    prune()
    assert [row.seen for row in DeploymentMinute.objects.all()] == [150, 100, 10]


def test_the_log_is_the_servers(api: Any, deployment: Any, inference: Any) -> None:
    inference.lines = [
        {"n": n, "time": 1_700_000_000.5, "level": "info", "message": f"line {n}"} for n in (1, 2)
    ]
    url = f"/api/v1/deployments/{deployment['id']}/logs"
    assert api.get(f"{url}?after=1").json() == {
        "server": "a start",
        "lines": [{"n": 2, "time": "2023-11-14T22:13:20.500000+00:00", "level": "info", "message": "line 2"}],
    }
    assert api.get(f"{url}?after=x").status_code == 400
    api.post(f"/api/v1/deployments/{deployment['id']}/stop")
    assert api.get(url).json() == {"server": "", "lines": []}
