"""An engine's answer to clicks as the API writes it."""

from __future__ import annotations

from typing import Any

from annotations.geometry.outline import mask_to_polygons
from annotations.geometry.rle import mask_to_rle
from training.ml.assist.engine import Engine, State


def answer_of(engine: Engine, state: State, message: dict[str, Any]) -> dict[str, Any]:
    """`{"mask", "polygons", "score"}` for the clicks and the box of a message."""
    points = [(float(x), float(y), int(belongs)) for x, y, belongs in message["points"]]
    box = tuple(message["box"]) if message.get("box") else None
    answer = engine.segment(state, points, box)
    return {
        "mask": mask_to_rle(answer.mask),
        "polygons": mask_to_polygons(answer.mask),
        "score": round(float(answer.score), 4),
    }
