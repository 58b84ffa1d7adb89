"""Several images in one request: each answered or refused by itself, in their order."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from functools import partial
from typing import NamedTuple

from core.errors import TesseraError, TooManyRequests, Unavailable
from core.http.problems import document
from deployments import inference
from deployments.image_input import Source
from deployments.models import Deployment
from deployments.services.prediction import BUSY, Query, check_answering, consider, predict_patiently

# Images of one batch under way at a time, and of all batches of this process: the server's queue keeps room
# for whoever sends one image.
AT_ONCE = 4
AT_ONCE_OF_ALL = 8
SECONDS = 60.0
# What the server says of the request as a whole: when it says so of every image, the batch has failed.
_OF_ALL = (400, *BUSY)

_threads = ThreadPoolExecutor(AT_ONCE_OF_ALL, thread_name_prefix="batch")


class Item(NamedTuple):
    """What one image came to: a prediction, or a problem document, as JSON."""

    status: int
    body: bytes
    # Whether the trouble is that of the request or the server rather than of this image.
    general: bool = False
    retry_after: str | None = None

    def as_json(self) -> bytes:
        return (b'{"prediction":' if self.status < 400 else b'{"error":') + self.body + b"}"


def predict_batch(deployment: Deployment, images: Sequence[Source], query: Query) -> inference.Answer:
    """`{"results": [{"prediction"} | {"error"}]}` in the order of `images`.

    What is wrong with every image because of the request or the server is answered once for the batch.
    Raises Conflict for a stopped deployment; TooManyRequests or Unavailable when no image was answered in
    time.
    """
    check_answering(deployment)
    items = _items(deployment, images, query)
    first = items[0]
    if all(item.general and item.status == first.status for item in items):
        return inference.Answer(first.status, "application/problem+json", first.body, first.retry_after)
    body = b'{"results":[' + b",".join(item.as_json() for item in items) + b"]}"
    return inference.Answer(200, "application/json", body)


def _items(deployment: Deployment, images: Sequence[Source], query: Query) -> list[Item]:
    deadline = time.monotonic() + SECONDS
    items: dict[int, Item] = {}
    running: dict[Future[Item], int] = {}
    waiting = iter(enumerate(images))
    while len(items) < len(images):
        # One at a time into the common queue, so that batches take turns.
        for number, image in waiting:
            work = partial(copy_context().run, _item, deployment, image, query, deadline)
            running[_threads.submit(work)] = number
            if len(running) == AT_ONCE:
                break
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            items[running.pop(future)] = future.result()
    return [items[number] for number in range(len(images))]


def _item(deployment: Deployment, image: Source, query: Query, deadline: float) -> Item:
    """Runs in a thread of its own, which must not touch the database."""
    try:
        if time.monotonic() > deadline:
            raise Unavailable(f"The batch was not done within {SECONDS:g} s; send this image again.")
        data = image()
    except TesseraError as error:
        return _refused(error, general=False)
    try:
        answer = predict_patiently(deployment, data, query, deadline)
    except TesseraError as error:
        return _refused(error, general=True)
    consider(deployment, data, answer)
    return Item(answer.status, answer.body, answer.status in _OF_ALL, answer.retry_after)


def _refused(error: TesseraError, general: bool) -> Item:
    retry_after = str(error.retry_after) if isinstance(error, TooManyRequests) else None
    return Item(error.status, json.dumps(document(error)).encode(), general, retry_after)
