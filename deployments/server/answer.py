"""A model's outputs to the JSON of a prediction."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
import orjson
from numpy.typing import NDArray

from deployments.server.options import Options
from training.ml.bundle import Label
from training.ml.reading import Outputs

if TYPE_CHECKING:
    from deployments.server.servable import Servable

FASTEST_PNG = [cv2.IMWRITE_PNG_COMPRESSION, 1]
VOID = 255


@dataclass(frozen=True)
class Content:
    """A prediction but for its id and timing, as JSON-ready values."""

    values: dict[str, Any]

    def with_timing(self, identity: str, seconds: dict[str, float]) -> bytes:
        """The whole document; times are given in seconds and told in milliseconds."""
        timing = {name: round(value * 1000, 2) for name, value in seconds.items()}
        return orjson.dumps(
            {"id": identity, **self.values, "timing_ms": timing}, option=orjson.OPT_SERIALIZE_NUMPY
        )


def answer(servable: Servable, options: Options, outputs: Outputs, height: int, width: int) -> Content:
    """What the model saw, from its outputs for one image, at the image's own `height` and `width`."""
    predictor = servable.predictor
    labels = predictor.labels
    shapes = tuple(output for output in options.outputs if output != "png")
    index, predictions = predictor.answer(outputs, height, width, shapes, options.threshold, options.classes)
    values: dict[str, Any] = {
        **servable.specification.describe,
        "image": {"width": width, "height": height},
        "predictions": predictions,
    }
    if "png" in options.outputs:
        kept = {prediction["class"]["index"] for prediction in predictions}
        values["png"] = _png(index, labels, kept)
    return Content(values)


def _png(index: NDArray[np.uint8], labels: tuple[Label, ...], kept: set[int]) -> str:
    """The index mask as a PNG in base64; classes that are not among the predictions become background or
    void.
    """
    backdrop = next((label.index for label in labels if label.id is None), VOID)
    dropped = [label.index for label in labels if label.id is not None and label.index not in kept]
    if dropped:
        table = np.arange(256, dtype=np.uint8)
        table[dropped] = backdrop
        index = table[index]
    done, encoded = cv2.imencode(".png", index, FASTEST_PNG)
    if not done:
        raise RuntimeError("The mask could not be written as PNG.")
    return base64.b64encode(encoded.tobytes()).decode("ascii")
