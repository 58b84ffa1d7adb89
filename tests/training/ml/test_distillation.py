"""A teacher's answers are a term of the loss, exactly, however a batch is cut."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
import torch.nn.functional as F

from tests.training.ml.conftest import MakeRun, metrics_of, run_here
from tests.training.ml.smallest import smallest
from training.ml.bundle import save_random_bundle
from training.ml.data.loader import Batch
from training.ml.distillation import Distilled, divergence, logits_of
from training.ml.failures import Failure
from training.ml.losses import make_loss, mean
from training.ml.models import ARCHITECTURES
from training.ml.models.queries import Queries

CPU = torch.device("cpu")
STEPS = {"steps": 4, "batch_size": 2, "warmup_steps": 1}


def test_the_divergence_is_that_of_the_distributions() -> None:
    generator = torch.Generator().manual_seed(0)
    student, teacher = (torch.randn(2, 3, 4, 4, generator=generator) for _ in range(2))
    counts = torch.rand(2, 8, 8, generator=generator) > 0.3
    found = divergence(student, teacher, counts, 2.0)
    p, q = ((logits / 2).softmax(1) for logits in (teacher, student))
    each = (p * (p / q).log()).sum(1)
    pixels = F.avg_pool2d(counts.float(), 2) * 4
    assert torch.isclose(found, 4 * (each * pixels).sum())
    assert float(divergence(teacher, teacher, counts, 2.0)) == pytest.approx(0, abs=1e-5)


def test_a_batch_in_parts_gives_the_loss_of_the_whole() -> None:
    torch.manual_seed(0)
    teacher = torch.nn.Conv2d(3, 4, 3, 2, 1)
    student = torch.nn.Conv2d(3, 4, 5, 4, 2)
    criterion = Distilled(make_loss("cross_entropy_dice"), teacher, 0.6, 3.0)
    images = torch.randn(3, 3, 16, 16)
    targets = torch.randint(0, 4, (3, 16, 16), dtype=torch.uint8)
    targets[0, :8] = 255
    whole = Distilled(make_loss("cross_entropy"), teacher, 0.6, 3.0)

    def parts(chosen: list[slice], criterion: Distilled) -> float:
        totals, masses = [], []
        for some in chosen:
            lesson = criterion.targets(Batch(images[some], targets[some]), CPU)
            totals.append(criterion.totals(student(images[some]), lesson))
            masses.append(criterion.masses(lesson))
        return mean(torch.stack(totals).sum(0), torch.stack(masses).sum(0)).item()

    cut = parts([slice(0, 1), slice(1, 3)], whole)
    assert cut == pytest.approx(parts([slice(0, 3)], whole), rel=1e-5)
    assert len(criterion.terms) == len(criterion.masses(criterion.targets(Batch(images, targets), CPU))) == 3


def test_models_of_masks_are_taught_by_how_they_are_read() -> None:
    raw = Queries([torch.randn(1, 5, 4, requires_grad=True)], [torch.randn(1, 5, 8, 8, requires_grad=True)])
    counts = torch.ones(1, 32, 32, dtype=torch.bool)
    lesson_of = Distilled(make_loss("cross_entropy"), lambda _: torch.randn(1, 3, 8, 8), 1.0, 2.0)
    divergence(logits_of(raw), lesson_of.teacher(counts.float()), counts, 2.0).backward()  # type: ignore[no-untyped-call]
    assert raw.classes[0].grad is not None and bool(raw.classes[0].grad.any())


def teacher_of(tmp_path: Path, **other: Any) -> dict[str, Any]:
    folder = tmp_path / "teacher"
    save_random_bundle(
        folder, **{"classes": ("red", "blue"), "architecture": "unet", "variant": "small", **other}
    )
    values = json.loads((folder / "bundle.json").read_text())
    for label, known in zip(values["labels"], (None, "c-red", "c-blue"), strict=False):
        label["id"] = known if label["id"] else None
    (folder / "bundle.json").write_text(json.dumps(values))
    return {"kind": "bundle", "path": str(folder), "name": "artifact best"}


def test_a_run_learns_from_a_model_of_another_architecture(make_run: MakeRun, tmp_path: Path) -> None:
    asked = {**STEPS, "distillation": 0.5, "accumulate": 2}
    folder = make_run("taught", hyperparameters=asked, teacher=teacher_of(tmp_path))
    run_here(folder)
    alone = make_run("alone", hyperparameters={**STEPS, "accumulate": 2})
    run_here(alone)
    first, other = metrics_of(folder)[0]["values"], metrics_of(alone)[0]["values"]
    assert first["train/loss"] != other["train/loss"]
    entry = json.loads((folder / "artifacts" / "index.json").read_text())[0]["name"]
    lineage = json.loads((folder / "artifacts" / entry / "bundle.json").read_text())["lineage"]
    assert lineage["teacher"] == "artifact best"


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (None, "teacher is not given"),
        ({"classes": ("red",)}, "teacher artifact best knows background, red;"),
    ],
)
def test_a_teacher_that_cannot_teach_is_refused(
    make_run: MakeRun, tmp_path: Path, given: dict[str, Any] | None, says: str
) -> None:
    teacher = None if given is None else teacher_of(tmp_path, **given)
    with pytest.raises(Failure, match=says):
        run_here(make_run("refused", hyperparameters={**STEPS, "distillation": 0.5}, teacher=teacher))


def test_the_size_has_to_suit_the_teacher(make_run: MakeRun, tmp_path: Path) -> None:
    teacher = teacher_of(tmp_path, architecture="segformer", variant="b0")
    changes: dict[str, Any] = {"architecture": "unet", "variant": "small", "input_size": [48, 48]}
    with pytest.raises(Failure, match="multiples of 32"):
        run_here(make_run("odd", hyperparameters={**STEPS, "distillation": 0.5}, teacher=teacher, **changes))


def test_models_of_boxes_have_no_such_field() -> None:
    assert not {"distillation", "distillation_temperature"} & {
        f.name for f in ARCHITECTURES["yolov8-seg"].fields
    }


def test_a_model_of_masks_learns_from_one_of_pixels(make_run: MakeRun, tmp_path: Path) -> None:
    with smallest("mask2former"):
        changes = {"architecture": "mask2former", "variant": "smallest", "teacher": teacher_of(tmp_path)}
        folder = make_run("masks", hyperparameters={**STEPS, "steps": 2, "distillation": 0.5}, **changes)
        run_here(folder)
    assert metrics_of(folder)[-1]["step"] == 2
