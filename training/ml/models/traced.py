"""Whether a forward pass is being written down rather than computed."""

import torch


def is_traced() -> bool:
    """True while TorchScript or `torch.export` follows the network.

    What it needs has to be made on the way then: what was remembered from an earlier pass would be frozen
    into the graph, and what stands for numbers in the graph would be remembered as numbers.
    """
    return torch.jit.is_tracing() or torch.compiler.is_exporting()
