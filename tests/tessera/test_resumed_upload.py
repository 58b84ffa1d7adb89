"""`tessera upload` that is killed in the middle of a ZIP goes on where it was when it is called again."""

from __future__ import annotations

import subprocess
import sys
import time
import zipfile
from pathlib import Path

import httpx
import numpy as np
from PIL import Image

from tests import stack as stacks

PICTURES = 12


def test_killed_and_called_again(stack: stacks.Stack, owner: dict[str, str], tmp_path: Path) -> None:
    client = httpx.Client(
        base_url=f"{stack.url}/api/v1", headers={"Authorization": f"Bearer {owner['api_key']}"}, timeout=30
    )
    body = {"workspace": owner["workspace"], "name": "Resumed", "task": "semantic"}
    project = client.post("/projects", json=body).json()["id"]
    photos = tmp_path / "photos.zip"
    with zipfile.ZipFile(photos, "w") as archive:
        for number in range(PICTURES):
            noise = np.random.default_rng(number).integers(0, 256, (900, 1200, 3), np.uint8)
            with archive.open(f"{number}.png", "w") as file:
                Image.fromarray(noise).save(file, "PNG", compress_level=0)
        archive.writestr("notes.txt", "of no use")

    def unfinished() -> list[dict[str, object]]:
        found: list[dict[str, object]] = client.get(f"/projects/{project}/uploads").json()["results"]
        return found

    environment = {**stack.environment, "TESSERA_URL": stack.url, "TESSERA_API_KEY": owner["api_key"]}
    first = subprocess.Popen(
        [sys.executable, "-m", "tessera.cli", "upload", "Resumed", str(photos)],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while not ((rows := unfinished()) and rows[0]["offset"]):
        assert time.monotonic() < deadline and first.poll() is None
        time.sleep(0.01)
    first.kill()
    first.wait()
    (row,) = unfinished()
    assert row["status"] == "receiving"

    done = stack.tessera("upload", "Resumed", str(photos), key=owner["api_key"])
    assert "photos.zip: 12 new, 0 were there already" in done.stdout, done.stderr
    # Not everything is in, and that is said.
    assert done.returncode == 1 and "skipped photos.zip/notes.txt" in " ".join(done.stderr.split())
    (again,) = unfinished()
    assert (again["id"], again["status"]) == (row["id"], "done")
