"""The Open Inference Protocol at the root: whose model it is is decided here, tensors pass untouched."""

from __future__ import annotations

import json
from typing import Any

import pytest

from deployments.models import Deployment
from deployments.views import protocol

LENGTH = "Inference-Header-Content-Length"
REQUEST = {"inputs": [{"name": "image", "shape": [1], "datatype": "BYTES", "data": ["eA=="]}]}


@pytest.fixture
def url(deployment: Any) -> str:
    return f"/v2/models/{deployment['id']}"


def test_tensors_in_json_pass_through(api: Any, url: str, deployment: Any, inference: Any) -> None:
    inference.answer = (200, {"outputs": [{"name": "mask"}]}, {})
    answer = api.post(f"{url}/infer", REQUEST)
    assert answer.status_code == 200 and answer.json() == inference.answer[1]
    path, body = inference.predicted[-1]
    assert path == f"/v2/models/{deployment['id']}/infer" and json.loads(body) == REQUEST
    assert inference.headers[-1]["Content-Type"] == "application/json"
    assert "Authorization" not in inference.headers[-1]


def test_binary_tensors_pass_through_both_ways(api: Any, url: str, inference: Any) -> None:
    body = json.dumps(REQUEST).encode() + b"\x00\xff\x80"
    length = str(len(body) - 3)
    back = b'{"outputs":[]}\x01\x02'
    inference.answer = (200, back, {"Content-Type": "application/octet-stream", LENGTH: "14"})
    answer = api.post(
        f"{url}/infer",
        body,
        content_type="application/octet-stream",
        HTTP_INFERENCE_HEADER_CONTENT_LENGTH=length,
    )
    assert answer.status_code == 200 and answer.content == back and answer[LENGTH] == "14"
    assert inference.predicted[-1][1] == body and inference.headers[-1][LENGTH] == length


@pytest.mark.parametrize("length", ["x", "-1", "99999", "9" * 30])
def test_a_length_beyond_the_body_is_refused(api: Any, url: str, inference: Any, length: str) -> None:
    answer = api.post(
        f"{url}/infer",
        b"{}",
        content_type="application/octet-stream",
        HTTP_INFERENCE_HEADER_CONTENT_LENGTH=length,
    )
    assert answer.status_code == 400 and LENGTH in answer.json()["error"]
    assert inference.predicted == []


def test_a_model_is_named_by_its_deployment(api: Any, other_api: Any, url: str, inference: Any) -> None:
    inference.answer = (200, {}, {})
    assert api.post("/v2/models/live/infer", REQUEST).status_code == 200
    assert api.post("/v2/models/live/versions/1/infer", REQUEST).status_code == 200
    assert api.post("/v2/models/live/versions/2/infer", REQUEST).status_code == 404
    for address in ("/v2/models/lively/infer", "/v2/models/11111111-1111-4111-8111-111111111111/infer"):
        answer = api.post(address, REQUEST)
        assert answer.status_code == 404 and answer.json()["error"]
    # Another workspace's may have the same name without a trace of ours.
    for address in ("/v2/models/live/infer", f"{url}/infer"):
        assert other_api.post(address, REQUEST).status_code == 404


def test_a_version_that_is_named_is_the_one_that_answers(api: Any, url: str, inference: Any) -> None:
    """Without it a canary may."""
    inference.answer = (200, {}, {})
    assert api.post(f"{url}/versions/1/infer", REQUEST).status_code == 200
    assert inference.predicted[-1][0] == f"{url}/versions/1/infer"


def test_a_name_that_means_several_asks_for_the_id(
    api: Any, url: str, deployment: Any, workspace: Any
) -> None:
    from projects.models import Project

    row = Deployment.objects.get(pk=deployment["id"])
    row.pk, row.project = None, Project.objects.create(workspace=workspace, name="Second")
    row._state.adding = True
    row.save()
    answer = api.post("/v2/models/live/infer", REQUEST)
    assert answer.status_code == 409 and deployment["id"] in answer.json()["error"]


def test_metadata_and_readiness(api: Any, anonymous: Any, url: str, inference: Any, settings: Any) -> None:
    inference.protocol = {"name": "m", "platform": "onnx"}
    assert api.get(url).json() == inference.protocol == api.get("/v2/models/live").json()
    assert api.get(f"{url}/ready").status_code == 200
    for address in ("/v2", "/v2/"):
        assert anonymous.get(address).json()["extensions"] == ["binary_tensor_data"]
    assert anonymous.get("/v2/health/live").json() == {"live": True}
    assert anonymous.get("/v2/health/ready").status_code == 200
    settings.TESSERA_INFERENCE_URL = "http://127.0.0.1:9"
    assert anonymous.get("/v2/health/ready").status_code == 503
    assert anonymous.get("/v2/health/live").status_code == 200


def test_who_may_not(anonymous: Any, client_for: Any, url: str, inference: Any) -> None:
    for answer in (anonymous.post(f"{url}/infer", REQUEST), anonymous.get(url)):
        assert answer.status_code == 401 and answer.json()["error"]
    assert client_for("viewer").post(f"{url}/infer", REQUEST).status_code == 403
    assert client_for("engineer", ["predict"]).get(url).status_code == 200
    assert inference.predicted == []


def test_a_deployment_that_does_not_answer(api: Any, url: str, inference: Any) -> None:
    inference.models.clear()
    answer = api.post(f"{url}/infer", REQUEST)
    assert answer.status_code == 503 and "starting" in answer.json()["error"]
    Deployment.objects.update(status="stopped")
    for answer in (api.post(f"{url}/infer", REQUEST), api.get(f"{url}/ready")):
        assert answer.status_code == 409 and "stopped" in answer.json()["error"]


def test_what_is_not_taken(api: Any, url: str, inference: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = api.post(f"{url}/infer", b"x", content_type="application/json", HTTP_CONTENT_ENCODING="gzip")
    assert answer.status_code == 415 and answer.json()["error"]
    assert api.get(f"{url}/infer").status_code == 405
    assert api.get("/v2/nothing").status_code == 404
    monkeypatch.setattr(protocol, "MOST_BYTES", 10)
    answer = api.post(f"{url}/infer", b"x" * 11, content_type="application/octet-stream")
    assert answer.status_code == 413 and answer.json()["error"]
    assert inference.predicted == []


def test_problems_of_the_server_pass_through(api: Any, url: str, inference: Any) -> None:
    inference.answer = (429, {"error": "busy"}, {"Retry-After": "2"})
    answer = api.post(f"{url}/infer", REQUEST)
    assert (answer.status_code, answer["Retry-After"], answer.json()) == (429, "2", {"error": "busy"})
