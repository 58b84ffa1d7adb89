"""The annotator in a headless browser: `python -m tests.bench.annotator`.

A 24-megapixel photo with 2,000 polygons is panned and painted on; frame times are given as ratios to a page
with one empty canvas under the same pointer. Then the time from opening an image to its first paint, and from
a click of the smart tool to its mask, for each engine that answers here.
"""

from __future__ import annotations

import io
import random
import sys
import time
from collections.abc import Callable
from math import cos, pi, sin
from typing import Any

import httpx
import numpy as np
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect, sync_playwright

from tests import browser as browsers
from tests import stack as stacks

WIDTH, HEIGHT, POLYGONS, VERTICES = 6000, 4000, 2000, 20
VIEW = {"width": 1440, "height": 900}
# Frames of 60 a second, and what a canvas with nothing on it is allowed to be better by.
GOAL_MS, GOAL_RATIO = 17.5, 2.0
ROUNDS = 3
# The middles of what the smart tool is asked for.
OBJECTS = [(900 + 800 * number, 1200 + 300 * number) for number in range(6)]

FRAMES = """() => {
  const frames = (window.__frames = []);
  let last = performance.now();
  const tick = (now) => {
    frames.push(now - last);
    last = now;
    if (window.__frames === frames) requestAnimationFrame(tick);
  };
  requestAnimationFrame(tick);
}"""
# A frame that was under way when the counting began says nothing.
STOP = "() => { const frames = window.__frames.slice(3); window.__frames = null; return frames; }"
EMPTY = """<body style="margin:0"><canvas width="1140" height="820"></canvas><script>
const canvas = document.querySelector("canvas"), context = canvas.getContext("2d");
addEventListener("pointermove", () => requestAnimationFrame(() => context.clearRect(0, 0, 1140, 820)));
</script></body>"""
PAINTED = """() => {
  window.__opened = performance.now();
  const look = () => {
    const canvas = document.querySelector("[role=application] canvas");
    const [x, y] = [(canvas?.width ?? 0) / 2, (canvas?.height ?? 0) / 2];
    if (x > 1 && canvas.getContext("2d").getImageData(x, y, 1, 1).data[3] > 0) {
      window.__painted = performance.now() - window.__opened;
    } else {
      requestAnimationFrame(look);
    }
  };
  look();
}"""


def main() -> int:
    """1 where a frame takes longer than promised."""
    path = browsers.find()
    assert path, "no browser: run `python -m tests.browser`"
    with stacks.running() as stack, sync_playwright() as playwright:
        owner = stack.owner()
        arguments = ["--no-sandbox", "--disable-dev-shm-usage", "--force-color-profile=srgb"]
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        page = browser.new_context(base_url=stack.url, viewport=VIEW).new_page()
        page.set_default_timeout(60_000)
        headers = {"Authorization": f"Bearer {owner['api_key']}"}
        with httpx.Client(base_url=f"{stack.url}/api/v1", headers=headers, timeout=120) as api:
            project, assets = _project(api, owner["workspace"])
        _sign_in(page)
        bad = _frames(page, project, assets)
        _opening(page, project, assets)
        _clicking(page, stack, owner["api_key"], project, assets)
        browser.close()
    return int(bad)


def _project(api: httpx.Client, workspace: str) -> tuple[str, list[str]]:
    body = {"workspace": workspace, "name": "Speed", "task": "instance"}
    project = _done(api.post("/projects", json=body))["id"]
    labels = [
        _done(api.post(f"/projects/{project}/classes", json={"name": f"class {n}"}))["id"] for n in range(8)
    ]
    assets = []
    for number in range(3):
        files = {"files": (f"{number}.jpg", _photo(number), "image/jpeg")}
        assets.append(_done(api.post(f"/projects/{project}/assets", files=files))["results"][0]["id"])
    chance = random.Random(5)
    shapes = [{"class": chance.choice(labels), "polygons": [_blob(chance)]} for _ in range(POLYGONS)]
    answer = api.put(f"/assets/{assets[0]}/annotations", json={"results": shapes}, headers={"If-Match": "0"})
    _done(answer)
    return project, assets


def _photo(seed: int) -> bytes:
    """Smooth patches with edges and grain, as a photo has."""
    chance = np.random.default_rng(seed)
    small = chance.integers(30, 220, (40, 60, 3), dtype=np.uint8)
    image = Image.fromarray(small).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(image)
    for x, y in OBJECTS:
        draw.ellipse((x - 250, y - 180, x + 250, y + 180), fill=(250, 240, 90), outline=(20, 20, 20), width=6)
    # No sum may run over the ends of a byte.
    grain = chance.integers(-8, 9, (HEIGHT, WIDTH, 1), dtype=np.int16)
    grainy = np.clip(np.asarray(image, np.int16) + grain, 0, 255).astype(np.uint8)
    file = io.BytesIO()
    Image.fromarray(grainy).save(file, "JPEG", quality=88)
    return file.getvalue()


def _blob(chance: random.Random) -> dict[str, Any]:
    x, y = chance.uniform(80, WIDTH - 80), chance.uniform(80, HEIGHT - 80)
    radius = chance.uniform(25, 75)
    corners = [
        [
            round(x + radius * chance.uniform(0.7, 1) * cos(2 * pi * n / VERTICES), 1),
            round(y + radius * chance.uniform(0.7, 1) * sin(2 * pi * n / VERTICES), 1),
        ]
        for n in range(VERTICES)
    ]
    return {"exterior": corners, "holes": []}


def _sign_in(page: Page) -> None:
    page.goto("/sign-in")
    page.get_by_label("Email").fill(stacks.EMAIL)
    page.get_by_label("Password").fill(stacks.PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page).not_to_have_url("/sign-in", timeout=60_000)


def _frames(page: Page, project: str, assets: list[str]) -> bool:
    """Prints frame times, the best of a few rounds each: a shared machine only ever adds."""
    rows: dict[str, list[list[float]]] = {}
    for _ in range(ROUNDS):
        page.set_content(EMPTY)
        rows.setdefault("empty canvas", []).append(_measured(page, lambda: _drag(page)))
        _open(page, project, assets[0])
        rows.setdefault("pan, whole image", []).append(_measured(page, lambda: _pan(page)))
        page.get_by_role("button", name="Actual pixels").click()
        page.wait_for_timeout(400)
        rows.setdefault("pan, actual pixels", []).append(_measured(page, lambda: _pan(page)))
        page.get_by_role("button", name="Whole image").click()
        page.keyboard.press("b")
        page.wait_for_timeout(400)
        rows.setdefault("paint, whole image", []).append(_measured(page, lambda: _paint(page)))
        undo = page.get_by_role("button", name="Undo")
        expect(undo).to_be_enabled()
        undo.click()
        expect(page.get_by_text("Saved", exact=True)).to_be_visible(timeout=60_000)
    best = {name: min(_at(frames, 0.95) for frames in rounds) for name, rounds in rows.items()}
    middle = {name: min(_at(frames, 0.5) for frames in rounds) for name, rounds in rows.items()}
    print(f"{WIDTH} x {HEIGHT}, {POLYGONS} polygons: milliseconds a frame, best of {ROUNDS}")
    for name, p95 in best.items():
        ratio = p95 / best["empty canvas"]
        print(f"  {name:20s} p50 {middle[name]:5.1f}  p95 {p95:5.1f}  {ratio:.2f} x an empty canvas")
    moved = [p95 for name, p95 in best.items() if name != "empty canvas"]
    return max(moved) > max(GOAL_MS, GOAL_RATIO * best["empty canvas"])


def _open(page: Page, project: str, asset: str) -> None:
    page.goto(f"/projects/{project}/annotate/{asset}")
    expect(page.get_by_text("Saved", exact=True)).to_be_visible(timeout=60_000)
    # The scaled copies are made after the picture is there.
    page.wait_for_timeout(3000)


def _measured(page: Page, move: Callable[[], None]) -> list[float]:
    page.evaluate(FRAMES)
    move()
    frames: list[float] = page.evaluate(STOP)
    return sorted(frames)


def _at(frames: list[float], share: float) -> float:
    return frames[int(len(frames) * share)]


def _pan(page: Page) -> None:
    page.mouse.move(600, 450)
    under = page.get_by_label("Pixel under the pointer")
    before = under.inner_text()
    _drag(page)
    assert under.inner_text() == before, "the picture did not move with the pointer"


def _drag(page: Page) -> None:
    page.mouse.move(600, 450)
    page.mouse.down(button="middle")
    for step in range(160):
        page.mouse.move(600 + (step % 80) * 4 - 150 * (step // 80), 450 + (step % 40) * 3)
        page.wait_for_timeout(8)
    page.mouse.up(button="middle")


def _paint(page: Page) -> None:
    page.mouse.move(300, 300)
    page.mouse.down()
    for step in range(120):
        page.mouse.move(300 + step * 5, 300 + (step % 30) * 3)
        page.wait_for_timeout(8)
    page.mouse.up()


def _opening(page: Page, project: str, assets: list[str]) -> None:
    address = f"/projects/{project}/annotate/{assets[1]}"
    times = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        page.goto(address, wait_until="commit")
        page.evaluate(PAINTED)
        page.wait_for_function("() => window.__painted > 0")
        times.append(time.perf_counter() - began)
    page.wait_for_timeout(4000)
    page.evaluate("() => { window.__painted = 0; }")
    here = page.url
    page.keyboard.press("d")
    began = time.perf_counter()
    expect(page).not_to_have_url(here)
    page.evaluate(PAINTED)
    page.wait_for_function("() => window.__painted > 0")
    print(
        f"first paint: page opened {min(times):.2f} s, next image by key {time.perf_counter() - began:.2f} s"
    )


def _clicking(page: Page, stack: stacks.Stack, key: str, project: str, assets: list[str]) -> None:
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=f"{stack.url}/api/v1", headers=headers, timeout=120) as api:
        engines = _done(api.get(f"/assets/{assets[2]}/assist/engines"))["results"]
        for engine in engines:
            if not engine["available"]:
                print(f"click to mask, {engine['name']}: not here ({engine['reason']})")
                continue
            # As the annotator does when an image opens.
            began = time.perf_counter()
            _done(api.post(f"/assets/{assets[2]}/assist/prepare", json={"engine": engine["name"]}))
            prepared = time.perf_counter() - began
            times = []
            for x, y in OBJECTS:
                point = [x, y, 1]
                began = time.perf_counter()
                _done(
                    api.post(
                        f"/assets/{assets[2]}/assist", json={"points": [point], "engine": engine["name"]}
                    )
                )
                times.append(time.perf_counter() - began)
            first, later = times[0] * 1000, sorted(times[1:])[2] * 1000
            print(
                f"click to mask, {engine['name']}: made ready in {prepared * 1000:.0f} ms, "
                f"then first {first:.0f} ms, later {later:.0f} ms"
            )


def _done(response: httpx.Response) -> Any:
    assert response.is_success, response.text
    return response.json()


if __name__ == "__main__":
    sys.exit(main())
