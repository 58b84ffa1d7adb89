"""torch.export: the network as an exported program, with dynamic batch and, where the network allows it,
size.
"""

import warnings
from pathlib import Path

import torch
from torch import nn

from training.ml.export.plan import Plan


def write_program(model: nn.Module, folder: Path, plan: Plan) -> None:
    """Write `model.pt2` into `folder`."""
    axes = {0: torch.export.Dim.AUTO}
    if plan.dynamic_size:
        axes |= {2: torch.export.Dim.AUTO, 3: torch.export.Dim.AUTO}
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        example = (torch.zeros(2, 3, *plan.size),)
        program = torch.export.export(model.eval(), example, dynamic_shapes=(axes,), strict=False)
        torch.export.save(program, str(folder / "model.pt2"))
