"""Architectures whose smallest variant is too large for quick tests, at a size of their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from training.ml.models import ARCHITECTURES, Architecture, Variant

QUERIES: dict[str, Any] = {
    "embed_dim": 32,
    "depths": (1, 1, 2, 1),
    "heads": (1, 2, 4, 8),
    "width": 64,
    "mask_width": 64,
    "attention_heads": 4,
    "decoder_layers": 3,
    "decoder_wide": 128,
    "queries": 20,
}
SIZES: dict[str, dict[str, Any]] = {
    "yolov8-seg": {"depth": 0.1, "width": 0.125, "widest": 256},
    "mask2former": {**QUERIES, "encoder_layers": 2, "encoder_wide": 128},
    "maskformer": {**QUERIES, "pyramid_width": 64},
}


@contextmanager
def smallest(name: str) -> Iterator[Architecture]:
    """The architecture registered with one variant, "smallest", and few points, where it would be slow; as it
    is elsewhere.
    """
    known = ARCHITECTURES[name]
    if name not in SIZES:
        yield known
        return
    fields = tuple(replace(each, default=256) if each.name == "points" else each for each in known.fields)
    variant = Variant("smallest", None, SIZES[name], "for tests")
    ARCHITECTURES[name] = replace(
        known, variants=(variant,), fields=fields, defaults={**known.defaults, "variant": "smallest"}
    )
    yield ARCHITECTURES[name]
    ARCHITECTURES[name] = known
