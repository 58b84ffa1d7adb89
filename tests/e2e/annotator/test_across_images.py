from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.annotator.conftest import Annotator


def test_shapes_are_copied_into_the_next_image(annotator: Callable[..., Annotator]) -> None:
    picture = annotator("instance")
    picture.press("2", "r")
    picture.drag((40, 50), (140, 120))
    picture.saved()
    picture.press("Control+c", "d")
    expect(picture.page).to_have_url(re.compile(picture.assets[1]))
    expect(picture.page.get_by_role("heading", name="picture-1.png")).to_be_visible()
    picture.objects(0)
    picture.saved()
    picture.press("Control+v")
    picture.objects(1)
    picture.saved()
    picture.opened = picture.assets[1]
    [shape] = picture.shapes()
    assert (shape["bbox"], shape["class"]) == ([40, 50, 100, 70], picture.classes["window"])


def test_the_data_page_leads_here_and_back(annotator: Callable[..., Annotator]) -> None:
    picture = annotator("instance")
    picture.page.get_by_role("link", name="Back to the images").click()
    expect(picture.page.locator("[data-asset]")).to_have_count(2)
    picture.page.locator("[data-asset]").nth(1).focus()
    picture.press("a")
    expect(picture.canvas).to_be_visible()
    expect(picture.page.get_by_text("2 / 2")).to_be_visible()
    picture.press("a")
    expect(picture.page.get_by_text("1 / 2")).to_be_visible()
