"""Fully convolutional networks for semantic segmentation (Long et al., 2014, arXiv:1411.4038) on ResNets.

The network FCN-8s of section 4.2: labels are scored at 1/32, 1/16 and 1/8 of the image's size by 1x1
convolutions; the coarse scores are upsampled and added to the finer ones. Upsampling is bilinear, which is
where the paper's learnt upsampling starts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn

from training.ml.models.backbones import initialise, make_backbone, rename
from training.ml.models.family import Architecture, Variant, defaults

SCORED = 3


@dataclass(frozen=True)
class FcnConfig:
    """Backbone, and dropout of the maps before they are scored."""

    num_labels: int
    backbone: str = "resnet-50"
    dropout: float = 0.1


class DecodeHead(nn.Module):
    """Scores of the last three maps, fused from coarse to fine."""

    def __init__(self, channels: Sequence[int], config: FcnConfig) -> None:
        super().__init__()
        self.dropout = nn.Dropout2d(config.dropout)
        self.classifier = nn.ModuleList(nn.Conv2d(width, config.num_labels, 1) for width in channels)

    def forward(self, maps: Sequence[Tensor]) -> Tensor:
        """Maps `[b, c_i, h_i, w_i]`, finest first, to `[b, num_labels, h_0, w_0]`."""
        scores = [score(self.dropout(map)) for score, map in zip(self.classifier, maps, strict=True)]
        fused: Tensor = scores.pop()
        for finer in reversed(scores):
            fused = finer + F.interpolate(fused, size=finer.shape[-2:], mode="bilinear", align_corners=False)
        return fused


class Fcn(nn.Module):
    """Image `[b, 3, h, w]` float32, normalised, to logits `[b, num_labels, h / 8, w / 8]` float32."""

    def __init__(self, config: FcnConfig) -> None:
        super().__init__()
        self.config = config
        self.backbone = make_backbone(config.backbone)
        self.decode_head = DecodeHead(self.backbone.channels[-SCORED:], config)
        self.apply(initialise)
        for score in self.decode_head.classifier.parameters():
            nn.init.zeros_(score) if score.ndim == 1 else nn.init.normal_(score, std=0.01)

    def forward(self, image: Tensor) -> Tensor:
        """See the class."""
        logits: Tensor = self.decode_head(self.backbone(image)[-SCORED:])
        return logits


def config_of(sizes: Mapping[str, Any], labels: int, task: str) -> dict[str, Any]:
    """JSON-ready configuration."""
    return asdict(FcnConfig(num_labels=labels, **sizes))


FAMILY = Architecture(
    name="fcn",
    title="FCN",
    tasks=("semantic",),
    paper="https://arxiv.org/abs/1411.4038",
    licence="Microsoft's published ResNets are Apache-2.0.",
    description="A classifier that scores every place at three scales: the plainest baseline, "
    "nearly as fast as its backbone.",
    variants=(
        Variant("resnet-50", "microsoft/resnet-50", {}, "the usual choice"),
        Variant("resnet-101", "microsoft/resnet-101", {"backbone": "resnet-101"}, "for large data sets"),
    ),
    input_sizes=(128, 192, 256, 384, 512, 640, 768, 1024),
    size_multiple=32,
    config_of=config_of,
    build=lambda config: Fcn(FcnConfig(**config)),
    rename=rename,
    backbone_prefix="backbone.",
    classifier_prefix="decode_head.classifier.",
    defaults=defaults("resnet-50"),
)
