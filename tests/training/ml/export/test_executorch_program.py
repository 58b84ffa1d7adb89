"""What is done to a network before ExecuTorch's converter gets it; needs no converter."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import torch
from torch import Tensor, nn

from training.ml.export.executorch import is_deep, one_order, shallow
from training.ml.models import ARCHITECTURES


class Windows(nn.Module):
    """Cuts a map into windows as Swin does, by a view of seven dimensions."""

    def forward(self, image: Tensor) -> Tensor:
        parts = (image + 1).view(1, 1, 3, 2, 2, 2, 2).permute(0, 1, 2, 3, 5, 4, 6)
        return parts.reshape(1, 3, 4, 4) * 2


def exported(network: nn.Module, image: Tensor) -> torch.export.ExportedProgram:
    return torch.export.export(network, (image,), strict=False)


@pytest.mark.parametrize("name", ["segformer", "yolov8-seg"])
def test_a_program_asks_for_no_memory_format_and_answers_the_same(name: str) -> None:
    family = ARCHITECTURES[name]
    network = family.build(family.config(family.variants[0].name, 3)).eval()
    image = torch.randn(1, 3, 64, 64)
    program = exported(network, image)
    contiguous = torch.ops.aten.contiguous.default
    assert any(node.target is contiguous for node in program.graph.nodes)
    plain = exported(one_order(program), image)
    assert not any("memory_format" in node.kwargs or node.target is contiguous for node in plain.graph.nodes)
    with torch.no_grad():
        for one, two in zip(_all(network(image)), _all(plain.module()(image)), strict=True):
            torch.testing.assert_close(one, two)


def test_what_has_too_many_dimensions_is_not_handed_over() -> None:
    program = exported(Windows().eval(), torch.randn(1, 3, 4, 4))
    steps = [node for node in program.graph.nodes if node.op == "call_function"]
    deep = [node.name for node in steps if is_deep(node)]
    # What takes seven dimensions is as deep as what gives them: so is the way back to four.
    assert deep == ["view", "permute", "reshape"]
    partitioner = SimpleNamespace(get_matched_nodes_from_configs=lambda program: [[step] for step in steps])
    kept = shallow(partitioner).get_matched_nodes_from_configs(program)
    assert [group[0].name for group in kept] == ["add", "mul"]


def _all(answer: Tensor | tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    return answer if isinstance(answer, tuple) else (answer,)
