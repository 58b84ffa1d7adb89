"""UPerNet: unified perceptual parsing (Xiao et al., 2018, arXiv:1807.10221, section 3.1) on a ConvNeXt, as
its authors segment (Liu et al., 2022, arXiv:2201.03545, section 4.3).

Parameters, their names and the function are those of `transformers.UperNetForSemanticSegmentation` without
its auxiliary head, which only training sees. The pyramid's bottleneck and the convolution that fuses the
levels read upsampled maps: they contract the channels before upsampling (`upsampled_conv3x3`), which spares
two thirds of the fusion, the dearest part of the network.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

from training.ml import ranks
from training.ml.models.backbones import initialise, initialise_classifier
from training.ml.models.backbones import rename as rename_backbone
from training.ml.models.backbones.convnext import ConvNext
from training.ml.models.backbones.scaled import ScaledLinear
from training.ml.models.family import Architecture, Variant, defaults
from training.ml.models.prunable import Group, inputs_of, outputs_of, width_group
from training.ml.models.upsampled import upsampled, upsampled_conv3x3

SCALES = (1, 2, 3, 6)


@dataclass(frozen=True)
class UperNetConfig:
    """Widths and depths of the ConvNeXt's stages, width of the head."""

    num_labels: int
    hidden_sizes: tuple[int, ...]
    depths: tuple[int, ...]
    width: int = 512


class ConvModule(nn.Module):
    """Convolution, batch norm, ReLU."""

    def __init__(self, channels: int, width: int, kernel: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(channels, width, kernel, padding=kernel // 2, bias=False)
        self.batch_norm: nn.Module = nn.BatchNorm2d(width)

    def forward(self, image: Tensor) -> Tensor:
        """`[b, channels, h, w]` to `[b, width, h, w]`."""
        return self.finished(self.conv(image))

    def finished(self, image: Tensor) -> Tensor:
        """Norm and ReLU of `[b, width, h, w]`. A single value has no statistics of its own: it is normalised
        by the running ones.
        """
        norm = self.batch_norm
        if self.training and image[:, 0].numel() == 1 and ranks.size() == 1:
            assert isinstance(norm, nn.BatchNorm2d)
            mean, variance = norm.running_mean, norm.running_var
            return F.relu(F.batch_norm(image, mean, variance, norm.weight, norm.bias, eps=norm.eps))
        return F.relu(norm(image))

    def with_upsampled(self, image: Tensor, others: list[Tensor]) -> Tensor:
        """Of the concatenation of `image` `[b, c, h, w]` and the `others`, upsampled to its size; the kernel
        is 3x3.
        """
        channels = [item.shape[1] for item in (image, *others)]
        weight, *rest = self.conv.weight.split(channels, dim=1)
        own = F.conv2d(image, weight, self.conv.bias, padding=1)
        return self.finished(own + upsampled_conv3x3(others, rest, (image.shape[2], image.shape[3])))

    def fold(self) -> None:
        """The batch norm into the convolution, for inference."""
        assert isinstance(self.batch_norm, nn.BatchNorm2d)
        self.conv = fuse_conv_bn_eval(self.conv, self.batch_norm)
        self.batch_norm = nn.Identity()


def pooling(image: Tensor, scale: int) -> Tensor:
    """Adaptive average pooling of `[b, c, h, w]` to `scale` x `scale` as a matrix `[scale^2, h * w]`: bin i
    of an axis of n positions has those from floor(i n / scale) to ceil((i + 1) n / scale).
    """
    shares = []
    for length in image.shape[2:]:
        place = torch.arange(length, device=image.device)
        bins = torch.arange(scale, device=image.device).unsqueeze(1)
        start, end = bins * length // scale, (bins * length + length + scale - 1) // scale
        inside = ((place >= start) & (place < end)).to(image.dtype)
        shares.append(inside / (end - start))
    down, along = shares
    return (down[:, None, :, None] * along[None, :, None, :]).reshape(scale * scale, -1)


class Head(nn.Module):
    """Figure 4: pyramid pooling on the deepest map, a feature pyramid down from it, their fusion."""

    def __init__(self, channels: tuple[int, ...], config: UperNetConfig) -> None:
        super().__init__()
        width, (*shallow, deepest) = config.width, channels
        self.psp_modules = nn.ModuleList(
            nn.Sequential(nn.Identity(), ConvModule(deepest, width, 1)) for _ in SCALES
        )
        self.bottleneck = ConvModule(deepest + len(SCALES) * width, width, 3)
        self.lateral_convs = nn.ModuleList(ConvModule(item, width, 1) for item in shallow)
        self.fpn_convs = nn.ModuleList(ConvModule(width, width, 3) for _ in shallow)
        self.fpn_bottleneck = ConvModule(len(channels) * width, width, 3)
        self.classifier = nn.Conv2d(width, config.num_labels, 1)

    def pyramid(self, image: Tensor) -> Tensor:
        """`[b, channels, h, w]` to `[b, width, h, w]`."""
        tokens = image.flatten(2).transpose(1, 2)
        matrices = torch.cat([pooling(image, scale) for scale in SCALES])
        pooled = torch.matmul(matrices, tokens).transpose(1, 2)
        parts = pooled.split([scale * scale for scale in SCALES], dim=2)
        others = [
            block(part.unflatten(2, (scale, scale)))
            for part, scale, block in zip(parts, SCALES, self.psp_modules, strict=True)
        ]
        return self.bottleneck.with_upsampled(image, others)

    def forward(self, maps: list[Tensor]) -> Tensor:
        """Four maps to logits `[b, num_labels, h / 4, w / 4]`."""
        levels = [self.pyramid(maps[-1])]
        for lateral, image in zip(reversed(self.lateral_convs), reversed(maps[:-1]), strict=True):
            here = lateral(image)
            levels.insert(0, here + upsampled(levels[0], (here.shape[2], here.shape[3])))
        finest, *others = (conv(level) for conv, level in zip(self.fpn_convs, levels, strict=False))
        fused = self.fpn_bottleneck.with_upsampled(finest, [*others, levels[-1]])
        logits: Tensor = self.classifier(fused)
        return logits

    def prunable(self) -> list[Group]:
        """The widths of the pooled maps, of the feature pyramid's levels, which are added up, of the
        convolutions after them, and of the fused map.
        """
        groups, ways = [], ["bottleneck.conv", "bottleneck.batch_norm"]
        pooled = [f"psp_modules.{index}.1" for index in range(len(SCALES))]
        start = inputs_of(self, "bottleneck.conv") - sum(outputs_of(self, f"{name}.conv") for name in pooled)
        for name in pooled:
            groups.append(width_group(self, name, both(name), ("bottleneck.conv", start)))
            start += groups[-1].units
        start, readers = 0, []
        for index in range(len(self.fpn_convs)):
            name = f"fpn_convs.{index}"
            groups.append(width_group(self, name, both(name), ("fpn_bottleneck.conv", start)))
            start += groups[-1].units
            readers.append((f"{name}.conv", 0))
            ways += both(f"lateral_convs.{index}")
        groups.append(width_group(self, "levels", ways, *readers, ("fpn_bottleneck.conv", start)))
        return [*groups, width_group(self, "fused", both("fpn_bottleneck"), "classifier")]


def both(name: str) -> list[str]:
    """The convolution and the norm of the module called `name`."""
    return [f"{name}.conv", f"{name}.batch_norm"]


class UperNet(nn.Module):
    """Image `[b, 3, h, w]` float32, normalised, its sides multiples of 32, to logits
    `[b, num_labels, h / 4, w / 4]` float32.
    """

    def __init__(self, config: UperNetConfig) -> None:
        super().__init__()
        self.config = config
        self.backbone = ConvNext(config.hidden_sizes, config.depths)
        self.decode_head = Head(self.backbone.channels, config)
        self.decode_head.apply(initialise)
        initialise_classifier(self.decode_head.classifier)

    def forward(self, image: Tensor) -> Tensor:
        """See the class."""
        logits: Tensor = self.decode_head(self.backbone(image))
        return logits

    def fold(self) -> "UperNet":
        """Itself in eval mode with norms and layer scales multiplied into weights, for inference only; the
        logits agree to rounding.
        """
        self.eval().requires_grad_(False)
        for module in self.modules():
            if isinstance(module, ConvModule | ScaledLinear):
                module.fold()
        return self


def rename(name: str) -> str:
    """A published parameter's name, of the whole model or of a bare ConvNeXt, as `UperNet` has it."""
    return rename_backbone(name).replace(".layer_scale_parameter", ".pwconv2.scale")


def build(config: Mapping[str, Any]) -> UperNet:
    """The model of a configuration; lists, as JSON has them, will do."""
    sizes = {key: tuple(config[key]) for key in ("hidden_sizes", "depths")}
    return UperNet(UperNetConfig(config["num_labels"], width=config["width"], **sizes))


def config_of(sizes: Mapping[str, Any], labels: int, task: str = "semantic") -> dict[str, Any]:
    """JSON-ready configuration."""
    values = asdict(UperNetConfig(num_labels=labels, **sizes))
    return {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}


FAMILY = Architecture(
    name="upernet",
    title="UPerNet (ConvNeXt)",
    tasks=("semantic",),
    paper="https://arxiv.org/abs/1807.10221",
    licence="Code Apache-2.0; OpenMMLab's published weights are MIT.",
    description="Convolutions throughout with a pyramid of five scales: steady to train, sharp on textures "
    "and on objects of many sizes, for photographs and aerial images.",
    variants=(
        Variant(
            "atto",
            None,
            {"hidden_sizes": (40, 80, 160, 320), "depths": (2, 2, 6, 2), "width": 128},
            "small enough to learn from scratch on a CPU",
        ),
        Variant(
            "tiny",
            "openmmlab/upernet-convnext-tiny",
            {"hidden_sizes": (96, 192, 384, 768), "depths": (3, 3, 9, 3)},
            "the usual choice on one GPU",
        ),
        Variant(
            "small",
            "openmmlab/upernet-convnext-small",
            {"hidden_sizes": (96, 192, 384, 768), "depths": (3, 3, 27, 3)},
            "deeper, for large data sets",
        ),
        Variant(
            "base",
            "openmmlab/upernet-convnext-base",
            {"hidden_sizes": (128, 256, 512, 1024), "depths": (3, 3, 27, 3)},
            "wider than small",
        ),
        Variant(
            "large",
            "openmmlab/upernet-convnext-large",
            {"hidden_sizes": (192, 384, 768, 1536), "depths": (3, 3, 27, 3)},
            "the best where time does not matter",
        ),
    ),
    input_sizes=(128, 192, 256, 384, 512, 640, 768, 1024),
    size_multiple=32,
    config_of=config_of,
    build=build,
    rename=rename,
    backbone_prefix="backbone.",
    classifier_prefix="decode_head.classifier.",
    defaults=defaults("atto"),
)
