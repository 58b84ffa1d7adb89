"""Work is given out, talked about, judged and taken back, in the browser."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.annotator.conftest import Annotator


def test_a_comment_is_pinned_answered_and_settled(annotator: Callable[..., Annotator]) -> None:
    picture = annotator("instance")
    page = picture.page
    page.mouse.move(*picture.at(120, 80))
    picture.press("Shift+C")
    expect(page.get_by_role("textbox", name="New comment")).to_be_focused()
    page.keyboard.type("The roof is missing.")
    picture.press("Enter")
    pin = page.get_by_role("button", name=re.compile("^Comment 1 of .*The roof"))
    box = pin.bounding_box()
    left, top = picture.at(120, 80)
    # The point of the pin is its lower left corner.
    assert box and abs(box["x"] - left) < 2 and abs(box["y"] + box["height"] - top) < 2
    expect(page.get_by_role("tab", name="Comments · 1")).to_be_visible()
    page.get_by_role("button", name="Answer").click()
    expect(page.get_by_role("textbox", name="Answer")).to_be_focused()
    page.keyboard.type("Drawn now.")
    picture.press("Enter")
    expect(page.get_by_text("Drawn now.")).to_be_visible()
    page.get_by_role("button", name="Settle").click()
    expect(page.get_by_role("tab", name="Comments", exact=True)).to_be_visible()
    comments = picture.client.get(f"/assets/{picture.opened}/comments").json()["results"]
    assert [comment["text"] for comment in comments] == ["The roof is missing.", "Drawn now."]
    assert comments[0]["resolved_by"] is not None


def test_rejecting_asks_why_and_the_history_leads_back(annotator: Callable[..., Annotator]) -> None:
    picture = annotator("instance")
    page = picture.page
    picture.press("1", "r")
    picture.drag((40, 50), (140, 120))
    picture.saved()
    picture.drag((200, 50), (260, 120))
    picture.saved()
    picture.press("Shift+R")
    expect(page.get_by_role("textbox", name="What is to be mended")).to_be_focused()
    page.keyboard.type("One box too many")
    picture.press("Enter")
    expect(page.get_by_role("button", name="Review: Rejected")).to_be_visible()
    page.get_by_role("tab", name="History").click()
    expect(page.get_by_text("One box too many")).to_be_visible()
    page.get_by_role("button", name="Go back").last.click()
    page.get_by_role("dialog").get_by_role("button", name="Go back").click()
    page.get_by_role("tab", name="Objects").click()
    picture.objects(1)
    assert len(picture.shapes()) == 1


def test_work_is_assigned_and_goes_from_image_to_image(annotator: Callable[..., Annotator]) -> None:
    picture = annotator("instance")
    page = picture.page
    page.goto(f"/projects/{picture.project}/data")
    tiles = page.locator("[data-asset]")
    expect(tiles).to_have_count(2)
    for number in range(2):
        page.get_by_role("checkbox", name=f"Select picture-{number}.png").check(force=True)
    page.get_by_role("button", name="Assign", exact=True).click()
    page.get_by_placeholder("Who does it").click()
    # Other tests have invited others.
    page.get_by_role("option", name="(owner)").click()
    page.get_by_role("button", name="Assign 2 images").click()
    expect(page.get_by_text("2 images assigned")).to_be_visible()
    page.get_by_role("navigation", name="Project").get_by_role("link", name="Work", exact=True).click()
    page.get_by_role("link", name="Annotate the next of 2").click()
    expect(page.get_by_role("application")).to_be_visible()
    first = page.url
    picture.press("Shift+S")
    expect(page).not_to_have_url(first)
    expect(page.get_by_role("application")).to_be_visible()
    picture.press("Shift+S")
    expect(page.get_by_role("heading", name="Work")).to_be_visible()
    expect(page.get_by_text("All handed in.")).to_be_visible()
