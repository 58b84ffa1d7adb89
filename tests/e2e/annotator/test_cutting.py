from __future__ import annotations

from collections.abc import Callable

from tests.e2e.annotator.conftest import Annotator, rectangle, same


def test_scissors_cut_a_shape_in_two_and_m_joins_them(annotator: Callable[..., Annotator]) -> None:
    picture = annotator("instance")
    picture.press("p")
    for corner in ((60, 40), (260, 40), (260, 140), (60, 140)):
        picture.click(*corner)
        picture.page.wait_for_timeout(400)
    picture.press("Enter", "Escape", "x")
    picture.drag((160, 10), (160, 170))
    picture.objects(2)
    picture.saved()
    assert sorted(shape["area"] for shape in picture.shapes()) == [10_000, 10_000]
    picture.press("v", "Control+a", "m")
    picture.objects(1)
    picture.reload()
    same(picture.mask(), rectangle(60, 40, 260, 140), picture.value("wall"))


def test_a_lasso_selects_what_it_goes_round(annotator: Callable[..., Annotator]) -> None:
    picture = annotator("instance")
    picture.press("r")
    for left in (40, 120, 300):
        picture.drag((left, 60), (left + 40, 100))
    picture.objects(3)
    picture.press("Escape", "l")
    picture.drag((20, 40), (180, 40), (180, 120), (20, 120), (20, 40))
    picture.press("Delete")
    picture.objects(1)
    picture.reload()
    assert picture.shapes()[0]["bbox"] == [300, 60, 40, 40]
