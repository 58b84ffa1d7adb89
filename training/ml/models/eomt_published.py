"""The published EoMTs: their sizes and the names of their parameters."""

from collections.abc import Mapping
from typing import Any

from training.ml.models.backbones.vit import rename as rename_vit
from training.ml.models.eomt import Eomt, EomtConfig
from training.ml.models.family import Architecture, Variant, defaults
from training.ml.models.set_fields import POINTS, point_loss, set_fields


def rename(name: str) -> str:
    """A published parameter's name as `Eomt` has it. Which blocks still mask their attention is published as
    the part of the queries that they mask.
    """
    return "masking" if name == "attn_mask_probs" else rename_vit(name)


def config_of(sizes: Mapping[str, Any], labels: int, task: str) -> dict[str, Any]:
    """JSON-ready configuration."""
    return EomtConfig(num_labels=labels, task=task, **sizes).to_dict()


FAMILY = Architecture(
    name="eomt",
    title="EoMT",
    tasks=("semantic", "instance", "panoptic"),
    paper="https://arxiv.org/abs/2503.19108",
    licence="Code Apache-2.0; the authors' published weights are MIT.",
    description="A plain vision transformer that segments by itself, without a decoder: as good as "
    "Mask2Former from base on and several times as fast. It wants pretrained weights and a GPU.",
    variants=(
        Variant(
            "tiny",
            None,
            {
                "hidden_size": 192,
                "num_hidden_layers": 6,
                "num_attention_heads": 3,
                "num_blocks": 2,
                "queries": 50,
                "side": 16,
            },
            "small enough to learn from scratch on a CPU",
        ),
        Variant(
            "small",
            "tue-mps/coco_panoptic_eomt_small_640_2x",
            {
                "hidden_size": 384,
                "num_hidden_layers": 12,
                "num_attention_heads": 6,
                "num_blocks": 3,
                "queries": 200,
                "side": 40,
            },
            "as published, with weights learned on photographs of everyday scenes",
        ),
        Variant(
            "base",
            "tue-mps/coco_panoptic_eomt_base_640_2x",
            {
                "hidden_size": 768,
                "num_hidden_layers": 12,
                "num_attention_heads": 12,
                "num_blocks": 3,
                "queries": 200,
                "side": 40,
            },
            "the usual choice on one GPU",
        ),
        Variant(
            "large",
            "tue-mps/coco_panoptic_eomt_large_640",
            {
                "hidden_size": 1024,
                "num_hidden_layers": 24,
                "num_attention_heads": 16,
                "num_blocks": 4,
                "queries": 200,
                "side": 40,
            },
            "the best where time does not matter",
            {"instance": "tue-mps/coco_instance_eomt_large_640"},
        ),
    ),
    input_sizes=(128, 192, 256, 384, 512, 640, 768, 1024, 1280),
    size_multiple=32,
    config_of=config_of,
    build=lambda config: Eomt(EomtConfig.from_dict(config)),
    rename=rename,
    backbone_prefix="backbone.",
    classifier_prefix="class_predictor.",
    defaults=defaults("tiny"),
    reading="queries",
    fields=set_fields(
        2.0,
        5.0,
        5.0,
        *POINTS,
        batch_size=4,
        learning_rate=2e-4,
        weight_decay=0.05,
        poly_power=0.9,
        gradient_clip=0.01,
    ),
    make_loss=point_loss,
    # While attention is still masked, rounding can turn a patch from seen to unseen.
    export_tolerance=0.05,
)
