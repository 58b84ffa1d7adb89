"""Artifacts side by side, their roles, and the gates between them and a deployment."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import AuditEntry
from core.models import Job
from tests.training.conftest import make_snapshot
from training.models import Artifact, Evaluation
from training.services.evaluations import record
from training.services.gates import measure_kept


def measured(artifact: Any, miou: float, snapshot: Any = None, **more: Any) -> Evaluation:
    where = snapshot or artifact.run.snapshot
    classes = [{"id": artifact.classes[1]["id"], "name": "squirrel", "iou": miou - 0.1}]
    summary = {"miou": miou, "images": 2, "classes": classes, "calibration": {"ece": 0.1}, **more}
    return record(artifact, where.pk, "val", summary)


def make_gate(api: Any, project: Any, artifact: Any, **more: Any) -> Any:
    body = {
        "name": "Good enough",
        "snapshot": str(artifact.run.snapshot_id),
        "metric": "miou",
        "minimum": 0.7,
    }
    answer = api.post(f"/api/v1/projects/{project.pk}/gates", {**body, **more})
    assert answer.status_code == 201, answer.content
    return answer.json()


def deploy(api: Any, project: Any, artifact: Any, **more: Any) -> Any:
    body = {"name": "d", "artifact": str(artifact.pk), "device": "cpu", "runtime": "torch", **more}
    return api.post(f"/api/v1/projects/{project.pk}/deployments", body)


@pytest.fixture
def artifact(make_artifact: Any) -> Any:
    return make_artifact()


def test_the_table_shows_what_each_reaches_on_one_snapshot(
    api: Any, project: Any, artifact: Any, make_artifact: Any
) -> None:
    other = make_artifact(run=artifact.run, name="other", step=8)
    measured(artifact, 0.8, intervals={"miou": [0.7, 0.9], "resamples": 1000})
    make_gate(api, project, artifact)
    url = f"/api/v1/projects/{project.pk}/registry"
    table = api.get(url).json()
    assert table["snapshot"]["id"] == str(artifact.run.snapshot_id) and table["split"] == "val"
    rows = {row["artifact"]["id"]: row for row in table["results"]}
    mine, its = rows[str(artifact.pk)], rows[str(other.pk)]
    assert mine["metrics"]["miou"] == 0.8 and mine["metrics"]["ece"] == 0.1
    assert mine["intervals"] == {"miou": [0.7, 0.9]} and mine["gates"][0]["passed"] is True
    assert its["evaluated"] is False and its["metrics"] is None and its["gates"][0]["passed"] is None
    assert mine["artifact"]["parameters"] > 1e6
    assert api.get(f"{url}?snapshot={project.pk}").status_code == 400
    assert api.get(f"{url}?split=test").json()["snapshot"] is None


def test_a_project_has_one_champion(api: Any, artifact: Any, make_artifact: Any) -> None:
    other = make_artifact(run=artifact.run, name="other", step=8)
    for one in (artifact, other):
        answer = api.put(f"/api/v1/artifacts/{one.pk}/role", {"role": "champion"})
        assert answer.status_code == 200 and answer.json()["role"] == "champion"
    assert Artifact.objects.get(pk=artifact.pk).role is None
    assert AuditEntry.objects.filter(action="artifact.role").count() == 2
    assert api.put(f"/api/v1/artifacts/{other.pk}/role", {"role": None}).json()["role"] is None
    assert api.put(f"/api/v1/artifacts/{other.pk}/role", {"role": "king"}).status_code == 400
    noted = api.patch(f"/api/v1/artifacts/{other.pk}", {"note": " fast "})
    assert noted.json()["note"] == "fast"


def test_a_gate_keeps_out_what_does_not_reach_it(api: Any, project: Any, artifact: Any) -> None:
    gate = make_gate(api, project, artifact)
    refused = deploy(api, project, artifact)
    assert refused.status_code == 409
    (error,) = refused.json()["errors"]
    assert error["field"] == f"gates.{gate['id']}" and "not evaluated" in error["message"]
    measured(artifact, 0.5)
    refused = deploy(api, project, artifact)
    assert refused.status_code == 409 and "reaches 0.5" in refused.json()["errors"][0]["message"]
    measured(artifact, 0.7)
    assert deploy(api, project, artifact).status_code == 201


def test_a_gate_of_a_class_looks_at_that_class(api: Any, project: Any, artifact: Any) -> None:
    make_gate(api, project, artifact, **{"class": artifact.classes[1]["id"], "minimum": 0.65})
    measured(artifact, 0.7)
    refused = deploy(api, project, artifact)
    assert refused.status_code == 409 and "iou of squirrel" in refused.json()["errors"][0]["message"]


def test_new_versions_pass_the_gates_and_rollbacks_need_not(
    api: Any, project: Any, artifact: Any, make_artifact: Any
) -> None:
    first = deploy(api, project, artifact).json()
    better = make_artifact(run=artifact.run, name="better", step=8)
    make_gate(api, project, artifact)
    url = f"/api/v1/deployments/{first['id']}"
    assert api.post(f"{url}/versions", {"artifact": str(better.pk)}).status_code == 409
    assert api.post(f"{url}/versions", {"threads": 2}).status_code == 201
    measured(better, 0.9)
    assert api.post(f"{url}/versions", {"artifact": str(better.pk)}).status_code == 201
    assert api.post(f"{url}/rollback", {"version": 1}).status_code == 200


def test_admins_override_gates_and_that_is_written_down(
    api: Any, client_for: Any, project: Any, artifact: Any
) -> None:
    make_gate(api, project, artifact)
    engineer = client_for("engineer")
    assert deploy(engineer, project, artifact, override_gates=True).status_code == 403
    assert deploy(api, project, artifact, override_gates=True).status_code == 201
    assert AuditEntry.objects.filter(action="gates.override").count() == 1


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"metric": "ece"}, "metric"),
        ({"minimum": 1.2}, "minimum"),
        ({"split": "test"}, "split"),
        ({"snapshot": "00000000-0000-4000-8000-000000000000"}, "snapshot"),
        ({"class": "00000000-0000-4000-8000-000000000000"}, "class"),
        ({"name": " "}, "name"),
    ],
)
def test_bad_gates_are_named(
    api: Any, project: Any, artifact: Any, change: dict[str, Any], field: str
) -> None:
    body = {"name": "g", "snapshot": str(artifact.run.snapshot_id), "metric": "miou", "minimum": 0.7}
    answer = api.post(f"/api/v1/projects/{project.pk}/gates", {**body, **change})
    assert answer.status_code == 400 and answer.json()["errors"][0]["field"] == field


def test_gates_are_changed_and_deleted(api: Any, other_api: Any, project: Any, artifact: Any) -> None:
    gate = make_gate(api, project, artifact)
    url = f"/api/v1/gates/{gate['id']}"
    changed = api.patch(url, {"minimum": 0.2})
    assert changed.json()["minimum"] == 0.2 and changed.json()["name"] == "Good enough"
    again = {"name": "Good enough", "snapshot": gate["snapshot"]["id"], "metric": "miou", "minimum": 0.1}
    assert api.post(f"/api/v1/projects/{project.pk}/gates", again).status_code == 409
    assert other_api.patch(url, {"minimum": 0}).status_code == 404
    assert other_api.get(f"/api/v1/projects/{project.pk}/registry").status_code == 404
    assert api.delete(url).status_code == 204
    assert api.get(f"/api/v1/projects/{project.pk}/gates").json()["results"] == []


def test_kept_checkpoints_are_measured_where_gates_look(
    api: Any, project: Any, artifact: Any, make_artifact: Any
) -> None:
    snapshot = make_snapshot(project)
    snapshot.classes = [{"id": artifact.classes[1]["id"], "name": "squirrel"}]
    snapshot.save()
    champion = make_artifact(name="champion", role="champion")
    measured(champion, 0.9, snapshot)
    make_gate(api, project, artifact, snapshot=str(snapshot.pk))
    for _ in range(2):
        measure_kept(artifact.run_id)
    jobs = Job.objects.filter(kind="training.evaluate")
    assert [job.payload["artifact"] for job in jobs] == [str(artifact.pk)]
    assert jobs[0].payload["snapshot"] == str(snapshot.pk)
