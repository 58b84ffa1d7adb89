"""Two steps of each convolutional network on a fixed batch that the processes share: `torchrun
--nproc_per_node 2 -m tests.training.ml.paired FILE`, or one process alone. The first writes the losses and a
mean over the running statistics.
"""

import json
import sys
from pathlib import Path

import torch
from torch import nn

from training.ml import ranks
from training.ml.data.loader import Batch
from training.ml.engine import Engine
from training.ml.losses import make_loss
from training.ml.models import architecture
from training.ml.optim import make_optimizer, parameter_groups
from training.ml.processes import place

IMAGES, SIDE, LABELS, STEPS = 4, 64, 3, 2
# Double precision where rounding grows most: norms of a pooled image over few images.
CASES = {
    "unet": (torch.float32,),
    "fcn": (torch.float32,),
    "deeplabv3": (torch.float32, torch.float64),
}
GIVEN = {
    "optimizer": "sgd",
    "learning_rate": 0.001,
    "momentum": 0.9,
    "nesterov": False,
    "weight_decay": 0.0,
    "layer_decay": 1.0,
    "head_lr_multiplier": 1.0,
    "beta1": 0.9,
    "beta2": None,
}
CPU = torch.device("cpu")


def quiet(model: nn.Module) -> nn.Module:
    """The model with nothing drawn at random."""
    for module in model.modules():
        if isinstance(module, nn.modules.dropout._DropoutNd):
            module.p = 0.0
    return model


def losses(name: str, dtype: torch.dtype) -> list[float]:
    """The loss of each step, and what the batch norms remember after the last."""
    torch.manual_seed(0)
    family = architecture(name)
    model = quiet(family.build(family.config(family.variants[0].name, LABELS)))
    model = ranks.synchronise_norms(model.to(dtype), CPU).train()
    optimizer = make_optimizer(parameter_groups(model, family.backbone_prefix, GIVEN, 1.0), GIVEN)
    engine = Engine(model, optimizer, make_loss("cross_entropy"), CPU, "fp32", 1.0)
    # Images of their own tone each: a norm of pooled, nearly equal images would magnify rounding.
    images = torch.randn(IMAGES, 3, SIDE, SIDE) + 2 * torch.randn(IMAGES, 3, 1, 1)
    targets = torch.randint(0, LABELS, (IMAGES, SIDE, SIDE), dtype=torch.uint8)
    # Unequal shares of what counts, so that means of means would differ.
    targets[0, : SIDE // 2] = 255
    share = slice(place().rank, None, place().world)
    batch = Batch(images[share].to(dtype), targets[share])
    values = [float(engine.step([batch])) for _ in range(STEPS)]
    remembered = [v.double().mean() for n, v in model.state_dict().items() if "running_" in n]
    return [*values, float(sum(remembered)) / max(len(remembered), 1)]


if __name__ == "__main__":
    torch.set_num_threads(1)
    ranks.join(CPU)
    found = {f"{name} {dtype}": losses(name, dtype) for name, dtypes in CASES.items() for dtype in dtypes}
    if place().rank == 0:
        Path(sys.argv[1]).write_text(json.dumps(found))
    ranks.leave()
