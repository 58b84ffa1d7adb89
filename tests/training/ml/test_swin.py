"""Our Swin computes what transformers' backbone does, whose softmax is in single precision; its checkpoints
load.
"""

import pytest
import torch
import transformers

from training.ml.models.backbones.swin import Swin, rename

SIZES = {"width": 16, "depths": (2, 2, 2), "heads": (2, 4, 8), "window": 3}


def theirs(**changes: object) -> transformers.SwinBackbone:
    torch.manual_seed(0)
    config = transformers.SwinConfig(
        embed_dim=16,
        depths=[2, 2, 2],
        num_heads=[2, 4, 8],
        window_size=3,
        drop_path_rate=0.0,
        out_features=["stage1", "stage2", "stage3"],
        initializer_range=0.2,
        attn_implementation="eager",
        **changes,
    )
    model = transformers.SwinBackbone(config)
    for name, parameter in model.named_parameters():
        if "bias" in name or "norm" in name:
            torch.nn.init.normal_(parameter, std=0.5)
    return model.double().eval()


def both() -> tuple[transformers.SwinBackbone, Swin]:
    other, ours = theirs(), Swin(**SIZES).double().eval()
    used = {k: v for k, v in other.state_dict().items() if not k.startswith("swin.layernorm.")}
    ours.load_state_dict(used)
    return other, ours


@pytest.mark.parametrize("size", [(48, 48), (64, 96), (32, 40), (75, 53), (4, 8)])
def test_maps_are_equal(size: tuple[int, int]) -> None:
    other, ours = both()
    image = torch.randn(2, 3, *size, dtype=torch.float64)
    with torch.no_grad():
        expected, got = other(image).feature_maps, ours(image)
    assert [item.shape for item in got] == [item.shape for item in expected]
    for mine, its in zip(got, expected, strict=True):
        assert torch.allclose(mine, its, atol=1e-6)


def test_gradients_are_equal() -> None:
    other, ours = both()
    image = torch.randn(2, 3, 40, 56, dtype=torch.float64)
    sum(item.square().sum() for item in other.train()(image).feature_maps).backward()
    sum(item.square().sum() for item in ours.train()(image)).backward()
    wanted = dict(other.named_parameters())
    for name, parameter in ours.named_parameters():
        assert parameter.grad is not None
        scale = float(wanted[name].grad.abs().max())
        assert float((parameter.grad - wanted[name].grad).abs().max()) <= 1e-5 * scale + 1e-6, name


def test_names_of_old_checkpoints_are_known() -> None:
    old = {
        "encoder.layers.0.blocks.1.attention.self.query.weight": "attention.q_proj.weight",
        "encoder.layers.0.blocks.1.attention.self.relative_position_bias_table": (
            "attention.relative_position_bias.relative_position_bias_table"
        ),
        "encoder.layers.0.blocks.1.attention.output.dense.bias": "attention.o_proj.bias",
        "encoder.layers.0.blocks.1.intermediate.dense.weight": "mlp.fc1.weight",
        "encoder.layers.0.blocks.1.output.dense.weight": "mlp.fc2.weight",
    }
    own = {name.removeprefix("swin.") for name in Swin(**SIZES).state_dict()}
    for name, end in old.items():
        assert rename(name).endswith(end) and rename(name) in own
    assert all(rename(name) == name for name in own)


def test_stochastic_depth_drops_whole_samples() -> None:
    model = Swin(**SIZES, drop_path=0.9).train()
    block = model.swin.encoder.layers[2].blocks[1]
    torch.manual_seed(0)
    tokens = torch.randn(64, 3, 3, 64)
    with torch.no_grad():
        torch.nn.init.zeros_(block.mlp.fc2.weight)
        changed = (block(tokens) - tokens).abs().flatten(1).amax(1) > 0
    assert 0 < int(changed.sum()) < 20
