"""What a run says of the weights it began with, in its state and in its log."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from training.ml.models import architecture
from training.ml.preparation import load
from training.ml.reporting import Reporter
from training.ml.weights import MOST_NAMES, LoadingReport, listed


def test_the_state_says_what_was_loaded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    family = architecture("segformer")
    other = family.build(family.config("b0", 5)).state_dict()
    other["extra.weight"] = torch.zeros(1)
    missing = next(name for name in other if name.startswith(family.backbone_prefix))
    del other[missing]
    save_file(other, tmp_path / "any.safetensors")
    reporter = Reporter(tmp_path)
    weights = {"kind": "file", "name": "mine.safetensors", "path": str(tmp_path / "any.safetensors")}
    assert load(family.build(family.config("b0", 3)), family, weights, reporter)
    said = json.loads((tmp_path / "state.json").read_text())["loading"]
    assert said == {
        "source": "mine.safetensors",
        "matched": len(other) - 3,
        "missing": [missing],
        "remade": ["decode_head.classifier.bias", "decode_head.classifier.weight"],
        "unused": ["extra.weight"],
    }
    assert "tensors loaded from mine.safetensors" in capsys.readouterr().out


def test_a_run_from_scratch_reports_nothing(tmp_path: Path) -> None:
    family = architecture("segformer")
    reporter = Reporter(tmp_path)
    assert not load(torch.nn.Identity(), family, {"kind": "scratch"}, reporter)
    assert reporter.values["loading"] is None


def test_of_many_names_the_first_are_listed() -> None:
    names = tuple(f"layer.{number}" for number in range(MOST_NAMES + 7))
    assert listed(names)[-2:] == [f"layer.{MOST_NAMES - 1}", "and 7 more"]
    assert len(LoadingReport("x", (), names, (), ()).record()["missing"]) == MOST_NAMES + 1
