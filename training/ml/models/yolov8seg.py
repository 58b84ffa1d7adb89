"""YOLOv8-seg: boxes without anchor shapes at three scales, each with the coefficients of a mask.

An implementation from the published table of layers and sizes, and from the papers: the decoupled head
(YOLOX, Ge et al. 2021, arXiv:2107.08430, section 2.1), distances to the four sides as distributions (GFL, Li
et al. 2020, arXiv:2006.04388, section 3.2), and masks as sums of prototypes (YOLACT, Bolya et al. 2019,
arXiv:1904.02689, section 3). The layers are in `yolov8_layers`, the loss in `training.ml.detection_losses`.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from training.ml.boxes import STRIDES, boxes_of, flattened
from training.ml.bundle import MEAN, STD
from training.ml.compression_fields import DISTILLATION
from training.ml.detection_losses import DetectionLoss
from training.ml.hyperparameters import HYPERPARAMETERS, Field
from training.ml.models.family import Architecture, Variant, defaults
from training.ml.models.prunable import Group
from training.ml.models.set_fields import OF_PIXELS
from training.ml.models.yolov8_groups import groups
from training.ml.models.yolov8_layers import Backbone, Conv, Neck, fold

BINS = 16
MASKS = 32
# Objects that an image of 640 pixels is taken to hold when training begins.
PRIOR_OBJECTS, PRIOR_SIDE = 5, 640


@dataclass(frozen=True)
class YoloConfig:
    """Factors of the published table: of the widths 64 to 1024, at most `widest` before the factor, and of
    the depths 3, 6, 6, 3.
    """

    num_labels: int
    depth: float
    width: float
    widest: int

    def widths(self) -> list[int]:
        """Channels at 1/2, 1/4, 1/8, 1/16 and 1/32, in eights."""
        return [8 * math.ceil(min(64 * 2**i, self.widest) * self.width / 8) for i in range(5)]

    def depths(self) -> list[int]:
        """Bottlenecks of the four stages."""
        return [max(1, round(n * self.depth)) for n in (3, 6, 6, 3)]


class Raw(NamedTuple):
    """What the network gives at each of the three scales, fine to coarse: logits of the distances to a box's
    sides `[b, 4 * 16, h, w]` (left, top, right, bottom), of the classes `[b, labels, h, w]`, coefficients
    `[b, 32, h, w]`; and the prototypes `[b, 32, H / 4, W / 4]`.
    """

    sides: list[Tensor]
    classes: list[Tensor]
    coefficients: list[Tensor]
    prototypes: Tensor


class Prototypes(nn.Module):
    """The map at 1/8 to the prototypes at 1/4 (YOLACT, section 3.1).

    Nothing stands between the up-convolution and the 3x3 convolution, so the two are one up-convolution of
    4x4 with two fifths of the operations: its kernel is the first one's, convolved with the second. The first
    one's bias is a channel of ones, which ends at the map's border as the padding between the two did.
    """

    def __init__(self, channels: int, width: int) -> None:
        super().__init__()
        self.before = Conv(channels, width, 3)
        self.upsample = nn.ConvTranspose2d(width, width, 2, 2)
        self.after = Conv(width, width, 3)
        self.project = Conv(width, MASKS)
        self.folded: nn.Parameter | None = None

    def kernel(self) -> Tensor:
        """Of both convolutions, and last of the channel of ones: `[width + 1, width, 4, 4]`."""
        if self.folded is not None:
            return self.folded
        first, bias = self.upsample.weight, self.upsample.bias
        assert bias is not None
        with torch.autocast("cpu" if first.is_meta else first.device.type, enabled=False):
            taps = torch.cat([first, bias.view(1, -1, 1, 1).expand(1, -1, 2, 2)])
            return F.conv2d(taps, self.after.conv.weight, padding=2)

    def forward(self, image: Tensor) -> Tensor:
        """`[b, channels, h, w]` to `[b, 32, 2 h, 2 w]`."""
        image = self.before(image)
        image = torch.cat([image, torch.ones_like(image[:, :1])], 1)
        image = F.conv_transpose2d(image, self.kernel(), self.after.conv.bias, stride=2, padding=1)
        out: Tensor = self.project(F.silu(self.after.norm(image)))
        return out

    def fold(self) -> None:
        """Keep the kernel alone, for inference."""
        self.folded = nn.Parameter(self.kernel().detach())
        del self.upsample, self.after.conv.weight


def branch(channels: int, width: int, outputs: int) -> nn.Sequential:
    """Two convolutions and a linear one: `[b, channels, h, w]` to `[b, outputs, h, w]`."""
    return nn.Sequential(Conv(channels, width, 3), Conv(width, width, 3), nn.Conv2d(width, outputs, 1))


class Head(nn.Module):
    """A branch for boxes, one for classes and one for coefficients at each scale, and the prototypes."""

    def __init__(self, widths: list[int], labels: int, prototypes: int) -> None:
        super().__init__()
        finest = widths[0]
        sides, masks = max(16, finest // 4, 4 * BINS), max(finest // 4, MASKS)
        classes = max(finest, min(labels, 100))
        self.sides = nn.ModuleList(branch(width, sides, 4 * BINS) for width in widths)
        self.classes = nn.ModuleList(branch(width, classes, labels) for width in widths)
        self.coefficients = nn.ModuleList(branch(width, masks, MASKS) for width in widths)
        self.prototypes = Prototypes(finest, prototypes)
        self.initialise(labels)

    def initialise(self, labels: int) -> None:
        """Biases as if objects were some three cells wide, and the classes as rare as objects are (RetinaNet,
        Lin et al. 2017, arXiv:1708.02002, section 3.3).
        """
        near = -torch.arange(BINS) / 2
        for side, label, stride in zip(self.sides, self.classes, STRIDES, strict=True):
            last(side).data.copy_(near.repeat(4))
            share = PRIOR_OBJECTS / labels / (PRIOR_SIDE / stride) ** 2
            nn.init.constant_(last(label), math.log(share / (1 - share)))

    def forward(self, maps: list[Tensor]) -> Raw:
        """The neck's maps to what they mean."""
        return Raw(
            [of(image) for of, image in zip(self.sides, maps, strict=True)],
            [of(image) for of, image in zip(self.classes, maps, strict=True)],
            [of(image) for of, image in zip(self.coefficients, maps, strict=True)],
            self.prototypes(maps[0]),
        )


def last(module: nn.Module) -> Tensor:
    """The bias of a branch's linear convolution."""
    assert isinstance(module, nn.Sequential) and isinstance(module[-1], nn.Conv2d)
    assert module[-1].bias is not None
    return module[-1].bias


class YoloV8Seg(nn.Module):
    """Image `[b, 3, h, w]` float32, normalised, its sides multiples of 32, to `Raw` in training and to what
    `read` gives in eval mode.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, config: YoloConfig) -> None:
        super().__init__()
        self.config = config
        widths, depths = config.widths(), config.depths()
        self.backbone = Backbone(widths, depths)
        self.neck = Neck(widths[2:], depths[-1])
        self.head = Head(widths[2:], config.num_labels, 8 * math.ceil(256 * config.width / 8))
        # Published weights read values from 0 to 1.
        self.register_buffer("mean", torch.tensor(MEAN).view(3, 1, 1), persistent=False)
        self.register_buffer("std", torch.tensor(STD).view(3, 1, 1), persistent=False)

    def outputs(self, image: Tensor) -> Raw:
        """What the loss takes."""
        plain = (image * self.std + self.mean).contiguous(memory_format=torch.channels_last)
        raw: Raw = self.head(self.neck(self.backbone(plain)))
        return raw

    def read(self, raw: Raw) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Boxes `[b, a, 4]` as corners in pixels of the input, the classes' probabilities `[b, a, labels]`,
        coefficients `[b, a, 32]` and prototypes `[b, 32, h / 4, w / 4]`, float32.
        """
        boxes = boxes_of([level.float() for level in raw.sides])
        scores = flattened(raw.classes).float().sigmoid()
        return boxes, scores, flattened(raw.coefficients).float(), raw.prototypes.float()

    def forward(self, image: Tensor) -> Raw | tuple[Tensor, Tensor, Tensor, Tensor]:
        """See the class."""
        raw = self.outputs(image)
        return raw if self.training else self.read(raw)

    def prunable(self) -> list[Group]:
        """The channels that no residual ties."""
        return groups(self)

    def fold(self) -> "YoloV8Seg":
        """Itself in eval mode with its batch norms folded, for inference only."""
        fold(self)
        self.head.prototypes.fold()
        return self.eval().requires_grad_(False)


LAYERS = {
    0: "backbone.stem",
    **{2 * i + 1: f"backbone.stages.{i}.0" for i in range(4)},
    **{2 * i + 2: f"backbone.stages.{i}.1" for i in range(4)},
    9: "backbone.pool",
    12: "neck.up_middle",
    15: "neck.up_fine",
    16: "neck.stride_fine",
    18: "neck.down_middle",
    19: "neck.stride_middle",
    21: "neck.down_coarse",
    22: "head",
}
PARTS = (
    (r"^(backbone\.pool)\.cv1", r"\1.reduce"),
    (r"^(backbone\.pool)\.cv2", r"\1.join"),
    (r"\.m\.(\d+)\.cv1", r".blocks.\1.first"),
    (r"\.m\.(\d+)\.cv2", r".blocks.\1.second"),
    (r"^((?:backbone\.stages|neck)\.\w+(?:\.1)?)\.cv1", r"\1.split"),
    (r"^((?:backbone\.stages|neck)\.\w+(?:\.1)?)\.cv2", r"\1.join"),
    (r"^head\.cv2", "head.sides"),
    (r"^head\.cv3", "head.classes"),
    (r"^head\.cv4", "head.coefficients"),
    (r"^head\.proto\.cv1", "head.prototypes.before"),
    (r"^head\.proto\.upsample", "head.prototypes.upsample"),
    (r"^head\.proto\.cv2", "head.prototypes.after"),
    (r"^head\.proto\.cv3", "head.prototypes.project"),
    (r"\.bn\.", ".norm."),
)
NUMBERED = re.compile(r"^(?:model\.)+(\d+)\.")


def rename(name: str) -> str:
    """A parameter as the common state dicts name it, by the number of its layer, as ours."""
    numbered = NUMBERED.match(name)
    if numbered is None or int(numbered[1]) not in LAYERS:
        return name
    own = f"{LAYERS[int(numbered[1])]}.{name[numbered.end() :]}"
    for pattern, ours in PARTS:
        own = re.sub(pattern, ours, own)
    return own


def config_of(sizes: Mapping[str, Any], labels: int, task: str) -> dict[str, Any]:
    """JSON-ready configuration."""
    return asdict(YoloConfig(num_labels=labels, **sizes))


def make_loss(given: Mapping[str, Any], config: Mapping[str, Any]) -> DetectionLoss:
    """The criterion of filled-in hyperparameters."""
    return DetectionLoss(given["box_gain"], given["class_gain"], given["dfl_gain"], given["mask_gain"])


FIELDS = (
    *(field for field in HYPERPARAMETERS if field.name not in (*OF_PIXELS, *DISTILLATION)),
    Field("box_gain", "float", 7.5, "Weight of the boxes' overlap with the objects'.", "Loss", 0, 100),
    Field("class_gain", "float", 0.5, "Weight of the classes' cross-entropy.", "Loss", 0, 100),
    Field("dfl_gain", "float", 1.5, "Weight of the boxes' distances as distributions.", "Loss", 0, 100),
    Field("mask_gain", "float", 7.5, "Weight of the masks' cross-entropy.", "Loss", 0, 100),
)

FAMILY = Architecture(
    name="yolov8-seg",
    title="YOLOv8-seg",
    tasks=("instance",),
    paper="https://arxiv.org/abs/2108.07755",
    licence="Own code of the published architecture, Apache-2.0. No weights come with it; bring your own "
    "state dict, whose licence (often AGPL-3.0) is its owner's.",
    description="One pass gives boxes and masks of instances: the fastest here, for many objects and for "
    "small machines.",
    variants=(
        Variant("n", None, {"depth": 1 / 3, "width": 0.25, "widest": 1024}, "for phones and CPUs"),
        Variant("s", None, {"depth": 1 / 3, "width": 0.5, "widest": 1024}, "for small GPUs"),
        Variant("m", None, {"depth": 2 / 3, "width": 0.75, "widest": 768}, "the usual choice on one GPU"),
        Variant("l", None, {"depth": 1.0, "width": 1.0, "widest": 512}, "for large data sets"),
        Variant("x", None, {"depth": 1.0, "width": 1.25, "widest": 512}, "the largest"),
    ),
    input_sizes=(128, 192, 256, 320, 384, 512, 640, 768, 1024, 1280),
    size_multiple=32,
    config_of=config_of,
    build=lambda config: YoloV8Seg(YoloConfig(**config)),
    rename=rename,
    backbone_prefix="backbone.",
    classifier_prefix="head.classes.",
    defaults=defaults("n", learning_rate=2e-3),
    reading="detections",
    fields=FIELDS,
    make_loss=make_loss,
)
