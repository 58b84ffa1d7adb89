from __future__ import annotations

from collections.abc import Callable

from tests.e2e.annotator.conftest import Annotator, rectangle, same


def test_a_dragged_box_is_there_after_a_reload(annotator: Callable[..., Annotator]) -> None:
    picture = annotator("instance")
    picture.press("2", "r")
    picture.drag((40, 50), (140, 120))
    picture.objects(1)
    picture.reload()
    picture.objects(1)
    [shape] = picture.shapes()
    assert shape["class"] == picture.classes["window"]
    assert shape["bbox"] == [40, 50, 100, 70]
    same(picture.mask(), rectangle(40, 50, 140, 120), picture.value("window"))
