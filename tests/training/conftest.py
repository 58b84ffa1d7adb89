"""A project with two classes, a workflow, a snapshot and a run, as rows."""

from __future__ import annotations

import hashlib
import io
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.utils import timezone
from PIL import Image

SQUARES_SIDE = 64


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


@pytest.fixture
def make_evaluation() -> Callable[..., Any]:
    """A function that measures an artifact: made counts in storage, of so many images or of these assets, and
    their row.
    """
    import io

    from core.storage import storage
    from tests.training.scores.made import made_scores
    from training.evaluation_models import scores_key
    from training.ml.bundle import Label
    from training.scores.store import write_scores
    from training.scores.summary import summary_of
    from training.services.evaluations import record

    def make(artifact: Any, assets: Any = 4, snapshot: Any = None, split: str = "val", seed: int = 0) -> Any:
        names = ("index", "name", "id", "color")
        labels = [Label(**{name: label[name] for name in names}) for label in artifact.classes]
        scores = made_scores(assets, seed=seed, labels=labels)
        buffer = io.BytesIO()
        write_scores(buffer, scores)
        where = snapshot.pk if snapshot else artifact.run.snapshot_id
        storage.put(scores_key(artifact.pk, where, split), buffer.getvalue())
        return record(artifact, where, split, summary_of(scores))

    return make


@pytest.fixture
def squares(project: Any) -> Any:
    """Six images with an orange square each, labelled as squirrels, snapshotted."""
    from annotations.models import Annotation
    from core.storage import storage
    from projects.models import Asset

    squirrel = project.label_classes.get(name="squirrel")
    random = np.random.default_rng(0)
    for number in range(6):
        x, y = (int(value) for value in random.integers(4, SQUARES_SIDE - 28, 2))
        pixels = random.integers(0, 90, (SQUARES_SIDE, SQUARES_SIDE, 3), np.uint8)
        pixels[y : y + 24, x : x + 24] = (240, 140, 20)
        out = io.BytesIO()
        Image.fromarray(pixels).save(out, "PNG")
        digest = hashlib.sha256(out.getvalue()).hexdigest()
        asset = Asset.objects.create(
            project=project,
            name=f"{number}.png",
            width=SQUARES_SIDE,
            height=SQUARES_SIDE,
            sha256=digest,
            content_type="image/png",
            storage_key=storage.put(f"assets/{digest[:2]}/{digest}", out.getvalue()),
            split="val" if number < 2 else "train",
            annotation_count=1,
        )
        ring = [[x, y], [x + 24, y], [x + 24, y + 24], [x, y + 24]]
        Annotation.objects.create(
            asset=asset, label_class=squirrel, kind="polygons", geometry=[{"exterior": ring, "holes": []}]
        )
    return project
