"""A project with two classes, a workflow, a snapshot and a run, as rows."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, settings: Any) -> None:
    settings.TESSERA_RUNS_DIR = tmp_path / "runs"


@pytest.fixture
def project(workspace: Any) -> Any:
    from projects.models import LabelClass, Project

    project = Project.objects.create(workspace=workspace, name="Park")
    for position, (name, color) in enumerate([("squirrel", "#ff8800"), ("butterfly", "#3366ff")]):
        LabelClass.objects.create(project=project, name=name, color=color, position=position)
    return project


@pytest.fixture
def workflow(project: Any, principal: Any) -> Any:
    from training.services.workflows import create_workflow

    spec = {
        "architecture": "segformer",
        "weights": "scratch",
        "input_size": [64, 64],
        "augmentations": [],
        "hyperparameters": {"steps": 4, "batch_size": 2, "warmup_steps": 1},
        "evaluation": {"every": 2},
    }
    return create_workflow(principal, project, "Tiny", spec)


@pytest.fixture
def snapshot(project: Any) -> Any:
    return make_snapshot(project)


def make_snapshot(project: Any, **counts: int) -> Any:
    from annotations.models import Snapshot

    classes = [
        {"id": str(c.pk), "name": c.name, "color": c.color, "ignore": c.ignore, "index": c.position + 1}
        for c in project.label_classes.order_by("position")
    ]
    return Snapshot.objects.create(
        project=project,
        digest=uuid.uuid4().hex * 2,
        storage_key="snapshots/none",
        counts={"assets": 3, "annotations": 5, "train": 2, "val": 1, "test": 0, **counts},
        classes=classes,
        task=project.task,
        unlabelled=project.unlabelled,
    )


@pytest.fixture
def make_run(project: Any, workflow: Any, snapshot: Any, owner: Any) -> Callable[..., Any]:
    from training.models import Run
    from training.services.workflows import current_version

    def make(**values: Any) -> Any:
        version = current_version(workflow)
        return Run.objects.create(
            **{
                "project": project,
                "workflow_version": version,
                "snapshot": snapshot,
                "name": "Tiny 1",
                "spec": version.spec,
                "hardware": {"device": "cpu", "gpus": 1, "precision": "fp32"},
                "checkpoints": {"strategy": ["best_metric", "latest"], "every": None, "keep": 3},
                "limits": {},
                "total_steps": 4,
                "queued_at": timezone.now(),
                "created_by": owner,
                **values,
            }
        )

    return make


@pytest.fixture
def make_artifact(project: Any, make_run: Any) -> Callable[..., Any]:
    from training.models import Artifact

    def make(run: Any = None, **values: Any) -> Any:
        run = run or make_run(status="succeeded")
        squirrel = project.label_classes.get(name="squirrel")
        identifier = uuid.uuid4()
        return Artifact.objects.create(
            **{
                "id": identifier,
                "run": run,
                "project": run.project,
                "name": "step-00000004",
                "strategies": ["latest"],
                "step": 4,
                "metrics": {"val/miou": 0.5},
                "storage_prefix": f"artifacts/{identifier}",
                "architecture": "segformer",
                "variant": "b0",
                "input_size": [64, 64],
                "classes": [
                    {"index": 0, "name": "background", "id": None, "color": None},
                    {"index": 1, "name": "squirrel", "id": str(squirrel.pk), "color": "#ff8800"},
                ],
                "lineage": {"seed": 0},
                **values,
            }
        )

    return make
