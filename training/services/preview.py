"""What augmentations make of a project's own images, drawn by a child process that loads no framework."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from annotations.services.snapshots import class_header, labelled_assets, shapes_of
from core import children
from core.errors import BadInput, FieldError, TesseraError, TooManyRequests, Unusable
from core.storage import storage
from projects.models import Asset, Project
from training.catalogue import architectures
from training.checks import Problems
from training.services.execution import child_environment
from training.specification import augmentations

SECONDS = 20.0
AT_ONCE = 2
# Larger inputs are shown smaller, in their own proportions.
LARGEST_SIDE = 1024
# What mixes several images draws from so many.
COMPANY = 8
MIXING = "Several images"
DATA_URL = "data:image/webp;base64,"
_turns = threading.BoundedSemaphore(AT_ONCE)


def preview(project: Project, asked: dict[str, Any]) -> dict[str, Any]:
    """`{"results": [{"asset", "name", "seed", "image", "plain", "boxes"}], "milliseconds"}`.

    `asked` holds `augmentations`, `input_size`, `seed`, `count` and, where they are chosen, `assets`. Raises
    BadInput naming the field, Unusable where there is nothing to show or it takes too long, TooManyRequests
    while others look.
    """
    steps = checked_steps(asked["augmentations"])
    shown = _chosen(project, asked["assets"]) if asked.get("assets") else _spread(project, asked["count"])
    company = _company(project, shown) if _mixes(steps) else []
    question = {
        "items": _items([*shown, *company]),
        "shown": len(shown),
        "classes": class_header(project),
        "task": project.task,
        "unlabelled": project.unlabelled,
        "augmentations": steps,
        "input_size": _at_most(asked["input_size"]),
        "seed": asked["seed"],
        "count": asked["count"],
    }
    if not _turns.acquire(blocking=False):
        raise TooManyRequests("Others are looking at previews; try again in a moment.", retry_after=1)
    try:
        began = time.monotonic()
        results = _answer(question)
        milliseconds = round((time.monotonic() - began) * 1000, 1)
    finally:
        _turns.release()
    for result in results:
        result["image"], result["plain"] = DATA_URL + result["image"], DATA_URL + result["plain"]
    return {"results": results, "milliseconds": milliseconds}


def checked_steps(value: object) -> list[dict[str, Any]]:
    """The augmentations with every default filled in. Raises BadInput naming each wrong field."""
    problems = Problems()
    known = {entry["name"]: entry for entry in _known()}
    filled = augmentations(value, known, "augmentations", problems)
    problems.stop()
    return filled


def _known() -> list[dict[str, Any]]:
    return list(next(iter(architectures().values()))["augmentations"])


def _mixes(steps: Sequence[dict[str, Any]]) -> bool:
    mixing = {entry["name"] for entry in _known() if entry.get("group") == MIXING}
    return any(step["name"] in mixing for step in steps)


def _chosen(project: Project, ids: Sequence[uuid.UUID]) -> list[Asset]:
    found = _images(project).in_bulk(ids)
    missing = [str(asset_id) for asset_id in ids if asset_id not in found]
    if missing:
        message = f"the project has no image {missing[0]}"
        raise BadInput(f"assets: {message}", [FieldError("assets", message)])
    return [found[asset_id] for asset_id in dict.fromkeys(ids)]


def _spread(project: Project, count: int) -> list[Asset]:
    """So many labelled images from all over the project; unlabelled ones where there are no others."""
    rows = labelled_assets(project)
    total = rows.count()
    if not total:
        rows = _images(project)
        total = rows.count()
    if not total:
        raise Unusable("There is no image to show yet: upload some.")
    ordered = rows.order_by("created_at", "id")
    places = sorted({number * total // count for number in range(count)})
    return [ordered[place] for place in places]


def _company(project: Project, shown: Sequence[Asset]) -> list[Asset]:
    """Other images for what mixes several, so that there are enough to draw from."""
    lacking = COMPANY - len(shown)
    if lacking <= 0:
        return []
    others = labelled_assets(project).exclude(pk__in=[asset.pk for asset in shown])
    return list(others.order_by("created_at", "id")[:lacking])


def _images(project: Project) -> QuerySet[Asset]:
    return Asset.objects.filter(project=project, status=Asset.Status.READY, media="image")


def _items(assets: Sequence[Asset]) -> list[dict[str, Any]]:
    shapes = shapes_of(assets)
    return [
        {
            "asset": str(asset.pk),
            "name": asset.name,
            "image": str(storage.path(asset.storage_key)),
            "width": asset.width,
            "height": asset.height,
            "annotations": shapes.get(str(asset.pk), []),
        }
        for asset in assets
    ]


def _at_most(size: Sequence[int]) -> list[int]:
    factor = min(1.0, LARGEST_SIDE / max(size))
    return [max(1, round(side * factor)) for side in size]


def _answer(question: dict[str, Any]) -> list[dict[str, Any]]:
    child = children.start(
        [sys.executable, "-m", "training.ml.preview"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=child_environment(),
    )
    try:
        out, errors = child.communicate(json.dumps(question).encode(), SECONDS)
    except subprocess.TimeoutExpired as error:
        raise Unusable(
            f"The preview takes longer than {SECONDS:.0f} seconds: "
            "choose fewer images or a smaller input size."
        ) from error
    finally:
        children.end(child, 0.0)
    return _read(out, errors, child.returncode)


def _read(out: bytes, errors: bytes, code: int) -> list[dict[str, Any]]:
    try:
        answer = json.loads(out)
        if code == 0:
            return list(answer["results"])
        said = answer["error"]
        reason = f"{said['title']}: {said['detail']} {said['hint']}".strip()
    except (ValueError, KeyError, TypeError):
        lines = errors.decode("utf-8", "replace").strip().splitlines()
        raise TesseraError(
            f"The preview's process ended with code {code}: {lines[-1] if lines else 'it said nothing'}"
        ) from None
    raise Unusable(reason)
