from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.annotator.conftest import Annotator


def test_the_first_class_is_made_in_the_annotator(annotator: Callable[..., Annotator]) -> None:
    picture = annotator("instance", ())
    expect(picture.page.get_by_text("This project has no classes yet")).to_be_visible()
    picture.page.get_by_label("Name of the new class").fill("roof")
    picture.press("Enter")
    expect(picture.page.get_by_role("button", name="Draws roof")).to_be_visible()
    picture.canvas.focus()
    picture.press("r")
    picture.drag((40, 50), (140, 120))
    picture.objects(1)


def test_what_is_hidden_is_not_picked_and_what_is_locked_stays(annotator: Callable[..., Annotator]) -> None:
    picture = annotator("instance")
    picture.press("1", "r")
    picture.drag((40, 50), (140, 120))
    picture.press("Escape", "v")
    side = picture.page.get_by_role("complementary", name="Classes and objects")
    side.get_by_role("button", name="Hide wall").click()
    picture.click(90, 85)
    expect(picture.page.get_by_role("option", selected=True)).to_have_count(0)
    side.get_by_role("button", name="Show wall").click()
    side.get_by_role("button", name="Lock wall").click()
    picture.page.get_by_role("option").first.click()
    picture.canvas.focus()
    picture.press("Delete")
    expect(picture.page.get_by_text("Shapes of a locked class stay as they are")).to_be_visible()
    picture.objects(1)
