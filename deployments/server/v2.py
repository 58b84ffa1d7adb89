"""The Open Inference Protocol, version 2 (KServe), under /v2: another way to the same data plane.

A model has one input, `image`: encoded image files as BYTES `[n]` (base64 in JSON), or pixels as UINT8
`[h, w, 3]` or `[n, h, w, 3]`. Its outputs are `mask` (index masks UINT8 `[n, h, w]`), `predictions` (JSON as
BYTES `[n]`) and for models of pixels `logits` (FP32 `[n, labels, rows, columns]`), which is computed where it
is asked for. Parameters of a request are those of a prediction's query.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from deployments.server import options, tensors
from deployments.server.answer import JSON, Reply, content
from deployments.server.dataplane import DataPlane
from deployments.server.exchange import body_of, sent, unless_gone
from deployments.server.job import Result
from deployments.server.options import PARAMETERS, Options
from deployments.server.problems import BadInput, NotFound, Problem
from deployments.server.registry import Route as Served
from deployments.server.servable import Servable
from deployments.server.tensors import InferRequest, Tensor

PREFIX = "/v2"
JSON_LENGTH = "Inference-Header-Content-Length"
BINARY = "application/octet-stream"
# The protocol's own parameters of a request; none of them changes what is inferred.
PROTOCOL = ("binary_data_output",)
MOST_IMAGES = 64
DEFAULT_OUTPUTS = ("mask", "predictions")

Pixels = NDArray[np.uint8]


@dataclass(frozen=True)
class Inferred:
    """What was inferred of one image: index mask, JSON, and logits where they were asked for."""

    mask: Pixels
    document: bytes
    logits: NDArray[np.float32] | None


Answer = Callable[[], Awaitable[Inferred]]


def speaks(request: Request) -> bool:
    """Whether a request came by this protocol."""
    return request.url.path.startswith(f"{PREFIX}/") or request.url.path == PREFIX


def routes(plane: DataPlane) -> list[Route]:
    """What the protocol asks for; a model's version may be named."""

    async def fine(request: Request) -> Response:
        return Response()

    async def server(request: Request) -> Response:
        return _json({"name": "tessera", "version": "2", "extensions": ["binary_tensor_data"]})

    async def ready(request: Request) -> Response:
        _named(plane, request)
        return Response()

    async def metadata(request: Request) -> Response:
        return _json(_metadata(request.path_params["model"], _named(plane, request)))

    async def infer(request: Request) -> Response:
        name, version = request.path_params["model"], _version(plane, request)
        route = plane.admit(name, version)
        # Whole, before anybody else listens to the client: two listeners would share its pieces.
        body = await body_of(request, plane.config.max_body)
        route = plane.current(route, name, _version(plane, request))
        return sent(await unless_gone(request, _infer(plane, request, route, body)))

    found = [
        Route(PREFIX, server),
        Route(f"{PREFIX}/health/live", fine),
        Route(f"{PREFIX}/health/ready", fine),
    ]
    for path in (f"{PREFIX}/models/{{model}}", f"{PREFIX}/models/{{model}}/versions/{{version}}"):
        found += [
            Route(path, metadata),
            Route(f"{path}/ready", ready),
            Route(f"{path}/infer", infer, methods=["POST"]),
        ]
    return found


async def _infer(plane: DataPlane, request: Request, route: Served, body: bytes) -> Reply:
    model, servable = request.path_params["model"], route.servable
    try:
        if request.headers.get("content-encoding", "identity") != "identity":
            raise BadInput("Send the body uncompressed.", [("Content-Encoding", "identity")])
        length = _json_length(request)
        asked, images = await plane.aside(lambda: _read(body, length))
        names = _outputs_of(asked, servable)
        looks = _options_of(asked, servable)
        if "logits" in names and (looks.tiles, looks.augment) != ("off", "off"):
            raise BadInput("Logits are those of one look at the whole image.", [("outputs", "logits")])
    except Problem as problem:
        servable.tally.failed(problem.status, problem.detail)
        raise
    for _ in images[1:]:
        servable.tally.asked()

    def wanted() -> tuple[Options, Callable[[Result], Inferred]]:
        return looks, lambda result: _inferred(result, "logits" in names)

    found = await _side_by_side(
        plane, servable, [partial(plane.answer, route, image, wanted) for image in images]
    )
    failed = next((item for item in found if isinstance(item, Exception)), None)
    if failed is not None:
        raise failed
    inferred = [item for item in found if isinstance(item, Inferred)]
    single = len(asked.inputs[0].shape) == 3

    def reply() -> Reply:
        answered = [_tensor(name, inferred, single) for name in names]
        body, length = tensors.write(model, servable.specification.version, asked, answered)
        return Reply(body) if length is None else Reply(body, BINARY, {JSON_LENGTH: str(length)})

    return await plane.aside(reply)


def _read(body: bytes, length: int | None) -> tuple[InferRequest, list[bytes | Pixels]]:
    asked = tensors.read(body, length)
    return asked, images_of(asked)


async def _side_by_side(
    plane: DataPlane, servable: Servable, answers: Sequence[Answer]
) -> list[Inferred | Exception]:
    """As many images at a time as there is room for: those of one request never crowd each other out."""
    tasks: list[asyncio.Task[Inferred | Exception]] = []
    async with asyncio.TaskGroup() as group:
        for answer in answers:
            while (running := [task for task in tasks if not task.done()]) and not plane.has_room(servable):
                await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
            tasks.append(group.create_task(_one(answer)))
            # It takes its place in the queue before the next one looks.
            await asyncio.sleep(0)
    return [task.result() for task in tasks]


async def _one(answer: Answer) -> Inferred | Exception:
    """What becomes of one image, a failure too: the others are answered all the same."""
    try:
        inferred = await answer()
    except Exception as error:
        return error
    return inferred


def images_of(asked: InferRequest) -> list[bytes | Pixels]:
    """The images in a request: encoded files, or RGB uint8 `[h, w, 3]`. Raises BadInput."""
    if len(asked.inputs) != 1 or asked.inputs[0].name != "image":
        names = ", ".join(tensor.name for tensor in asked.inputs) or "none"
        raise BadInput(f"The model has one input, image; the request has {names}.", [("inputs", "image")])
    [tensor] = asked.inputs
    if tensor.datatype == "BYTES":
        images = [_from_base64(item) for item in tensor.data] if tensor.text else list(tensor.data)
    else:
        if len(tensor.shape) not in (3, 4) or tensor.shape[-1] != 3 or 0 in tensor.shape:
            what = f"UINT8 is [height, width, 3] or [n, height, width, 3], not {list(tensor.shape)}"
            raise BadInput(f"The input 'image' cannot be read: {what}.", [("inputs", what)])
        images = list(tensor.data[None] if len(tensor.shape) == 3 else tensor.data)
    if not 1 <= len(images) <= MOST_IMAGES:
        raise BadInput(f"Send 1 to {MOST_IMAGES} images; these are {len(images)}.", [("inputs", "image")])
    return images


def _from_base64(text: bytes) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadInput(
            f"An image in JSON is base64, and this is not: {error}.", [("inputs", "base64")]
        ) from error


def _outputs_of(asked: InferRequest, servable: Servable) -> list[str]:
    there = _output_names(servable)
    for name in asked.outputs:
        if name not in there:
            raise BadInput(
                f"The model has no output {name!r}; it has {', '.join(there)}.", [("outputs", name)]
            )
    return list(asked.outputs) or list(DEFAULT_OUTPUTS)


def _options_of(asked: InferRequest, servable: Servable) -> Options:
    given = {name: value for name, value in asked.parameters.items() if name not in PROTOCOL}
    query = {name: [_text(value)] for name, value in given.items()}
    unknown = [name for name in query if name not in PARAMETERS]
    if unknown:
        raise BadInput(
            f"Unknown parameter: {unknown[0]}.", [(f"parameters.{name}", "Unknown.") for name in unknown]
        )
    return options.parse(query, servable.predictor.labels)


def _text(value: Any) -> str:
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _inferred(result: Result, logits: bool) -> Inferred:
    values = content(result.servable, result.options, result.seen, result.image)
    document = values.with_timing(str(uuid.uuid4()), result.seconds())
    outputs = result.seen.outputs if logits else None
    return Inferred(result.seen.index, document, outputs[0] if outputs else None)


def _tensor(name: str, inferred: list[Inferred], single: bool) -> Tensor:
    if name == "predictions":
        return Tensor(name, "BYTES", (len(inferred),), [item.document for item in inferred])
    if name == "logits":
        stacked = np.stack([item.logits for item in inferred if item.logits is not None])
        return Tensor(name, "FP32", stacked.shape, stacked)
    if len({item.mask.shape for item in inferred}) > 1:
        raise BadInput(
            "Masks of images of different sizes are no tensor: ask for predictions, or send them one by one.",
            [("outputs", "mask")],
        )
    masks = inferred[0].mask if single else np.stack([item.mask for item in inferred])
    return Tensor(name, "UINT8", masks.shape, masks)


def _output_names(servable: Servable) -> list[str]:
    pixels = servable.predictor.reader.kind == "pixels"
    return [*DEFAULT_OUTPUTS, "logits"] if pixels else list(DEFAULT_OUTPUTS)


def _metadata(model: str, servable: Servable) -> dict[str, Any]:
    kinds: dict[str, tuple[str, list[int]]] = {
        "mask": ("UINT8", [-1, -1, -1]),
        "predictions": ("BYTES", [-1]),
        "logits": ("FP32", [-1, len(servable.predictor.labels), -1, -1]),
    }
    return {
        "name": model,
        "versions": [str(servable.specification.version)],
        "platform": f"tessera_{servable.specification.runtime}",
        "inputs": [{"name": "image", "datatype": "BYTES", "shape": [-1]}],
        "outputs": [
            {"name": name, "datatype": kinds[name][0], "shape": kinds[name][1]}
            for name in _output_names(servable)
        ],
    }


def _version(plane: DataPlane, request: Request) -> int | None:
    """The version that a path names, None where it names none. Raises what `_named` does."""
    return _named(plane, request).specification.version if "version" in request.path_params else None


def _named(plane: DataPlane, request: Request) -> Servable:
    """What serves the model and the version in a path. Raises NotFound, or NotReady."""
    servable = plane.registry.ready(request.path_params["model"])
    version = request.path_params.get("version")
    if version is not None and version != str(servable.specification.version):
        raise NotFound(f"Version {version!r} is not served; {servable.specification.version} is.")
    return servable


def _json_length(request: Request) -> int | None:
    text = request.headers.get(JSON_LENGTH)
    if text is None:
        return None
    if not text.isdecimal():
        raise BadInput(f"{JSON_LENGTH} is a whole number, not {text!r}.")
    return int(text)


def _json(values: dict[str, Any]) -> Response:
    return Response(orjson.dumps(values), media_type=JSON)
