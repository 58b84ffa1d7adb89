"""Our UPerNet computes what transformers' does, and its checkpoints load.

Compared in double precision, so that rounding hides nothing.
"""

from pathlib import Path

import pytest
import torch
import transformers
from torch import nn

from training.ml.losses import make_loss
from training.ml.models import architecture
from training.ml.models.upernet import UperNet, UperNetConfig, rename
from training.ml.weights import load_weights

WIDTHS, DEPTHS = (8, 16, 24, 32), (1, 1, 2, 1)


def published(
    widths: tuple[int, ...] = WIDTHS, depths: tuple[int, ...] = DEPTHS, width: int = 16, labels: int = 3
) -> transformers.UperNetForSemanticSegmentation:
    backbone = transformers.ConvNextConfig(
        hidden_sizes=list(widths),
        depths=list(depths),
        out_features=["stage1", "stage2", "stage3", "stage4"],
        layer_scale_init_value=0.5,
        initializer_range=0.2,
    )
    config = transformers.UperNetConfig(
        backbone_config=backbone, hidden_size=width, num_labels=labels, use_auxiliary_head=False
    )
    return transformers.UperNetForSemanticSegmentation(config)


def both() -> tuple[transformers.UperNetForSemanticSegmentation, UperNet]:
    torch.manual_seed(0)
    theirs = published()
    for module in theirs.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.uniform_(-0.2, 0.2)
            module.running_var.uniform_(0.5, 2)
    ours = UperNet(UperNetConfig(3, WIDTHS, DEPTHS, 16))
    ours.load_state_dict({rename(name): value for name, value in theirs.state_dict().items()})
    return theirs.double(), ours.double()


def large(logits: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    return nn.functional.interpolate(logits, size=size, mode="bilinear", align_corners=False)


@pytest.mark.parametrize("size", [(64, 64), (96, 160), (256, 224)])
@pytest.mark.parametrize("folded", [False, True])
def test_logits_are_equal(size: tuple[int, int], folded: bool) -> None:
    theirs, ours = both()
    image = torch.randn(2, 3, *size, dtype=torch.float64)
    with torch.no_grad():
        expected = theirs.eval()(image).logits
        got = (ours.fold() if folded else ours.eval())(image)
    assert got.shape[2:] == (size[0] // 4, size[1] // 4)
    assert float((large(got, size) - expected).abs().max()) < 1e-9 * float(expected.abs().max())


def test_loss_and_gradients_are_equal_in_training() -> None:
    theirs, ours = both()
    image, target = torch.randn(2, 3, 64, 96, dtype=torch.float64), torch.randint(0, 3, (2, 64, 96))
    target[0, :10] = 255
    expected = theirs.train()(image, labels=target).loss
    got = make_loss("cross_entropy")(ours.train()(image), target)
    assert abs(got.item() - expected.item()) < 1e-5
    expected.backward()
    got.backward()
    wanted = {rename(name): value for name, value in theirs.named_parameters()}
    for name, parameter in ours.named_parameters():
        assert parameter.grad is not None and wanted[name].grad is not None
        scale = float(wanted[name].grad.abs().max())
        assert float((parameter.grad - wanted[name].grad).abs().max()) <= 1e-4 * scale + 1e-7, name
    for name, buffer in ours.named_buffers():
        assert torch.allclose(buffer.double(), dict(theirs.named_buffers())[name].double(), atol=1e-6), name


def test_one_image_of_one_cell_trains() -> None:
    """The pyramid's coarsest level is then a single value, which has no statistics."""
    ours = UperNet(UperNetConfig(2, WIDTHS, DEPTHS, 16)).train()
    ours(torch.randn(1, 3, 64, 64)).sum().backward()
    assert all(parameter.grad is not None for parameter in ours.parameters())


@pytest.mark.parametrize("variant", ["tiny", "small", "base", "large"])
def test_every_variant_has_the_published_parameters(variant: str) -> None:
    family = architecture("upernet")
    sizes = family.variant(variant).config
    with torch.device("meta"):
        theirs = published(sizes["hidden_sizes"], sizes["depths"], 512)
        ours = family.build(family.config(variant, 3))
    shapes = {rename(name): tuple(value.shape) for name, value in theirs.state_dict().items()}
    assert {name: tuple(value.shape) for name, value in ours.state_dict().items()} == shapes


def test_a_published_checkpoint_loads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = transformers.UperNetForSemanticSegmentation(
        transformers.UperNetConfig(
            backbone_config=transformers.ConvNextConfig(
                hidden_sizes=[40, 80, 160, 320],
                depths=[2, 2, 6, 2],
                out_features=["stage1", "stage2", "stage3", "stage4"],
            ),
            hidden_size=128,
            auxiliary_in_channels=160,
            num_labels=150,
        )
    )
    theirs.save_pretrained(tmp_path / "org" / "upernet")
    monkeypatch.setenv("TESSERA_WEIGHTS_DIR", str(tmp_path))
    family = architecture("upernet")
    model = family.build(family.config("atto", 3))
    report = load_weights(model, family, "pretrained", None, "org/upernet")
    assert set(report.remade) == {"decode_head.classifier.weight", "decode_head.classifier.bias"}
    assert not report.missing
    assert report.unused and all(name.startswith("auxiliary_head.") for name in report.unused)


def test_a_bare_backbone_loads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = transformers.ConvNextForImageClassification(
        transformers.ConvNextConfig(hidden_sizes=[40, 80, 160, 320], depths=[2, 2, 6, 2])
    )
    theirs.save_pretrained(tmp_path / "org" / "convnext")
    monkeypatch.setenv("TESSERA_WEIGHTS_DIR", str(tmp_path))
    family = architecture("upernet")
    model = family.build(family.config("atto", 3))
    report = load_weights(model, family, "pretrained", None, "org/convnext")
    assert len(report.matched) == len(theirs.convnext.state_dict()) - 2
    assert all(name.startswith(("decode_head.", "backbone.hidden_states_norms.")) for name in report.missing)
