"""A video is dropped into a project, read, and some of its frames become images."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Page, expect

from tests import stack as stacks
from tests.projects.video.films import film


def test_a_video_is_taken_in_and_frames_out(
    page: Page, stack: stacks.Stack, owner: dict[str, str], signed_in: list[Any], tmp_path: Path
) -> None:
    client = httpx.Client(
        base_url=f"{stack.url}/api/v1", headers={"Authorization": f"Bearer {owner['api_key']}"}
    )
    body = {"workspace": owner["workspace"], "name": f"Films {secrets.token_hex(4)}", "task": "semantic"}
    project = client.post("/projects", json={**body, "media": "video"}).json()["id"]
    film(tmp_path / "walk.mp4", frames=75, width=320, height=240)
    page.context.add_cookies(signed_in)

    page.goto(f"/projects/{project}/data")
    expect(page.get_by_text("Drop videos here")).to_be_visible()
    page.get_by_label("Upload videos").set_input_files(tmp_path / "walk.mp4")
    tile = page.get_by_role("list", name="Images").get_by_role("listitem").filter(has_text="walk.mp4")
    expect(tile).to_contain_text("0:03")

    tile.get_by_role("link", name="walk.mp4").last.click()
    details = page.get_by_role("complementary", name="Image details")
    expect(details).to_contain_text("25 fps")
    details.get_by_role("button", name="Take frames out as images").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("About 3 images")
    dialog.get_by_role("button", name="Take frames out", exact=True).click()
    expect(dialog).to_contain_text("3 images made.")
    dialog.get_by_role("link", name="Show the images").click()

    expect(page.get_by_role("list", name="Images").get_by_role("listitem")).to_have_count(3)
    expect(page.get_by_title("walk_000050.jpg")).to_be_visible()
