"""The workflow builder over REST: checks, differences, copies, files, and who may."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml

SPEC = {"architecture": "segformer", "variant": "b0", "weights": "scratch"}


@pytest.fixture
def address(workflow: Any) -> str:
    return f"/api/v1/workflows/{workflow.pk}"


def upload(data: str, file_name: str = "shared.yaml", **fields: str) -> dict[str, Any]:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return {"data": {"file": SimpleUploadedFile(file_name, data.encode()), **fields}, "format": "multipart"}


def fields_of(answer: Any) -> list[str]:
    return [error["field"] for error in answer.json()["errors"]]


def test_a_draft_is_checked_and_nothing_is_kept(api: Any, project: Any) -> None:
    url = f"/api/v1/projects/{project.pk}/workflows/check"
    good = api.post(url, {"spec": SPEC})
    assert good.status_code == 200
    assert good.json()["spec"]["hyperparameters"]["steps"] == 1000 and good.json()["errors"] == []
    assert good.json()["notes"][0].startswith("No image is labelled yet")
    bad = api.post(url, {"spec": {**SPEC, "hyperparameters": {"steps": 0}, "x": 1}})
    assert bad.status_code == 200 and bad.json()["spec"] is None and bad.json()["notes"] == []
    assert [error["field"] for error in bad.json()["errors"]] == ["spec.x", "spec.hyperparameters.steps"]
    assert api.post(url, {"spec": None}).json()["errors"][0]["field"] == "spec"
    assert api.get(f"/api/v1/projects/{project.pk}/workflows").json()["results"] == []


def test_notes_count_what_a_snapshot_would_hold(api: Any, project: Any) -> None:
    from projects.models import Asset

    for number, split in enumerate(["train", "train", "val", None, None]):
        Asset.objects.create(
            project=project, name=f"{number}.png", sha256=str(number), split=split, annotation_count=1
        )
    Asset.objects.create(project=project, name="unlabelled.png", sha256="x", split="train")
    answer = api.post(
        f"/api/v1/projects/{project.pk}/workflows/check",
        {"spec": {**SPEC, "hyperparameters": {"steps": 10, "batch_size": 2}}},
    )
    assert any(
        note.startswith("10 steps of 2 images come to 5 epochs of 4") for note in answer.json()["notes"]
    )
    assert answer.json()["data"] == {
        "classes": project.label_classes.count(),
        "train": 4,
        "val": 1,
        "test": 0,
    }


def test_a_version_says_who_made_it(api: Any, owner: Any, address: str) -> None:
    assert api.patch(address, {"spec": {**SPEC, "variant": "b2"}}).status_code == 200
    newest = api.get(f"{address}/versions").json()["results"][0]
    assert newest["version"] == 2 and newest["created_by"] == {"id": str(owner.pk), "email": owner.email}


def test_two_versions_are_compared(api: Any, workflow: Any, address: str) -> None:
    changed = {**workflow.versions.get().spec, "variant": "b1", "early_stopping": {"patience": 3}}
    assert api.patch(address, {"spec": changed}).json()["version"] == 2
    stopping = {"metric": "val/miou", "patience": 3}
    expected = {
        "from": 1,
        "to": 2,
        "changes": [
            {"path": "variant", "before": "b0", "after": "b1"},
            {"path": "early_stopping", "before": None, "after": stopping},
        ],
    }
    assert api.get(f"{address}/diff").json() == expected
    assert api.get(f"{address}/diff?from=1&to=2").json() == expected
    back = api.get(f"{address}/diff?from=2&to=1").json()["changes"]
    assert back[0] == {"path": "variant", "before": "b1", "after": "b0"}
    assert fields_of(api.get(f"{address}/diff?from=7")) == ["from"]
    assert fields_of(api.get(f"{address}/diff?to=x")) == ["to"]


def test_a_copy_is_a_workflow_of_its_own(api: Any, workflow: Any, address: str) -> None:
    first, second = api.post(f"{address}/duplicate", {}), api.post(f"{address}/duplicate", {})
    assert first.status_code == 201
    assert (first.json()["name"], first.json()["version"]) == ("Tiny copy", 1)
    assert second.json()["name"] == "Tiny copy 2"
    assert first.json()["spec"] == workflow.versions.get().spec
    assert api.post(f"{address}/duplicate", {"name": "Other"}).json()["name"] == "Other"
    assert api.post(f"{address}/duplicate", {"name": "Other"}).status_code == 409
    assert fields_of(api.post(f"{address}/duplicate", {"nam": "x"})) == ["nam"]


def test_a_copy_goes_to_another_project_where_it_fits(
    api: Any, project: Any, workflow: Any, address: str, make_artifact: Any
) -> None:
    from projects.models import Project

    there = Project.objects.create(workspace=project.workspace, name="There")
    copy = api.post(f"{address}/duplicate", {"project": str(there.pk)})
    assert copy.status_code == 201
    assert (copy.json()["project"], copy.json()["name"]) == (str(there.pk), "Tiny")
    spec = {**workflow.versions.get().spec, "weights": f"artifact:{make_artifact().pk}"}
    assert api.patch(address, {"spec": spec}).status_code == 200
    assert fields_of(api.post(f"{address}/duplicate", {"project": str(there.pk)})) == ["spec.weights"]


@pytest.mark.parametrize(("form", "load"), [("yaml", yaml.safe_load), ("json", json.loads)])
def test_a_workflow_is_shared_as_a_file(api: Any, workflow: Any, address: str, form: str, load: Any) -> None:
    answer = api.get(f"{address}/file?format={form}")
    assert answer.status_code == 200 and f"Tiny.{form}" in answer["Content-Disposition"]
    assert load(answer.content) == {
        "tessera_workflow": 1,
        "name": "Tiny",
        "spec": workflow.versions.get().spec,
    }
    url = f"/api/v1/projects/{workflow.project_id}/workflows/import"
    taken = api.post(url, **upload(answer.content.decode(), f"Tiny.{form}"))
    assert taken.status_code == 201 and taken.json()["name"] == "Tiny copy"
    assert taken.json()["spec"] == workflow.versions.get().spec
    named = api.post(url, **upload(answer.content.decode(), f"Tiny.{form}", name="Mine"))
    assert named.json()["name"] == "Mine"
    assert api.post(url, **upload(answer.content.decode(), name="Mine")).status_code == 409


def test_a_file_of_an_older_version(api: Any, workflow: Any, address: str) -> None:
    api.patch(address, {"spec": {**workflow.versions.get().spec, "variant": "b1"}})
    assert yaml.safe_load(api.get(f"{address}/file").content)["spec"]["variant"] == "b1"
    assert yaml.safe_load(api.get(f"{address}/file?version=1").content)["spec"]["variant"] == "b0"
    assert fields_of(api.get(f"{address}/file?version=9")) == ["version"]
    assert fields_of(api.get(f"{address}/file?format=toml")) == ["format"]


def test_a_wrong_file_names_the_field(api: Any, project: Any) -> None:
    url = f"/api/v1/projects/{project.pk}/workflows/import"
    wrong = "tessera_workflow: 1\nname: X\nspec: {architecture: segformer, hyperparameters: {steps: 0}}"
    assert fields_of(api.post(url, **upload(wrong))) == ["spec.hyperparameters.steps"]
    assert fields_of(api.post(url, **upload("a: [1"))) == ["file"]
    assert fields_of(api.post(url, {}, format="multipart")) == ["file"]
    assert api.post(url, **upload("x" * 70_000)).status_code == 413
    good = "tessera_workflow: 1\nspec: {architecture: segformer, weights: scratch}"
    assert api.post(url, **upload(good, "facade.yaml")).json()["name"] == "facade"


def test_readers_look_and_strangers_do_not(
    api: Any, other_api: Any, client_for: Any, project: Any, address: str
) -> None:
    viewer = client_for("viewer")
    check, brought = (f"/api/v1/projects/{project.pk}/workflows/{verb}" for verb in ("check", "import"))
    text = "tessera_workflow: 1\nspec: {architecture: segformer, weights: scratch}"
    assert viewer.get(f"{address}/diff").status_code == 200
    assert viewer.get(f"{address}/file").status_code == 200
    assert viewer.post(check, {"spec": SPEC}).status_code == 200
    assert viewer.post(f"{address}/duplicate", {}).status_code == 403
    assert viewer.post(brought, **upload(text)).status_code == 403
    for stranger in (other_api.get(f"{address}/diff"), other_api.get(f"{address}/file")):
        assert stranger.status_code == 404
    assert other_api.post(check, {"spec": SPEC}).status_code == 404
    assert other_api.post(f"{address}/duplicate", {}).status_code == 404
    assert other_api.post(brought, **upload(text)).status_code == 404


def test_nobody_copies_into_a_project_that_is_not_theirs(
    api: Any, other_api: Any, owner: Any, address: str
) -> None:
    from accounts.models import Member, Workspace
    from projects.models import Project

    elsewhere = Workspace.objects.get(name="Elsewhere")
    project = Project.objects.create(workspace=elsewhere, name="Theirs")
    assert api.post(f"{address}/duplicate", {"project": str(project.pk)}).status_code == 404
    Member.objects.create(workspace=elsewhere, user=owner, role="viewer")
    # The key belongs to one workspace, whatever its owner may do elsewhere.
    assert api.post(f"{address}/duplicate", {"project": str(project.pk)}).status_code in (403, 404)
