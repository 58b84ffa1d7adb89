from __future__ import annotations

from collections.abc import Callable

from tests.e2e.annotator.conftest import Annotator, rectangle, same


def test_clicked_corners_make_an_outline(annotator: Callable[..., Annotator]) -> None:
    picture = annotator()
    picture.press("3", "p")
    for corner in ((60, 40), (160, 40), (160, 140), (60, 140)):
        picture.click(*corner)
        # Slower than a double click.
        picture.page.wait_for_timeout(400)
    picture.press("Enter")
    picture.objects(1)
    picture.reload()
    assert picture.shapes()[0]["polygons"]
    same(picture.mask(), rectangle(60, 40, 160, 140), picture.value("tree"))


def test_backspace_takes_a_corner_back_and_escape_gives_up(annotator: Callable[..., Annotator]) -> None:
    picture = annotator()
    picture.press("p")
    for corner in ((60, 40), (160, 40), (160, 140), (60, 140), (300, 250)):
        picture.click(*corner)
        picture.page.wait_for_timeout(400)
    picture.press("Backspace", "Enter")
    picture.objects(1)
    picture.click(200, 200)
    picture.press("Escape")
    picture.saved()
    picture.objects(1)
    same(picture.mask(), rectangle(60, 40, 160, 140), picture.value("wall"))
