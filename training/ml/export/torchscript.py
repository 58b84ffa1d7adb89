"""TorchScript: the traced network as one file, for libtorch and for PyTorch without our sources."""

import warnings
from pathlib import Path

import torch
from torch import nn

from training.ml.export.plan import Plan


def write_torchscript(model: nn.Module, folder: Path, plan: Plan) -> None:
    """Write `model.pt` into `folder`. The trace is checked by whoever compares it, at other sizes too."""
    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")  # what a trace may bake in is found by comparing
        traced = torch.jit.trace(model.eval(), torch.zeros(2, 3, *plan.size), check_trace=False)
        torch.jit.freeze(traced).save(str(folder / "model.pt"))
