from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.annotator.conftest import Annotator, rectangle, same


def test_a_shape_is_moved_scaled_and_deleted(annotator: Callable[..., Annotator]) -> None:
    picture = annotator("instance")
    picture.press("r")
    picture.drag((40, 50), (140, 120))
    picture.press("v")
    picture.drag((90, 85), (110, 105))
    picture.saved()
    assert picture.shapes()[0]["bbox"] == [60, 70, 100, 70]
    picture.drag((160, 140), (180, 160))
    picture.saved()
    assert picture.shapes()[0]["bbox"] == [60, 70, 120, 90]
    picture.press("Delete")
    picture.objects(0)
    picture.press("Control+z")
    picture.objects(1)


def test_a_corner_is_dragged(annotator: Callable[..., Annotator]) -> None:
    picture = annotator()
    picture.press("p")
    for corner in ((60, 40), (160, 40), (160, 140), (60, 140)):
        picture.click(*corner)
        picture.page.wait_for_timeout(400)
    picture.press("Enter", "v")
    picture.click(110, 90)
    picture.drag((160, 140), (260, 140))
    picture.drag((160, 40), (260, 40))
    picture.saved()
    same(picture.mask(), rectangle(60, 40, 260, 140), picture.value("wall"))


def test_a_digit_gives_the_selection_another_class(annotator: Callable[..., Annotator]) -> None:
    picture = annotator("instance")
    picture.press("1", "r")
    picture.drag((40, 50), (140, 120))
    picture.press("v")
    picture.click(90, 85)
    picture.press("3")
    expect(picture.page.get_by_role("option", name="tree")).to_be_visible()
    picture.reload()
    assert picture.shapes()[0]["class"] == picture.classes["tree"]
