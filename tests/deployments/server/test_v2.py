"""Clients of the Open Inference Protocol, version 2, are answered as they expect."""

from __future__ import annotations

import base64
import json
import struct
from typing import Any

import httpx
import numpy as np
import pytest

from annotations.geometry import rle_to_mask
from tests.deployments.server.images import png
from tests.deployments.server.quick import QuickPredictor
from tests.deployments.server.test_bad_images import bomb

INFER = "/v2/models/m/infer"


def half_light(height: int = 32, width: int = 40) -> np.ndarray:
    picture = np.zeros((height, width, 3), np.uint8)
    picture[:, width // 2 :] = 255
    return picture


def in_json(data: bytes | str) -> dict[str, Any]:
    text = base64.b64encode(data).decode() if isinstance(data, bytes) else data
    return {"name": "image", "datatype": "BYTES", "shape": [1], "data": [text]}


async def binary(
    client: httpx.AsyncClient, document: dict[str, Any], raw: bytes, **headers: str
) -> httpx.Response:
    head = json.dumps(document).encode()
    length = {"Inference-Header-Content-Length": str(len(head))}
    return await client.post(INFER, content=head + raw, headers={**length, **headers})


async def test_what_is_there_is_told(client: httpx.AsyncClient) -> None:
    for path in ("health/live", "health/ready", "models/m/ready", "models/m/versions/1/ready"):
        assert (await client.get(f"/v2/{path}")).status_code == 200
    assert (await client.get("/v2")).json()["extensions"] == ["binary_tensor_data"]
    model = (await client.get("/v2/models/m")).json()
    assert (model["name"], model["versions"]) == ("m", ["1"])
    assert model["inputs"] == [{"name": "image", "datatype": "BYTES", "shape": [-1]}]
    assert [output["name"] for output in model["outputs"]] == ["mask", "predictions", "logits"]
    assert (await client.get("/v2/models/m/versions/7/ready")).status_code == 404
    assert (await client.get("/v2/models/other/ready")).status_code == 404


async def test_an_image_in_json_is_answered_in_json(client: httpx.AsyncClient) -> None:
    answer = await client.post(INFER, json={"id": "7", "inputs": [in_json(png(half_light()))]})
    assert answer.status_code == 200
    document = answer.json()
    assert (document["id"], document["model_name"], document["model_version"]) == ("7", "m", "1")
    mask, predictions = document["outputs"]
    assert (mask["name"], mask["datatype"], mask["shape"]) == ("mask", "UINT8", [1, 32, 40])
    index = np.array(mask["data"], np.uint8).reshape(32, 40)
    [prediction] = json.loads(predictions["data"][0])["predictions"]
    assert (rle_to_mask(prediction["mask"]) == index).all() and index[:, 20:].all()


async def test_pixels_behind_the_json_are_answered_in_bytes(client: httpx.AsyncClient) -> None:
    pictures = np.stack([half_light(), half_light()[:, ::-1]])
    document = {
        "inputs": [
            {
                "name": "image",
                "datatype": "UINT8",
                "shape": list(pictures.shape),
                "parameters": {"binary_data_size": pictures.nbytes},
            }
        ],
        "outputs": [
            {"name": "logits", "parameters": {"binary_data": True}},
            {"name": "mask", "parameters": {"binary_data": True}},
            {"name": "predictions"},
        ],
    }
    answer = await binary(client, document, pictures.tobytes())
    assert answer.status_code == 200
    length = int(answer.headers["inference-header-content-length"])
    logits, mask, predictions = json.loads(answer.content[:length])["outputs"]
    assert (logits["datatype"], logits["shape"]) == ("FP32", [2, 2, 16, 16])
    size = logits["parameters"]["binary_data_size"]
    values = np.frombuffer(answer.content[length : length + size], "<f4").reshape(logits["shape"])
    assert values[0, 1, 8, 12] == pytest.approx(0.5) and values[1, 1, 8, 12] == pytest.approx(-0.5)
    index = np.frombuffer(answer.content[length + size :], np.uint8).reshape(mask["shape"])
    assert mask["shape"] == [2, 32, 40] and (index[0] == index[1][:, ::-1]).all()
    assert len(predictions["data"]) == 2


async def test_files_behind_the_json(client: httpx.AsyncClient) -> None:
    data = png(half_light())
    raw = struct.pack("<I", len(data)) + data
    document = {
        "inputs": [
            {
                "name": "image",
                "datatype": "BYTES",
                "shape": [1, 1],
                "parameters": {"binary_data_size": len(raw)},
            }
        ],
        "parameters": {"binary_data_output": True, "threshold": 0.9},
        "outputs": [{"name": "predictions"}],
    }
    answer = await binary(client, document, raw)
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/octet-stream"
    length = int(answer.headers["inference-header-content-length"])
    [size] = struct.unpack_from("<I", answer.content, length)
    assert json.loads(answer.content[length + 4 :][:size])["predictions"] == []


IMAGE = {"name": "image", "datatype": "UINT8", "shape": [2, 2, 3], "data": [0] * 12}
LOGITS = [{"name": "logits"}]


@pytest.mark.parametrize(
    ("document", "status", "says"),
    [
        ({"inputs": [in_json("/9j/4AAQ*garbage")]}, 400, "base64"),
        ({"inputs": [in_json(b"a text file")]}, 422, "no image"),
        ({"inputs": [in_json(b"")]}, 422, "empty"),
        ({"inputs": [in_json(bomb(10_000, 10_000))]}, 413, "too large"),
        ({"inputs": [{**IMAGE, "shape": [2, 6]}]}, 400, "[height, width, 3]"),
        ({"inputs": [{**IMAGE, "shape": [3, 2, 3]}]}, 400, "18 elements"),
        ({"inputs": [{**IMAGE, "shape": [1 << 30, 1 << 30, 3]}]}, 400, "more than anybody"),
        ({"inputs": [{**IMAGE, "data": [300] * 12}]}, 400, "0 to 255"),
        ({"inputs": [{**IMAGE, "data": "x"}]}, 400, "a list"),
        ({"inputs": [{**IMAGE, "datatype": "FP64"}]}, 400, "FP64"),
        ({"inputs": [{**IMAGE, "parameters": {"binary_data_size": 99}}]}, 400, "binary_data_size"),
        ({"inputs": [{**IMAGE, "name": "sound"}]}, 400, "one input"),
        ({"inputs": [IMAGE], "outputs": [{"name": "boxes"}]}, 400, "no output 'boxes'"),
        ({"inputs": [IMAGE], "parameters": {"colour": 1}}, 400, "Unknown parameter"),
        (
            {"inputs": [IMAGE], "outputs": [{"name": "logits"}], "parameters": {"augment": "flip"}},
            400,
            "one look",
        ),
        ({"inputs": []}, 400, "one input"),
        ([], 400, "inputs"),
    ],
)
async def test_a_bad_request_is_a_clear_problem_and_the_next_is_served(
    client: httpx.AsyncClient, document: Any, status: int, says: str
) -> None:
    refused = await client.post(INFER, json=document)
    assert refused.status_code == status
    problem = refused.json()
    assert says in problem["detail"] and problem["error"] == problem["detail"]
    assert (await client.post(INFER, json={"inputs": [IMAGE]})).status_code == 200
    state = (await client.get("/models/m")).json()
    assert (state["queue"], state["requests"], state["errors"]) == (0, 2, 1)


async def test_a_body_that_is_cut_off_is_refused(client: httpx.AsyncClient) -> None:
    document = {"inputs": [{**IMAGE, "data": None, "parameters": {"binary_data_size": 12}}]}
    assert (await binary(client, document, bytes(11))).status_code == 400
    assert (await binary(client, document, bytes(13))).status_code == 400
    length = "Inference-Header-Content-Length"
    for text in ("999999", "-1", "many"):
        answer = await client.post(INFER, content=b"{}", headers={length: text})
        assert answer.status_code == 400 and length in answer.json()["detail"]
    assert (await client.post(INFER, content=b"\xff")).status_code == 400


async def test_a_compressed_body_is_refused(client: httpx.AsyncClient) -> None:
    answer = await client.post(INFER, content=b"\x1f\x8b", headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 400 and "uncompressed" in answer.json()["error"]


async def test_a_version_that_is_named_answers_whatever_the_canary(
    client: httpx.AsyncClient, quick: type[QuickPredictor]
) -> None:
    await quick.load(client, "m@2", 2)
    await quick.load(client, "m", routes={"canary": {"model": "m@2", "percent": 100}})
    document = {"inputs": [IMAGE]}
    assert (await client.post(INFER, json=document)).json()["model_version"] == "2"
    named = await client.post("/v2/models/m/versions/1/infer", json=document)
    assert named.json()["model_version"] == "1"


async def test_images_of_a_batch_are_requests(client: httpx.AsyncClient, quick: type[QuickPredictor]) -> None:
    raw = np.zeros((5, 8, 8, 3), np.uint8)
    shape = {"name": "image", "datatype": "UINT8", "shape": list(raw.shape)}
    document = {"inputs": [{**shape, "parameters": {"binary_data_size": raw.nbytes}}]}
    assert (await binary(client, document, raw.tobytes())).status_code == 200
    assert sum(quick.calls) == 5
    assert (await client.get("/models/m")).json()["requests"] == 5


async def test_the_images_of_one_request_do_not_crowd_each_other_out(
    client: httpx.AsyncClient, quick: type[QuickPredictor]
) -> None:
    """More than the queue takes at once: they follow one another."""
    await quick.load(client, "short", queue_limit=2)
    quick.seconds = 0.01
    pictures = [base64.b64encode(png(half_light(8 + number))).decode() for number in range(9)]
    image = {"name": "image", "datatype": "BYTES", "shape": [9], "data": pictures}
    asked = {"inputs": [image], "outputs": [{"name": "predictions"}]}
    answer = await client.post("/v2/models/short/infer", json=asked)
    assert answer.status_code == 200, answer.text
    sizes = [json.loads(each)["image"]["height"] for each in answer.json()["outputs"][0]["data"]]
    assert sizes == list(range(8, 17))
    state = (await client.get("/models/short")).json()
    assert (state["queue"], state["requests"], state["errors"]) == (0, 9, 0)
