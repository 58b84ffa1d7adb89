"""Clicks on an asset's picture to the inference server, and the object that they mean back."""

from __future__ import annotations

import json
import math
from typing import Any

from core.errors import BadInput, FieldError, TooLarge, Unavailable, Unusable
from core.storage import storage
from deployments import inference
from deployments.image_input import MOST_BYTES
from projects.models import Asset

MOST_POINTS = 64
# What is told of an engine; how its process is called is the inference server's own affair.
ENGINE = ("name", "title", "available", "quality", "reason", "how", "running", "memory_mb")
WANTED = "urn:tessera:problem:image-wanted"
NOBODY = (
    "No engine answers the smart tool: the inference server does not run, or is starting. `tessera up` runs "
    "it; a server of its own is named by TESSERA_INFERENCE_URL."
)


def engines() -> dict[str, Any]:
    """Which engines there are, and which answers unless another is named; raises Unavailable."""
    told = _read(_asked("GET", "/assist"))
    results = [{name: each[name] for name in ENGINE} for each in told["results"]]
    return {"results": results, "chosen": told["chosen"]}


def prepare(asset: Asset, engine: str | None) -> dict[str, Any]:
    """Have an engine look at the picture ahead of the first click. Raises as `segment` does."""
    answer = _with_image(asset, f"/assist/images/{_key(asset)}{_query(engine)}", None)
    return {name: answer[name] for name in ("engine", "ready", "milliseconds")}


def segment(
    asset: Asset, points: list[Any], box: list[float] | None, engine: str | None = None
) -> dict[str, Any]:
    """`{"mask", "polygons", "score", "engine", "milliseconds"}` of the object meant.

    Raises BadInput naming the click that is wrong, Unusable for an asset without pixels, Unavailable.
    """
    checked = _checked_points(asset, points)
    wanted = {"points": checked, "box": _checked_box(asset, box)}
    if wanted["box"] is None and not any(belongs for _, _, belongs in checked):
        raise _bad("points", "click on the object at least once, or give a box")
    path = f"/assist/images/{_key(asset)}/segment{_query(engine)}"
    return _with_image(asset, path, json.dumps(wanted).encode(), engine)


def _with_image(asset: Asset, path: str, body: bytes | None, engine: str | None = None) -> dict[str, Any]:
    """Ask; where the server has not seen the picture, show it and ask again."""
    _check_pixels(asset)
    answer = _asked("POST", path, body)
    if answer.status == 404 and json.loads(answer.body).get("type") == WANTED:
        image = _image(asset)
        if body is None:
            return _read(_asked("POST", path, image))
        _read(_asked("POST", f"/assist/images/{_key(asset)}{_query(engine)}", image))
        answer = _asked("POST", path, body)
    return _read(answer)


def _asked(method: str, path: str, body: bytes | None = None) -> inference.Answer:
    try:
        return inference.assist(method, path, body)
    except Unavailable as error:
        raise Unavailable(NOBODY) from error


def _read(answer: inference.Answer) -> dict[str, Any]:
    if answer.status == 200:
        return dict(json.loads(answer.body))
    try:
        problem = json.loads(answer.body)
    except ValueError:
        problem = {}
    detail = str(problem.get("detail", ""))
    if answer.status == 400:
        raise BadInput(detail, [FieldError(e["field"], e["message"]) for e in problem.get("errors", [])])
    if answer.status == 413:
        raise TooLarge(detail)
    if answer.status == 422:
        raise Unusable(detail)
    if answer.status in (401, 403):
        raise Unavailable("The inference server does not know this platform: their tokens differ.")
    raise Unavailable(detail or NOBODY)


def _check_pixels(asset: Asset) -> None:
    if asset.media != "image":
        raise Unusable(f"{asset.name} is a {asset.media}: the smart tool works on images.")
    if asset.status != Asset.Status.READY:
        raise Unusable(f"{asset.name} is {asset.status}: it has no pixels.")


def _image(asset: Asset) -> bytes:
    if asset.size > MOST_BYTES:
        raise Unusable(f"{asset.name} has more than the {MOST_BYTES >> 20} MB that the smart tool takes.")
    return storage.read(asset.storage_key)


def _key(asset: Asset) -> str:
    """The same for the same pixels, whoever's they are: what they show follows from nothing else."""
    return f"{asset.sha256}-{asset.orientation}"


def _query(engine: str | None) -> str:
    return f"?engine={inference.quoted(engine)}" if engine else ""


def _checked_points(asset: Asset, points: list[Any]) -> list[list[float]]:
    if len(points) > MOST_POINTS:
        raise _bad("points", f"{MOST_POINTS} clicks at most; {len(points)} came")
    for number, point in enumerate(points):
        field = f"points.{number}"
        if not isinstance(point, list) or len(point) != 3 or not all(_is_number(value) for value in point):
            raise _bad(field, "must be [x, y, 1 for the object or 0 for what is not]")
        x, y, belongs = point
        if belongs not in (0, 1):
            raise _bad(field, f"ends in 1 for the object or 0 for what is not, not {belongs:g}")
        if not (0 <= x <= asset.width and 0 <= y <= asset.height):
            raise _bad(field, f"({x:g}, {y:g}) is outside the picture of {asset.width}×{asset.height} pixels")
    return [[float(x), float(y), int(belongs)] for x, y, belongs in points]


def _checked_box(asset: Asset, box: list[float] | None) -> list[float] | None:
    """The box, cut to the picture."""
    if box is None:
        return None
    if len(box) != 4 or not all(_is_number(value) for value in box) or box[2] <= 0 or box[3] <= 0:
        raise _bad("box", "must be [x, y, width, height] of some size")
    left, top = max(0.0, box[0]), max(0.0, box[1])
    right, bottom = min(box[0] + box[2], asset.width), min(box[1] + box[3], asset.height)
    if right <= left or bottom <= top:
        raise _bad("box", f"is outside the picture of {asset.width}×{asset.height} pixels")
    return [left, top, right - left, bottom - top]


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)


def _bad(field: str, message: str) -> BadInput:
    return BadInput(f"{field}: {message}", [FieldError(field, message)])
