"""Annealing does not make the compiler begin anew at each step."""

from typing import Any

import torch

from training.ml.models import architecture


def test_a_compiled_model_is_not_compiled_again_while_masks_are_annealed() -> None:
    family = architecture("eomt")
    model: Any = family.build(family.config("tiny", 3, "semantic")).train()
    graphs: list[Any] = []

    def backend(graph: Any, example: Any) -> Any:
        graphs.append(graph)
        return graph.forward

    torch._dynamo.reset()
    compiled = torch.compile(model, dynamic=False, backend=backend)
    image = torch.zeros(1, 3, 32, 32)
    counts = []
    for step in range(5):
        model.progress = 0.2 + 0.02 * step
        compiled(image)
        counts.append(len(graphs))
    assert counts[-1] == counts[1], counts
