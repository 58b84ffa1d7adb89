"""A real S3 server for tests: moto's, in a process of its own on the loopback interface."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import httpx
from django.core.files.storage import storages

from tests.services import free_port

KEYS = {"aws_access_key_id": "an-access-key", "aws_secret_access_key": "a-secret-key"}


@contextlib.contextmanager
def s3_server() -> Iterator[str]:
    """The address of an empty one."""
    port = free_port()
    code = f"from moto.server import main; main(['-H', '127.0.0.1', '-p', '{port}'])"
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 60
        while True:
            with contextlib.suppress(httpx.TransportError):
                httpx.get(f"{url}/moto-api/")
                break
            assert process.poll() is None and time.monotonic() < deadline
            time.sleep(0.05)
        yield url
    finally:
        process.kill()
        process.wait()


def client(url: str) -> Any:
    return boto3.session.Session().client("s3", endpoint_url=url, region_name="us-east-1", **KEYS)


def stand_in(url: str, settings: Any, monkeypatch: Any, cache: Path) -> None:
    """Make an empty bucket there the platform's storage for a test."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", KEYS["aws_access_key_id"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", KEYS["aws_secret_access_key"])
    client(url).create_bucket(Bucket="tessera")
    options = {"bucket_name": "tessera", "location": "data", "file_overwrite": True, "endpoint_url": url}
    settings.TESSERA_CACHE_DIR = cache
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options},
    }
    backend: Any = storages["default"]
    backend.bucket.objects.all().delete()
