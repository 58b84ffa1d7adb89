"""Our backbones compute what transformers' do, and its checkpoints load into the models built on them."""

from pathlib import Path

import pytest
import torch
import transformers
from safetensors.torch import save_file
from torch import nn

from training.ml.models import ARCHITECTURES, architecture
from training.ml.models.backbones import RESNETS, make_backbone
from training.ml.weights import load_weights


def unsettle(model: nn.Module) -> nn.Module:
    """Statistics and scales of batch norms at random, so that none is the identity."""
    torch.manual_seed(0)
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.running_mean.uniform_(-0.2, 0.2)
            module.running_var.uniform_(0.5, 2)
            nn.init.uniform_(module.weight, 0.5, 1)
            nn.init.uniform_(module.bias, -0.2, 0.2)
    return model.eval()


def close(got: torch.Tensor, expected: torch.Tensor) -> bool:
    return got.shape == expected.shape and float((got - expected).abs().max()) <= 1e-5 * float(expected.std())


def test_resnet_50_gives_transformers_maps() -> None:
    theirs = unsettle(transformers.ResNetModel(transformers.ResNetConfig())).double()
    ours = make_backbone("resnet-50").eval().double()
    ours.load_state_dict(theirs.state_dict())
    image = torch.randn(1, 3, 64, 96, dtype=torch.float64)
    with torch.no_grad():
        expected = theirs(image, output_hidden_states=True).hidden_states[1:]
        got = ours(image)
    assert len(got) == 4
    assert all(close(mine, other) for mine, other in zip(got, expected, strict=True))


@pytest.mark.parametrize("output_stride", [8, 16, 32])
def test_mobilenet_gives_transformers_maps(output_stride: int) -> None:
    config = transformers.MobileNetV2Config(output_stride=output_stride)
    theirs = unsettle(transformers.MobileNetV2Model(config)).double()
    ours = make_backbone("mobilenet_v2", output_stride).eval().double()
    weights = {k: v for k, v in theirs.state_dict().items() if not k.startswith("conv_1x1.")}
    ours.load_state_dict(weights)
    image = torch.randn(1, 3, 64, 96, dtype=torch.float64)
    with torch.no_grad():
        expected = theirs(image, output_hidden_states=True).hidden_states
        got = ours(image)
    assert all(close(mine, other) for mine, other in zip(got, expected, strict=True))


@pytest.mark.parametrize("output_stride", [8, 16])
def test_a_dilated_resnet_contains_the_strided_one(output_stride: int) -> None:
    strided = unsettle(make_backbone("resnet-50")).double()
    dilated = make_backbone("resnet-50", output_stride).eval().double()
    dilated.load_state_dict(strided.state_dict())
    image = torch.randn(1, 3, 64, 64, dtype=torch.float64)
    with torch.no_grad():
        coarse, fine = strided(image)[-1], dilated(image)[-1]
    step = 32 // output_stride
    assert fine.shape[-1] == 64 // output_stride
    assert close(fine[..., ::step, ::step], coarse)


def test_resnet_101_has_the_published_parameters() -> None:
    with torch.device("meta"):
        theirs = transformers.ResNetModel(transformers.ResNetConfig(depths=RESNETS["resnet-101"]))
        ours = make_backbone("resnet-101")
    shapes = {name: tuple(value.shape) for name, value in theirs.state_dict().items()}
    assert {name: tuple(value.shape) for name, value in ours.state_dict().items()} == shapes


@pytest.mark.parametrize(("name", "variant"), [("deeplabv3", "mobilenet-v2"), ("fcn", "resnet-50")])
@pytest.mark.parametrize("bare", [False, True])
def test_published_checkpoints_load(
    name: str, variant: str, bare: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    family = architecture(name)
    hub_id = family.variant(variant).hub_id
    assert hub_id is not None
    theirs = (
        transformers.MobileNetV2ForImageClassification(transformers.MobileNetV2Config())
        if variant == "mobilenet-v2"
        else transformers.ResNetForImageClassification(transformers.ResNetConfig())
    )
    state = theirs.base_model.state_dict() if bare else theirs.state_dict()
    (tmp_path / hub_id).mkdir(parents=True)
    save_file(state, tmp_path / hub_id / "model.safetensors")
    monkeypatch.setenv("TESSERA_WEIGHTS_DIR", str(tmp_path))
    model = family.build(family.config(variant, 3))
    report = load_weights(model, family, "pretrained", None, hub_id)
    assert all(part.startswith("decode_head.") for part in report.missing)
    backbone = model.get_submodule("backbone").state_dict()
    assert len(report.matched) == len(backbone)
    given = theirs.base_model.state_dict()
    assert all(torch.equal(value, given[key]) for key, value in backbone.items())


def test_unet_doubles_its_width_at_every_level() -> None:
    """The published network has 31 million parameters, and 1,024 channels at its deepest."""
    family = ARCHITECTURES["unet"]
    with torch.device("meta"):
        model = family.build(family.config("base", 2))
    assert 30e6 < sum(parameter.numel() for parameter in model.parameters()) < 32e6
    assert max(value.shape[0] for value in model.state_dict().values() if value.ndim == 4) == 1024
