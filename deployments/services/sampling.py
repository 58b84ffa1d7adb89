"""Requests on their way back to labelling: some become unlabelled assets, with what the model said of them.

Three steps, so that no answer waits: the request throws the dice; a thread puts the bytes into storage and
sends a task; the task makes the asset. Whatever goes wrong costs a line in the log.
"""

from __future__ import annotations

import hashlib
import io
import json
import logging
import random
import threading
import uuid
from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from PIL import Image

from core import queue
from core.errors import TesseraError
from core.events import emit
from core.storage import storage
from deployments.models import Deployment, DeploymentSample
from projects.models import Asset
from projects.services.assets import add_asset

TASK = "deployments.take_sample"
PREFIX = "samples"
TAG = "sampled"
# More images than these waiting for storage are let go.
MOST_WAITING = 16
REMEMBERED = 2048
# What nobody took up until then was lost with its message.
LEFT_BEHIND = timedelta(hours=1)
# Pictures in answers; they can be drawn again from the masks.
BULKY = ("png", "overlay")
ENDINGS = {"JPEG": "jpg", "MPO": "jpg", "TIFF": "tif", "JPEG2000": "jp2"}
logger = logging.getLogger(__name__)

_thread = ThreadPoolExecutor(1, thread_name_prefix="samples")
_room = threading.BoundedSemaphore(MOST_WAITING)


class _Passed:
    """What this process has let through today, so that a full quota costs no more than a look."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, None] = OrderedDict()
        self._day = ""
        self._counts: dict[uuid.UUID, int] = {}

    def takes(self, deployment: uuid.UUID, digest: str, per_day: int) -> bool:
        """Whether an image goes on: not the same one again, and no more than `per_day` of them."""
        today = timezone.now().date().isoformat()
        if today != self._day:
            self._day, self._counts = today, {}
        key = f"{deployment} {digest}"
        count = self._counts.get(deployment, 0)
        if key in self._seen or count >= per_day:
            return False
        self._seen[key] = None
        while len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        self._counts[deployment] = count + 1
        return True


_passed = _Passed()


def consider(deployment: Deployment, version: int | None, image: bytes, answer: bytes) -> None:
    """Perhaps keep a request: called after its answer, with the image's bytes and the answer's JSON.

    `version` is the one that answered; None reads it from the answer. Returns at once and raises nothing.
    """
    sampling = deployment.sampling
    if sampling is None or random.random() * 100 >= sampling["percent"]:
        return
    if not _room.acquire(blocking=False):
        logger.warning("deployment %s: too many samples wait for storage; one is let go", deployment.pk)
        return
    _thread.submit(_set_aside, deployment.pk, sampling, version, image, answer)


def _set_aside(
    deployment: uuid.UUID, sampling: dict[str, Any], version: int | None, image: bytes, answer: bytes
) -> None:
    """In the thread: no database here."""
    try:
        prediction = _slim(json.loads(answer))
        score = least_sure(prediction)
        below = sampling["below"]
        if below is not None and (score is None or score >= below):
            return
        if not _passed.takes(deployment, hashlib.sha256(image).hexdigest(), sampling["per_day"]):
            return
        key = f"{PREFIX}/{deployment}/{uuid.uuid4()}"
        storage.put(f"{key}.image", image)
        number = version or prediction["deployment"]["version"]
        note = {"version": number, "score": score, "prediction": prediction}
        storage.put(f"{key}.json", json.dumps(note).encode())
        queue.send(TASK, (str(deployment), key), "default")
    except Exception:
        logger.exception("deployment %s: a sample could not be set aside", deployment)
    finally:
        _room.release()


def take(deployment_id: str, key: str) -> None:
    """Make the asset and the sample of what was set aside under `key`; a second message finds nothing."""
    if not storage.exists(f"{key}.json"):
        return
    try:
        deployment = Deployment.objects.select_related("project").filter(pk=deployment_id).first()
        if deployment is None or deployment.sampling is None or not _has_room(deployment):
            logger.info("deployment %s: a sample is let go, sampling is full or off", deployment_id)
            return
        _keep(deployment, json.loads(storage.read(f"{key}.json")), storage.read(f"{key}.image"))
    except TesseraError as error:
        logger.warning("deployment %s: a sample cannot be kept: %s", deployment_id, error.detail)
    finally:
        _drop(key)


def least_sure(prediction: dict[str, Any]) -> float | None:
    """The lowest score among the predictions; None where there is none."""
    scores = [item["score"] for item in prediction["predictions"] if item.get("score") is not None]
    return min(scores, default=None)


def clear_left_behind() -> None:
    """Drop what was set aside and never taken up."""
    limit = timezone.now() - LEFT_BEHIND
    for key in list(storage.keys(PREFIX)):
        try:
            if storage.modified(key) < limit:
                storage.delete(key)
        except TesseraError:
            # Taken up meanwhile.
            continue


def _keep(deployment: Deployment, note: dict[str, Any], image: bytes) -> None:
    name = f"{deployment.name}/{datetime.now(UTC):%Y-%m-%d %H.%M.%S}.{_ending(image)}"
    added = add_asset(deployment.project, name, image, tags=[TAG])
    with transaction.atomic():
        # Two workers may be here at once: who comes last finds the day full.
        held = Deployment.objects.select_for_update().get(pk=deployment.pk)
        if not _has_room(held):
            if not added.is_duplicate:
                _take_back(added.asset)
            return
        DeploymentSample.objects.get_or_create(
            deployment=deployment,
            asset=added.asset,
            defaults={name: note[name] for name in ("version", "prediction", "score")},
        )


def _take_back(asset: Asset) -> None:
    """Forget an asset made a moment ago, unless somebody was quick enough to label it."""
    if Asset.objects.filter(pk=asset.pk, annotation_count=0).delete()[0]:
        emit(f"project:{asset.project_id}", "assets_deleted", {"ids": [str(asset.pk)]})


def _has_room(deployment: Deployment) -> bool:
    sampling = deployment.sampling
    if sampling is None:
        return False
    midnight = timezone.now().replace(hour=0, minute=0, second=0, microsecond=0)
    return deployment.samples.filter(created_at__gte=midnight).count() < int(sampling["per_day"])


def _slim(answer: dict[str, Any]) -> dict[str, Any]:
    regions = [
        {name: value for name, value in item.items() if name not in BULKY} for item in answer["predictions"]
    ]
    slim = {name: value for name, value in answer.items() if name not in BULKY}
    return {**slim, "predictions": regions}


def _ending(image: bytes) -> str:
    """The ending that fits the bytes; whether they are an image is found out when the asset is made."""
    try:
        with Image.open(io.BytesIO(image)) as opened:
            found = opened.format or "bin"
    except (OSError, ValueError, Image.DecompressionBombError):
        return "bin"
    return ENDINGS.get(found, found.lower())


def _drop(key: str) -> None:
    for ending in ("image", "json"):
        storage.delete(f"{key}.{ending}")
