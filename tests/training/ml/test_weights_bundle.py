"""An earlier artifact starts a run, also with another number of classes."""

from pathlib import Path

import torch

from training.ml.bundle import read_bundle, save_random_bundle
from training.ml.models import architecture
from training.ml.weights import load_bundle_model, load_weights


def test_a_bundle_with_other_classes_keeps_all_but_the_classifier(tmp_path: Path) -> None:
    bundle = save_random_bundle(tmp_path / "bundle", classes=("a", "b", "c", "d"))
    family = architecture("segformer")
    model = family.build(family.config("b0", 3))
    report = load_weights(model, family, "bundle", str(bundle.folder), None)
    assert set(report.remade) == {"decode_head.classifier.weight", "decode_head.classifier.bias"}
    assert not report.missing
    source = load_bundle_model(bundle).state_dict()
    assert all(torch.equal(model.state_dict()[name], source[name]) for name in report.matched)


def test_a_bundle_reads_as_it_was_saved(tmp_path: Path) -> None:
    saved = save_random_bundle(tmp_path / "bundle", size=(64, 96))
    assert read_bundle(tmp_path / "bundle") == saved
    assert saved.preprocessing.size == (64, 96)
    assert [label.name for label in saved.labels] == ["background", "squirrel", "butterfly"]
    assert saved.labels[0].id is None
    assert "squirrel" in (tmp_path / "bundle" / "README.md").read_text()
