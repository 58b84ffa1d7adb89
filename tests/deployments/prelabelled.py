"""What tests of pre-labelling share: images of a project, and a server that sees things in them."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import cv2
import numpy as np

from annotations.geometry import mask_to_rle
from tests.deployments.bulk import PROBLEM, picture


def image(project: Any, name: str, width: int = 40, **values: Any) -> Any:
    """An asset whose stored image is `width` x 30; what is drawn on it comes from its width alone."""
    from core.storage import storage
    from projects.models import Asset

    data = picture(width)
    digest = hashlib.sha256(data).hexdigest()
    key = storage.put(f"assets/{digest[:2]}/{digest}", data)
    return Asset.objects.create(
        project=project, name=name, width=width, height=30, sha256=digest, storage_key=key, **values
    )


def seen(
    name: str, score: float, box: tuple[int, int, int, int], width: int, key: str = "?"
) -> dict[str, Any]:
    """A prediction: a filled box of a class."""
    x, y, w, h = box
    mask = np.zeros((30, width), np.uint8)
    mask[y : y + h, x : x + w] = 1
    label = {"id": key, "name": name, "index": 1}
    return {
        "id": 0,
        "class": label,
        "score": score,
        "bbox": list(box),
        "area": w * h,
        "mask": mask_to_rle(mask),
    }


class Watcher:
    """Answers every image with `sees`, a list of (class name, score, box, class id?); one of a width in
    `blind` with a problem. Keeps the queries it was asked with.
    """

    def __init__(self, fake: Any) -> None:
        self.sees: list[tuple[Any, ...]] = [("squirrel", 0.9, (2, 3, 10, 8))]
        self.blind: set[int] = set()
        self.unsure = {"entropy": 0.25, "margin": 0.5}
        self._fake = fake
        fake.answers = self

    @property
    def queries(self) -> list[dict[str, list[str]]]:
        return [parse_qs(urlsplit(path).query) for path, _ in self._fake.predicted]

    def __call__(self, body: bytes) -> tuple[int, Any, dict[str, str]]:
        height, width = cv2.imdecode(np.frombuffer(body, np.uint8), cv2.IMREAD_COLOR).shape[:2]
        if width in self.blind:
            return 422, {"title": "It cannot be used", "status": 422, "detail": "too dark"}, PROBLEM
        predictions = [seen(*item[:3], width, *item[3:]) for item in self.sees]
        size = {"width": width, "height": height}
        return 200, {"id": "p", "image": size, "predictions": predictions, "uncertainty": self.unsure}, {}
