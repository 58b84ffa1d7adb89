"""ExecuTorch: a program for telephones and boards, its heavy parts lowered to XNNPACK. It takes one image of
one size.
"""

import warnings
from pathlib import Path

import torch
from torch import nn

from training.ml.export.plan import Plan


def write_executorch(model: nn.Module, folder: Path, plan: Plan) -> None:
    """Write `model.pte` into `folder`; in an interpreter that has the converter (see `environment`)."""
    from executorch.backends.xnnpack.partition.xnnpack_partitioner import XnnpackPartitioner
    from executorch.exir import to_edge_transform_and_lower

    example = (torch.zeros(1, 3, *plan.size),)
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        program = torch.export.export(model.eval(), example, strict=False)
        lowered = to_edge_transform_and_lower(program, partitioner=[XnnpackPartitioner()]).to_executorch()
    (folder / "model.pte").write_bytes(lowered.buffer)
