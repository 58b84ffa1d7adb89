"""DeepLabV3: rethinking atrous convolution for semantic image segmentation (Chen et al., 2017,
arXiv:1706.05587).

A classifier's backbone whose last strides are dilations, then atrous spatial pyramid pooling (section 3.3).
The pooled image is one vector: its share of the projection is computed once and added everywhere, where the
paper upsamples and concatenates it. It has a bias instead of a batch norm, whose statistics over the images
of a batch alone would mean little, and nothing at all for a batch of one.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.ml.models.backbones import initialise, make_backbone, rename
from training.ml.models.family import Architecture, Variant, defaults
from training.ml.models.prunable import Group, width_group


@dataclass(frozen=True)
class DeepLabConfig:
    """Backbone, output stride (section 3.1: 16 trains four times as fast as 8), atrous rates, width."""

    num_labels: int
    backbone: str = "resnet-50"
    output_stride: int = 16
    rates: tuple[int, ...] = (6, 12, 18)
    width: int = 256
    dropout: float = 0.1


def conv(channels: int, width: int, kernel: int, rate: int = 1) -> nn.Sequential:
    """Convolution, batch norm, ReLU: `[b, channels, h, w]` to `[b, width, h, w]`."""
    padding = kernel // 2 * rate
    return nn.Sequential(
        nn.Conv2d(channels, width, kernel, padding=padding, dilation=rate, bias=False),
        nn.BatchNorm2d(width),
        nn.ReLU(),
    )


class PyramidPooling(nn.Module):
    """Atrous spatial pyramid pooling: a 1x1 convolution, 3x3 ones of several rates, the whole image."""

    def __init__(self, channels: int, width: int, rates: tuple[int, ...]) -> None:
        super().__init__()
        self.branches = nn.ModuleList(
            [conv(channels, width, 1), *(conv(channels, width, 3, rate) for rate in rates)]
        )
        self.pooled = nn.Conv2d(channels, width, 1)
        self.project = nn.Conv2d(width * len(self.branches), width, 1, bias=False)
        self.project_pooled = nn.Conv2d(width, width, 1, bias=False)
        self.norm = nn.BatchNorm2d(width)

    def forward(self, image: Tensor) -> Tensor:
        """`[b, channels, h, w]` to `[b, width, h, w]`."""
        whole = self.project_pooled(F.relu(self.pooled(image.mean((2, 3), keepdim=True))))
        local = self.project(torch.cat([branch(image) for branch in self.branches], 1))
        return F.relu(self.norm(local + whole))

    def prunable(self) -> list[Group]:
        """Each branch's width, and the pooled image's."""
        groups, start = [], 0
        for index in range(len(self.branches)):
            name = f"branches.{index}"
            groups.append(width_group(self, name, [f"{name}.0", f"{name}.1"], ("project", start)))
            start += groups[-1].units
        return [*groups, width_group(self, "pooled", ["pooled"], "project_pooled")]


class DecodeHead(nn.Module):
    """Pyramid pooling, a 3x3 convolution, the classifier."""

    def __init__(self, channels: int, config: DeepLabConfig) -> None:
        super().__init__()
        self.pyramid = PyramidPooling(channels, config.width, config.rates)
        self.dropout = nn.Dropout(config.dropout)
        self.conv = conv(config.width, config.width, 3)
        self.classifier = nn.Conv2d(config.width, config.num_labels, 1)

    def forward(self, image: Tensor) -> Tensor:
        """`[b, channels, h, w]` to `[b, num_labels, h, w]`."""
        out: Tensor = self.classifier(self.conv(self.dropout(self.pyramid(image))))
        return out

    def prunable(self) -> list[Group]:
        """The width of the pyramid's projection and of the convolution after it."""
        projected = ["pyramid.project", "pyramid.project_pooled", "pyramid.norm"]
        return [
            width_group(self, "pyramid", projected, "conv.0"),
            width_group(self, "conv", ["conv.0", "conv.1"], "classifier"),
        ]


class DeepLabV3(nn.Module):
    """Image `[b, 3, h, w]` float32, normalised, its sides multiples of 32, to logits
    `[b, num_labels, h / output_stride, w / output_stride]` float32.
    """

    def __init__(self, config: DeepLabConfig) -> None:
        super().__init__()
        self.config = config
        self.backbone = make_backbone(config.backbone, config.output_stride)
        self.decode_head = DecodeHead(self.backbone.channels[-1], config)
        self.apply(initialise)
        nn.init.normal_(self.decode_head.classifier.weight, std=0.01)

    def forward(self, image: Tensor) -> Tensor:
        """See the class."""
        logits: Tensor = self.decode_head(self.backbone(image)[-1])
        return logits


def build(config: Mapping[str, Any]) -> DeepLabV3:
    """The model of a configuration; lists, as JSON has them, will do."""
    return DeepLabV3(DeepLabConfig(**{**config, "rates": tuple(config["rates"])}))


def config_of(sizes: Mapping[str, Any], labels: int, task: str) -> dict[str, Any]:
    """JSON-ready configuration."""
    values = asdict(DeepLabConfig(num_labels=labels, **sizes))
    return {**values, "rates": list(values["rates"])}


FAMILY = Architecture(
    name="deeplabv3",
    title="DeepLabV3",
    tasks=("semantic",),
    paper="https://arxiv.org/abs/1706.05587",
    licence="Microsoft's ResNets are Apache-2.0; Google's MobileNetV2 has a licence of its own: see the hub.",
    description="A classifier with dilated convolutions and pooling at several scales: "
    "a sound baseline for large shapes and scenes.",
    variants=(
        Variant(
            "mobilenet-v2",
            "google/mobilenet_v2_1.0_224",
            {"backbone": "mobilenet_v2"},
            "for phones and small machines",
        ),
        Variant("resnet-50", "microsoft/resnet-50", {}, "the usual choice on one GPU"),
        Variant("resnet-101", "microsoft/resnet-101", {"backbone": "resnet-101"}, "for large data sets"),
    ),
    input_sizes=(128, 192, 256, 384, 512, 640, 768, 1024),
    size_multiple=32,
    config_of=config_of,
    build=build,
    rename=rename,
    backbone_prefix="backbone.",
    classifier_prefix="decode_head.classifier.",
    defaults=defaults("mobilenet-v2"),
)
