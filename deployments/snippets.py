"""How to ask one deployment, as code that works once a key is filled in. Pure."""

from __future__ import annotations

import shlex
from typing import NamedTuple
from urllib.parse import urlsplit

KEY = "YOUR_API_KEY"


class Snippet(NamedTuple):
    language: str
    title: str
    code: str


def snippets(url: str) -> list[Snippet]:
    """For the deployment whose address to send images to is `url`."""
    return [
        Snippet("curl", "One image", _curl(url)),
        Snippet("curl", "The overlay as a picture", _curl_overlay(url)),
        Snippet("curl", "Several images", _curl_batch(url)),
        Snippet("python", "One image", _python(url)),
        Snippet("python", "Several images", _python_batch(url)),
        Snippet("python", "By an existing client of the Open Inference Protocol", _triton(url)),
        Snippet("javascript", "One image", _javascript(url)),
        Snippet("javascript", "An image by its address", _javascript_url(url)),
    ]


def _curl(url: str) -> str:
    return f"""curl -H 'Authorization: Bearer {KEY}' \\
  -F image=@photo.jpg \\
  {shlex.quote(f"{url}?output=polygons,mask")}"""


def _curl_overlay(url: str) -> str:
    return f"""curl -H 'Authorization: Bearer {KEY}' -H 'Accept: image/png' \\
  -F image=@photo.jpg \\
  -o overlay.png {shlex.quote(f"{url}?output=overlay")}"""


def _curl_batch(url: str) -> str:
    return f"""curl -H 'Authorization: Bearer {KEY}' \\
  -F images=@photo.jpg -F images=@photo.jpg \\
  {shlex.quote(f"{url}/batch")}"""


def _python(url: str) -> str:
    return f'''import requests

with open("photo.jpg", "rb") as image:
    answer = requests.post(
        "{url}",
        headers={{"Authorization": "Bearer {KEY}"}},
        params={{"output": "polygons", "threshold": 0.5}},
        files={{"image": image}},
        timeout=60,
    )
answer.raise_for_status()
for found in answer.json()["predictions"]:
    print(found["class"]["name"], found["score"], found["bbox"])
'''


def _python_batch(url: str) -> str:
    return f'''from pathlib import Path

import requests

photos = sorted(Path(".").glob("*.jpg"))[:64]
answer = requests.post(
    "{url}/batch",
    headers={{"Authorization": "Bearer {KEY}"}},
    files=[("images", (photo.name, photo.read_bytes())) for photo in photos],
    timeout=120,
)
answer.raise_for_status()
for photo, result in zip(photos, answer.json()["results"]):
    if "error" in result:
        print(photo.name, result["error"]["detail"])
    else:
        print(photo.name, len(result["prediction"]["predictions"]))
'''


def _triton(url: str) -> str:
    parts = urlsplit(url)
    model = parts.path.split("/")[-2]
    secure = ", ssl=True" if parts.scheme == "https" else ""
    return f'''import json

import numpy as np
import tritonclient.http as client  # pip install 'tritonclient[http]'

with open("photo.jpg", "rb") as file:
    photo = np.array([file.read()], dtype=object)
image = client.InferInput("image", [1], "BYTES")
image.set_data_from_numpy(photo)
answer = client.InferenceServerClient("{parts.netloc}"{secure}).infer(
    "{model}", [image], headers={{"Authorization": "Bearer {KEY}"}}
)
print(answer.as_numpy("mask").shape)
for found in json.loads(answer.as_numpy("predictions")[0])["predictions"]:
    print(found["class"]["name"], found["score"])
'''


def _javascript(url: str) -> str:
    return f"""import {{ readFile }} from "node:fs/promises";

const answer = await fetch("{url}?output=polygons", {{
  method: "POST",
  headers: {{ Authorization: "Bearer {KEY}", "Content-Type": "image/jpeg" }},
  body: await readFile("photo.jpg"),
}});
const body = await answer.json();
if (!answer.ok) throw new Error(body.detail);
for (const found of body.predictions) console.log(found.class.name, found.score, found.bbox);
"""


def _javascript_url(url: str) -> str:
    return f"""const answer = await fetch("{url}", {{
  method: "POST",
  headers: {{ Authorization: "Bearer {KEY}", "Content-Type": "application/json" }},
  body: JSON.stringify({{ image: {{ url: "https://example.com/photo.jpg" }} }}),
}});
const body = await answer.json();
if (!answer.ok) throw new Error(body.detail);
console.log(body.predictions);
"""
