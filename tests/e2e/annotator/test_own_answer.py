"""Two people label one picture each for themselves; what they agree on becomes its annotations."""

from __future__ import annotations

import secrets
from collections.abc import Callable

import httpx
from playwright.sync_api import expect

from tests.e2e.annotator.conftest import Annotator, rectangle, same


def somebody(picture: Annotator, workspace: str) -> tuple[str, httpx.Client]:
    """A second annotator, by invitation; their id and a client that is signed in."""
    email = f"{secrets.token_hex(4)}@example.com"
    body = {"email": email, "role": "annotator"}
    token = picture.client.post(f"/workspaces/{workspace}/invitations", json=body).json()["token"]
    other = httpx.Client(base_url=picture.client.base_url, timeout=60)
    other.headers["X-CSRFToken"] = other.get("/session").json()["csrf_token"]
    body = {"token": token, "password": "staple battery horse", "name": "Ben"}
    joined = other.post("/invitations/accept", json=body).json()
    other.headers["X-CSRFToken"] = joined["csrf_token"]
    return joined["user"]["id"], other


def test_two_answers_become_one_truth(annotator: Callable[..., Annotator], owner: dict[str, str]) -> None:
    picture = annotator("semantic")
    page, asset = picture.page, picture.assets[0]
    ben, other = somebody(picture, owner["workspace"])
    asked = picture.client.post(
        f"/projects/{picture.project}/consensus",
        json={"people": [ben, owner["user"]], "overlap": 2, "assets": [asset]},
    )
    assert asked.status_code == 200, asked.text
    # Ben draws columns 60 to 160, the owner 40 to 140: 80 of 120 are the same.
    shape = {"class": picture.classes["window"], "bbox": [60, 50, 100, 70]}
    given = other.put(
        f"/assets/{asset}/answers/mine", json={"results": [shape], "done": True}, headers={"If-Match": '"0"'}
    )
    assert given.status_code == 200, given.text

    page.goto(f"/projects/{picture.project}/consensus")
    page.get_by_role("link", name="Begin", exact=True).click()
    expect(page.get_by_text("Your answer", exact=True)).to_be_visible()
    picture.saved()
    scale = page.get_by_role("button", name="Actual pixels")
    scale.click()
    expect(scale).to_have_text("100 %")
    picture.press("2", "r")
    picture.drag((40, 50), (140, 120))
    picture.objects(1)
    picture.reload()
    picture.objects(1)
    # Nothing of it is in the picture's annotations.
    assert picture.shapes() == []
    page.get_by_role("button", name="Hand in").click()
    page.get_by_role("dialog").get_by_role("button", name="Hand in").click()

    expect(page.get_by_role("heading", name="picture-0.png")).to_be_visible()
    expect(page.get_by_role("region", name="Mean IoU between people").get_by_text("0.67")).to_have_count(4)
    page.get_by_role("button", name="Take the majority of 2 answers").click()
    page.get_by_role("dialog").get_by_role("button", name="Take the majority").click()
    expect(page.get_by_text("had no winner")).to_be_visible()
    same(picture.mask(), rectangle(60, 50, 140, 120), picture.value("window"))
