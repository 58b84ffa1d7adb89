"""Augmentations shown on the project's own images: which ones, how soon, how many at once, and who may."""

from __future__ import annotations

import base64
import io
from typing import Any

import pytest
from PIL import Image

from training.services import preview

FLIP = [{"name": "horizontal_flip", "p": 1.0}]


@pytest.fixture
def address(squares: Any) -> str:
    return f"/api/v1/projects/{squares.pk}/augmentation-preview"


def ask(client: Any, address: str, **changes: Any) -> Any:
    return client.post(address, {"augmentations": FLIP, "input_size": [64, 96], "count": 3, **changes})


def fields_of(answer: Any) -> list[str]:
    assert answer.status_code == 400, answer.content
    return [error["field"] for error in answer.json()["errors"]]


def opened(url: str) -> Image.Image:
    start, _, data = url.partition(",")
    assert start == "data:image/webp;base64"
    return Image.open(io.BytesIO(base64.b64decode(data)))


def test_images_come_with_masks_and_boxes(api: Any, address: str, squares: Any) -> None:
    answer = ask(api, address)
    assert answer.status_code == 200, answer.content
    body = answer.json()
    assert body["milliseconds"] > 0 and len(body["results"]) == 3
    squirrel = squares.label_classes.get(name="squirrel")
    for result in body["results"]:
        assert opened(result["image"]).size == opened(result["plain"]).size == (96, 64)
        (box,) = result["boxes"]
        assert (box["class"], box["name"], box["color"]) == (str(squirrel.pk), "squirrel", "#ff8800")
        assert len(box["box"]) == 4
    # Spread over the project: the first, and others at even distances.
    assert [result["name"] for result in body["results"]] == ["0.png", "2.png", "4.png"]


def test_chosen_images_come_again_with_other_seeds(api: Any, address: str, squares: Any) -> None:
    chosen = str(squares.assets.get(name="3.png").pk)
    mosaic = [{"name": "mosaic", "p": 1.0}]
    results = ask(api, address, assets=[chosen], seed=5, augmentations=mosaic).json()["results"]
    assert [(result["asset"], result["seed"]) for result in results] == [(chosen, n) for n in (5, 6, 7)]
    assert len({result["plain"] for result in results}) == 3


def test_wrong_fields_are_named(api: Any, address: str, squares: Any) -> None:
    import uuid

    assert fields_of(ask(api, address, augmentations=[{"name": "flip"}])) == ["augmentations.0.name"]
    assert fields_of(ask(api, address, augmentations=[{**FLIP[0], "p": 2}])) == ["augmentations.0.p"]
    assert fields_of(ask(api, address, augmentations={})) == ["augmentations"]
    assert fields_of(ask(api, address, input_size=[64])) == ["input_size"]
    assert fields_of(ask(api, address, input_size=[64, 8])) == ["input_size.1"]
    assert fields_of(ask(api, address, count=13)) == ["count"]
    assert fields_of(ask(api, address, seed=-1)) == ["seed"]
    assert fields_of(ask(api, address, assets=[str(uuid.uuid4())])) == ["assets"]


def test_a_project_without_images_says_so(api: Any, project: Any) -> None:
    answer = ask(api, f"/api/v1/projects/{project.pk}/augmentation-preview")
    assert answer.status_code == 422 and "upload" in answer.json()["detail"]


def test_images_without_labels_are_shown_where_there_are_no_others(
    api: Any, address: str, squares: Any
) -> None:
    from annotations.models import Annotation

    Annotation.objects.filter(asset__project=squares).delete()
    squares.assets.update(annotation_count=0)
    (result,) = ask(api, address, count=1).json()["results"]
    assert result["boxes"] == []


def test_two_look_at_once_and_the_third_waits(api: Any, address: str) -> None:
    held = [preview._turns.acquire(blocking=False) for _ in range(preview.AT_ONCE)]
    try:
        answer = ask(api, address)
    finally:
        for _ in held:
            preview._turns.release()
    assert all(held) and answer.status_code == 429 and answer["Retry-After"] == "1"
    assert ask(api, address, count=1).status_code == 200


def test_a_preview_that_takes_too_long_is_ended(
    api: Any, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preview, "SECONDS", 0.01)
    answer = ask(api, address)
    assert answer.status_code == 422 and "fewer images" in answer.json()["detail"]


def test_what_the_child_refuses_is_said(api: Any, address: str, squares: Any) -> None:
    from core.storage import storage

    asset = squares.assets.get(name="0.png")
    asset.storage_key = storage.put("assets/broken", b"no image")
    asset.save()
    answer = ask(api, address, count=1)
    assert answer.status_code == 422 and "0.png" in answer.json()["detail"]


def test_a_large_input_is_shown_smaller() -> None:
    assert preview._at_most([512, 768]) == [512, 768]
    assert preview._at_most([2048, 1024]) == [1024, 512]


def test_readers_look_and_strangers_do_not(
    api: Any, other_api: Any, client_for: Any, anonymous: Any, address: str
) -> None:
    assert ask(client_for("viewer"), address, count=1).status_code == 200
    assert ask(other_api, address).status_code == 404
    assert ask(anonymous, address).status_code == 401
