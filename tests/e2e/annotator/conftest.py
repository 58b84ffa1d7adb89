"""A project with two small pictures, and its annotator in a browser: drawn on with real pointer and keys."""

from __future__ import annotations

import io
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Locator, Page, expect

from tests import stack as stacks
from tests.e2e.conftest import WAIT_MS

WIDTH, HEIGHT = 400, 300
CLASSES = ("wall", "window", "tree")
DISC = (250, 90, 330, 170)


def picture(number: int) -> bytes:
    """A dark ground with one bright disc: what tools that look at colours find is known."""
    image = Image.new("RGB", (WIDTH, HEIGHT), (40, 60, 90))
    ImageDraw.Draw(image).ellipse(DISC, fill=(240, 190, 60))
    # The same file twice would be one image.
    image.putpixel((0, 0), (number, 0, 0))
    file = io.BytesIO()
    image.save(file, "PNG")
    return file.getvalue()


@dataclass
class Annotator:
    """The page of one picture, spoken to in pixels of the picture."""

    page: Page
    client: httpx.Client
    project: str
    assets: list[str]
    classes: dict[str, str]
    opened: str = ""
    _place: tuple[float, float, float] = field(default=(0, 0, 1))

    def open(self, index: int = 0) -> Annotator:
        self.opened = self.assets[index]
        self.page.goto(f"/projects/{self.project}/annotate/{self.opened}?order=created_at")
        expect(self.canvas).to_be_visible()
        expect(self.page.get_by_text("Saved", exact=True)).to_be_visible()
        # At its own pixels, so that a place in the picture is a place on the screen.
        scale = self.page.get_by_role("button", name="Actual pixels")
        scale.click()
        expect(scale).to_have_text("100 %")
        box = self.canvas.bounding_box()
        assert box
        left, top = round((box["width"] - WIDTH) / 2), round((box["height"] - HEIGHT) / 2)
        self._place = (box["x"] + left, box["y"] + top, 1)
        return self

    @property
    def canvas(self) -> Locator:
        return self.page.get_by_role("application")

    def at(self, x: float, y: float) -> tuple[float, float]:
        left, top, scale = self._place
        return left + x * scale, top + y * scale

    def click(self, x: float, y: float, **options: Any) -> None:
        self.page.mouse.click(*self.at(x, y), **options)

    def drag(self, *places: tuple[float, float], steps: int = 6) -> None:
        self.page.mouse.move(*self.at(*places[0]))
        self.page.mouse.down()
        for place in places[1:]:
            self.page.mouse.move(*self.at(*place), steps=steps)
        self.page.mouse.up()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def saved(self) -> None:
        expect(self.page.get_by_text("Saved", exact=True)).to_be_visible()

    def objects(self, count: int) -> None:
        expect(self.page.get_by_role("tab", name="Objects")).to_have_text(
            f"Objects · {count}" if count else "Objects"
        )

    def reload(self) -> None:
        """As another day would: nothing of the page is left."""
        self.saved()
        self.page.reload()
        self.saved()

    def shapes(self) -> list[dict[str, Any]]:
        results: list[dict[str, Any]] = self.client.get(f"/assets/{self.opened}/annotations").json()[
            "results"
        ]
        return results

    def mask(self) -> npt.NDArray[np.uint8]:
        """`mask.png` as the server paints it: the index of a class at every pixel."""
        answer = self.client.get(f"/assets/{self.opened}/mask.png")
        assert answer.status_code == 200, answer.text
        return np.asarray(Image.open(io.BytesIO(answer.content)))

    def value(self, name: str) -> int:
        """Which value of the mask a class has."""
        return 1 + list(self.classes).index(name)


def same(mask: npt.NDArray[Any], wanted: npt.NDArray[np.bool_], value: int, tolerance: int = 0) -> None:
    """The class covers just the wanted pixels; `tolerance` counts those that a border may differ by."""
    different = np.count_nonzero((mask == value) != wanted)
    assert different <= tolerance, f"{different} pixels differ"


def rectangle(left: int, top: int, right: int, bottom: int) -> npt.NDArray[np.bool_]:
    wanted = np.zeros((HEIGHT, WIDTH), bool)
    wanted[top:bottom, left:right] = True
    return wanted


@pytest.fixture(scope="session")
def owner(stack: stacks.Stack) -> dict[str, str]:
    return stack.owner()


@pytest.fixture(scope="session")
def signed_in(browser: Browser, stack: stacks.Stack, owner: dict[str, str]) -> list[Any]:
    """The cookies of one sign-in for all: the platform does not let anybody sign in twenty times a minute."""
    with browser.new_context(base_url=stack.url) as context:
        page = context.new_page()
        page.goto("/sign-in")
        page.get_by_label("Email").fill(stacks.EMAIL)
        page.get_by_label("Password").fill(stacks.PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page).not_to_have_url("/sign-in", timeout=WAIT_MS)
        return list(context.cookies())


@pytest.fixture
def annotator(
    page: Page, stack: stacks.Stack, owner: dict[str, str], signed_in: list[Any]
) -> Callable[..., Annotator]:
    """Makes a project of a task and opens its first picture."""
    client = httpx.Client(
        base_url=f"{stack.url}/api/v1", headers={"Authorization": f"Bearer {owner['api_key']}"}, timeout=60
    )

    def make(task: str = "semantic", classes: tuple[str, ...] = CLASSES) -> Annotator:
        body = {"workspace": owner["workspace"], "name": f"Annotator {secrets.token_hex(4)}", "task": task}
        project = client.post("/projects", json=body).json()["id"]
        made = {}
        for index, name in enumerate(classes):
            label = client.post(f"/projects/{project}/classes", json={"name": name, "hotkey": str(index + 1)})
            made[name] = label.json()["id"]
        assets = []
        for number in range(2):
            file = {"files": (f"picture-{number}.png", picture(number), "image/png")}
            answer = client.post(f"/projects/{project}/assets", files=file).json()
            assets.append(answer["results"][0]["id"])
        page.context.add_cookies(signed_in)
        return Annotator(page, client, project, assets, made).open()

    return make
