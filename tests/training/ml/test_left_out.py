"""Images that cannot be read are left out where the user says so, and parts of a model stay as they were."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.training.ml.conftest import MakeRun, metrics_of, run_here
from training.ml.preparation import prepare
from training.ml.reporting import Reporter

GIVEN = {"steps": 4, "batch_size": 2, "skip_unreadable": True}


@pytest.fixture
def damaged(drawn: list[dict[str, Any]], tmp_path: Path) -> list[dict[str, Any]]:
    """The set with one broken image to train on and one to validate on."""
    lines: list[dict[str, Any]] = json.loads(json.dumps(drawn))
    (tmp_path / "broken.png").write_bytes(b"not an image")
    for split, name in (("train", "my cat.png"), ("val", "my dog.png")):
        line = next(line for line in lines[1:] if line["split"] == split)
        line |= {"image": str(tmp_path / "broken.png"), "name": name}
    return lines


def test_what_cannot_be_read_is_counted_named_and_left_out(
    make_run: MakeRun, damaged: list[dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_run(lines=damaged, hyperparameters=GIVEN)
    run_here(folder)
    output = capsys.readouterr().out
    assert "2 images cannot be read and are left out: my cat.png" in output and "my dog.png" in output
    assert "7 training and 3 validation images." in output
    assert metrics_of(folder)[-1]["epoch"] == pytest.approx(8 / 7)
    assert len(json.loads((folder / "left-out.json").read_text())) == 2


def test_a_resumed_run_leaves_out_the_same(
    make_run: MakeRun, damaged: list[dict[str, Any]], drawn: list[dict[str, Any]]
) -> None:
    folder = make_run(lines=damaged, hyperparameters=GIVEN)
    first = prepare(folder, Reporter(folder))
    (folder / "manifest.jsonl").write_text("".join(json.dumps(line) + "\n" for line in drawn))
    again = prepare(folder, Reporter(folder))
    assert [s.asset for s in again.store.samples] == [s.asset for s in first.store.samples]


@pytest.mark.parametrize("part", ["freeze_backbone", "classifier_only"])
def test_what_is_frozen_stays_as_it_was(make_run: MakeRun, part: str) -> None:
    given = {"steps": 3, "batch_size": 2, "warmup_steps": 0, "weight_decay": 0.1, part: True}
    folder = make_run(hyperparameters=given, architecture="unet", variant="small")
    torch.set_num_threads(1)
    job = prepare(folder, Reporter(folder))
    before = {name: value.clone() for name, value in job.engine.model.state_dict().items()}
    job.train()
    assert job.engine.model.training
    for number in range(3):
        job.engine.step([job.batch(number)])
    prefix = job.family.backbone_prefix if part == "freeze_backbone" else ""
    changed = {n for n, v in job.engine.model.state_dict().items() if not torch.equal(v, before[n])}
    assert changed
    if part == "classifier_only":
        assert all(name.startswith(job.family.classifier_prefix) for name in changed)
    else:
        assert not any(name.startswith(prefix) for name in changed)
