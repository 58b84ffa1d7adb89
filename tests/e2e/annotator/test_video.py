"""A film with a white bar that walks three pixels a frame, labelled with real pointer and keys."""

from __future__ import annotations

import io
import secrets
import time
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image
from playwright.sync_api import FloatRect, Page, expect

from tests import stack as stacks
from tests.annotations.video import scenes
from tests.e2e.annotator.conftest import CLASSES, HEIGHT, WIDTH, Annotator
from tests.projects.video.films import film

FRAMES = 40


@pytest.fixture
def content(tmp_path: Path) -> bytes:
    return film(tmp_path / "film.mp4", FRAMES, WIDTH, HEIGHT, bf="2", g="12")


@pytest.fixture
def video(
    page: Page, stack: stacks.Stack, owner: dict[str, str], signed_in: list[Any], content: bytes
) -> Annotator:
    """The annotator with the film open, at its own pixels."""
    key = {"Authorization": f"Bearer {owner['api_key']}"}
    client = httpx.Client(base_url=f"{stack.url}/api/v1", headers=key, timeout=60)
    body = {
        "workspace": owner["workspace"],
        "name": f"Films {secrets.token_hex(4)}",
        "task": "instance",
        "media": "video",
    }
    project = client.post("/projects", json=body).json()["id"]
    made = {
        name: client.post(f"/projects/{project}/classes", json={"name": name}).json()["id"]
        for name in CLASSES
    }
    upload = {"files": ("film.mp4", content, "video/mp4")}
    asset = client.post(f"/projects/{project}/assets", files=upload).json()["results"][0]["id"]
    until = time.monotonic() + 60
    while client.get(f"/assets/{asset}").json()["status"] != "ready":
        assert time.monotonic() < until, "the film was never read"
        time.sleep(0.2)
    page.context.add_cookies(signed_in)
    return Annotator(page, client, project, [asset], made).open()


def at_frame(video: Annotator, number: int) -> None:
    expect(video.page.get_by_role("slider", name="Frame")).to_have_attribute("aria-valuenow", str(number))


def shows_frame(video: Annotator, number: int) -> None:
    """The bar is where that frame has it, as the canvas is painted."""
    left, top = video.at(0, 0)
    clip: FloatRect = {"x": left, "y": top, "width": WIDTH, "height": HEIGHT}
    until = time.monotonic() + 10
    while True:
        image = Image.open(io.BytesIO(video.page.screenshot(clip=clip))).convert("L")
        row = [image.getpixel((x, HEIGHT - 20)) for x in range(WIDTH)]
        bright = [x for x, value in enumerate(row) if isinstance(value, int) and value > 150]
        if bright and abs(bright[len(bright) // 2] - (number * 3 + 2)) <= 2:
            return
        assert time.monotonic() < until, f"frame {number} is not to be seen: the bar is at {bright}"
        time.sleep(0.1)


def keyframes(video: Annotator) -> list[tuple[int, list[float]]]:
    video.saved()
    return sorted((shape["frame"], shape["bbox"]) for shape in video.shapes())


def test_a_box_is_drawn_on_two_frames_and_goes_from_one_to_the_other(video: Annotator) -> None:
    video.press("r")
    video.drag((40, 60), (100, 120))
    video.press("v", "Control+Shift+ArrowRight")
    at_frame(video, 10)
    shows_frame(video, 10)
    video.drag((70, 90), (170, 110))
    assert keyframes(video) == [(0, [40, 60, 60, 60]), (10, [140, 80, 60, 60])]
    # Halfway between: what is drawn there is neither, until it is moved.
    video.press("q", "q", "q", "q", "q")
    shows_frame(video, 5)
    video.drag((120, 100), (120, 150))
    assert keyframes(video)[1] == (5, [90, 120, 60, 60])
    video.press("k")
    assert [frame for frame, _ in keyframes(video)] == [0, 10]
    video.press("Control+z")
    assert [frame for frame, _ in keyframes(video)] == [0, 5, 10]


def test_an_object_ends_where_one_says_so_and_is_deleted_on_all_frames(video: Annotator) -> None:
    video.press("r")
    video.drag((40, 60), (100, 120))
    video.objects(1)
    video.press("v", "Control+Shift+ArrowRight", "Shift+O")
    video.objects(0)
    video.press("q")
    video.objects(1)
    video.saved()
    assert {shape["frame"]: shape["attributes"] for shape in video.shapes()} == {0: {}, 10: {"outside": True}}
    video.press("Delete")
    video.objects(0)
    video.saved()
    assert video.shapes() == []


def test_the_playhead_is_dragged_and_played(video: Annotator) -> None:
    ruler = video.page.get_by_role("slider", name="Frame")
    box = ruler.bounding_box()
    assert box
    video.page.mouse.move(box["x"] + 3, box["y"] + 10)
    video.page.mouse.down()
    video.page.mouse.move(box["x"] + box["width"] * 20.5 / FRAMES, box["y"] + 10, steps=10)
    video.page.mouse.up()
    at_frame(video, 20)
    shows_frame(video, 20)
    # A tap of the space bar plays, and it stops at the end.
    video.press("Space")
    at_frame(video, FRAMES - 1)
    shows_frame(video, FRAMES - 1)
    expect(video.page.get_by_role("button", name="Play", exact=True)).to_be_visible()


def test_a_keyframe_is_dragged_along_its_lane(video: Annotator) -> None:
    video.press("r")
    video.drag((40, 60), (100, 120))
    video.objects(1)
    ruler = video.page.get_by_role("slider", name="Frame").bounding_box()
    row = video.page.get_by_role("listbox", name="Tracks").get_by_role("option").bounding_box()
    assert ruler and row
    middle = row["y"] + row["height"] / 2
    video.page.mouse.move(ruler["x"] + ruler["width"] * 0.5 / FRAMES, middle)
    video.page.mouse.down()
    video.page.mouse.move(ruler["x"] + ruler["width"] * 7.5 / FRAMES, middle, steps=6)
    video.page.mouse.up()
    at_frame(video, 7)
    assert keyframes(video) == [(7, [40, 60, 60, 60])]
    video.press("Control+Home")
    video.objects(0)


class TestFollowing:
    """A thing that walks over a ground, both with something to be seen on them."""

    @pytest.fixture
    def content(self, tmp_path: Path) -> bytes:
        return scenes.film(tmp_path / "walk.mp4", FRAMES)

    def test_an_object_is_followed_by_its_pixels_and_that_taken_back(self, video: Annotator) -> None:
        page = video.page
        video.client.patch(
            f"/assets/{video.opened}/annotations",
            headers={"If-Match": "0"},
            json={
                "create": [
                    {
                        "class": video.classes["wall"],
                        "bbox": [*scenes.place(0), scenes.WIDE, scenes.HIGH],
                        "frame": 0,
                        "track": "5f5a52ab-3f2c-4f6e-8d5c-0a3a0c1b1b11",
                    }
                ]
            },
        ).raise_for_status()
        video.objects(1)
        page.get_by_role("listbox", name="Objects").get_by_role("option").click()
        video.press("Shift+P")
        page.get_by_role("textbox", name="From frame 0 to frame").fill("8")
        page.get_by_role("button", name="Follow", exact=True).click()
        expect(page.get_by_text("followed to frame 8")).to_be_visible(timeout=60_000)
        made = [shape for shape in video.shapes() if shape["source"] == "assist"]
        last = max(made, key=lambda shape: shape["frame"])
        assert last["frame"] == 8
        wanted = [*scenes.place(8), scenes.WIDE, scenes.HIGH]
        assert all(abs(one - other) < 3 for one, other in zip(last["bbox"], wanted, strict=True))
        page.get_by_role("button", name="Take back").click()
        expect(page.get_by_role("button", name="Undo: Remove followed keyframes")).to_be_visible()
        video.saved()
        assert [shape["source"] for shape in video.shapes()] == ["human"]
