"""Deployments over REST: made, changed, rolled back, stopped, started, deleted, and refused."""

from __future__ import annotations

import uuid
from typing import Any

import pytest


def make(api: Any, project: Any, used: Any, **more: Any) -> Any:
    body = {"name": "live", "artifact": str(used.pk), **more}
    return api.post(f"/api/v1/projects/{project.pk}/deployments", body)


def test_a_deployment_starts_and_becomes_ready(
    api: Any, project: Any, artifact: Any, inference: Any, run_jobs: Any
) -> None:
    answer = make(api, project, artifact, runtime="openvino")
    assert answer.status_code == 201
    body = answer.json()
    assert (body["status"], body["version"], body["runtime"], body["device"]) == (
        "starting",
        1,
        "openvino",
        "cpu",
    )
    assert (body["quantization"], body["replicas"]) == ("none", 1)
    assert body["artifact"]["id"] == str(artifact.pk) and body["artifact"]["variant"] == "b0"
    assert body["endpoint"] == f"/api/v1/deployments/{body['id']}/predict"
    run_jobs()
    assert api.get(f"/api/v1/deployments/{body['id']}").json()["status"] == "ready"
    wanted = inference.models[body["id"]]["wanted"]
    assert wanted["bundle"].endswith(f"{artifact.pk}/bundle") and wanted["runtime"] == "openvino"
    assert wanted["describe"] == {
        "deployment": {"id": body["id"], "name": "live", "version": 1},
        "model": {
            "artifact": str(artifact.pk),
            "architecture": "segformer",
            "variant": "b0",
            "run": str(artifact.run_id),
            "snapshot": str(artifact.run.snapshot_id),
        },
    }
    listed = api.get(f"/api/v1/projects/{project.pk}/deployments").json()["results"]
    assert [row["id"] for row in listed] == [body["id"]]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"runtime": "tensorrt"}, "runtime"),
        ({"device": "tpu"}, "device"),
        ({"device": "cuda", "runtime": "openvino"}, "device"),
        ({"quantization": "int4"}, "quantization"),
        ({"replicas": 0}, "replicas"),
        ({"artifact": str(uuid.uuid4())}, "artifact"),
        ({"artifact": "x"}, "artifact"),
        ({"name": "  "}, "name"),
        ({"name": "one\r\ntwo"}, "name"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_wrong_is_named(
    api: Any, project: Any, artifact: Any, change: dict[str, Any], field: str, sent: list[Any]
) -> None:
    answer = make(api, project, artifact, **change)
    assert answer.status_code == 400, answer.content
    assert [error["field"] for error in answer.json()["errors"]] == [field]
    assert sent == []


def test_an_artifact_of_another_project_is_refused_by_name(api: Any, project: Any, artifact: Any) -> None:
    from projects.models import Project

    elsewhere = Project.objects.create(workspace=project.workspace, name="Elsewhere")
    answer = make(api, elsewhere, artifact)
    assert answer.status_code == 400 and answer.json()["errors"][0]["field"] == "artifact"


def test_a_name_is_given_once_a_project(api: Any, project: Any, artifact: Any, deployment: Any) -> None:
    assert make(api, project, artifact).status_code == 409
    other = make(api, project, artifact, name="second").json()
    assert api.patch(f"/api/v1/deployments/{other['id']}", {"name": "live"}).status_code == 409


def test_a_new_version_replaces_the_old_once_it_is_warm(
    api: Any, deployment: Any, inference: Any, run_jobs: Any, make_artifact: Any
) -> None:
    url = f"/api/v1/deployments/{deployment['id']}"
    better = make_artifact(name="step-00000008", step=8)
    answer = api.post(f"{url}/versions", {"artifact": str(better.pk), "runtime": "onnxruntime"})
    assert answer.status_code == 201 and answer.json()["version"] == 2
    assert api.get(url).json()["status"] == "starting"
    run_jobs()
    now = api.get(url).json()
    assert (now["status"], now["version"], now["artifact"]["id"]) == ("ready", 2, str(better.pk))
    assert (now["runtime"], now["device"]) == ("onnxruntime", "cpu")
    versions = api.get(f"{url}/versions").json()["results"]
    assert [(row["version"], row["runtime"]) for row in versions] == [(2, "onnxruntime"), (1, "torch")]


def test_rolling_back_serves_the_version_before(
    api: Any, deployment: Any, run_jobs: Any, make_artifact: Any, artifact: Any
) -> None:
    url = f"/api/v1/deployments/{deployment['id']}"
    assert api.post(f"{url}/rollback").status_code == 409
    api.post(f"{url}/versions", {"artifact": str(make_artifact(name="b", step=8).pk)})
    rolled = api.post(f"{url}/rollback").json()
    assert (rolled["version"], rolled["artifact"]["id"]) == (3, str(artifact.pk))
    assert api.post(f"{url}/rollback", {"version": 2}).json()["version"] == 4
    assert api.post(f"{url}/rollback", {"version": 4}).status_code == 409
    unknown = api.post(f"{url}/rollback", {"version": 40})
    assert unknown.status_code == 400 and unknown.json()["errors"][0]["field"] == "version"


def test_stopping_frees_the_server_and_starting_brings_it_back(
    api: Any, deployment: Any, inference: Any, run_jobs: Any
) -> None:
    url = f"/api/v1/deployments/{deployment['id']}"
    assert api.post(f"{url}/stop").json()["status"] == "stopped"
    run_jobs()
    assert inference.models == {}
    assert api.post(f"{url}/stop").json()["status"] == "stopped"
    assert api.post(f"{url}/start").json()["status"] == "starting"
    run_jobs()
    assert api.get(url).json()["status"] == "ready"
    assert api.post(f"{url}/start").json()["status"] == "ready"


def test_a_failed_load_can_be_tried_again(
    api: Any, project: Any, artifact: Any, inference: Any, run_jobs: Any
) -> None:
    inference.becomes = "failed"
    url = f"/api/v1/deployments/{make(api, project, artifact).json()['id']}"
    run_jobs()
    failed = api.get(url).json()
    assert failed["status"] == "failed" and failed["error"]["detail"] == "the weights do not fit"
    assert failed["error"]["title"] and failed["error"]["hint"]
    inference.becomes = "ready"
    assert api.post(f"{url}/start").json()["status"] == "starting"
    run_jobs()
    assert api.get(url).json()["status"] == "ready"


def test_a_new_version_that_fails_leaves_the_old_one_answering(
    api: Any, deployment: Any, inference: Any, run_jobs: Any
) -> None:
    url = f"/api/v1/deployments/{deployment['id']}"
    inference.becomes = "failed"
    api.post(f"{url}/versions", {"runtime": "openvino"})
    run_jobs()
    failed = api.get(url).json()
    assert failed["status"] == "failed" and "version 1 goes on answering" in failed["message"]
    assert api.post(f"{url}/predict", b"image", content_type="image/png").status_code == 200


def test_a_new_name_reaches_the_answers(api: Any, deployment: Any, inference: Any, run_jobs: Any) -> None:
    url = f"/api/v1/deployments/{deployment['id']}"
    assert api.patch(url, {"name": "lively"}).json()["name"] == "lively"
    run_jobs()
    assert inference.models[deployment["id"]]["wanted"]["describe"]["deployment"]["name"] == "lively"


def test_a_deleted_deployment_leaves_the_server(
    api: Any, deployment: Any, inference: Any, run_jobs: Any
) -> None:
    assert api.delete(f"/api/v1/deployments/{deployment['id']}").status_code == 204
    run_jobs()
    assert inference.models == {}
    assert api.get(f"/api/v1/deployments/{deployment['id']}").status_code == 404


def test_stats_come_from_the_server(api: Any, deployment: Any, inference: Any) -> None:
    stats = api.get(f"/api/v1/deployments/{deployment['id']}/stats").json()
    assert stats == {
        "requests": 7,
        "errors": 1,
        "p50_ms": 12.5,
        "p95_ms": 20.0,
        "queue": 0,
        "batch_mean": 1.5,
    }
    api.post(f"/api/v1/deployments/{deployment['id']}/stop")
    assert api.get(f"/api/v1/deployments/{deployment['id']}/stats").json()["requests"] == 0


def test_who_may_do_what(
    api: Any, other_api: Any, client_for: Any, anonymous: Any, deployment: Any, project: Any, artifact: Any
) -> None:
    url = f"/api/v1/deployments/{deployment['id']}"
    assert anonymous.get(url).status_code == 401
    for path in ("", "/versions", "/stats"):
        assert other_api.get(url + path).status_code == 404
    for path in ("/stop", "/start", "/rollback", "/versions", "/predict"):
        assert other_api.post(url + path, {}).status_code == 404
    viewer = client_for("viewer")
    assert viewer.get(url).status_code == 200
    assert viewer.post(f"{url}/stop").status_code == 403
    assert viewer.post(f"{url}/predict", b"x", content_type="image/png").status_code == 403
    assert make(client_for("annotator"), project, artifact, name="mine").status_code == 403
    caller = client_for("engineer", ["predict"])
    assert caller.post(f"{url}/predict", b"x", content_type="image/png").status_code == 200
    assert caller.post(f"{url}/stop").status_code == 403
    assert make(client_for("engineer", ["deploy"]), project, artifact, name="theirs").status_code == 201
