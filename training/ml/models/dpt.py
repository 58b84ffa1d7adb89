"""DPT: vision transformers for dense prediction (Ranftl et al., 2021, arXiv:2103.13413).

The function is that of `transformers.DPTForSemanticSegmentation` without its auxiliary head, which only
training sees. What it spares:

* The readout (section 3.1, "project") reads each token beside the class token, whose half is one vector.
* In the fusion a 1x1 convolution follows the upsampling: they commute, so it comes first.
* The head's 3x3 convolution reads an upsampled map: see `upsampled_conv3x3`.
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from training.ml.bundle import MEAN, STD
from training.ml.models.backbones import initialise, initialise_classifier
from training.ml.models.backbones.vit import Vit
from training.ml.models.backbones.vit import rename as rename_vit
from training.ml.models.dpt_neck import Neck, Residual
from training.ml.models.family import Architecture, Variant, defaults
from training.ml.models.prunable import Group, width_group
from training.ml.models.upsampled import upsampled, upsampled_conv3x3

READOUT = re.compile(
    r"^neck\.reassemble_stage\.(?:readout_projects\.(\d)\.0|layers\.(\d)\.(projection|resize))\."
)


@dataclass(frozen=True)
class DptConfig:
    """Sizes of transformer, maps and fusion; `side` of the grid of positions; after which blocks it is read.
    `centred`: the weights expect pixels from -1 to 1 instead of ImageNet's normalisation.
    """

    num_labels: int
    hidden_size: int
    num_attention_heads: int
    neck_hidden_sizes: tuple[int, ...]
    fusion_hidden_size: int
    side: int
    num_hidden_layers: int = 12
    out_indices: tuple[int, ...] = (2, 5, 8, 11)
    centred: bool = False


class Head(nn.Module):
    """Upsampling, 3x3 convolution, batch norm, ReLU, the classifier, upsampling to the image's size."""

    def __init__(self, width: int, labels: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.norm: nn.Module = nn.BatchNorm2d(width)
        self.classifier = nn.Conv2d(width, labels, 1)

    def forward(self, image: Tensor) -> Tensor:
        """`[b, width, h, w]` to `[b, labels, 4 * h, 4 * w]`."""
        height, width = image.shape[2:]
        mixed = upsampled_conv3x3([image], [self.conv.weight], (2 * height, 2 * width), align_corners=True)
        if self.conv.bias is not None:
            mixed = mixed + self.conv.bias[:, None, None]
        logits = self.classifier(F.relu(self.norm(mixed)))
        return upsampled(logits, (4 * height, 4 * width), align_corners=True)

    def prunable(self) -> list[Group]:
        """The width between convolution and classifier."""
        return [width_group(self, "width", ["conv", "norm"], "classifier")]


FOLDED: dict[type, tuple[tuple[str, str], ...]] = {
    Head: (("conv", "norm"),),
    Residual: (("convolution1", "batch_norm1"), ("convolution2", "batch_norm2")),
}


class Dpt(nn.Module):
    """Image `[b, 3, h, w]` float32, normalised, its sides multiples of 32, to logits `[b, num_labels, h, w]`
    float32.
    """

    def __init__(self, config: DptConfig) -> None:
        super().__init__()
        self.config = config
        depth, heads = config.num_hidden_layers, config.num_attention_heads
        self.backbone = Vit(config.hidden_size, depth, heads, config.side)
        self.neck = Neck(config.hidden_size, config.neck_hidden_sizes, config.fusion_hidden_size)
        self.head = Head(config.fusion_hidden_size, config.num_labels)
        for part in (self.neck, self.head):
            part.apply(initialise)
        initialise_classifier(self.head.classifier)

    def forward(self, image: Tensor) -> Tensor:
        """See the class."""
        if self.config.centred:
            mean, std = (image.new_tensor(item)[:, None, None] for item in (MEAN, STD))
            image = image * (2 * std) + (2 * mean - 1)
        tokens, rows, columns = self.backbone.embed(image)
        blocks = []
        for index, layer in enumerate(self.backbone.layers):
            tokens = layer(tokens)
            if index in self.config.out_indices:
                blocks.append(tokens)
        logits: Tensor = self.head(self.neck(blocks, rows, columns))
        return logits

    def fold(self) -> "Dpt":
        """Itself in eval mode with the batch norms multiplied into weights, for inference only; the logits
        agree to rounding.
        """
        self.eval().requires_grad_(False)
        for module in self.modules():
            for conv, norm in FOLDED.get(type(module), ()):
                setattr(module, conv, fuse_conv_bn_eval(getattr(module, conv), getattr(module, norm)))
                setattr(module, norm, nn.Identity())
        return self


def rename(name: str) -> str:
    """A published parameter's name, of the whole model or of a bare transformer, as `Dpt` has it."""
    found = READOUT.match(name)
    if found is not None:
        part = found[3] or "readout"
        return f"neck.reassemble.{found[1] or found[2]}.{part}.{name[found.end() :]}"
    for old, new in (
        ("neck.fusion_stage.layers.", "neck.fusion."),
        ("head.head.0.", "head.conv."),
        ("head.head.1.", "head.norm."),
        ("head.head.4.", "head.classifier."),
    ):
        if name.startswith(old):
            return new + name[len(old) :]
    return rename_vit(name)


def build(config: Mapping[str, Any]) -> Dpt:
    """The model of a configuration; lists, as JSON has them, will do."""
    values: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in config.items()}
    return Dpt(DptConfig(**values))


def config_of(sizes: Mapping[str, Any], labels: int, task: str = "semantic") -> dict[str, Any]:
    """JSON-ready configuration."""
    values = asdict(DptConfig(num_labels=labels, **sizes))
    return {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}


FAMILY = Architecture(
    name="dpt",
    title="DPT",
    tasks=("semantic",),
    paper="https://arxiv.org/abs/2103.13413",
    licence="Code Apache-2.0; the weights of DeiT (Facebook) and of DPT (Intel) are Apache-2.0.",
    description="A plain vision transformer read at four depths: sees the whole image in every layer, "
    "for scenes where context decides. It wants pretrained weights.",
    variants=(
        Variant(
            "tiny",
            "facebook/deit-tiny-patch16-224",
            {
                "hidden_size": 192,
                "num_attention_heads": 3,
                "neck_hidden_sizes": (24, 48, 96, 192),
                "fusion_hidden_size": 64,
                "side": 14,
            },
            "quick on a CPU",
        ),
        Variant(
            "small",
            "facebook/deit-small-patch16-224",
            {
                "hidden_size": 384,
                "num_attention_heads": 6,
                "neck_hidden_sizes": (48, 96, 192, 384),
                "fusion_hidden_size": 64,
                "side": 14,
            },
            "twice as wide as tiny",
        ),
        Variant(
            "base",
            "facebook/deit-base-patch16-384",
            {
                "hidden_size": 768,
                "num_attention_heads": 12,
                "neck_hidden_sizes": (96, 192, 384, 768),
                "fusion_hidden_size": 128,
                "side": 24,
            },
            "the usual choice on one GPU",
        ),
        Variant(
            "large",
            "Intel/dpt-large-ade",
            {
                "hidden_size": 1024,
                "num_attention_heads": 16,
                "neck_hidden_sizes": (256, 512, 1024, 1024),
                "fusion_hidden_size": 256,
                "side": 24,
                "num_hidden_layers": 24,
                "out_indices": (5, 11, 17, 23),
                "centred": True,
            },
            "as published, with weights learned on scenes: the best where time does not matter",
        ),
    ),
    input_sizes=(128, 192, 256, 384, 480, 512, 640, 768, 1024),
    size_multiple=32,
    config_of=config_of,
    build=build,
    rename=rename,
    backbone_prefix="backbone.",
    classifier_prefix="head.classifier.",
    defaults=defaults("tiny"),
)
