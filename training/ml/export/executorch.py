"""ExecuTorch: a program for telephones and boards, its heavy parts lowered to XNNPACK. It takes one image of
one size.
"""

import warnings
from pathlib import Path
from typing import Any

import torch
from torch import nn

from training.ml.export.plan import Plan

# XNNPACK's tensors have so many dimensions at most.
DIMENSIONS = 6


def write_executorch(model: nn.Module, folder: Path, plan: Plan) -> None:
    """Write `model.pte` into `folder`; in an interpreter that has the converter (see `environment`)."""
    from executorch.backends.xnnpack.partition.xnnpack_partitioner import XnnpackPartitioner
    from executorch.exir import to_edge_transform_and_lower

    example = (torch.zeros(1, 3, *plan.size),)
    with warnings.catch_warnings(), torch.no_grad():
        warnings.simplefilter("ignore")
        program = torch.export.export(model.eval(), example, strict=False)
        program = torch.export.export(one_order(program), example, strict=False)
        partitioner = shallow(XnnpackPartitioner())
        lowered = to_edge_transform_and_lower(program, partitioner=[partitioner]).to_executorch()
    (folder / "model.pte").write_bytes(lowered.buffer)


def one_order(program: torch.export.ExportedProgram) -> nn.Module:
    """The program's network without the memory formats that it asks for.

    Channels last is quicker in PyTorch on a CPU. XNNPACK turns its maps by itself, and ExecuTorch's other
    kernels refuse inputs of two orders, or copy from one to the other.
    """
    network = program.module()
    graph = network.graph
    for node in list(graph.nodes):
        if node.target is torch.ops.aten.contiguous.default:
            node.replace_all_uses_with(node.args[0])
            graph.erase_node(node)
    network.recompile()
    return network


def shallow(partitioner: Any) -> Any:
    """The partitioner, which now leaves to ExecuTorch's own kernels what has more dimensions than XNNPACK
    holds, as the windows of a Swin backbone have: handed over, they make a program that does not load.
    """
    matched = partitioner.get_matched_nodes_from_configs
    partitioner.get_matched_nodes_from_configs = lambda program: [
        group for group in matched(program) if not any(map(is_deep, group))
    ]
    return partitioner


def is_deep(node: torch.fx.Node) -> bool:
    """Whether a step takes or gives a tensor that XNNPACK cannot hold."""
    values = [each.meta.get("val") for each in (node, *node.all_input_nodes)]
    return any(isinstance(value, torch.Tensor) and value.dim() > DIMENSIONS for value in values)
