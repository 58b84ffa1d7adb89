"""The published Mask2Formers with Swin: their sizes and the names of their parameters."""

import re
from collections.abc import Mapping
from typing import Any

from training.ml.models.backbones import swin
from training.ml.models.family import Architecture, Variant, defaults
from training.ml.models.mask2former import Mask2Former, Mask2FormerConfig
from training.ml.models.set_fields import POINTS, point_loss, set_fields

VARIANTS: dict[str, tuple[dict[str, Any], str]] = {
    "swin-tiny": ({}, "the smallest: the usual choice on one GPU"),
    "swin-small": ({"depths": (2, 2, 18, 2)}, "deeper: better on fine structures"),
    "swin-base": (
        {"embed_dim": 128, "depths": (2, 2, 18, 2), "heads": (4, 8, 16, 32), "window": 12},
        "for large data sets",
    ),
    "swin-large": (
        {
            "embed_dim": 192,
            "depths": (2, 2, 18, 2),
            "heads": (6, 12, 24, 48),
            "window": 12,
            "object_queries": 200,
        },
        "the largest: best where time does not matter; 200 queries for objects",
    ),
}
PUBLISHED = {"semantic": "ade-semantic", "instance": "coco-instance", "panoptic": "coco-panoptic"}
BACKBONE = "model.pixel_level_module.encoder."
BARE = re.compile(rf"^{re.escape(BACKBONE)}(?=(embeddings|encoder)\.)")
SWIN = re.compile(r"^(swin\.)?(?=(embeddings|encoder)\.)")


def rename(name: str) -> str:
    """The parameter of a published checkpoint, of transformers before 5 or since, or of a bare Swin, as
    `Mask2Former` has it.
    """
    name = SWIN.sub(f"{BACKBONE}swin.", BARE.sub(f"{BACKBONE}swin.", name))
    return swin.rename(name) if name.startswith(BACKBONE) else name


def config_of(sizes: Mapping[str, Any], labels: int, task: str) -> dict[str, Any]:
    """JSON-ready configuration."""
    queries = {"queries": sizes["object_queries"]} if "object_queries" in sizes and task != "semantic" else {}
    return Mask2FormerConfig.from_dict({**sizes, **queries, "num_labels": labels, "task": task}).to_dict()


def window_operations(config: Mapping[str, Any], size: int) -> int:
    """Operations of the backbone's windows, which are no polynomial of the size."""
    return swin.window_operations(size, config["embed_dim"], config["depths"], config["window"])


FAMILY = Architecture(
    name="mask2former",
    title="Mask2Former",
    tasks=("semantic", "instance", "panoptic"),
    paper="https://arxiv.org/abs/2112.01527",
    licence="Own code, Apache-2.0; Meta's published weights have the licence of their card on the hub.",
    description="Queries that each find one mask and its class: one architecture for semantic, instance and "
    "panoptic segmentation, and among the best in each; wants pretrained weights and a GPU.",
    variants=tuple(
        Variant(
            name,
            f"facebook/mask2former-{name}-{PUBLISHED['semantic']}",
            config,
            about,
            {task: f"facebook/mask2former-{name}-{data}" for task, data in PUBLISHED.items()},
        )
        for name, (config, about) in VARIANTS.items()
    ),
    input_sizes=(128, 192, 256, 384, 512, 640, 768, 1024),
    size_multiple=32,
    config_of=config_of,
    build=lambda config: Mask2Former(Mask2FormerConfig.from_dict(config)),
    rename=rename,
    backbone_prefix=BACKBONE,
    classifier_prefix="class_predictor.",
    defaults=defaults("swin-tiny"),
    reading="queries",
    fields=set_fields(
        2.0,
        5.0,
        5.0,
        *POINTS,
        batch_size=4,
        learning_rate=1e-4,
        weight_decay=0.05,
        poly_power=0.9,
        gradient_clip=0.01,
    ),
    make_loss=point_loss,
    # A place at the edge of a query's mask may be open to it in one runtime and not in another.
    export_tolerance=0.05,
    uneven=window_operations,
)
