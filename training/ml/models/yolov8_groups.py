"""Which channels of YOLOv8-seg may leave: those that no residual ties to others.

Within a stage with bottlenecks the halves are tied; what a stage gives is read by convolutions alone.
"""

from torch import nn

from training.ml.models.prunable import Group, outputs_of, width_group
from training.ml.models.yolov8_layers import Bottleneck, PyramidPooling

BRANCHES = ("sides", "classes", "coefficients")


def groups(model: nn.Module) -> list[Group]:
    """The groups of a whole model."""
    return [*inside(model), *between(model), *head(model)]


def given(model: nn.Module, name: str, *readers: tuple[str, int]) -> Group:
    """The channels that the convolution called `name` gives with its norm, and the convolutions that read
    them, from which of their inputs on.
    """
    places = [(f"{reader}.conv", start) for reader, start in readers]
    return width_group(model, name, [f"{name}.conv", f"{name}.norm"], *places)


def width(model: nn.Module, name: str) -> int:
    """How many channels the convolution called `name` gives."""
    return outputs_of(model, f"{name}.conv")


def inside(model: nn.Module) -> list[Group]:
    """Within bottlenecks and the pyramid pooling, whose four maps are one, pooled more and more."""
    found = []
    for name, module in model.named_modules():
        if isinstance(module, Bottleneck):
            found.append(given(model, f"{name}.first", (f"{name}.second", 0)))
        if isinstance(module, PyramidPooling):
            units = width(model, f"{name}.reduce")
            readers = [(f"{name}.join", place * units) for place in range(4)]
            found.append(given(model, f"{name}.reduce", *readers))
    return found


def between(model: nn.Module) -> list[Group]:
    """Between the stages of backbone and neck, and to the head."""
    stage = "backbone.stages.{}.{}".format
    pooled, risen = width(model, "backbone.pool.join"), width(model, "neck.up_middle.join")
    fine, middle = width(model, "neck.stride_fine"), width(model, "neck.stride_middle")
    readers: dict[str, list[tuple[str, int]]] = {
        "backbone.stem": [(stage(0, 0), 0)],
        **{stage(index, 0): [(stage(index, "1.split"), 0)] for index in range(4)},
        stage(0, "1.join"): [(stage(1, 0), 0)],
        stage(1, "1.join"): [(stage(2, 0), 0), ("neck.up_fine.split", risen)],
        stage(2, "1.join"): [(stage(3, 0), 0), ("neck.up_middle.split", pooled)],
        stage(3, "1.join"): [("backbone.pool.reduce", 0)],
        "backbone.pool.join": [("neck.up_middle.split", 0), ("neck.down_coarse.split", middle)],
        "neck.up_middle.join": [("neck.up_fine.split", 0), ("neck.down_middle.split", fine)],
        "neck.up_fine.join": [("neck.stride_fine", 0), ("head.prototypes.before", 0), *branches(0)],
        "neck.stride_fine": [("neck.down_middle.split", 0)],
        "neck.down_middle.join": [("neck.stride_middle", 0), *branches(1)],
        "neck.stride_middle": [("neck.down_coarse.split", 0)],
        "neck.down_coarse.join": branches(2),
    }
    return [given(model, name, *places) for name, places in readers.items()]


def branches(scale: int) -> list[tuple[str, int]]:
    """The head's first convolutions at a scale."""
    return [(f"head.{kind}.{scale}.0", 0) for kind in BRANCHES]


def head(model: nn.Module) -> list[Group]:
    """Within the head's branches and the prototypes."""
    found = []
    for name in (f"head.{kind}.{scale}" for scale in range(3) for kind in BRANCHES):
        found.append(given(model, f"{name}.0", (f"{name}.1", 0)))
        found.append(width_group(model, f"{name}.1", [f"{name}.1.conv", f"{name}.1.norm"], f"{name}.2"))
    name = "head.prototypes"
    before = [f"{name}.before.conv", f"{name}.before.norm"]
    found.append(width_group(model, f"{name}.before", before, f"{name}.upsample"))
    found.append(width_group(model, f"{name}.upsample", [f"{name}.upsample"], f"{name}.after.conv"))
    found.append(given(model, f"{name}.after", (f"{name}.project", 0)))
    return found
