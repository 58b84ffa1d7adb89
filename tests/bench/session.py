"""People in one image at once, on a real platform: `python -m tests.bench.session [seconds] [people]`.

Measured is the time from sending a change to its being on another screen.
"""

from __future__ import annotations

import asyncio
import io
import sys
import uuid
from typing import Any

import httpx
from PIL import Image

from tests import stack as stacks
from tests.annotations.session import crowd as crowds

GOAL = 0.25
BREAKS = 20.0
# A change of each person about every second and a half, a cursor twice a second.
PACE = 2.5


def main() -> int:
    """1 where something was lost, or where changes take longer than what is promised."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 300.0
    people = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    with stacks.running() as stack:
        owner = stack.owner()
        headers = {"Authorization": f"Bearer {owner['api_key']}"}
        with httpx.Client(base_url=f"{stack.url}/api/v1", headers=headers, timeout=60) as api:
            for name, breaks, length in (
                ("two people, nothing breaks", 1e9, min(20.0, seconds)),
                (f"{people} people, breaks about every {BREAKS:g} s each", BREAKS, seconds),
            ):
                count = 2 if breaks > BREAKS else people
                asset, label = _image(api, owner["workspace"])
                url = f"{stack.url.replace('http', 'ws', 1)}/ws/assets/{asset}"
                keys = [owner["api_key"]] * count
                tally, screens = asyncio.run(crowds.crowd(url, keys, label, length, breaks, PACE))
                print(f"{name}, {length:g} s: {crowds.figures(tally)}", flush=True)
                shapes = api.get(f"/assets/{asset}/annotations").json()["results"]
                crowds.check(tally, screens, shapes, _history(api, asset))
                print(f"  all {count} screens agree on {len(shapes)} shapes; every operation is there once")
    return int(crowds.percentile(tally.delays, 0.95) > GOAL)


def _image(api: httpx.Client, workspace: str) -> tuple[str, str]:
    body = {"workspace": workspace, "name": f"Session {uuid.uuid4().hex[:6]}", "task": "instance"}
    project = _done(api.post("/projects", json=body))["id"]
    label = _done(api.post(f"/projects/{project}/classes", json={"name": "thing"}))["id"]
    buffer = io.BytesIO()
    Image.new("RGB", (crowds.WIDTH, crowds.HEIGHT), "grey").save(buffer, "PNG")
    files = {"files": ("a.png", buffer.getvalue(), "image/png")}
    _done(api.post(f"/projects/{project}/assets", files=files))
    (asset,) = _done(api.get(f"/projects/{project}/assets"))["results"]
    return asset["id"], label


def _done(response: httpx.Response) -> Any:
    assert response.is_success, response.text
    return response.json()


def _history(api: httpx.Client, asset: str) -> list[dict[str, Any]]:
    """The log as sockets tell it, oldest first."""
    rows: list[dict[str, Any]] = []
    address: str | None = f"/assets/{asset}/annotations/history"
    while address:
        page = _done(api.get(address))
        rows += [{**row, "created": row["changes"]["created"]} for row in page["results"]]
        address = page["next"]
    return rows[::-1]


if __name__ == "__main__":
    sys.exit(main())
