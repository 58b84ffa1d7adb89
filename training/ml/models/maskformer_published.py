"""The published MaskFormers with Swin: their sizes and the names of their parameters."""

import re
from collections.abc import Mapping
from typing import Any

from training.ml.hyperparameters import Field
from training.ml.models.family import Architecture, Variant, defaults
from training.ml.models.mask2former_published import BACKBONE, VARIANTS, window_operations
from training.ml.models.mask2former_published import rename as rename_backbone
from training.ml.models.maskformer import MaskFormer, MaskFormerConfig
from training.ml.models.set_fields import set_fields, whole_loss

RENAMES = tuple(
    (re.compile(old), new)
    for old, new in (
        (rf"^{re.escape(BACKBONE)}model\.", f"{BACKBONE}swin."),
        (r"(transformer_module\.decoder\.layers\.\d+\.)mlp\.(fc\d)\.", r"\1\2."),
        (r"(transformer_module\.decoder\.layers\.\d+\.\w+)\.o_proj\.", r"\1.out_proj."),
    )
)
NORM = re.compile(rf"^({re.escape(BACKBONE)}hidden_states_norms\.)(\d)\.")
FOCAL = (
    Field(
        "mask_alpha",
        "float",
        0.25,
        "Share of the mask's own pixels in the focal loss; the others have the rest.",
        "Loss",
        0,
        1,
    ),
    Field("mask_gamma", "float", 2.0, "How much the focal loss turns to hard pixels.", "Loss", 0, 10),
)


def rename(name: str) -> str:
    """The parameter of a published checkpoint, or of a bare Swin, as `MaskFormer` has it."""
    for pattern, replacement in RENAMES:
        name = pattern.sub(replacement, name)
    return rename_backbone(NORM.sub(lambda found: f"{found[1]}stage{int(found[2]) + 1}.", name))


def config_of(sizes: Mapping[str, Any], labels: int, task: str) -> dict[str, Any]:
    """JSON-ready configuration."""
    return MaskFormerConfig.from_dict({**sizes, "num_labels": labels, "task": task}).to_dict()


def hub_ids(size: str) -> dict[str, str]:
    """The published weights by task: ADE20K's labels, or COCO's objects and stuff."""
    kinds = {"semantic": "ade", "instance": "coco", "panoptic": "coco"}
    return {task: f"facebook/maskformer-{size}-{data}" for task, data in kinds.items()}


FAMILY = Architecture(
    name="maskformer",
    title="MaskFormer",
    tasks=("semantic", "instance", "panoptic"),
    paper="https://arxiv.org/abs/2107.06278",
    licence="Code Apache-2.0; Meta's published weights have the licence of their card on the hub.",
    description="The first to classify masks instead of pixels: lighter than Mask2Former, and best at "
    "semantic segmentation with many classes.",
    variants=tuple(
        Variant(name, hub_ids(name)["semantic"], config, about.partition(";")[0], hub_ids(name))
        for name, (config, about) in VARIANTS.items()
    ),
    input_sizes=(128, 192, 256, 384, 512, 640, 768, 1024),
    size_multiple=32,
    config_of=config_of,
    build=lambda config: MaskFormer(MaskFormerConfig.from_dict(config)),
    rename=rename,
    backbone_prefix=BACKBONE,
    classifier_prefix="class_predictor.",
    defaults=defaults("swin-tiny"),
    reading="queries",
    fields=set_fields(
        1.0,
        20.0,
        1.0,
        *FOCAL,
        batch_size=4,
        learning_rate=1e-4,
        weight_decay=0.05,
        poly_power=0.9,
        gradient_clip=0.01,
    ),
    make_loss=whole_loss,
    uneven=window_operations,
)
