"""Image classifiers as backbones, with the parameter names of the hub's checkpoints."""

import re

from torch import nn

from training.ml.failures import Failure
from training.ml.models.backbones.mobilenet_v2 import MobileNetV2
from training.ml.models.backbones.resnet import ResNet

RESNETS = {"resnet-50": (3, 4, 6, 3), "resnet-101": (3, 4, 23, 3)}
WHOLE = re.compile(r"^(resnet|mobilenet_v2|convnext)\.")
BARE = re.compile(r"^(embedder|embeddings|encoder|conv_stem|layer)\.")


def make_backbone(name: str, output_stride: int = 32) -> ResNet | MobileNetV2:
    """The backbone called `name`, its last map `output_stride` times smaller than the image. Raises
    `Failure`.
    """
    if name == "mobilenet_v2":
        return MobileNetV2(output_stride)
    if name in RESNETS:
        return ResNet(RESNETS[name], output_stride)
    raise Failure("Unknown backbone", f"{name!r} is none of {', '.join([*RESNETS, 'mobilenet_v2'])}.")


def rename(name: str) -> str:
    """A published classifier's parameter, whole model or bare backbone, as a segmentation model has it."""
    return BARE.sub(r"backbone.\1.", WHOLE.sub("backbone.", name))


def initialise(module: nn.Module) -> None:
    """Weights from scratch (He et al. 2015, equation 14, fan-out); norms start as the identity."""
    if isinstance(module, nn.Conv2d):
        nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
        if module.bias is not None:
            nn.init.zeros_(module.bias)


def initialise_classifier(layer: nn.Conv2d) -> None:
    """Logits of about unit size from features of unit size, whatever their number (LeCun et al. 1998, section
    4.6): of a narrow head smaller weights would take hundreds of steps to grow.
    """
    nn.init.normal_(layer.weight, std=layer.weight[0].numel() ** -0.5)
    if layer.bias is not None:
        nn.init.zeros_(layer.bias)
