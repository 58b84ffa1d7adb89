"""Our Mask2Former computes what transformers' does: same names, same queries, same loss, same gradients.

Compared in double precision, but for the softmax within transformers' windows.
"""

from collections.abc import Iterator

import pytest
import torch
import transformers

from tests.training.ml.masks import Objects, number
from training.ml.mask_terms import PointMasks
from training.ml.models.mask2former import Mask2Former, Mask2FormerConfig
from training.ml.set_losses import SetLoss

LABELS, QUERIES, POINTS = 3, 6, 64
SIZES = {
    "embed_dim": 16,
    "depths": (1, 2, 1, 1),
    "heads": (2, 2, 4, 4),
    "window": 3,
    "width": 32,
    "mask_width": 32,
    "attention_heads": 4,
    "encoder_layers": 2,
    "encoder_wide": 48,
    "decoder_layers": 4,
    "decoder_wide": 40,
    "queries": QUERIES,
}


@pytest.fixture(autouse=True)
def doubles() -> Iterator[None]:
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def both(task: str = "semantic") -> tuple[transformers.Mask2FormerForUniversalSegmentation, Mask2Former]:
    torch.manual_seed(0)
    backbone = transformers.SwinConfig(
        embed_dim=16,
        depths=[1, 2, 1, 1],
        num_heads=[2, 2, 4, 4],
        window_size=3,
        drop_path_rate=0.0,
        out_features=["stage1", "stage2", "stage3", "stage4"],
        initializer_range=0.2,
    )
    config = transformers.Mask2FormerConfig(
        backbone_config=backbone,
        num_labels=LABELS,
        feature_size=32,
        mask_feature_size=32,
        hidden_dim=32,
        num_attention_heads=4,
        encoder_layers=2,
        encoder_feedforward_dim=48,
        decoder_layers=5,
        dim_feedforward=40,
        num_queries=QUERIES,
        train_num_points=POINTS,
    )
    theirs = transformers.Mask2FormerForUniversalSegmentation(config)
    for name, parameter in theirs.named_parameters():
        if "sampling_offsets" in name or "attention_weights" in name:
            torch.nn.init.normal_(parameter, std=0.3)
    ours = Mask2Former(Mask2FormerConfig(num_labels=LABELS, task=task, **SIZES))
    state = theirs.state_dict()
    state.pop("criterion.empty_weight")
    ours.load_state_dict({name: value for name, value in state.items() if ".swin.layernorm." not in name})
    return theirs, ours


def truth(height: int, width: int) -> list[Objects]:
    """Two images with three and one object."""
    masks = torch.zeros(3, height, width, dtype=torch.bool)
    masks[0, : height // 2, : width // 2] = True
    masks[1, height // 2 :] = True
    masks[2, : height // 2, width // 2 :] = True
    return [Objects(torch.tensor([0, 2, 1]), masks), Objects(torch.tensor([1]), masks[:1])]


@pytest.mark.parametrize("size", [(64, 64), (64, 96)])
def test_queries_of_all_layers_are_equal(size: tuple[int, int]) -> None:
    theirs, ours = both()
    image = torch.randn(2, 3, *size)
    with torch.no_grad():
        expected = theirs.eval()(image, output_auxiliary_logits=True)
        got = ours.eval().outputs(image)
    layers = [*expected.auxiliary_logits, expected]
    assert len(layers) == len(got.classes) == len(got.masks) == 5
    for classes, masks, other in zip(got.classes, got.masks, layers, strict=True):
        assert torch.allclose(classes, other["class_queries_logits"], atol=1e-5)
        assert torch.allclose(masks, other["masks_queries_logits"], atol=1e-5)


def test_loss_and_gradients_are_equal_at_the_same_random_state() -> None:
    theirs, ours = both()
    image, objects = torch.randn(2, 3, 64, 96), truth(64, 96)
    torch.manual_seed(5)
    expected = theirs.train()(
        image,
        mask_labels=[item.masks.to(torch.float64) for item in objects],
        class_labels=[item.labels for item in objects],
    ).loss
    torch.manual_seed(5)
    loss = SetLoss(LABELS, QUERIES, form=PointMasks(points=POINTS))
    got = loss(ours.train()(image), number(objects))
    assert abs(got.item() - expected.item()) < 1e-5 * expected.item()
    expected.backward()
    got.backward()
    wanted = dict(theirs.named_parameters())
    for name, parameter in ours.named_parameters():
        assert parameter.grad is not None, name
        scale = wanted[name].grad.abs().max().item()
        assert (parameter.grad - wanted[name].grad).abs().max().item() <= 1e-4 * scale + 1e-5, name


@pytest.mark.parametrize("task", ["semantic", "instance"])
def test_eval_mode_gives_what_is_read_of_all_layers(task: str) -> None:
    _, ours = both(task)
    image = torch.randn(1, 3, 64, 64)
    with torch.no_grad():
        got, expected = ours.eval()(image), ours.read(ours.outputs(image))
    if task == "semantic":
        got, expected = (got,), (expected,)
        assert expected[0].shape == (1, LABELS, 16, 16)
    else:
        assert expected[0].shape == (1, QUERIES, LABELS + 1) and expected[1].shape == (1, QUERIES, 16, 16)
    assert all(torch.allclose(a, b, atol=1e-6) for a, b in zip(got, expected, strict=True))
