"""Our MaskFormer computes what transformers' does: same names, same queries, same loss, same gradients."""

from collections.abc import Iterator

import pytest
import torch
import transformers

from tests.training.ml.masks import Objects, number
from training.ml.mask_terms import WholeMasks
from training.ml.models.maskformer import MaskFormer, MaskFormerConfig
from training.ml.models.maskformer_published import rename
from training.ml.models.queries import Queries
from training.ml.set_losses import SetLoss

LABELS, QUERIES = 3, 6


@pytest.fixture(autouse=True)
def doubles() -> Iterator[None]:
    torch.set_default_dtype(torch.float64)
    yield
    torch.set_default_dtype(torch.float32)


def both() -> tuple[transformers.MaskFormerForInstanceSegmentation, MaskFormer]:
    torch.manual_seed(0)
    backbone = transformers.SwinConfig(
        embed_dim=16,
        depths=[1, 2, 1, 1],
        num_heads=[2, 2, 4, 4],
        window_size=3,
        drop_path_rate=0.0,
        initializer_range=0.2,
        out_features=["stage1", "stage2", "stage3", "stage4"],
    )
    decoder = transformers.DetrConfig(
        d_model=32,
        decoder_layers=3,
        decoder_attention_heads=4,
        decoder_ffn_dim=40,
        num_queries=QUERIES,
        dropout=0.0,
    )
    theirs = transformers.MaskFormerForInstanceSegmentation(
        transformers.MaskFormerConfig(
            backbone_config=backbone,
            decoder_config=decoder,
            num_labels=LABELS,
            fpn_feature_size=64,
            mask_feature_size=48,
        )
    )
    config = MaskFormerConfig(
        num_labels=LABELS,
        embed_dim=16,
        depths=(1, 2, 1, 1),
        heads=(2, 2, 4, 4),
        window=3,
        width=32,
        pyramid_width=64,
        mask_width=48,
        attention_heads=4,
        decoder_layers=3,
        decoder_wide=40,
        queries=QUERIES,
    )
    ours = MaskFormer(config)
    state = {rename(name): value for name, value in theirs.state_dict().items()}
    ours.load_state_dict({name: state[name] for name in ours.state_dict()})
    left = set(state) - set(ours.state_dict())
    assert all("layernorm" in name or "relative_position_index" in name or "empty" in name for name in left)
    return theirs, ours


@pytest.mark.parametrize("size", [(64, 64), (64, 96)])
def test_the_last_layers_queries_are_equal(size: tuple[int, int]) -> None:
    theirs, ours = both()
    image = torch.randn(2, 3, *size)
    with torch.no_grad():
        expected, got = theirs.eval()(image), ours.eval().outputs(image)
    assert len(got.classes) == len(got.masks) == 3
    assert torch.allclose(got.classes[-1], expected.class_queries_logits, atol=1e-6)
    assert torch.allclose(got.masks[-1], expected.masks_queries_logits, atol=1e-6)


def test_loss_and_gradients_are_equal() -> None:
    theirs, ours = both()
    image = torch.randn(2, 3, 64, 96)
    masks = torch.zeros(2, 64, 96, dtype=torch.bool)
    masks[0, :32], masks[1, 40:] = True, True
    objects = [Objects(torch.tensor([0, 2]), masks), Objects(torch.tensor([1]), masks[:1])]
    expected = theirs.train()(
        image,
        mask_labels=[item.masks.to(torch.float64) for item in objects],
        class_labels=[item.labels for item in objects],
    ).loss
    raw = ours.train()(image)
    # transformers teaches the last layer alone, unless its decoder norms what it hands on.
    last = Queries(raw.classes[-1:], raw.masks[-1:])
    got = SetLoss(LABELS, QUERIES, 1.0, 20.0, 1.0, form=WholeMasks())(last, number(objects))
    assert abs(got.item() - expected.item()) < 1e-5 * expected.item()
    expected.backward()
    got.backward()
    wanted = {rename(name): parameter.grad for name, parameter in theirs.named_parameters()}
    for name, parameter in ours.named_parameters():
        assert parameter.grad is not None and wanted[name] is not None, name
        scale = wanted[name].abs().max().item()
        assert (parameter.grad - wanted[name]).abs().max().item() <= 1e-4 * scale + 1e-8, name
