"""A web process that is killed while a file comes costs what was on the way, and nothing that had arrived."""

from __future__ import annotations

import base64
import io
import socket
import time
import zipfile
from urllib.parse import urlsplit

import httpx
import psutil

from tests import stack as stacks
from tests.projects.pictures import png

PART = 4 << 20


def test_what_had_arrived_is_still_there(stack: stacks.Stack, owner: dict[str, str]) -> None:
    client = httpx.Client(
        base_url=f"{stack.url}/api/v1",
        headers={"Authorization": f"Bearer {owner['api_key']}", "Tus-Resumable": "1.0.0"},
        transport=httpx.HTTPTransport(retries=5),
        timeout=30,
    )
    body = {"workspace": owner["workspace"], "name": "Uploads", "task": "semantic"}
    project = client.post("/projects", json=body).json()["id"]
    content = zipped()
    pairs = {"filename": "photos.zip", "project": project}
    metadata = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items())
    made = client.post("/uploads", headers={"Upload-Length": str(len(content)), "Upload-Metadata": metadata})
    place = stack.url + made.headers["Location"]

    with one_long_piece(place, owner["api_key"], len(content)) as line:
        line.sendall(content[:PART])
        deadline = time.monotonic() + 20
        # The file is all there is to see of a piece that has not ended.
        spool = stack.data_dir / "uploads" / made.json()["id"]
        while spool.stat().st_size < PART // 2:
            assert time.monotonic() < deadline
            time.sleep(0.02)
        web(stack).kill()
    offset = int(answered(client, place).headers["Upload-Offset"])
    assert PART // 2 <= offset <= PART

    headers = {"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
    assert client.patch(place, content=content[offset:], headers=headers).status_code == 204
    deadline = time.monotonic() + 60
    while (shown := client.get(place).json())["status"] == "processing":
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert shown["status"] == "done", shown
    names = [row["name"] for row in client.get(f"/projects/{project}/assets").json()["results"]]
    assert sorted(names) == [f"{number}.png" for number in range(8)]


def zipped() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for number in range(8):
            archive.writestr(f"{number}.png", png(600, 500, number))
    return file.getvalue()


def one_long_piece(place: str, key: str, length: int) -> socket.socket:
    """A connection on which the whole file is announced as one piece."""
    where = urlsplit(place)
    line = socket.create_connection((where.hostname or "", where.port or 80))
    head = [
        f"PATCH {where.path} HTTP/1.1",
        f"Host: {where.netloc}",
        f"Authorization: Bearer {key}",
        "Tus-Resumable: 1.0.0",
        "Upload-Offset: 0",
        "Content-Type: application/offset+octet-stream",
        f"Content-Length: {length}",
    ]
    line.sendall("\r\n".join([*head, "", ""]).encode())
    return line


def web(stack: stacks.Stack) -> psutil.Process:
    children = psutil.Process(stack.process.pid).children(recursive=True)
    return next(child for child in children if "tessera.web" in child.cmdline())


def answered(client: httpx.Client, place: str) -> httpx.Response:
    """What is answered once the web process is back."""
    deadline = time.monotonic() + 30
    while True:
        try:
            answer = client.head(place)
            if answer.status_code == 200:
                return answer
        except httpx.TransportError:
            pass
        assert time.monotonic() < deadline
        time.sleep(0.1)
