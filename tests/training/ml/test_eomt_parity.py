"""Our EoMT computes what transformers' does, at the same random state, and its checkpoints load.

Compared in double precision, but for their softmax, which is always of float32.
"""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch
import transformers
from torch import Tensor, nn

from tests.training.ml.masks import Objects, number
from training.ml.mask_terms import PointMasks
from training.ml.models import architecture
from training.ml.models.eomt import Eomt, EomtConfig
from training.ml.models.eomt_published import rename
from training.ml.set_losses import SetLoss
from training.ml.weights import load_weights

SIDE, LABELS, QUERIES = 64, 3, 7
SIZES = {"hidden_size": 24, "num_hidden_layers": 4, "num_attention_heads": 2}


def published(**sizes: object) -> transformers.EomtForUniversalSegmentation:
    own = {
        "num_labels": LABELS,
        "num_blocks": 2,
        "image_size": SIDE,
        "train_num_points": 50,
        **SIZES,
        **sizes,
    }
    config = transformers.EomtConfig(num_queries=own.pop("queries", QUERIES), **own)
    return transformers.EomtForUniversalSegmentation(config)


def state(model: nn.Module) -> dict[str, Tensor]:
    return {rename(k): v for k, v in model.state_dict().items() if not k.startswith("criterion.")}


def both(masked: bool = False, task: str = "panoptic") -> tuple[nn.Module, Eomt]:
    torch.manual_seed(0)
    theirs = published()
    theirs.set_attn_implementation("eager")  # torch's kernel misreads their float32 mask beside float64
    for parameter in theirs.parameters():
        nn.init.normal_(parameter, std=0.3)
    theirs.attn_mask_probs.fill_(float(masked))
    ours = Eomt(EomtConfig(LABELS, num_blocks=2, queries=QUERIES, side=SIDE // 16, task=task, **SIZES))
    ours.load_state_dict(state(theirs))
    return theirs.double(), ours.double()


def close(got: Tensor, expected: Tensor) -> bool:
    return got.shape == expected.shape and bool(
        (got - expected).abs().max() <= 1e-6 * expected.abs().max().clamp_min(1)
    )


@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("folded", [False, True])
def test_outputs_are_equal(masked: bool, folded: bool) -> None:
    theirs, ours = both(masked)
    image = torch.randn(2, 3, SIDE, SIDE, dtype=torch.float64)
    with torch.no_grad():
        expected = theirs.eval()(image)
        raw = (ours.fold() if folded else ours.eval()).outputs(image)
    assert close(raw.classes[-1], expected.class_queries_logits)
    assert close(raw.masks[-1], expected.masks_queries_logits)
    assert len(raw.masks) == (3 if masked else 1)


def test_loss_and_gradients_are_equal_in_training(monkeypatch: pytest.MonkeyPatch) -> None:
    theirs, ours = both(masked=True)
    image = torch.randn(2, 3, SIDE, SIDE, dtype=torch.float64)
    masks = torch.zeros(2, 3, SIDE, SIDE, dtype=torch.bool)
    for place in range(3):
        masks[:, place, 8 + 16 * place : 24 + 16 * place] = True
    labels = [torch.tensor([0, 2, 1]), torch.tensor([1])]
    truth = [Objects(labels[0], masks[0]), Objects(labels[1], masks[1, :1])]
    monkeypatch.setattr("torch.rand", by_shape(torch.rand))
    expected = theirs.train()(image, [item.masks.double() for item in truth], labels).loss
    loss = SetLoss(LABELS, QUERIES, 2.0, 5.0, 5.0, 0.1, PointMasks(50))
    got = loss(ours.train()(image), number(truth))
    assert abs(got.item() - expected.item()) < 1e-5
    expected.backward()
    got.backward()
    wanted = {rename(name): value.grad for name, value in theirs.named_parameters()}
    for name, parameter in ours.named_parameters():
        other = wanted[name]
        assert parameter.grad is not None and other is not None
        assert float((parameter.grad - other).abs().max()) <= 1e-4 * float(other.abs().max()) + 1e-7, name


def by_shape(rand: Callable[..., Tensor]) -> Callable[..., Tensor]:
    """Random numbers that are the same for the same shape, in whatever order they are drawn."""

    def draw(*shape: int, device: torch.device | None = None, **_: object) -> Tensor:
        return rand(*shape, generator=torch.Generator().manual_seed(sum(shape)), dtype=torch.float64)

    return draw


@pytest.mark.parametrize("size", [(32, 96), (128, 64)])
def test_other_sizes_and_oblong_images(size: tuple[int, int]) -> None:
    _, ours = both(task="semantic")
    with torch.no_grad():
        logits = ours.eval()(torch.randn(1, 3, *size, dtype=torch.float64))
    assert logits.shape == (1, LABELS, size[0] // 4, size[1] // 4)


@pytest.mark.parametrize("variant", ["small", "base", "large"])
def test_every_variant_has_the_published_parameters(variant: str) -> None:
    family = architecture("eomt")
    sizes = dict(family.variant(variant).config)
    with torch.device("meta"):
        theirs = published(image_size=16 * sizes.pop("side"), **sizes)
        ours = family.build(family.config(variant, LABELS, "panoptic"))
    shapes = {name: tuple(value.shape) for name, value in state(theirs).items()}
    assert {name: tuple(value.shape) for name, value in ours.state_dict().items()} == shapes


def test_a_published_checkpoint_loads_and_masks_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    family = architecture("eomt")
    sizes = dict(family.variant("tiny").config)
    theirs = published(image_size=16 * sizes.pop("side"), **sizes)
    theirs.attn_mask_probs.zero_()
    theirs.save_pretrained(tmp_path / "org" / "eomt")
    monkeypatch.setenv("TESSERA_WEIGHTS_DIR", str(tmp_path))
    model = family.build(family.config("tiny", 5, "instance"))
    report = load_weights(model, family, "pretrained", None, "org/eomt")
    assert set(report.remade) == {"class_predictor.weight", "class_predictor.bias"}
    assert not report.missing and report.unused == ("criterion.empty_weight",)
    assert isinstance(model, Eomt) and model.train().shares()[0] == [False, False]
