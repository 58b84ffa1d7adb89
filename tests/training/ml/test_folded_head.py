"""Folding products and batch norm for inference changes no logit."""

import copy

import torch

from training.ml.models.segformer import Segformer, SegformerConfig


def test_folded_logits_are_equal() -> None:
    torch.manual_seed(0)
    model = Segformer(SegformerConfig(5))
    norm = model.decode_head.batch_norm
    norm.running_mean.uniform_(-1, 1)
    norm.running_var.uniform_(0.5, 2)
    torch.nn.init.uniform_(norm.weight, 0.5, 2)
    torch.nn.init.uniform_(norm.bias, -1, 1)
    folded = copy.deepcopy(model).fold()
    image = torch.randn(2, 3, 96, 64)
    with torch.no_grad():
        assert torch.allclose(folded(image), model.eval()(image), atol=1e-5, rtol=1e-4)
    assert not any(parameter.requires_grad for parameter in folded.parameters())
