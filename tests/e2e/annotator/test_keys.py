from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.annotator.conftest import Annotator


def test_a_key_is_given_to_another_action_and_given_back(annotator: Callable[..., Annotator]) -> None:
    picture = annotator()
    picture.press("?")
    sheet = picture.page.get_by_role("dialog")
    sheet.get_by_role("button", name="Key of Box: R").click()
    picture.press("b")
    expect(sheet.get_by_text("B is “Brush” already")).to_be_visible()
    sheet.get_by_role("button", name="Give it").click()
    expect(sheet.get_by_role("button", name="Key of Brush: none")).to_be_visible()
    picture.press("Escape")
    expect(sheet).to_be_hidden()
    picture.canvas.focus()
    picture.press("b")
    expect(picture.page.get_by_role("button", name="Box", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    picture.page.reload()
    picture.saved()
    picture.press("?")
    sheet.get_by_role("button", name="Reset all").click()
    expect(sheet.get_by_role("button", name="Key of Brush: B")).to_be_visible()


def test_everything_is_reached_without_a_mouse(annotator: Callable[..., Annotator]) -> None:
    picture = annotator("instance")
    picture.press("r")
    picture.drag((40, 50), (140, 120))
    picture.drag((200, 50), (300, 120))
    picture.press("Escape", "v")
    picture.canvas.focus()
    picture.press("Tab")
    expect(picture.page.get_by_role("option", selected=True)).to_have_count(1)
    picture.press("Shift+ArrowRight", "ArrowDown")
    picture.saved()
    assert [50, 51, 100, 70] in [shape["bbox"] for shape in picture.shapes()]
    picture.press("F6")
    expect(picture.page.get_by_role("toolbar").get_by_role("button").first).to_be_focused()
    picture.press("ArrowDown", "Enter")
    expect(picture.page.get_by_role("button", name="Lasso")).to_have_attribute("aria-pressed", "true")
    picture.press("F6", "F6", "F6")
    expect(picture.canvas).to_be_focused()
