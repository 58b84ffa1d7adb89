"""Sweeps over REST: planned, read, cancelled, deleted, and everything wrong named."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from core import events
from training.models import Run, Sweep
from training.services import sweeps

RATES = {"path": "hyperparameters.learning_rate", "values": [0.001, 0.01]}
SIZES = {"path": "hyperparameters.batch_size", "values": [1, 2]}


@pytest.fixture
def post(api: Any, project: Any, workflow: Any, snapshot: Any) -> Any:
    def send(**changes: Any) -> Any:
        body = {
            "name": "Rates",
            "workflow": str(workflow.pk),
            "snapshot": str(snapshot.pk),
            "method": "grid",
            "parameters": [RATES, SIZES],
            **changes,
        }
        return api.post(f"/api/v1/projects/{project.pk}/sweeps", body)

    return send


def made(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 201, answer.content
    body: dict[str, Any] = answer.json()
    return body


def test_a_grid_becomes_runs(post: Any, api: Any, project: Any, sent: list[Any]) -> None:
    sweep = made(post(priority="low", hardware={"device": "cpu"}, checkpoints={"strategy": "latest"}))
    assert (sweep["status"], sweep["metric"], sweep["max_runs"]) == ("running", "val/miou", 4)
    assert sweep["counts"] == {
        "queued": 4,
        "running": 0,
        "succeeded": 0,
        "failed": 0,
        "cancelled": 0,
        "total": 4,
    }
    assert sweep["best"] is None and sweep["halving"] is None
    assert [trial["name"] for trial in sweep["trials"]] == ["Rates 1", "Rates 2", "Rates 3", "Rates 4"]
    assert sweep["trials"][1]["trial"] == {
        "hyperparameters.learning_rate": 0.001,
        "hyperparameters.batch_size": 2,
    }
    run = api.get(f"/api/v1/runs/{sweep['trials'][1]['run']}").json()
    assert (run["sweep"], run["trial"], run["priority"]) == (sweep["id"], sweep["trials"][1]["trial"], "low")
    assert run["spec"]["hyperparameters"]["batch_size"] == 2 and run["hardware"]["device"] == "cpu"
    assert run["spec"]["hyperparameters"]["learning_rate"] == 0.001 and run["limits"] == {}
    assert [name for name, *_ in sent] == ["training.run"] * 4
    assert api.get(f"/api/v1/sweeps/{sweep['id']}").json() == sweep
    url = f"/api/v1/projects/{project.pk}"
    listed = api.get(f"{url}/sweeps?status=running").json()["results"]
    assert listed == [{key: value for key, value in sweep.items() if key != "trials"}]
    assert len(api.get(f"{url}/runs?sweep={sweep['id']}").json()["results"]) == 4
    assert api.get(f"{url}/runs?sweep=none").json()["results"] == []
    told = [event for event in events.replay(f"project:{project.pk}") if event.type == "sweep"]
    assert told[-1].payload["sweep"]["id"] == sweep["id"]
    assert AuditEntry.objects.filter(action="sweep.start").count() == 1


def test_random_draws_and_halving_begin_with_what_was_asked(post: Any) -> None:
    span = {"path": "hyperparameters.learning_rate", "min": 1e-5, "max": 1e-2, "scale": "log"}
    drawn = made(post(method="random", parameters=[span], max_runs=5, seed=7))
    again = made(post(method="random", parameters=[span], max_runs=5, seed=7))
    assert [t["trial"] for t in drawn["trials"]] == [t["trial"] for t in again["trials"]]
    halved = made(post(method="halving", parameters=[span], max_runs=3, halving={"first_steps": 1}))
    assert halved["halving"] == {"factor": 3, "first_steps": 1}
    assert [trial["rung"] for trial in halved["trials"]] == [0, 0, 0]
    assert {run.limits["steps"] for run in Run.objects.filter(sweep=halved["id"])} == {1}
    assert {run.total_steps for run in Run.objects.filter(sweep=halved["id"])} == {1}


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"name": " "}, ["name"]),
        ({"method": "bayes"}, ["method"]),
        ({"workflow": str(uuid.uuid4())}, ["workflow"]),
        ({"snapshot": str(uuid.uuid4())}, ["snapshot"]),
        ({"metric": "val/beauty"}, ["metric"]),
        ({"metric": "val/iou/nobody"}, ["metric"]),
        ({"max_runs": 3}, ["max_runs"]),
        ({"max_runs": 201}, ["max_runs"]),
        ({"method": "random"}, ["max_runs"]),
        ({"halving": {"first_steps": 1}}, ["halving"]),
        ({"method": "halving", "max_runs": 3}, ["halving.first_steps"]),
        ({"method": "halving", "max_runs": 3, "halving": {"first_steps": 4}}, ["halving.first_steps"]),
        (
            {"method": "halving", "max_runs": 3, "halving": {"first_steps": 1, "factor": 1, "x": 1}},
            ["halving.x", "halving.factor"],
        ),
        ({"hardware": {"device": "tpu"}}, ["hardware.device"]),
        (
            {"parameters": [{**RATES, "values": [0.1, -1, "x"]}, {**SIZES, "values": [0]}]},
            ["parameters.0.values.1", "parameters.0.values.2", "parameters.1.values.0"],
        ),
        ({"parameters": [{"path": "hyperparameters.nope", "values": [1]}]}, ["parameters.0.values.0"]),
        (
            {"parameters": [{"path": "hyperparameters.learning_rate", "min": -1, "max": 1}]},
            ["parameters.0.min"],
        ),
        ({"parameters": [{"path": "architecture.x", "values": [1]}]}, ["parameters.0.values.0"]),
        ({"surprise": 1}, ["surprise"]),
    ],
)
def test_each_wrong_field_is_named(
    post: Any, changes: dict[str, Any], fields: list[str], sent: list[Any]
) -> None:
    answer = post(**changes)
    assert answer.status_code == 400, answer.content
    assert [error["field"] for error in answer.json()["errors"]] == fields
    assert not Sweep.objects.exists() and not Run.objects.exists() and sent == []


def test_a_class_judges_a_sweep(post: Any) -> None:
    assert made(post(metric="val/iou/squirrel"))["metric"] == "val/iou/squirrel"


def test_a_sweep_that_ends_shows_its_best(post: Any, api: Any) -> None:
    sweep = made(post())
    runs = [Run.objects.get(pk=trial["run"]) for trial in sweep["trials"]]
    for run, value in zip(runs, [0.2, 0.6, 0.9, None], strict=True):
        run.status = "failed" if value == 0.9 else "succeeded"
        run.best = value and {"metric": "val/miou", "value": value, "step": 4}
        run.save()
    sweeps.advance_all()
    body = api.get(f"/api/v1/sweeps/{sweep['id']}").json()
    assert body["status"] == "succeeded" and body["finished_at"]
    assert (body["counts"]["succeeded"], body["counts"]["failed"]) == (3, 1)
    assert body["best"] == {"run": str(runs[1].pk), "value": 0.6, "trial": runs[1].trial}
    assert [trial["value"] for trial in body["trials"]] == [0.2, 0.6, 0.9, None]


def test_a_sweep_of_which_nothing_succeeded_has_failed(post: Any, api: Any) -> None:
    sweep = made(post())
    Run.objects.filter(sweep=sweep["id"]).update(status="failed")
    sweeps.advance_all()
    assert api.get(f"/api/v1/sweeps/{sweep['id']}").json()["status"] == "failed"


def test_a_large_sweep_costs_no_more_for_each_of_its_runs(post: Any, api: Any) -> None:
    seeds = {"path": "hyperparameters.seed", "values": list(range(40))}
    with CaptureQueriesContext(connection) as many:
        sweep = made(post(parameters=[seeds]))
    read = [each["sql"] for each in many if each["sql"].startswith("SELECT")]
    # The queue and the sweep's runs are read once, not for every run again.
    assert sum("hardware" in sql and "training_run" in sql for sql in read) < 5
    assert len(many) < 40 * 18
    with CaptureQueriesContext(connection) as seen:
        sweeps.announce(Sweep.objects.get())
    assert len(seen) < 12 and not any('"training_run"."spec"' in each["sql"] for each in seen)
    with CaptureQueriesContext(connection) as stopped:
        assert api.post(f"/api/v1/sweeps/{sweep['id']}/cancel").status_code == 202
    assert len(stopped) < 40 * 10
    told = [
        event.payload["run"]["status"]
        for event in events.replay(f"project:{sweep['project']}")
        if event.type == "run"
    ]
    assert told == ["queued"] * 40 + ["cancelled"] * 40


def test_a_cancelled_sweep_stops_all_its_runs(post: Any, api: Any, sent: list[Any]) -> None:
    sweep = made(post())
    first = Run.objects.filter(sweep=sweep["id"]).first()
    assert first
    Run.objects.filter(pk=first.pk).update(status="running", lease_token=uuid.uuid4())
    url = f"/api/v1/sweeps/{sweep['id']}"
    assert api.delete(url).status_code == 409
    answer = api.post(f"{url}/cancel")
    assert answer.status_code == 202 and answer.json()["status"] == "cancelled"
    assert (answer.json()["counts"]["cancelled"], answer.json()["counts"]["running"]) == (3, 1)
    assert Run.objects.get(pk=first.pk).cancel_requested
    assert api.post(f"{url}/cancel").status_code == 409
    sweeps.advance_all()
    assert Sweep.objects.get(pk=sweep["id"]).status == "cancelled"
    assert api.delete(url).status_code == 409
    Run.objects.filter(pk=first.pk).update(status="cancelled")
    assert api.delete(url).status_code == 204
    assert api.get(url).status_code == 404 and not Run.objects.exists()


def test_a_sweep_that_a_run_starts_from_is_not_deleted(
    post: Any, api: Any, make_run: Any, make_artifact: Any
) -> None:
    sweep = made(post())
    assert api.post(f"/api/v1/sweeps/{sweep['id']}/cancel").status_code == 202
    artifact = make_artifact(Run.objects.get(pk=sweep["trials"][0]["run"]))
    other = make_run(name="Finer", spec={**artifact.run.spec, "weights": f"artifact:{artifact.pk}"})
    refused = api.delete(f"/api/v1/sweeps/{sweep['id']}")
    assert refused.status_code == 409 and "Finer" in refused.json()["detail"]
    other.delete()
    assert api.delete(f"/api/v1/sweeps/{sweep['id']}").status_code == 204


def test_only_members_sweep(post: Any, project: Any, other_api: Any, client_for: Any, anonymous: Any) -> None:
    sweep = made(post())
    viewer = client_for("viewer")
    for path in (f"sweeps/{sweep['id']}", f"projects/{project.pk}/sweeps"):
        assert anonymous.get(f"/api/v1/{path}").status_code == 401
        assert other_api.get(f"/api/v1/{path}").status_code == 404
        assert viewer.get(f"/api/v1/{path}").status_code == 200
    url = f"/api/v1/sweeps/{sweep['id']}"
    assert other_api.post(f"{url}/cancel").status_code == 404
    assert viewer.post(f"{url}/cancel").status_code == viewer.delete(url).status_code == 403
    assert viewer.post(f"/api/v1/projects/{project.pk}/sweeps", {}).status_code == 403
    assert other_api.post(f"/api/v1/projects/{project.pk}/sweeps", {}).status_code == 404
