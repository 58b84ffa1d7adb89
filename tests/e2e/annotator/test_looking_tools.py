"""Tools that look at the picture: its disc is found."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from playwright.sync_api import expect

from tests.e2e.annotator.conftest import DISC, HEIGHT, WIDTH, Annotator, rectangle, same

MIDDLE = ((DISC[0] + DISC[2]) / 2, (DISC[1] + DISC[3]) / 2)


def disc() -> npt.NDArray[np.bool_]:
    rows, columns = np.mgrid[:HEIGHT, :WIDTH] + 0.5
    within: npt.NDArray[np.bool_] = (
        np.hypot(columns - MIDDLE[0] - 0.5, rows - MIDDLE[1] - 0.5) < (DISC[2] - DISC[0]) / 2
    )
    return within


def overlap(mask: npt.NDArray[np.bool_]) -> float:
    return float((mask & disc()).sum() / (mask | disc()).sum())


def test_fill_takes_the_gap_that_shapes_leave(annotator: Callable[..., Annotator]) -> None:
    picture = annotator("semantic")
    picture.press("1", "f")
    for side in (
        ((20, 20), (220, 40)),
        ((20, 160), (220, 180)),
        ((20, 40), (40, 160)),
        ((200, 40), (220, 160)),
    ):
        picture.drag(*side)
    picture.press("Escape", "2", "g")
    picture.click(120, 100)
    picture.reload()
    same(picture.mask(), rectangle(40, 40, 200, 160), picture.value("window"))


def test_fill_with_shift_follows_the_colour(annotator: Callable[..., Annotator]) -> None:
    picture = annotator()
    picture.press("3", "g")
    picture.page.keyboard.down("Shift")
    picture.click(*MIDDLE)
    picture.page.keyboard.up("Shift")
    picture.objects(1)
    picture.reload()
    assert overlap(picture.mask() == picture.value("tree")) > 0.97


def test_superpixels_follow_the_colour(annotator: Callable[..., Annotator]) -> None:
    picture = annotator()
    picture.press("3", "u")
    picture.click(*MIDDLE)
    picture.objects(1)
    picture.reload()
    mask = picture.mask() == picture.value("tree")
    assert mask.sum() > 100
    assert (mask & ~disc()).sum() <= 0.1 * mask.sum()


def test_a_click_segments_and_enter_accepts(annotator: Callable[..., Annotator]) -> None:
    picture = annotator()
    picture.press("3", "s")
    expect(picture.page.get_by_role("button", name="Colour and edges")).to_be_visible()
    picture.click(*MIDDLE)
    accept = picture.page.get_by_role("button", name="Accept")
    expect(accept).to_be_visible()
    expect(accept).not_to_have_attribute("data-loading", "true")
    picture.press("Enter")
    picture.objects(1)
    picture.reload()
    assert picture.shapes()[0]["source"] == "assist"
    assert overlap(picture.mask() == picture.value("tree")) > 0.8
