"""Our SegFormer computes what transformers' does: same names, same logits, same loss, same gradients.

Compared in double precision, so that rounding hides nothing.
"""

import pytest
import torch
import torch.nn.functional as F
import transformers

from training.ml.losses import make_loss
from training.ml.models.segformer import Segformer, SegformerConfig
from training.ml.models.segformer_published import VARIANTS


def both(labels: int = 3, **sizes: object) -> tuple[transformers.SegformerForSemanticSegmentation, Segformer]:
    torch.manual_seed(0)
    theirs = transformers.SegformerForSemanticSegmentation(
        transformers.SegformerConfig(
            num_labels=labels, drop_path_rate=0.0, classifier_dropout_prob=0.0, initializer_range=0.1, **sizes
        )
    )
    config = SegformerConfig.from_dict(
        {"num_labels": labels, "drop_path_rate": 0.0, "classifier_dropout_prob": 0.0, **sizes}
    )
    ours = Segformer(config)
    ours.load_state_dict(theirs.state_dict())
    return theirs.double(), ours.double()


@pytest.mark.parametrize("size", [(64, 64), (96, 160), (75, 101)])
def test_logits_are_equal(size: tuple[int, int]) -> None:
    theirs, ours = both()
    image = torch.randn(2, 3, *size, dtype=torch.float64)
    with torch.no_grad():
        expected, got = theirs.eval()(image).logits, ours.eval()(image)
    assert got.shape == expected.shape
    assert torch.allclose(got, expected, atol=1e-10, rtol=1e-9)


def test_loss_and_gradients_are_equal_in_training() -> None:
    theirs, ours = both(labels=4)
    image, target = torch.randn(2, 3, 64, 96, dtype=torch.float64), torch.randint(0, 4, (2, 64, 96))
    target[0, :10] = 255
    expected = theirs.train()(image, labels=target).loss
    got = make_loss("cross_entropy")(ours.train()(image), target)
    assert abs(got.item() - expected.item()) < 1e-5
    expected.backward()
    got.backward()
    wanted = dict(theirs.named_parameters())
    for name, parameter in ours.named_parameters():
        assert parameter.grad is not None and wanted[name].grad is not None
        scale = float(wanted[name].grad.abs().max())
        assert float((parameter.grad - wanted[name].grad).abs().max()) <= 1e-4 * scale + 1e-9, name
    for name, buffer in ours.named_buffers():
        assert torch.allclose(buffer.float(), dict(theirs.named_buffers())[name].float(), atol=1e-6), name


@pytest.mark.parametrize("variant", list(VARIANTS))
def test_every_variant_has_the_published_parameters(variant: str) -> None:
    sizes = dict(VARIANTS[variant][0])
    with torch.device("meta"):
        theirs = transformers.SegformerForSemanticSegmentation(
            transformers.SegformerConfig(num_labels=3, **sizes)
        )
        ours = Segformer(SegformerConfig.from_dict({"num_labels": 3, **sizes}))
    shapes = {name: tuple(value.shape) for name, value in theirs.state_dict().items()}
    assert {name: tuple(value.shape) for name, value in ours.state_dict().items()} == shapes


def test_stochastic_depth_drops_whole_samples_and_keeps_the_mean() -> None:
    block = Segformer(SegformerConfig(2)).segformer.stages[0].blocks[0]
    block.drop_path = 0.5
    block.train()
    torch.manual_seed(0)
    kept = block.residual(torch.ones(4000, 1, 1, 2))
    assert set(kept.unique().tolist()) == {0.0, 2.0}
    assert torch.equal(kept[..., 0], kept[..., 1])
    assert abs(float(kept.mean()) - 1) < 0.1


def test_upsampling_is_the_same_as_in_the_loss() -> None:
    logits, target = torch.randn(1, 3, 8, 8), torch.randint(0, 3, (1, 32, 32))
    large = F.interpolate(logits, size=(32, 32), mode="bilinear", align_corners=False)
    assert torch.allclose(make_loss("cross_entropy")(logits, target), F.cross_entropy(large, target))
