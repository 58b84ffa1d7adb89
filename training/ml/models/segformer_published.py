"""The published SegFormers: their sizes (Table 6 of the paper) and the names of their parameters."""

import re
from typing import Any

from training.ml.models.family import Architecture, Variant, defaults
from training.ml.models.segformer import Segformer, SegformerConfig

VARIANTS: dict[str, tuple[dict[str, Any], str]] = {
    "b0": ({}, "the smallest: real-time on a CPU"),
    "b1": ({"hidden_sizes": (64, 128, 320, 512)}, "twice as wide as b0"),
    "b2": (
        {"hidden_sizes": (64, 128, 320, 512), "depths": (3, 4, 6, 3), "decoder_hidden_size": 768},
        "the usual choice on one GPU",
    ),
    "b3": (
        {"hidden_sizes": (64, 128, 320, 512), "depths": (3, 4, 18, 3), "decoder_hidden_size": 768},
        "deeper: better on fine structures",
    ),
    "b4": (
        {"hidden_sizes": (64, 128, 320, 512), "depths": (3, 8, 27, 3), "decoder_hidden_size": 768},
        "for large data sets",
    ),
    "b5": (
        {"hidden_sizes": (64, 128, 320, 512), "depths": (3, 6, 40, 3), "decoder_hidden_size": 768},
        "the largest: best where time does not matter",
    ),
}

# Published checkpoints carry the names of transformers before 5.
RENAMES = tuple(
    (re.compile(old), new)
    for old, new in (
        (r"encoder\.patch_embeddings\.(\d+)\.", r"stages.\1.patch_embeddings."),
        (r"encoder\.block\.(\d+)\.", r"stages.\1.blocks."),
        (r"encoder\.layer_norm\.(\d+)\.", r"stages.\1.layer_norm."),
        (r"attention\.self\.query\.", "attention.q_proj."),
        (r"attention\.self\.key\.", "attention.k_proj."),
        (r"attention\.self\.value\.", "attention.v_proj."),
        (r"attention\.self\.sr\.", "attention.sequence_reduction.sequence_reduction."),
        (r"attention\.self\.layer_norm\.", "attention.sequence_reduction.layer_norm."),
        (r"attention\.output\.dense\.", "attention.o_proj."),
        (r"mlp\.dense1\.", "mlp.fc1."),
        (r"mlp\.dense2\.", "mlp.fc2."),
        (r"layer_norm_1\.", "layernorm_before."),
        (r"layer_norm_2\.", "layernorm_after."),
        (r"decode_head\.linear_c\.", "decode_head.linear_projections."),
        (r"^stages\.", "segformer.stages."),
    )
)


def rename(name: str) -> str:
    """The parameter name of a published checkpoint, old or new, bare encoder or whole model, as `Segformer`
    has it.
    """
    for pattern, replacement in RENAMES:
        name = pattern.sub(replacement, name)
    return name


FAMILY = Architecture(
    name="segformer",
    title="SegFormer",
    tasks=("semantic",),
    paper="https://arxiv.org/abs/2105.15203",
    licence="Code Apache-2.0; NVIDIA's published weights are for non-commercial use only.",
    description="Hierarchical transformer with a light head: fast on small machines, strong from b2 on.",
    variants=tuple(
        Variant(name, f"nvidia/mit-{name}", config, about) for name, (config, about) in VARIANTS.items()
    ),
    input_sizes=(128, 192, 256, 384, 512, 640, 768, 1024),
    size_multiple=32,
    config_of=lambda sizes, labels, task: SegformerConfig.from_dict(
        {**sizes, "num_labels": labels}
    ).to_dict(),
    build=lambda config: Segformer(SegformerConfig.from_dict(config)),
    rename=rename,
    backbone_prefix="segformer.",
    classifier_prefix="decode_head.classifier.",
    defaults=defaults("b0"),
)
