"""Deployments of exports: given, found, or made and waited for."""

from __future__ import annotations

import uuid
from copy import deepcopy
from typing import Any

import pytest

from core.models import Job
from deployments import export_options
from deployments.models import Deployment, Export
from deployments.services.awaiting import follow_exports
from deployments.services.reconciliation import reconcile
from tests.deployments.test_lifecycle import make


@pytest.fixture
def make_export(artifact: Any) -> Any:
    def made(**values: Any) -> Export:
        number = uuid.uuid4()
        return Export.objects.create(
            **{
                "id": number,
                "artifact": artifact,
                "format": "onnx",
                "quantization": "int8",
                "report": {"agrees": True},
                "storage_prefix": f"exports/{number}",
                **values,
            }
        )

    return made


@pytest.fixture
def waiting(api: Any, project: Any, artifact: Any, inference: Any, sent: list[Any]) -> dict[str, Any]:
    """A deployment whose int8 export is being made."""
    answer = make(api, project, artifact, runtime="onnxruntime", quantization="int8")
    assert answer.status_code == 201, answer.content
    sent[:] = [message for message in sent if message[0] != "core.run_job"]
    body: dict[str, Any] = answer.json()
    return body


@pytest.fixture
def follow(django_capture_on_commit_callbacks: Any, run_jobs: Any) -> Any:
    """The look of every second, and what it sends for."""

    def followed() -> None:
        with django_capture_on_commit_callbacks(execute=True):
            follow_exports()
        run_jobs()

    return followed


def finish(export: Any, **values: Any) -> Job:
    """The export's job ends, with its row where it succeeded."""
    job = Job.objects.get(kind="artifacts.export")
    Job.objects.filter(pk=job.pk).update(**{"status": "succeeded", **values})
    if not values:
        export(id=job.pk, storage_prefix=f"exports/{job.pk}")
    return job


def test_an_export_says_artifact_runtime_and_quantization(
    api: Any, project: Any, inference: Any, run_jobs: Any, make_export: Any, artifact: Any
) -> None:
    export = make_export(format="openvino")
    answer = api.post(f"/api/v1/projects/{project.pk}/deployments", {"name": "a", "export": str(export.pk)})
    assert answer.status_code == 201, answer.content
    body = answer.json()
    assert (body["export"], body["artifact"]["id"]) == (str(export.pk), str(artifact.pk))
    assert (body["runtime"], body["quantization"]) == ("openvino", "int8")
    run_jobs()
    wanted = inference.models[body["id"]]["wanted"]
    assert wanted["bundle"].endswith(f"exports/{export.pk}/bundle") and wanted["quantization"] == "int8"


def test_the_newest_unpruned_export_is_taken(
    api: Any, project: Any, artifact: Any, make_export: Any, inference: Any
) -> None:
    make_export()
    newest = make_export()
    make_export(pruning=0.5)
    make_export(format="openvino")
    body = make(api, project, artifact, runtime="onnxruntime", quantization="int8").json()
    assert body["export"] == str(newest.pk) and body["message"] == "version 1 is being loaded"
    assert not Job.objects.exists()


@pytest.mark.parametrize("format", ["torchscript", "coreml", "tensorrt"])
def test_a_format_for_other_programs_is_refused_by_name(
    api: Any, project: Any, artifact: Any, make_export: Any, format: str
) -> None:
    answer = make(api, project, artifact, export=str(make_export(format=format, quantization="none").pk))
    assert answer.status_code == 400 and answer.json()["errors"][0]["field"] == "export"


def test_exports_that_are_not_this_artifacts_are_refused_by_name(
    api: Any, project: Any, make_artifact: Any, make_export: Any, artifact: Any
) -> None:
    other = make_artifact(name="other", step=8)
    for asked in ({"export": str(make_export().pk)}, {"export": str(uuid.uuid4())}):
        answer = make(api, project, other, **asked)
        assert answer.status_code == 400 and answer.json()["errors"][0]["field"] == "export"
    clash = make(api, project, artifact, export=str(make_export().pk), runtime="openvino")
    assert clash.status_code == 400 and clash.json()["errors"][0]["field"] == "runtime"
    nothing = api.post(f"/api/v1/projects/{project.pk}/deployments", {"name": "a"})
    assert nothing.status_code == 400 and nothing.json()["errors"][0]["field"] == "artifact"


def test_an_export_that_is_missing_is_made_and_waited_for(
    api: Any, waiting: Any, inference: Any, run_jobs: Any, make_export: Any, follow: Any
) -> None:
    url = f"/api/v1/deployments/{waiting['id']}"
    assert (waiting["status"], waiting["message"]) == ("starting", "the int8 export is being made")
    job = Job.objects.get(kind="artifacts.export")
    assert (job.payload["format"], job.payload["quantization"]) == ("onnx", "int8")
    run_jobs()
    follow()
    assert inference.models == {} and api.get(url).json()["status"] == "starting"
    finish(make_export)
    follow()
    body = api.get(url).json()
    assert (body["status"], body["export"]) == ("ready", str(job.pk))
    assert api.get(f"{url}/versions").json()["results"][0]["export"] == str(job.pk)
    assert inference.models[waiting["id"]]["wanted"]["bundle"].endswith(f"exports/{job.pk}/bundle")


def test_what_cannot_be_exported_is_refused_by_name(
    api: Any, project: Any, artifact: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = deepcopy(export_options.offered(artifact))
    openvino = next(entry for entry in known["formats"] if entry["format"] == "openvino")
    for quantization in openvino["quantizations"]:
        quantization.update(available=False, reason="It cannot.")
    monkeypatch.setattr(export_options, "offered", lambda artifact: known)
    answer = make(api, project, artifact, runtime="openvino", quantization="int8")
    assert answer.status_code == 400, answer.content
    (error,) = answer.json()["errors"]
    assert error["field"] == "quantization" and error["message"].endswith("It cannot.")
    assert not Deployment.objects.exists()


def test_two_that_wait_share_one_export(api: Any, project: Any, artifact: Any, waiting: Any) -> None:
    make(api, project, artifact, name="second", runtime="onnxruntime", quantization="int8")
    assert Job.objects.filter(kind="artifacts.export").count() == 1
    assert Deployment.objects.exclude(awaited_job=None).count() == 2


def test_an_export_that_fails_gives_its_reason(api: Any, waiting: Any, make_export: Any, follow: Any) -> None:
    url = f"/api/v1/deployments/{waiting['id']}"
    finish(make_export, status="failed", error={"detail": "no image to calibrate with"})
    follow()
    body = api.get(url).json()
    assert body["status"] == "failed" and "no image to calibrate with" in body["error"]["detail"]
    again = api.post(f"{url}/start").json()
    assert (again["status"], again["message"]) == ("starting", "the int8 export is being made")
    assert Job.objects.filter(kind="artifacts.export").count() == 2


def test_the_old_version_answers_while_the_new_one_waits(
    api: Any, deployment: Any, inference: Any, sent: list[Any], run_jobs: Any, make_export: Any, follow: Any
) -> None:
    url = f"/api/v1/deployments/{deployment['id']}"
    asked = {"runtime": "onnxruntime", "quantization": "int8"}
    assert api.post(f"{url}/versions", asked).status_code == 201
    sent[:] = [message for message in sent if message[0] != "core.run_job"]
    inference.models.clear()
    run_jobs()
    assert inference.models[deployment["id"]]["version"] == 1
    assert api.get(url).json()["message"] == "the int8 export is being made"
    finish(make_export, status="failed", error={"detail": "no"})
    follow()
    inference.models.clear()
    reconcile()
    assert api.get(url).json()["status"] == "failed"
    assert api.post(f"{url}/predict", b"image", content_type="image/png").status_code == 200


def test_a_version_keeps_its_export_until_something_else_is_asked_for(
    api: Any, project: Any, artifact: Any, inference: Any, make_export: Any, run_jobs: Any
) -> None:
    export = make_export(pruning=0.3)
    url = f"/api/v1/deployments/{make(api, project, artifact, export=str(export.pk)).json()['id']}"
    same = api.post(f"{url}/versions", {"threads": 1}).json()
    assert same["export"] == str(export.pk)
    plain = api.post(f"{url}/versions", {"quantization": "none"}).json()
    assert plain["export"] is None
    back = api.post(f"{url}/rollback").json()
    assert (back["export"], back["quantization"]) == (str(export.pk), "int8")


def test_an_export_that_disagrees_is_marked(
    api: Any, project: Any, artifact: Any, inference: Any, make_export: Any, run_jobs: Any
) -> None:
    export = make_export(report={"agrees": False, "why": ["3 of 100 masks differ."]})
    url = f"/api/v1/deployments/{make(api, project, artifact, export=str(export.pk)).json()['id']}"
    run_jobs()
    body = api.get(url).json()
    assert (body["status"], body["message"]) == (
        "ready",
        "the export differs from its model: 3 of 100 masks differ",
    )


def test_what_is_deployed_is_not_deleted(
    api: Any, project: Any, artifact: Any, inference: Any, make_export: Any
) -> None:
    export = make_export()
    made = make(api, project, artifact, export=str(export.pk)).json()
    place = f"/api/v1/artifacts/{artifact.pk}/exports/{export.pk}"
    refused = api.delete(place)
    assert refused.status_code == 409 and "live" in refused.json()["detail"]
    run = api.delete(f"/api/v1/runs/{artifact.run_id}")
    assert run.status_code == 409 and "deployment" in run.json()["detail"]
    api.delete(f"/api/v1/deployments/{made['id']}")
    assert api.delete(place).status_code == 204


def test_a_project_goes_with_all_that_it_deploys(
    api: Any, project: Any, artifact: Any, inference: Any, make_export: Any
) -> None:
    make(api, project, artifact, export=str(make_export().pk))
    assert api.delete(f"/api/v1/projects/{project.pk}").status_code == 204
    assert not Deployment.objects.exists() and not Export.objects.exists()
