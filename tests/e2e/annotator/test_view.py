"""Zoom and pan: by wheel, by keys, by hand, with fingers."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect

from tests.e2e.annotator.conftest import Annotator


def under_pointer(picture: Annotator) -> str:
    return picture.page.get_by_label("Pixel under the pointer").inner_text()


def test_the_wheel_zooms_at_the_pointer(annotator: Callable[..., Annotator]) -> None:
    picture = annotator()
    picture.page.mouse.move(*picture.at(120.5, 80.5))
    assert under_pointer(picture) == "120, 80"
    for _ in range(10):
        picture.page.mouse.wheel(0, -100)
    expect(picture.page.get_by_role("button", name="Actual pixels")).not_to_have_text("100 %")
    x, y = picture.at(120.5, 80.5)
    picture.page.mouse.move(x + 1, y)
    assert under_pointer(picture) == "120, 80"


def test_space_and_the_middle_button_move_the_picture(annotator: Callable[..., Annotator]) -> None:
    picture = annotator()
    picture.press("r")
    picture.page.keyboard.down("Space")
    picture.drag((100, 100), (150, 120))
    picture.page.keyboard.up("Space")
    picture.objects(0)
    assert under_pointer(picture) == "100, 100"
    picture.page.mouse.down(button="middle")
    picture.page.mouse.move(*picture.at(100, 100), steps=4)
    picture.page.mouse.up(button="middle")
    assert under_pointer(picture) == "100, 100"


class Fingers:
    """Touches, given to the browser as a screen would."""

    def __init__(self, picture: Annotator) -> None:
        self.picture = picture
        self.session = picture.page.context.new_cdp_session(picture.page)

    def __call__(self, kind: str, *places: tuple[float, float]) -> None:
        points: list[dict[str, Any]] = []
        for number, place in enumerate(places):
            x, y = self.picture.at(*place)
            points.append({"x": x, "y": y, "id": number})
        self.session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


def test_two_fingers_pinch_and_draw_nothing(annotator: Callable[..., Annotator]) -> None:
    picture = annotator()
    picture.press("b")
    touch = Fingers(picture)
    touch("touchStart", (150, 150))
    touch("touchStart", (150, 150), (250, 150))
    for step in range(1, 6):
        touch("touchMove", (150 - 10 * step, 150), (250 + 10 * step, 150))
    touch("touchEnd")
    scale = picture.page.get_by_role("button", name="Actual pixels")
    expect(scale).to_have_text(re.compile("^(19|20)[0-9] %$"))
    picture.objects(0)


def test_a_pen_presses_and_fingers_then_only_move(annotator: Callable[..., Annotator]) -> None:
    picture = annotator("instance")
    picture.press("b")
    session = picture.page.context.new_cdp_session(picture.page)

    def pen(kind: str, x: float, force: float) -> None:
        left, top = picture.at(x, 100)
        event = {
            "type": kind,
            "x": left,
            "y": top,
            "button": "left",
            "buttons": 1,
            "pointerType": "pen",
            "force": force,
        }
        session.send("Input.dispatchMouseEvent", event)

    for start, force in ((60, 0.25), (220, 1.0)):
        pen("mousePressed", start, force)
        for x in range(start, start + 60, 10):
            pen("mouseMoved", x, force)
        pen("mouseReleased", start + 50, 0)
        picture.press("Escape")
    picture.objects(2)
    picture.saved()
    light, firm = sorted(shape["area"] for shape in picture.shapes())
    assert firm > 3 * light
    touch = Fingers(picture)
    touch("touchStart", (100, 200))
    touch("touchMove", (140, 200))
    touch("touchMove", (180, 200))
    touch("touchEnd")
    picture.objects(2)
