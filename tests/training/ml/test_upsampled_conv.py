"""A convolution of upsampled maps is the same whichever is done first, borders and gradients included."""

import pytest
import torch
import torch.nn.functional as F

from training.ml.models.upsampled import upsampled, upsampled_conv3x3


@pytest.mark.parametrize("align_corners", [False, True])
@pytest.mark.parametrize("size", [(12, 16), (9, 5), (4, 4)])
def test_it_is_the_convolution_of_the_upsampled_maps(align_corners: bool, size: tuple[int, int]) -> None:
    torch.manual_seed(0)
    maps = [
        torch.randn(2, channels, *shape, dtype=torch.float64, requires_grad=True)
        for channels, shape in ((3, (6, 8)), (5, (3, 4)), (2, (1, 1)))
    ]
    weight = torch.randn(4, 10, 3, 3, dtype=torch.float64, requires_grad=True)
    large = torch.cat([upsampled(item, size, align_corners) for item in maps], 1)
    expected = F.conv2d(large, weight, padding=1)
    got = upsampled_conv3x3(maps, weight.split([3, 5, 2], 1), size, align_corners)
    assert torch.allclose(got, expected, atol=1e-12)
    direction = torch.randn_like(expected)
    wanted = torch.autograd.grad(expected, [*maps, weight], direction)
    found = torch.autograd.grad(got, [*maps, weight], direction)
    assert all(torch.allclose(a, b, atol=1e-11) for a, b in zip(found, wanted, strict=True))


def test_it_runs_in_bfloat16_under_autocast() -> None:
    torch.manual_seed(0)
    small, weight = torch.randn(1, 8, 8, 8), torch.randn(8, 8, 3, 3)
    expected = upsampled_conv3x3([small], [weight], (16, 16))
    with torch.autocast("cpu", torch.bfloat16):
        got = upsampled_conv3x3([small], [weight], (16, 16))
    assert got.dtype == torch.bfloat16
    assert float((got - expected).abs().max()) < 0.03 * float(expected.abs().max())
