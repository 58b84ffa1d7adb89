"""What was seen in an image as the JSON of a prediction, or as a picture."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import orjson
from numpy.typing import NDArray

from deployments.server.looking import OneLook, Seen
from deployments.server.options import Options
from deployments.server.pictures import index_png, overlay_png
from deployments.server.views import View
from training.ml.reading import Outputs

if TYPE_CHECKING:
    from deployments.server.servable import Servable

Pixels = NDArray[np.uint8]

JSON = "application/json"
PNG = "image/png"


@dataclass(frozen=True)
class Reply:
    """The body of an answer."""

    body: bytes
    media_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Content:
    """A prediction but for its id and timing, as JSON-ready values."""

    values: dict[str, Any]

    def with_timing(self, identity: str, seconds: dict[str, float]) -> bytes:
        """The whole document; times are given in seconds and told in milliseconds."""
        timing = {name: round(value * 1000, 2) for name, value in seconds.items()}
        return orjson.dumps({"id": identity, **self.values, "timing_ms": timing})


def answer(servable: Servable, options: Options, outputs: Outputs, height: int, width: int) -> Content:
    """What the model saw, from its outputs for one image of `height` and `width`, all at once."""
    look = OneLook(servable.predictor, options, height, width)
    look.take(View(0, 0, height, width), outputs)
    return content(servable, options, look.seen(), np.zeros((height, width, 3), np.uint8))


def content(servable: Servable, options: Options, seen: Seen, image: Pixels | None) -> Content:
    """A prediction's values; an overlay needs the RGB `image`."""
    height, width = seen.index.shape
    values: dict[str, Any] = {
        **servable.specification.describe,
        "image": {"width": width, "height": height},
        "predictions": seen.predictions,
    }
    if seen.uncertainty is not None:
        values["uncertainty"] = seen.uncertainty.as_dict()
    for output in options.outputs:
        if output in ("png", "overlay"):
            values[output] = base64.b64encode(picture(servable, output, seen, image)).decode("ascii")
    if "polygons" not in options.outputs:
        values["predictions"] = [
            {name: value for name, value in prediction.items() if name != "polygons"}
            for prediction in seen.predictions
        ]
    return Content(values)


def picture(servable: Servable, output: str, seen: Seen, image: Pixels | None) -> bytes:
    """The PNG that `output` asks for: the index mask, or the overlay of `image`."""
    labels = servable.predictor.labels
    if output == "png":
        return index_png(seen.index, labels, {item["class"]["index"] for item in seen.predictions})
    assert image is not None
    return overlay_png(image, seen.index, seen.predictions, labels)
