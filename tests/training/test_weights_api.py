"""Weight files over REST: uploaded, named once, used by runs, deleted with their bytes, and who may."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save

DATA = save({"a.weight": np.zeros((3, 4), np.float32), "a.bias": np.zeros(3, np.float32)})


@pytest.fixture
def address(project: Any) -> str:
    return f"/api/v1/projects/{project.pk}/weights"


@pytest.fixture
def upload(api: Any, address: str) -> Callable[..., Any]:
    def send(data: bytes = DATA, file_name: str = "mine.safetensors", client: Any = None, **more: str) -> Any:
        from django.core.files.uploadedfile import SimpleUploadedFile

        body = {"file": SimpleUploadedFile(file_name, data), **more}
        return (client or api).post(address, body, format="multipart")

    return send


def stored() -> list[str]:
    from core.storage import storage

    return list(storage.keys("weights"))


def test_a_file_is_kept_with_what_its_header_says(api: Any, address: str, upload: Any, owner: Any) -> None:
    before = stored()
    answer = upload()
    assert answer.status_code == 201
    body = answer.json()
    assert body["name"] == "mine.safetensors" and (body["tensors"], body["parameters"]) == (2, 15)
    assert (body["size"], body["sha256"]) == (len(DATA), hashlib.sha256(DATA).hexdigest())
    assert body["created_by"] == {"id": str(owner.pk), "email": owner.email}
    assert api.get(address).json()["results"] == [body]
    assert len(stored()) == len(before) + 1


def test_a_name_is_cleaned_and_given_once(upload: Any) -> None:
    assert upload(file_name="my weights (1).safetensors").json()["name"] == "my-weights-1-.safetensors"
    assert upload(name="b0.safetensors").json()["name"] == "b0.safetensors"
    before = stored()
    again = upload(name="b0.safetensors")
    assert again.status_code == 409 and again.json()["errors"][0]["field"] == "name"
    wrong = upload(file_name="model.bin")
    assert wrong.status_code == 400 and wrong.json()["errors"][0]["field"] == "name"
    assert stored() == before


def test_a_pickle_is_refused_with_a_way_to_convert_it(api: Any, address: str, upload: Any) -> None:
    answer = upload(pickle.dumps({"weight": [0.0] * 100}))
    assert answer.status_code == 415 and "torch.load" in answer.json()["detail"]
    assert upload(DATA[:-1]).status_code == 422
    assert upload(b"").status_code == 422
    assert api.post(address, {}, format="multipart").json()["errors"][0]["field"] == "file"
    assert api.get(address).json()["results"] == []


def test_a_full_storage_is_said(api: Any, address: str, upload: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from core.storage import storage

    def full(key: str, content: Any) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(storage, "put", full)
    answer = upload()
    assert answer.status_code == 503 and "no room" in answer.json()["detail"]
    assert api.get(address).json()["results"] == []


def test_a_spec_names_an_uploaded_file(api: Any, project: Any, upload: Any) -> None:
    url = f"/api/v1/projects/{project.pk}/workflows"
    body = {"name": "Mine", "spec": {"architecture": "segformer", "weights": "file:mine.safetensors"}}
    early = api.post(url, body)
    assert early.status_code == 400 and early.json()["errors"][0]["field"] == "spec.weights"
    upload()
    assert api.post(url, body).status_code == 201
    there = api.post(
        "/api/v1/projects", {"workspace": str(project.workspace_id), "name": "B", "task": "semantic"}
    ).json()["id"]
    foreign = api.post(f"/api/v1/projects/{there}/workflows", body)
    assert foreign.json()["errors"][0]["field"] == "spec.weights"


def test_a_spec_names_a_file_of_the_weights_folder(
    api: Any, project: Any, settings: Any, tmp_path: Path
) -> None:
    settings.TESSERA_WEIGHTS_DIR = str(tmp_path)
    (tmp_path / "ours.safetensors").write_bytes(DATA)
    url = f"/api/v1/projects/{project.pk}/workflows"
    body = {"name": "Ours", "spec": {"architecture": "segformer", "weights": "file:ours.safetensors"}}
    assert api.post(url, body).status_code == 201


def test_a_file_goes_with_its_bytes_once_no_run_needs_it(
    api: Any, upload: Any, make_run: Any, workflow: Any
) -> None:
    from training.models import Run

    row = upload().json()
    spec = {**workflow.versions.get().spec, "weights": "file:mine.safetensors"}
    run = make_run(spec=spec)
    url = f"/api/v1/weights/{row['id']}"
    for status in ("queued", "preparing", "running"):
        Run.objects.filter(pk=run.pk).update(status=status)
        refused = api.delete(url)
        assert refused.status_code == 409 and "Tiny 1" in refused.json()["detail"]
    Run.objects.filter(pk=run.pk).update(status="succeeded")
    assert api.delete(url).status_code == 204
    assert api.delete(url).status_code == 404
    assert not [key for key in stored() if row["id"] in key]


def test_the_bytes_go_with_the_project(
    project: Any, upload: Any, django_capture_on_commit_callbacks: Any
) -> None:
    row = upload().json()
    with django_capture_on_commit_callbacks(execute=True):
        project.delete()
    assert not [key for key in stored() if row["id"] in key]


def test_a_run_is_given_the_local_file(upload: Any, make_run: Any, workflow: Any) -> None:
    from core.errors import Unusable
    from training.models import WeightFile
    from training.services.preparation import child_weights

    upload()
    run = make_run(spec={**workflow.versions.get().spec, "weights": "file:mine.safetensors"})
    given = child_weights(run.project, run.spec)
    assert (given["kind"], given["name"]) == ("file", "mine.safetensors")
    assert Path(given["path"]).read_bytes() == DATA
    WeightFile.objects.all().delete()
    with pytest.raises(Unusable, match="upload it"):
        child_weights(run.project, run.spec)


def test_a_run_is_given_the_hub_id_and_its_revision(make_run: Any, workflow: Any) -> None:
    from training.services.preparation import child_weights

    run = make_run(spec={**workflow.versions.get().spec, "weights": "hub:nvidia/mit-b0@v1"})
    assert child_weights(run.project, run.spec) == {
        "kind": "pretrained",
        "name": "nvidia/mit-b0@v1",
        "path": None,
        "hub_id": "nvidia/mit-b0",
        "revision": "v1",
    }


@pytest.mark.parametrize("task", ["semantic", "instance"])
def test_published_weights_are_those_of_the_projects_task(
    task: str, project: Any, make_run: Any, workflow: Any
) -> None:
    from training.services.preparation import child_weights

    project.task = task
    project.save()
    choice = {"architecture": "mask2former", "variant": "swin-large", "weights": "pretrained"}
    run = make_run(spec={**workflow.versions.get().spec, **choice})
    ends = {"semantic": "ade-semantic", "instance": "coco-instance"}
    assert child_weights(run.project, run.spec)["hub_id"] == f"facebook/mask2former-swin-large-{ends[task]}"


def test_readers_look_and_strangers_do_not(
    api: Any, other_api: Any, client_for: Any, address: str, upload: Any
) -> None:
    url = f"/api/v1/weights/{upload().json()['id']}"
    viewer = client_for("viewer")
    assert len(viewer.get(address).json()["results"]) == 1
    assert upload(client=viewer, file_name="v.safetensors").status_code == 403
    assert viewer.delete(url).status_code == 403
    assert client_for("annotator").delete(url).status_code == 403
    assert other_api.get(address).status_code == 404
    assert upload(client=other_api, file_name="s.safetensors").status_code == 404
    assert other_api.delete(url).status_code == 404
    assert upload(client=client_for("engineer"), file_name="e.safetensors").status_code == 201
