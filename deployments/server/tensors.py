"""Tensors of the Open Inference Protocol, version 2: in JSON, or as bytes behind it (the binary tensor data
extension).
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from deployments.server.problems import BadInput

LENGTH = struct.Struct("<I")
DATATYPES = {"UINT8": "|u1", "FP32": "<f4"}
MOST_ELEMENTS = 1 << 31


@dataclass(frozen=True)
class Tensor:
    """`data` is a NumPy array of `shape`, or for BYTES a list of `bytes`, which are UTF-8 where they came as
    `text` in JSON.
    """

    name: str
    datatype: str
    shape: tuple[int, ...]
    data: Any
    text: bool = False


@dataclass(frozen=True)
class InferRequest:
    """What a client asks to infer; `outputs` are the names with their parameters, in order."""

    inputs: tuple[Tensor, ...]
    outputs: dict[str, dict[str, Any]]
    parameters: dict[str, Any] = field(default_factory=dict)
    id: str | None = None

    def binary(self, name: str) -> bool:
        """Whether this output goes behind the JSON."""
        chosen = self.outputs.get(name, {}).get("binary_data")
        return bool(self.parameters.get("binary_data_output", False) if chosen is None else chosen)


def read(body: bytes, json_length: int | None) -> InferRequest:
    """The request in a body whose first `json_length` bytes are JSON, all of it where that is None. Raises
    BadInput.
    """
    if json_length is not None and not 0 <= json_length <= len(body):
        raise BadInput(f"Inference-Header-Content-Length is {json_length}, the body has {len(body)} bytes.")
    head = body if json_length is None else body[:json_length]
    try:
        values = orjson.loads(head)
    except orjson.JSONDecodeError as error:
        raise BadInput(f"The request is not JSON: {error}.") from error
    if not isinstance(values, dict) or not isinstance(values.get("inputs"), list):
        raise BadInput("The request is an object with a list of inputs.", [("inputs", "A list.")])
    rest = memoryview(body)[len(head) :]
    inputs: list[Tensor] = []
    for each in values["inputs"]:
        tensor, used = _tensor(each, rest)
        inputs.append(tensor)
        rest = rest[used:]
    if len(rest):
        raise BadInput(f"{len(rest)} bytes behind the JSON belong to no input.")
    identity = values.get("id")
    return InferRequest(
        tuple(inputs),
        _outputs(values.get("outputs")),
        _parameters(values, "parameters"),
        identity if isinstance(identity, str) else None,
    )


def write(
    model: str, version: int, request: InferRequest, tensors: Sequence[Tensor]
) -> tuple[bytes, int | None]:
    """The answer's body and the length of the JSON in it, None where there is nothing but JSON."""
    described: list[dict[str, Any]] = []
    behind: list[bytes] = []
    for tensor in tensors:
        entry: dict[str, Any] = {"name": tensor.name, "datatype": tensor.datatype, "shape": tensor.shape}
        if request.binary(tensor.name):
            raw = _raw(tensor)
            entry["parameters"] = {"binary_data_size": len(raw)}
            behind.append(raw)
        elif tensor.datatype == "BYTES":
            entry["data"] = [item.decode() for item in tensor.data]
        else:
            entry["data"] = np.ascontiguousarray(tensor.data).ravel()
        described.append(entry)
    document: dict[str, Any] = {"model_name": model, "model_version": str(version), "outputs": described}
    if request.id is not None:
        document["id"] = request.id
    head = orjson.dumps(document, option=orjson.OPT_SERIALIZE_NUMPY)
    return b"".join([head, *behind]), len(head) if behind else None


def _tensor(values: Any, rest: memoryview) -> tuple[Tensor, int]:
    """An input, and how many bytes of the `rest` are its own."""
    if not isinstance(values, dict) or not isinstance(values.get("name"), str):
        raise BadInput("An input is an object with name, shape, datatype and data.", [("inputs", "A name.")])
    name, datatype, shape = values["name"], values.get("datatype"), values.get("shape")
    if datatype not in ("BYTES", "UINT8"):
        raise _wrong(name, f"its datatype is {datatype!r}, not BYTES or UINT8")
    if not isinstance(shape, list) or not all(type(side) is int and side >= 0 for side in shape):
        raise _wrong(name, "its shape is a list of whole numbers")
    count = 1
    for side in shape:
        count *= side
    if count > MOST_ELEMENTS:
        raise _wrong(name, f"its shape {shape} is more than anybody can send")
    size = _parameters(values, "parameters").get("binary_data_size")
    if size is None:
        data = _from_json(name, datatype, values.get("data"), count)
        used = 0
    else:
        if type(size) is not int or not 0 <= size <= len(rest):
            raise _wrong(name, f"binary_data_size is {size}, {len(rest)} bytes are left behind the JSON")
        data = _from_bytes(name, datatype, bytes(rest[:size]), count)
        used = size
    if isinstance(data, np.ndarray):
        data = data.reshape(shape)
    return Tensor(name, datatype, tuple(shape), data, size is None), used


def _from_json(name: str, datatype: str, data: Any, count: int) -> Any:
    if not isinstance(data, list):
        raise _wrong(name, "its data is a list, or bytes behind the JSON by binary_data_size")
    if datatype == "BYTES":
        flat = _flat(data)
        if not all(isinstance(item, str) for item in flat):
            raise _wrong(name, "its data are strings")
        items = [item.encode() for item in flat]
        return _counted(name, items, count)
    try:
        values = np.array(data)
    except ValueError as error:
        raise _wrong(name, "its data are lists of unequal lengths") from error
    whole = values.dtype.kind in "iu" and values.size and values.min() >= 0 and values.max() <= 255
    if not whole:
        raise _wrong(name, "its data are whole numbers from 0 to 255")
    return _counted(name, values.astype(np.uint8).ravel(), count)


def _from_bytes(name: str, datatype: str, raw: bytes, count: int) -> Any:
    if datatype == "UINT8":
        return _counted(name, np.frombuffer(raw, np.uint8), count)
    items: list[bytes] = []
    place = 0
    while place < len(raw):
        if len(raw) - place < LENGTH.size:
            raise _wrong(name, "its bytes end within a length")
        [length] = LENGTH.unpack_from(raw, place)
        place += LENGTH.size
        if length > len(raw) - place:
            raise _wrong(name, f"an element of {length} bytes is cut off")
        items.append(raw[place : place + length])
        place += length
    return _counted(name, items, count)


def _counted(name: str, data: Any, count: int) -> Any:
    if len(data) != count:
        raise _wrong(name, f"its shape has {count} elements, its data {len(data)}")
    return data


def _flat(data: list[Any]) -> list[Any]:
    flat: list[Any] = []
    for item in data:
        flat += _flat(item) if isinstance(item, list) else [item]
    return flat


def _outputs(values: Any) -> dict[str, dict[str, Any]]:
    if values is None:
        return {}
    if not isinstance(values, list) or not all(
        isinstance(each, dict) and isinstance(each.get("name"), str) for each in values
    ):
        raise BadInput("Outputs are a list of objects with a name.", [("outputs", "A list of names.")])
    return {each["name"]: _parameters(each, "parameters") for each in values}


def _parameters(values: dict[str, Any], name: str) -> dict[str, Any]:
    found = values.get(name)
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise BadInput("Parameters are an object.", [(name, "An object.")])
    return found


def _raw(tensor: Tensor) -> bytes:
    if tensor.datatype == "BYTES":
        return b"".join(LENGTH.pack(len(item)) + item for item in tensor.data)
    array: NDArray[Any] = np.ascontiguousarray(tensor.data, DATATYPES[tensor.datatype])
    return array.tobytes()


def _wrong(name: str, what: str) -> BadInput:
    return BadInput(f"The input {name!r} cannot be read: {what}.", [("inputs", what)])
