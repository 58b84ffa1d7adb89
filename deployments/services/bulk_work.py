"""Doing a prediction job: a few images under way at a time, results kept as they come, one ZIP at the end."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import Any, NamedTuple

import orjson

from annotations.models import Snapshot
from annotations.snapshots import manifest_path, read_manifest
from core.errors import BadInput, FieldError, NotFound, TesseraError, TooLarge, Unavailable
from core.jobs import JobHandle
from core.storage import storage
from deployments import inference
from deployments.image_input import MOST_BYTES
from deployments.models import Deployment
from deployments.services import bulk_packing, bulk_video
from deployments.services.bulk_folder import Folder
from deployments.services.prediction import Query, predict_patiently

# Enough for the server to compute several at once; its queue keeps room for whoever waits at a screen.
AT_ONCE = 4
# How long a server that is away, restarting or full is waited for.
PATIENCE = 600.0
PAUSE = 2.0
LOOK_EVERY = 0.5
LOOK_AT_ROW_EVERY = 5.0
# The part of the progress bar that belongs to predicting.
SHARE = 0.85


class Work(NamedTuple):
    """One image: how it is named in the results, and its bytes when its turn comes."""

    named: dict[str, Any]
    image: Callable[[], bytes]


def run(job: JobHandle) -> dict[str, Any]:
    """Do a prediction job, or what is left of it. Raises NotFound, Conflict, Unavailable, BadInput."""
    folder = Folder(job.payload["folder"])
    if (summary := folder.summary()) is not None:
        return summary
    deployment = deployment_of(job)
    source = job.payload["source"]
    if source["kind"] == "video":
        try:
            result = _run_video(job, deployment, folder)
        finally:
            storage.forget(source["key"])
    else:
        result = _run_images(job, deployment, folder)
    url = f"/api/v1/deployments/{deployment.pk}/jobs/{job.id}/file"
    summary = {**result, "download_url": url}
    folder.finish(summary)
    return summary


def deployment_of(job: JobHandle) -> Deployment:
    """The deployment that the job asks; raises NotFound once it is gone."""
    rows = Deployment.objects.select_related("project", "artifact")
    deployment = rows.filter(pk=job.payload["deployment"]).first()
    if deployment is None:
        raise NotFound("The deployment was deleted.")
    return deployment


def _run_images(job: JobHandle, deployment: Deployment, folder: Folder) -> dict[str, Any]:
    job.progress(0.0, "Listing the images")
    folder.keep_items(_items(job.payload["source"]))
    total = sum(1 for _ in folder.items())
    left = islice(folder.items(), folder.done, None)
    works = (Work({"item": item["item"], **_asset(item)}, reading(item["key"])) for item in left)
    _predict(job, deployment, folder, works, total, "images")
    return {"images": total, **bulk_packing.pack_images(job, deployment, folder, SHARE)}


def _run_video(job: JobHandle, deployment: Deployment, folder: Folder) -> dict[str, Any]:
    every = int(job.payload["source"]["every"])
    job.progress(0.0, "Opening the video")
    with bulk_video.opened(job.payload["source"]["key"]) as video:
        works = (
            Work({"frame": frame.number, "seconds": round(frame.seconds, 4)}, bulk_video.as_file(frame))
            for frame in video.frames(every, folder.done * every)
        )
        total = -(-video.expected // every)
        _predict(job, deployment, folder, works, total, "frames")
        trouble = [item._asdict() for item in video.trouble]
    return bulk_packing.pack_video(job, deployment, folder, trouble, SHARE)


def _items(source: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """`{"item", "key", "asset"?}` of every image."""
    if source["kind"] == "folder":
        prefix = source["prefix"]
        for key in sorted(storage.keys(prefix)):
            name = key.removeprefix(f"{prefix}/")
            if not any(part.startswith(".") for part in name.split("/")):
                yield {"item": name, "key": key}
        return
    snapshot = Snapshot.objects.filter(pk=source["snapshot"]).first()
    if snapshot is None:
        raise NotFound("The snapshot was deleted.")
    _, assets = read_manifest(manifest_path(snapshot))
    for asset in assets:
        if source["split"] in (None, asset["split"]):
            yield {"item": asset["name"], "key": asset["image"], "asset": asset["asset"]}


def _asset(item: dict[str, Any]) -> dict[str, Any]:
    return {"asset": item["asset"]} if "asset" in item else {}


def reading(key: str) -> Callable[[], bytes]:
    """What gives the bytes of an image in storage when its turn comes."""

    def read() -> bytes:
        if storage.size(key) > MOST_BYTES:
            raise TooLarge(f"An image may have {MOST_BYTES >> 20} MB at most.")
        return storage.read(key)

    return read


def _predict(
    job: JobHandle,
    deployment: Deployment,
    folder: Folder,
    works: Iterable[Work],
    total: int,
    what: str,
) -> None:
    """Keep the result of each of `works`, which are those that are not kept yet."""
    done = folder.done
    look = Look(job, deployment)
    for work, answer in answers(job, deployment, works, look):
        done += 1
        if folder.add({**work.named, **told(answer)}):
            job.kept()
        look.say(SHARE * done / max(total, done), f"{done:,} of {max(total, done):,} {what}")
    folder.flush()


def told(answer: inference.Answer | TesseraError) -> dict[str, Any]:
    """A line of the results. Raises BadInput where the query is what the server does not take."""
    if isinstance(answer, TesseraError):
        return {"failed": answer.detail}
    try:
        body = orjson.loads(answer.body)
    except orjson.JSONDecodeError:
        return {"failed": f"the inference server answered {answer.status}"}
    if answer.status < 400:
        return dict(body)
    detail = str(body.get("detail") or body.get("title") or answer.status)
    if answer.status == 400:
        errors = [FieldError(error["field"], error["message"]) for error in body.get("errors", [])]
        raise BadInput(detail, errors)
    return {"failed": detail}


def answers(
    job: JobHandle, deployment: Deployment, works: Iterable[Work], look: Look
) -> Iterator[tuple[Work, inference.Answer | TesseraError]]:
    """What each work came to, in their order. Raises Cancelled and LeaseLost, Conflict once the deployment is
    stopped, Unavailable when nobody answered for PATIENCE.
    """
    over = threading.Event()
    query = asked(job.payload)
    running: deque[tuple[Work, Future[inference.Answer | TesseraError]]] = deque()
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="bulk") as threads:
        try:
            for work in works:
                running.append((work, threads.submit(_answer, deployment, work, query, over)))
                if len(running) == AT_ONCE:
                    yield _first(running, look)
            while running:
                yield _first(running, look)
        finally:
            over.set()


def asked(payload: dict[str, Any]) -> Query:
    """The query for the server: masks are always wanted where overlays are to be drawn."""
    query = [(name, value) for name, value in payload["query"]]
    outputs = [value for name, value in query if name == "output" and value]
    if not outputs or not payload["overlays"]:
        return query
    rest = [(name, value) for name, value in query if name != "output"]
    return [*rest, ("output", ",".join([*outputs, "mask"]))]


class Look:
    """Whether the work is still wanted: asked of the job and, less often, of the deployment's row."""

    def __init__(self, job: JobHandle, deployment: Deployment) -> None:
        self._job, self._deployment = job, deployment
        self._looked = time.monotonic()
        self._said = (0.0, "")

    def say(self, fraction: float, message: str) -> None:
        self._said = (fraction, message)
        self()

    def __call__(self) -> None:
        self._job.progress(*self._said)
        if time.monotonic() - self._looked < LOOK_AT_ROW_EVERY:
            return
        self._looked = time.monotonic()
        # The threads see it too: a stopped deployment is asked nothing more.
        try:
            self._deployment.refresh_from_db(fields=["status", "error", "name"])
        except Deployment.DoesNotExist:
            raise NotFound("The deployment was deleted.") from None


def _first(
    running: deque[tuple[Work, Future[inference.Answer | TesseraError]]], look: Look
) -> tuple[Work, inference.Answer | TesseraError]:
    work, future = running.popleft()
    while True:
        look()
        try:
            return work, future.result(LOOK_EVERY)
        except TimeoutError:
            continue


def _answer(
    deployment: Deployment, work: Work, query: Query, over: threading.Event
) -> inference.Answer | TesseraError:
    """Runs in a thread of its own, which must not touch the database."""
    try:
        image = work.image()
    except (TesseraError, OSError) as error:
        return error if isinstance(error, TesseraError) else NotFound(f"It cannot be read: {error}")
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return predict_patiently(deployment, image, query, deadline, over.wait)
        except Unavailable:
            if over.wait(PAUSE) or time.monotonic() > deadline:
                raise
