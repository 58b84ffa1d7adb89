"""The list of images, by hand: a folder and a ZIP come in, many images change at once, and back again."""

from __future__ import annotations

import secrets
import zipfile
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests import stack as stacks
from tests.projects.pictures import png


@pytest.fixture
def project(stack: stacks.Stack, owner: dict[str, str]) -> str:
    headers = {"Authorization": f"Bearer {owner['api_key']}"}
    body = {"workspace": owner["workspace"], "name": f"Lists {secrets.token_hex(4)}", "task": "semantic"}
    return str(httpx.post(f"{stack.url}/api/v1/projects", json=body, headers=headers).json()["id"])


def tiles(page: Page) -> Locator:
    return page.locator("[data-asset]")


def test_folders_and_zips_then_changes_and_undo(
    page: Page, project: str, signed_in: list[Any], tmp_path: Path
) -> None:
    page.context.add_cookies(signed_in)
    page.goto(f"/projects/{project}/data")
    expect(page.get_by_text("Drop images here")).to_be_visible()

    folder = tmp_path / "street"
    folder.mkdir()
    for number in range(3):
        (folder / f"{number}.png").write_bytes(png(seed=number))
    (folder / "broken.png").write_bytes(b"hello")
    page.get_by_label("Upload a folder").set_input_files(folder)
    expect(page.get_by_text("Upload finished: 3 files uploaded, 1 failed")).to_be_visible()
    expect(page.get_by_role("alert")).to_contain_text("not an image")
    expect(tiles(page)).to_have_count(3)

    with zipfile.ZipFile(tmp_path / "more.zip", "w") as archive:
        for number in range(2, 5):
            archive.writestr(f"night/{number}.png", png(seed=number))
    page.get_by_label("Upload images").set_input_files(tmp_path / "more.zip")
    page.get_by_role("dialog").get_by_role("button", name="Upload").click()
    expect(page.get_by_text("2 new, 1 already here")).to_be_visible()
    expect(tiles(page)).to_have_count(5)
    page.get_by_role("button", name="Dismiss").click()

    tiles(page).first.focus()
    page.keyboard.press("Control+a")
    bar = page.get_by_role("toolbar", name="Selected images")
    bar.get_by_role("button", name="Set split").click()
    page.get_by_role("menuitem", name="Test").click()
    expect(page.get_by_text("5 images moved to")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    page.goto(f"/projects/{project}/data?split=test")
    expect(page.get_by_text("No image matches these filters")).to_be_visible()

    page.goto(f"/projects/{project}/data?name=night")
    expect(tiles(page)).to_have_count(2)
    tiles(page).first.focus()
    page.keyboard.press("Control+a")
    bar.get_by_role("button", name="Delete").click()
    expect(page.get_by_text("2 images moved to the trash")).to_be_visible()
    page.get_by_role("link", name="Trash").click()
    expect(tiles(page)).to_have_count(2)
    tiles(page).first.focus()
    page.keyboard.press("Control+a")
    page.get_by_role("button", name="Restore").click()
    page.get_by_role("link", name="All", exact=True).click()
    expect(tiles(page)).to_have_count(5)

    page.get_by_role("link", name="Statistics").click()
    expect(page.get_by_text("Of all images.")).to_be_visible()
    expect(page.get_by_text("None of 5 pictures looks like another one.")).to_be_visible()
