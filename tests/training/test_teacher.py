"""A spec may name a teacher: an artifact that knows the project's classes, and stays while it is needed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.errors import BadInput, Unusable
from training.catalogue import architectures
from training.notes import Data, notes
from training.specification import Context, resolve

TEACHER = "6f1c7a5e-6d6c-4d8e-9a55-6a1d7f6f0001"
TAUGHT = {"architecture": "segformer", "hyperparameters": {"distillation": 0.5}}


def context(task: str = "semantic", reason: str | None = None) -> Context:
    return Context(
        task,
        architectures(),
        artifact_of=lambda each: ("segformer", "b2") if each == TEACHER else None,
        cannot_teach=lambda _: reason,
    )


def wrong(spec: Any, where: Context) -> dict[str, str]:
    with pytest.raises(BadInput) as caught:
        resolve(spec, where)
    return {error.field: error.message for error in caught.value.errors}


def test_a_teacher_is_kept_as_given() -> None:
    spec = {**TAUGHT, "teacher": f"artifact:{TEACHER}"}
    resolved = resolve(spec, context())
    assert resolved["teacher"] == f"artifact:{TEACHER}" and resolve(resolved, context()) == resolved
    assert "teacher" not in resolve({"architecture": "segformer", "teacher": None}, context())


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({}, "spec.teacher"),
        ({"teacher": "scratch"}, "spec.teacher"),
        ({"teacher": "artifact:nonsense"}, "spec.teacher"),
        ({"teacher": TEACHER}, "spec.teacher"),
        ({"teacher": "artifact:6f1c7a5e-6d6c-4d8e-9a55-6a1d7f6f0002"}, "spec.teacher"),
        ({"teacher": f"artifact:{TEACHER}", "architecture": "unet", "input_size": [48, 48]}, "spec.teacher"),
        ({"hyperparameters": {"pruning": 0.3}, "weights": "scratch"}, "spec.hyperparameters.pruning"),
        (
            {"hyperparameters": {"pruning": 0.3, "pruning_method": "2:4"}},
            "spec.hyperparameters.pruning",
        ),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], field: str) -> None:
    assert list(wrong({**TAUGHT, **change}, context())) == [field]


def test_a_teacher_of_other_classes_is_refused() -> None:
    spec = {**TAUGHT, "teacher": f"artifact:{TEACHER}"}
    assert wrong(spec, context(reason="it knows cats")) == {"spec.teacher": "it knows cats"}


@pytest.mark.parametrize("architecture", ["mask2former", "yolov8-seg"])
def test_objects_are_not_taught(architecture: str) -> None:
    spec = {"architecture": architecture, "teacher": f"artifact:{TEACHER}"}
    assert "the project is instance" in wrong(spec, context("instance"))["spec.teacher"]


def test_masks_of_a_semantic_project_are() -> None:
    spec = {**TAUGHT, "architecture": "mask2former", "teacher": f"artifact:{TEACHER}"}
    assert resolve(spec, context())["teacher"]


@pytest.fixture
def teacher(project: Any, make_artifact: Any) -> Any:
    classes = [{"index": 0, "name": "background", "id": None, "color": None}]
    for item in project.label_classes.order_by("position"):
        classes.append({"index": len(classes), "name": item.name, "id": str(item.pk), "color": item.color})
    return make_artifact(classes=classes)


def taught_by(artifact: Any) -> dict[str, Any]:
    return {**TAUGHT, "weights": "scratch", "teacher": f"artifact:{artifact.pk}"}


def test_a_workflow_names_an_artifact_of_its_project(
    api: Any, project: Any, teacher: Any, make_artifact: Any
) -> None:
    address = f"/api/v1/projects/{project.pk}/workflows"
    answer = api.post(address, {"name": "Taught", "spec": taught_by(teacher)}, format="json")
    assert answer.status_code == 201 and answer.json()["spec"]["teacher"] == f"artifact:{teacher.pk}"

    fewer = api.post(address, {"name": "Fewer", "spec": taught_by(make_artifact())}, format="json")
    assert [error["field"] for error in fewer.json()["errors"]] == ["spec.teacher"]
    assert "squirrel, butterfly" in fewer.json()["detail"]

    text = api.get(f"/api/v1/workflows/{answer.json()['id']}/file").content
    assert f"artifact:{teacher.pk}".encode() in text


def test_the_child_is_given_the_teachers_bundle(
    project: Any, snapshot: Any, teacher: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from core.storage import storage
    from training.services.teachers import child_teacher

    monkeypatch.setattr(storage, "fetch_tree", lambda prefix: tmp_path / prefix)
    spec = resolve(taught_by(teacher), context_with(teacher))
    told = child_teacher(project, snapshot, spec)
    name = f"artifact {teacher.name} of {teacher.run.name}"
    assert told == {"kind": "bundle", "name": name, "path": str(tmp_path / teacher.bundle_prefix)}
    spec["hyperparameters"]["distillation"] = 0
    assert child_teacher(project, snapshot, spec) is None


def context_with(artifact: Any) -> Context:
    return Context(
        "semantic",
        architectures(),
        artifact_of=lambda each: ("segformer", "b0") if each == str(artifact.pk) else None,
    )


def test_a_teacher_that_is_gone_or_knows_too_little_is_said(
    project: Any, snapshot: Any, teacher: Any, make_artifact: Any
) -> None:
    from training.services.teachers import child_teacher

    narrow = make_artifact()
    with pytest.raises(Unusable, match="squirrel, butterfly"):
        child_teacher(project, snapshot, resolve(taught_by(narrow), context_with(narrow)))
    spec = resolve(taught_by(teacher), context_with(teacher))
    teacher.delete()
    with pytest.raises(Unusable, match="choose another teacher"):
        child_teacher(project, snapshot, spec)


def test_a_teacher_stays_while_a_run_needs_it(api: Any, make_run: Any, teacher: Any) -> None:
    spec = resolve(taught_by(teacher), context_with(teacher))
    make_run(name="Pupil", spec=spec)
    answer = api.delete(f"/api/v1/runs/{teacher.run_id}")
    assert answer.status_code == 409 and "Pupil needs an artifact" in answer.json()["detail"]


def test_an_idle_teacher_and_idle_zeros_are_noted() -> None:
    spec = {
        "architecture": "segformer",
        "weights": f"artifact:{TEACHER}",
        "variant": "b2",
        "hyperparameters": {"pruning": 0.5, "pruning_method": "2:4"},
        "teacher": f"artifact:{TEACHER}",
    }
    said = " ".join(notes(resolve(spec, context()), Data(2, 10, 5)))
    assert "never asked" in said and "structured pruning does" in said
