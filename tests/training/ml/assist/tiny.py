"""Tiny random models of the SAM family in the hub's layout, made on the spot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

SIDE = 256
DECODER: dict[str, Any] = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "mlp_dim": 64,
    "iou_head_hidden_dim": 32,
}
PROMPTS: dict[str, Any] = {"hidden_size": 32, "image_size": SIDE, "patch_size": 16, "mask_input_channels": 4}
VISION: dict[str, Any] = {
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 2,
    "mlp_dim": 64,
    "image_size": SIDE,
    "patch_size": 16,
    "output_channels": 32,
    "window_size": 4,
    "global_attn_indexes": [1],
    "num_pos_feats": 16,
}


def save(family: str, folder: Path) -> Path:
    """A model of `family`, its config.json and model.safetensors in `folder`."""
    torch.manual_seed(0)
    model = {"sam": _sam, "sam_hq": _sam_hq, "sam2": _sam2}[family]()
    for parameter in model.parameters():
        # Random weights of the usual size say next to nothing about the prompt.
        if parameter.dim() > 1:
            torch.nn.init.normal_(parameter, std=0.2)
    model.save_pretrained(folder)
    return folder


def _sam() -> Any:
    from transformers import SamConfig, SamModel

    parts = {"vision_config": VISION, "prompt_encoder_config": PROMPTS, "mask_decoder_config": DECODER}
    return SamModel(SamConfig(**parts))


def _sam_hq() -> Any:
    from transformers import SamHQConfig, SamHQModel

    decoder = {**DECODER, "vit_dim": VISION["hidden_size"]}
    parts = {"vision_config": VISION, "prompt_encoder_config": PROMPTS, "mask_decoder_config": decoder}
    return SamHQModel(SamHQConfig(**parts))


def _sam2() -> Any:
    from transformers import Sam2Config, Sam2Model

    backbone = {
        "model_type": "sam2_hiera_det_model",
        "hidden_size": 16,
        "image_size": [SIDE, SIDE],
        "blocks_per_stage": [1, 2, 3, 2],
        "embed_dim_per_stage": [16, 32, 64, 128],
        "num_attention_heads_per_stage": [1, 2, 2, 2],
        "window_size_per_stage": [8, 4, 4, 4],
        "global_attention_blocks": [4],
        "num_query_pool_stages": 3,
    }
    vision = {
        "backbone_config": backbone,
        "backbone_channel_list": [128, 64, 32, 16],
        "backbone_feature_sizes": [[SIDE // 4] * 2, [SIDE // 8] * 2, [SIDE // 16] * 2],
        "fpn_hidden_size": 32,
    }
    parts = {"vision_config": vision, "prompt_encoder_config": PROMPTS, "mask_decoder_config": DECODER}
    return Sam2Model(Sam2Config(**parts))
