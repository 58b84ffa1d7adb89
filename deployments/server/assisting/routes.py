"""The smart tool over HTTP: what there is, look at an image, answer clicks on it."""

from __future__ import annotations

import math
import os
import re
import time
from dataclasses import replace
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deployments.server.assisting.assistant import Assistant
from deployments.server.budget import Budget
from deployments.server.config import Config
from deployments.server.exchange import body_of
from deployments.server.measures import Measures
from deployments.server.problems import BadInput, NotFound
from training.ml.assist import catalogue
from training.ml.assist.catalogue import Choice

JOURNAL = "assist"
# How often the weights' folder is looked into.
LOOK_SECONDS = 5.0
KEY = re.compile(r"[A-Za-z0-9._-]{1,128}")


class ImageWanted(NotFound):
    """The engine has not seen this image: send its bytes."""

    title, slug = "Send the image first", "image-wanted"


class Desk:
    """The engines of the smart tool, each with its process once it was asked something."""

    def __init__(self, config: Config, measures: Measures, budget: Budget) -> None:
        self._config = config
        self._journal = measures.journal(JOURNAL)
        self._budget = budget
        self._assistants: dict[str, Assistant] = {}
        self._looked = 0.0
        self._found: list[Choice] = []

    def routes(self) -> list[Route]:
        return [
            Route("/assist", self.listed),
            Route("/assist/images/{key}", self.look, methods=["POST"]),
            Route("/assist/images/{key}/segment", self.segment, methods=["POST"]),
        ]

    def close(self) -> None:
        """End every engine."""
        for assistant in self._assistants.values():
            assistant.close()

    async def listed(self, request: Request) -> Response:
        found = self._choices()
        records = [{**choice.record(), **self._state(choice)} for choice in found]
        return _json({"results": records, "chosen": self._chosen(found).name})

    async def look(self, request: Request) -> Response:
        began = time.perf_counter()
        assistant, key = self._named(request), _key(request)
        image = await body_of(request, self._config.max_body)
        reply = await assistant.ask({"do": "look", "key": key}, image or None)
        return _json(_answered(assistant, reply, began, ready=True))

    async def segment(self, request: Request) -> Response:
        began = time.perf_counter()
        assistant, key = self._named(request), _key(request)
        wanted = _prompt(await body_of(request, self._config.max_body))
        reply = await assistant.ask({"do": "segment", "key": key, **wanted})
        return _json(_answered(assistant, reply, began))

    def _named(self, request: Request) -> Assistant:
        found = self._choices()
        name = request.query_params.get("engine")
        try:
            choice = catalogue.named(found, name) if name else self._chosen(found)
        except ValueError as error:
            raise BadInput(f"engine: {error}", [("engine", str(error))]) from error
        if not choice.available:
            message = f"{choice.title} is not there: {choice.reason} {choice.how}".strip()
            raise BadInput(f"engine: {message}", [("engine", message)])
        if choice.name not in self._assistants:
            assistant = Assistant(choice, self._config, self._journal, self._budget)
            self._assistants[choice.name] = assistant
            self._budget.add(assistant)
        return self._assistants[choice.name]

    def _choices(self) -> list[Choice]:
        """What there is; an engine that could not be loaded a moment ago is not."""
        if not self._found or time.monotonic() - self._looked > LOOK_SECONDS:
            self._found, self._looked = catalogue.choices(os.environ), time.monotonic()
        return [self._judged(choice) for choice in self._found]

    def _judged(self, choice: Choice) -> Choice:
        assistant = self._assistants.get(choice.name)
        failure = assistant.failure if assistant and not assistant.may_start else None
        return replace(choice, available=False, reason=failure) if failure else choice

    def _chosen(self, found: list[Choice]) -> Choice:
        return catalogue.chosen(found, os.environ)

    def _state(self, choice: Choice) -> dict[str, Any]:
        assistant = self._assistants.get(choice.name)
        running = assistant is not None and assistant.awake
        return {
            "running": running,
            "pid": assistant.pid if assistant else None,
            "memory_mb": assistant.memory >> 20 if assistant else 0,
        }


def _answered(assistant: Assistant, reply: dict[str, Any], began: float, **more: Any) -> dict[str, Any]:
    if reply.get("wanted"):
        raise ImageWanted()
    milliseconds = round((time.perf_counter() - began) * 1000, 1)
    return {**reply, **more, "engine": assistant.choice.name, "milliseconds": milliseconds}


def _key(request: Request) -> str:
    key = str(request.path_params["key"])
    if not KEY.fullmatch(key):
        raise BadInput("key: Letters, digits, dots, dashes.", [("key", "Letters, digits, dots, dashes.")])
    return key


def _prompt(body: bytes) -> dict[str, Any]:
    """Points and box, numbers all of them. Raises BadInput."""
    try:
        given = orjson.loads(body)
        points = [[_number(x), _number(y), int(bool(belongs))] for x, y, belongs in given.get("points") or []]
        box = [_number(value) for value in given["box"]] if given.get("box") else None
    except (ValueError, TypeError, AttributeError) as error:
        raise BadInput(f"The clicks cannot be read: {error}.") from error
    if box is not None and len(box) != 4:
        raise BadInput("box: [x, y, width, height].", [("box", "[x, y, width, height].")])
    if box is None and not any(belongs for _, _, belongs in points):
        raise BadInput("points: A click on the object, or a box.", [("points", "A click on the object.")])
    return {"points": points, "box": box}


def _number(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError("a number is not finite")
    return number


def _json(value: object) -> Response:
    return Response(orjson.dumps(value), media_type="application/json")
