"""An artifact to deploy, and an inference server of a few lines that speaks the internal protocol."""

from __future__ import annotations

import inspect
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.training.conftest import (  # noqa: F401  (fixtures)
    make_artifact,
    make_evaluation,
    make_run,
    project,
    snapshot,
    workflow,
)

ANSWER = {"id": "p1", "predictions": [], "image": {"width": 4, "height": 3}}


class FakeServer:
    """Holds models as it is told; a model is ready at once unless `becomes` says otherwise."""

    def __init__(self) -> None:
        self.models: dict[str, dict[str, Any]] = {}
        self.becomes = "ready"
        self.answer: tuple[int, Any, dict[str, str]] = (200, ANSWER, {})
        self.calls: list[tuple[str, str]] = []
        self.predicted: list[tuple[str, bytes]] = []
        self.refuses = False
        self.headers: list[dict[str, str]] = []
        # What every question of the Open Inference Protocol but `infer` is answered with.
        self.protocol: dict[str, Any] = {}
        # Called with each image, where a test wants answers of its own.
        self.answers: Any = None
        self.server = "a start"
        self.minutes: list[dict[str, Any]] = []
        self.lines: list[dict[str, Any]] = []

    def handle(
        self, method: str, path: str, body: bytes, headers: dict[str, str]
    ) -> tuple[int, Any, dict[str, str]]:
        self.calls.append((method, path))
        parts = urlsplit(path).path.strip("/").split("/")
        if parts == ["models"]:
            return 200, {"models": list(self.models.values())}, {}
        if parts == ["minutes"]:
            since = float(path.partition("since=")[2])
            kept = [minute for minute in self.minutes if minute["minute"] + 60 > since]
            return 200, {"server": self.server, "minutes": kept}, {}
        if parts[-1] == "log":
            after = int(path.partition("after=")[2])
            lines = [line for line in self.lines if line["n"] > after]
            return 200, {"server": self.server, "lines": lines}, {}
        if parts[0] == "v2":
            parts = parts[1:]
            if method == "GET" and (parts[0] == "health" or parts[1] in self.models):
                return 200, self.protocol, {}
        model = parts[1]
        if method == "POST":
            self.predicted.append((path, body))
            self.headers.append(headers)
            if model not in self.models:
                return 404, {"title": "Not found"}, {}
            answer: tuple[int, Any, dict[str, str]] = self.answers(body) if self.answers else self.answer
            return answer
        if method == "PUT":
            return self._put(model, json.loads(body))
        if model not in self.models:
            return 404, {"title": "Not found"}, {}
        if method == "DELETE":
            del self.models[model]
            return 204, None, {}
        return 200, self.models[model], {}

    def _put(self, model: str, wanted: dict[str, Any]) -> tuple[int, Any, dict[str, str]]:
        if self.refuses:
            return 400, {"title": "The input is not valid", "detail": "no such device"}, {}
        known = self.models.get(model)
        if known is None or known["version"] != wanted["version"]:
            serving = known["serving"] if known else None
            error = "the weights do not fit" if self.becomes == "failed" else None
            self.models[model] = {
                "id": model,
                "version": wanted["version"],
                "status": self.becomes,
                "error": error,
                "serving": wanted["version"] if self.becomes == "ready" else serving,
                "requests": 7,
                "errors": 1,
                "p50_ms": 12.5,
                "p95_ms": 20.0,
                "queue": 0,
                "batch_mean": 1.5,
                "wanted": wanted,
            }
        else:
            known["wanted"] = wanted
        return 202, self.models[model], {}


def serve(handle: Any) -> tuple[ThreadingHTTPServer, str]:
    """A threaded HTTP server on loopback; `handle(method, path, body)`, with the headers too where it takes
    them, gives (status, answer, headers).
    """
    takes_headers = len(inspect.signature(handle).parameters) == 4

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def respond(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            arguments = (self.command, self.path, body)
            extra = (dict(self.headers),) if takes_headers else ()
            status, answer, headers = handle(*arguments, *extra)
            data = (
                answer
                if isinstance(answer, bytes)
                else b""
                if answer is None
                else json.dumps(answer).encode()
            )
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_PUT = do_POST = do_DELETE = respond  # noqa: N815  (names of http.server)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_address[1]}"


@pytest.fixture
def inference(settings: Any) -> Iterator[FakeServer]:
    fake = FakeServer()
    server, url = serve(fake.handle)
    settings.TESSERA_INFERENCE_URL = url
    yield fake
    server.shutdown()
    server.server_close()


@pytest.fixture
def no_inference(settings: Any) -> None:
    """Nobody listens where the inference server should be."""
    settings.TESSERA_INFERENCE_URL = "http://127.0.0.1:9"


@pytest.fixture
def artifact(make_artifact: Any) -> Any:  # noqa: F811
    return make_artifact()


@pytest.fixture
def deployment(api: Any, project: Any, artifact: Any, inference: Any, run_jobs: Any) -> dict[str, Any]:  # noqa: F811
    """A deployment that is ready."""
    answer = api.post(
        f"/api/v1/projects/{project.pk}/deployments", {"name": "live", "artifact": str(artifact.pk)}
    )
    assert answer.status_code == 201, answer.content
    run_jobs()
    body: dict[str, Any] = api.get(f"/api/v1/deployments/{answer.json()['id']}").json()
    assert body["status"] == "ready"
    return body
