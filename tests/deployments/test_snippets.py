"""Code to copy works as it stands, once a key is filled in; the endpoint's own document describes it."""

from __future__ import annotations

import shlex
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from drf_spectacular.validation import validate_schema

from tests.deployments.bulk import answer_with_squirrel, picture


@pytest.fixture
def url(deployment: Any, inference: Any) -> str:
    inference.answers = answer_with_squirrel
    return f"/api/v1/deployments/{deployment['id']}"


def test_the_address_is_the_one_that_was_asked(api: Any, other_api: Any, url: str) -> None:
    body = api.get(f"{url}/snippets", SERVER_NAME="models.example", SERVER_PORT="8000").json()
    assert body["url"] == f"http://models.example:8000{url}/predict"
    assert {each["language"] for each in body["snippets"]} == {"curl", "python", "javascript"}
    for each in body["snippets"]:
        assert "models.example:8000" in each["code"] and body["key"] in each["code"] and each["title"]
        assert url.rpartition("/")[2] in each["code"]
    assert other_api.get(f"{url}/snippets").status_code == 404


def test_curl_s_arguments(api: Any, url: str) -> None:
    body = api.get(f"{url}/snippets").json()
    commands = [shlex.split(each["code"]) for each in body["snippets"] if each["language"] == "curl"]
    for command in commands:
        assert command[0] == "curl" and f"Authorization: Bearer {body['key']}" in command
        assert command[-1].startswith(body["url"])


@pytest.fixture
def live(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    from django.db import connections

    from tessera.asgi import application
    from tests.core.serving import served

    # The threads outlive the test: a connection kept in one would keep the database.
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)
    with served(application) as port:
        yield f"127.0.0.1:{port}"


@pytest.mark.parametrize(
    ("language", "program", "suffix"), [("python", sys.executable, ".py"), ("javascript", "node", ".mjs")]
)
def test_what_is_copied_runs(
    live: str, api: Any, url: str, owner: Any, workspace: Any, language: str, program: str, suffix: str
) -> None:
    from accounts.principals import Principal
    from accounts.services import create_api_key

    host, port = live.split(":")
    _, key = create_api_key(Principal(owner), workspace, "copied", ["predict"])
    body = api.get(f"{url}/snippets", SERVER_NAME=host, SERVER_PORT=port).json()
    program = str(Path(sys.executable).with_name(program)) if program == "node" else program
    ran = 0
    for each in body["snippets"]:
        # Those that need an address of the internet, or a client of others, are not for here.
        if each["language"] != language or "example.com" in each["code"] or "triton" in each["code"]:
            continue
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "photo.jpg").write_bytes(picture(format="JPEG"))
            code = Path(folder) / f"snippet{suffix}"
            code.write_text(each["code"].replace(body["key"], key))
            done = subprocess.run(
                [program, str(code)], cwd=folder, capture_output=True, text=True, check=False, timeout=60
            )
        assert done.returncode == 0, done.stderr
        assert "squirrel 0.9" in done.stdout or "photo.jpg 1" in done.stdout
        ran += 1
    assert ran


def test_a_document_of_this_endpoint_alone(api: Any, url: str, deployment: Any) -> None:
    document = api.get(f"{url}/openapi", SERVER_NAME="models.example").json()
    validate_schema(document)
    assert document["openapi"].startswith("3.") and document["servers"] == [{"url": "http://models.example"}]
    assert set(document["paths"]) == {f"{url}/predict", f"{url}/predict/batch"}
    operation = document["paths"][f"{url}/predict"]["post"]
    parameters = {each["name"]: each for each in operation["parameters"]}
    looks = {"tiles", "overlap", "augment", "regions"}
    assert set(parameters) == {"output", "threshold", "classes", "uncertainty", *looks}
    assert "squirrel" in parameters["classes"]["description"]
    assert set(operation["requestBody"]["content"]) == {"multipart/form-data", "application/json", "image/*"}
    assert document["components"]["securitySchemes"]["apiKey"]["scheme"] == "bearer"
