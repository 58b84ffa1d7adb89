"""The images of a report: each beside its truth and its prediction, as JPEGs."""

from __future__ import annotations

import io
import uuid
from typing import Any

from PIL import Image

from core.errors import TesseraError
from core.storage import storage
from projects.models import Asset
from projects.services.renditions import thumbnail_key
from training.models import Artifact, Evaluation
from training.services import viewing
from training.services.predictions import overlay_png

SIDE = 320
WIDTH = 300
QUALITY = 82


def pictures(
    artifact: Artifact, evaluation: Evaluation, rows: list[dict[str, Any]]
) -> dict[str, list[bytes]]:
    """By asset the JPEGs of image, truth, prediction and errors; an image that is gone has none."""
    found = {}
    assets = Asset.objects.in_bulk([uuid.UUID(row["asset"]) for row in rows])
    for row in rows:
        asset = assets.get(uuid.UUID(row["asset"]))
        if asset is None:
            continue
        try:
            found[row["asset"]] = _four(artifact, evaluation, asset)
        except (TesseraError, OSError):
            # A report without one picture is worth more than none.
            continue
    return found


def _four(artifact: Artifact, evaluation: Evaluation, asset: Asset) -> list[bytes]:
    with storage.open(thumbnail_key(asset, SIDE)) as file, Image.open(file) as image:
        plain = image.convert("RGB")
    height = max(1, round(WIDTH * plain.height / plain.width))
    plain = plain.resize((WIDTH, height), Image.Resampling.LANCZOS)
    overlays = [
        viewing.truth(evaluation, asset.pk),
        overlay_png(artifact, asset.pk),
        viewing.errors(evaluation, asset.pk),
    ]
    return [_jpeg(plain), *(_jpeg(_over(plain, overlay)) for overlay in overlays)]


def _over(plain: Image.Image, overlay: bytes) -> Image.Image:
    with Image.open(io.BytesIO(overlay)) as drawn:
        layer = drawn.convert("RGBA").resize(plain.size, Image.Resampling.BOX)
    return Image.alpha_composite(plain.convert("RGBA"), layer).convert("RGB")


def _jpeg(image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
