"""What clicks on an image find, as the API writes it."""

from __future__ import annotations

from typing import Any

from annotations.geometry.outline import mask_to_polygons
from annotations.geometry.rle import mask_to_rle
from training.ml.assist.engine import Box
from training.ml.assist.remembering import Clicked


def answer_of(clicked: Clicked, message: dict[str, Any]) -> dict[str, Any]:
    """`{"mask", "polygons", "score"}` for the clicks and the box of a message."""
    points = [(float(x), float(y), int(belongs)) for x, y, belongs in message["points"]]
    box: Box | None = tuple(message["box"]) if message.get("box") else None
    answer = clicked.segment(points, box)
    return {
        "mask": mask_to_rle(answer.mask),
        "polygons": mask_to_polygons(answer.mask),
        "score": round(float(answer.score), 4),
    }
