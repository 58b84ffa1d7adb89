"""What tests of prediction jobs share: a server that answers with a mask, and the ZIP of a job."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import cv2
import numpy as np
from PIL import Image

from annotations.geometry import mask_to_rle

PROBLEM = {"Content-Type": "application/problem+json"}


def picture(width: int = 40, height: int = 30, colour: str = "navy", format: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(out, format)
    return out.getvalue()


def answer_with_squirrel(body: bytes) -> tuple[int, Any, dict[str, str]]:
    """A squirrel over the left half of any image; what is none is refused."""
    image = cv2.imdecode(np.frombuffer(body, np.uint8), cv2.IMREAD_COLOR)
    if image is None:
        return 422, {"title": "It cannot be used", "status": 422, "detail": "no image"}, PROBLEM
    height, width = image.shape[:2]
    mask = np.zeros((height, width), np.uint8)
    mask[:, : width // 2] = 1
    squirrel = {
        "id": 0,
        "class": {"id": "c", "name": "squirrel", "index": 1},
        "score": 0.9,
        "bbox": [0, 0, width // 2, height],
        "area": int(mask.sum()),
        "mask": mask_to_rle(mask),
    }
    return 200, {"id": "p", "image": {"width": width, "height": height}, "predictions": [squirrel]}, {}


def result(api: Any, job: dict[str, Any]) -> tuple[dict[str, Any], zipfile.ZipFile]:
    """What a job says of itself, and its ZIP."""
    seen = api.get(f"/api/v1/jobs/{job['id']}").json()
    assert seen["status"] == "succeeded", seen
    file = api.get(seen["result"]["download_url"])
    assert file.status_code == 200 and file["Content-Type"] == "application/zip"
    return seen["result"], zipfile.ZipFile(io.BytesIO(b"".join(file.streaming_content)))


def lines(archive: zipfile.ZipFile, name: str = "predictions.jsonl") -> list[dict[str, Any]]:
    return [json.loads(line) for line in archive.read(name).splitlines()]
