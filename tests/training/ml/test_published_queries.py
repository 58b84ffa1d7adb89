"""Published Mask2Formers and MaskFormers load by name, and ours have their sizes."""

from pathlib import Path

import pytest
import torch
import transformers

from training.ml.models import Architecture, architecture
from training.ml.weights import load_weights

TYPES = {
    "mask2former": transformers.Mask2FormerForUniversalSegmentation,
    "maskformer": transformers.MaskFormerForInstanceSegmentation,
}


def published(family: Architecture, variant: str) -> transformers.PreTrainedModel:
    """transformers' model of a variant, with 150 labels as for ADE20K."""
    sizes = family.config(variant, 150)
    backbone = transformers.SwinConfig(
        embed_dim=sizes["embed_dim"],
        depths=sizes["depths"],
        num_heads=sizes["heads"],
        window_size=sizes["window"],
        out_features=["stage1", "stage2", "stage3", "stage4"],
    )
    if family.name == "mask2former":
        config = transformers.Mask2FormerConfig(backbone_config=backbone, num_labels=150)
    else:
        config = transformers.MaskFormerConfig(backbone_config=backbone, num_labels=150)
    return TYPES[family.name](config)


def useless(name: str) -> bool:
    """Whether the parameter is none of the network: the loss's weights, the classifier's norm, tables."""
    return "criterion" in name or name.endswith("relative_position_index") or ".layernorm." in name


@pytest.mark.parametrize("name", list(TYPES))
@pytest.mark.parametrize("variant", ["swin-tiny", "swin-small", "swin-base", "swin-large"])
def test_every_variant_has_the_published_parameters(name: str, variant: str) -> None:
    family = architecture(name)
    with torch.device("meta"):
        theirs = published(family, variant)
        ours = family.build(family.config(variant, 150))
    shapes = {family.rename(key): tuple(value.shape) for key, value in theirs.state_dict().items()}
    own = {key: tuple(value.shape) for key, value in ours.state_dict().items()}
    assert {key: shapes.get(key) for key in own} == own
    assert all(useless(key) for key in set(shapes) - set(own))


@pytest.mark.parametrize("name", list(TYPES))
def test_a_checkpoint_loads_whole_but_for_the_classes(name: str, tmp_path: Path) -> None:
    """transformers saves the names that checkpoints on the hub have."""
    family = architecture(name)
    theirs = published(family, "swin-tiny")
    theirs.save_pretrained(tmp_path)
    model = family.build(family.config("swin-tiny", 4))
    report = load_weights(model, family, "pretrained", str(tmp_path), None)
    assert set(report.remade) == {"class_predictor.weight", "class_predictor.bias"}
    assert not report.missing and all(useless(key) for key in report.unused)
    key = "model.pixel_level_module.decoder.mask_projection.weight"
    assert torch.equal(model.state_dict()[key], theirs.state_dict()[key])


def test_a_bare_swin_is_taken_for_the_backbone(tmp_path: Path) -> None:
    family = architecture("mask2former")
    theirs = transformers.SwinForImageClassification(transformers.SwinConfig(depths=[2, 2, 6, 2]))
    theirs.save_pretrained(tmp_path)
    model = family.build(family.config("swin-tiny", 4))
    report = load_weights(model, family, "pretrained", str(tmp_path), None)
    norms = f"{family.backbone_prefix}hidden_states_norms."
    missing = [key for key in report.missing if key.startswith(family.backbone_prefix)]
    assert all(key.startswith(norms) for key in missing)


def test_each_task_has_its_own_published_weights() -> None:
    large = architecture("mask2former").variant("swin-large")
    assert large.hub_ids["instance"] == "facebook/mask2former-swin-large-coco-instance"
    family = architecture("mask2former")
    assert [family.config("swin-large", 3, task)["queries"] for task in family.tasks] == [100, 200, 200]
