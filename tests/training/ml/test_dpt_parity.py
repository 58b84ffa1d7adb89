"""Our DPT computes what transformers' does, and its checkpoints load.

Compared in double precision, so that rounding hides nothing.
"""

from pathlib import Path

import pytest
import torch
import transformers
from safetensors.torch import save_file
from torch import nn

from training.ml.bundle import MEAN, STD
from training.ml.losses import make_loss
from training.ml.models import architecture
from training.ml.models.dpt import Dpt, DptConfig, rename
from training.ml.weights import load_weights

UNREAD = ("auxiliary_head.", "dpt.layernorm.", "neck.fusion_stage.layers.0.residual_layer1.")
SIZES = {
    "hidden_size": 24,
    "num_attention_heads": 2,
    "neck_hidden_sizes": (6, 8, 10, 12),
    "num_hidden_layers": 6,
}


def published(
    indices: tuple[int, ...] = (1, 2, 4, 5), fusion: int = 16, side: int = 4, **sizes: object
) -> transformers.DPTForSemanticSegmentation:
    return transformers.DPTForSemanticSegmentation(
        transformers.DPTConfig(
            backbone_out_indices=list(indices),
            fusion_hidden_size=fusion,
            use_batch_norm_in_fusion_residual=True,
            semantic_classifier_dropout=0.0,
            num_labels=3,
            image_size=16 * side,
            intermediate_size=4 * int(str(sizes["hidden_size"])),
            **{key: list(v) if isinstance(v, tuple) else v for key, v in sizes.items()},
        )
    )


def used(state: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {rename(name): value for name, value in state.items() if not name.startswith(UNREAD)}


def both(centred: bool = False) -> tuple[transformers.DPTForSemanticSegmentation, Dpt]:
    torch.manual_seed(0)
    theirs = published(**SIZES)
    for parameter in theirs.parameters():
        nn.init.normal_(parameter, std=0.2)
    for module in theirs.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1)
            module.running_mean.uniform_(-0.2, 0.2)
            module.running_var.uniform_(0.5, 2)
    config = DptConfig(3, side=4, fusion_hidden_size=16, out_indices=(1, 2, 4, 5), centred=centred, **SIZES)
    ours = Dpt(config)
    ours.load_state_dict(used(theirs.state_dict()))
    return theirs.double(), ours.double()


@pytest.mark.parametrize("side", [64, 96, 128])
@pytest.mark.parametrize("folded", [False, True])
def test_logits_are_equal(side: int, folded: bool) -> None:
    theirs, ours = both()
    image = torch.randn(2, 3, side, side, dtype=torch.float64)
    with torch.no_grad():
        expected = theirs.eval()(image).logits
        got = (ours.fold() if folded else ours.eval())(image)
    assert got.shape == expected.shape
    assert float((got - expected).abs().max()) < 1e-9 * float(expected.abs().max())


def test_oblong_images_are_not_turned() -> None:
    """Transformers takes squares alone; ours sees a turned image as it sees the image, turned."""
    _, ours = both()
    with torch.no_grad():
        for convolution in ours.modules():
            if isinstance(convolution, nn.Conv2d | nn.ConvTranspose2d):
                convolution.weight.copy_((convolution.weight + convolution.weight.transpose(2, 3)) / 2)
        places = ours.backbone.position_embeddings[:, 1:].unflatten(1, (4, 4))
        places.copy_((places + places.transpose(1, 2)) / 2)
        image = torch.randn(1, 3, 64, 128, dtype=torch.float64)
        upright, turned = ours.eval()(image), ours(image.transpose(2, 3))
    assert upright.shape == (1, 3, 64, 128)
    assert torch.allclose(turned.transpose(2, 3), upright, atol=1e-9)


def test_published_weights_see_pixels_as_they_were_trained() -> None:
    theirs, ours = both(centred=True)
    pixels = torch.rand(1, 3, 64, 64, dtype=torch.float64)
    mean, std = (torch.tensor(item, dtype=torch.float64)[:, None, None] for item in (MEAN, STD))
    with torch.no_grad():
        expected = theirs.eval()((pixels - 0.5) / 0.5).logits
        got = ours.eval()((pixels - mean) / std)
    assert float((got - expected).abs().max()) < 1e-9 * float(expected.abs().max())


def test_loss_and_gradients_are_equal_in_training() -> None:
    theirs, ours = both()
    image, target = torch.randn(2, 3, 64, 64, dtype=torch.float64), torch.randint(0, 3, (2, 64, 64))
    target[0, :10] = 255
    logits = theirs.train()(image).logits
    expected = nn.functional.cross_entropy(logits, target, ignore_index=255)
    got = make_loss("cross_entropy")(ours.train()(image), target)
    assert abs(got.item() - expected.item()) < 1e-5
    expected.backward()
    got.backward()
    wanted = used(dict(theirs.named_parameters()))
    for name, parameter in ours.named_parameters():
        other = wanted[name].grad
        assert parameter.grad is not None and other is not None
        assert float((parameter.grad - other).abs().max()) <= 1e-4 * float(other.abs().max()) + 1e-7, name


@pytest.mark.parametrize("variant", ["tiny", "base", "large"])
def test_every_variant_has_the_published_parameters(variant: str) -> None:
    family = architecture("dpt")
    sizes = dict(family.variant(variant).config)
    sizes.pop("centred", None)
    depth = sizes.pop("num_hidden_layers", 12)
    with torch.device("meta"):
        theirs = published(
            sizes.pop("out_indices", (2, 5, 8, 11)),
            sizes.pop("fusion_hidden_size"),
            sizes.pop("side"),
            num_hidden_layers=depth,
            **sizes,
        )
        ours = family.build(family.config(variant, 3))
    shapes = {name: tuple(value.shape) for name, value in used(theirs.state_dict()).items()}
    assert {name: tuple(value.shape) for name, value in ours.state_dict().items()} == shapes


@pytest.mark.parametrize("old", [False, True])
def test_a_bare_transformer_loads(old: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the names that files on the hub have, and in those that transformers has since."""
    config = transformers.ViTConfig(
        hidden_size=192, num_attention_heads=3, intermediate_size=768, num_labels=5, image_size=224
    )
    state = transformers.ViTForImageClassification(config).state_dict()
    if old:
        pairs = (
            ("vit.layers.", "vit.encoder.layer."),
            ("attention.q_proj", "attention.attention.query"),
            ("attention.k_proj", "attention.attention.key"),
            ("attention.v_proj", "attention.attention.value"),
            ("attention.o_proj", "attention.output.dense"),
            ("mlp.fc1", "intermediate.dense"),
            ("mlp.fc2", "output.dense"),
        )
        for new, published_name in pairs:
            state = {name.replace(new, published_name): value for name, value in state.items()}
    (tmp_path / "org" / "vit").mkdir(parents=True)
    save_file(state, tmp_path / "org" / "vit" / "model.safetensors")
    monkeypatch.setenv("TESSERA_WEIGHTS_DIR", str(tmp_path))
    family = architecture("dpt")
    model = family.build(family.config("tiny", 3))
    report = load_weights(model, family, "pretrained", None, "org/vit")
    assert all(name.startswith(("neck.", "head.")) for name in report.missing)
    assert len(report.matched) == len(model.get_submodule("backbone").state_dict())


def test_a_published_checkpoint_loads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    family = architecture("dpt")
    sizes = dict(family.variant("tiny").config)
    side, fusion = sizes.pop("side"), sizes.pop("fusion_hidden_size")
    theirs = published((2, 5, 8, 11), fusion, side, num_hidden_layers=12, **sizes)
    theirs.save_pretrained(tmp_path / "org" / "dpt")
    monkeypatch.setenv("TESSERA_WEIGHTS_DIR", str(tmp_path))
    model = family.build(family.config("tiny", 4))
    report = load_weights(model, family, "pretrained", None, "org/dpt")
    assert set(report.remade) == {"head.classifier.weight", "head.classifier.bias"}
    assert not report.missing
    unread = ("auxiliary_head.", "dpt.layernorm.", "backbone.layernorm.", "neck.fusion.0.residual_layer1.")
    assert all(name.startswith(unread) for name in report.unused)
