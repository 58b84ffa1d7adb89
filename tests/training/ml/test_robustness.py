"""Corruptions are the same each time and grow with their severity; tiles cover an image; a card is whole."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.ml.bundle import save_random_bundle
from training.ml.robustness.card import Bench, Truths, card, edges, in_tiles
from training.ml.robustness.corruptions import CORRUPTIONS, corrupted

IMAGE = np.tile(np.linspace(30, 220, 48).astype(np.uint8)[None, :, None], (40, 1, 3))
IMAGE = np.where((np.indices((40, 48)).sum(0) // 6 % 2 == 0)[:, :, None], IMAGE, 255 - IMAGE)


@pytest.mark.parametrize("name", list(CORRUPTIONS))
def test_a_corruption_is_repeatable_and_grows(name: str) -> None:
    first, again = corrupted(IMAGE, name, 1, 7), corrupted(IMAGE, name, 1, 7)
    assert first.dtype == np.uint8 and first.shape == IMAGE.shape and (first == again).all()
    harm = [np.abs(corrupted(IMAGE, name, severity, 7).astype(int) - IMAGE).mean() for severity in (1, 5)]
    assert 0 < harm[0] < harm[1]


def test_images_get_noise_of_their_own() -> None:
    assert (corrupted(IMAGE, "gaussian_noise", 3, 0) != corrupted(IMAGE, "gaussian_noise", 3, 1)).any()


@settings(max_examples=80, deadline=None)
@given(st.integers(1, 4000), st.integers(16, 512))
def test_tiles_cover_a_side_once(length: int, tile: int) -> None:
    found = edges(length, tile)
    assert len(found) <= 8 and found[0][1][0] == 0 and found[-1][1][1] == length
    for ((_, _), (_, end)), ((_, _), (begin, _)) in zip(found, found[1:], strict=False):
        assert end == begin
    for (start, stop), (begin, end) in found:
        assert 0 <= start <= begin < end <= stop <= length


def write(folder: Path, drawn: list[dict[str, Any]]) -> Path:
    header = {
        **drawn[0],
        "classes": [{**each, "id": f"class-{i}"} for i, each in enumerate(drawn[0]["classes"], 1)],
    }
    ids = {each["id"]: f"class-{i}" for i, each in enumerate(drawn[0]["classes"], 1)}
    lines = [header]
    for line in drawn[1:]:
        shapes = [{**shape, "class": ids[shape["class"]]} for shape in line["annotations"]]
        lines.append({**line, "annotations": shapes})
    file = folder / "manifest.jsonl"
    file.write_text("\n".join(map(json.dumps, lines)) + "\n")
    return file


def test_a_card_tells_all(tmp_path: Path, drawn: list[dict[str, Any]]) -> None:
    bundle = save_random_bundle(tmp_path / "bundle", classes=("red", "blue"), size=(32, 32))
    told: list[float] = []
    made = card(
        bundle,
        write(tmp_path, drawn),
        "val",
        2,
        lambda share, _: told.append(share),
        names=("gaussian_noise", "jpeg"),
        severities=(1, 5),
    )
    assert (made["metric"], made["images"]) == ("miou", 2) and 0 <= made["clean"] <= 1
    assert [(row["name"], len(row["values"])) for row in made["corruptions"]] == [
        ("gaussian_noise", 2),
        ("jpeg", 2),
    ]
    own = [row for row in made["sizes"] if row["own"]]
    assert [row["size"] for row in own] == [[32, 32]] and own[0]["value"] == made["clean"]
    assert all(row["milliseconds"] > 0 for row in made["sizes"])
    assert made["tiling"]["whole"] == made["clean"] and told == sorted(told)


def test_one_tile_is_the_whole_image(tmp_path: Path, drawn: list[dict[str, Any]]) -> None:
    bundle = save_random_bundle(tmp_path / "bundle", classes=("red", "blue"), size=(64, 64))
    bench = Bench(bundle, write(tmp_path, drawn), "val", 1)
    image = np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    (logits,) = bench.seen(image, (64, 64))
    from training.ml.predictor import upsampled_argmax

    assert (in_tiles(bench, image) == upsampled_argmax(logits, 64, 64)).all()


def test_truths_without_room_are_drawn_anew(tmp_path: Path, drawn: list[dict[str, Any]]) -> None:
    bundle = save_random_bundle(tmp_path / "bundle", classes=("red", "blue"), size=(32, 32))
    bench = Bench(bundle, write(tmp_path, drawn), "val", 2)
    roomy, tight = Truths(bench), Truths(bench, next(iter(Truths(bench))).nbytes)
    assert len(roomy) == len(tight) == 2
    for _ in range(2):
        for one, other in zip(roomy, tight, strict=True):
            assert (one.index == other.index).all()
    (kept, again), (first, second) = tight, tight
    assert kept is first and again is not second
