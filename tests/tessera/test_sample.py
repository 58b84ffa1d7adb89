"""The sample data set is the same everywhere, and its outlines are those of the drawn pixels."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from annotations.geometry import area_of, bbox_of, polygons_to_mask, rle_to_mask
from tessera.sample import dataset, scene

COUNT = 10


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    dataset.write(folder, count=COUNT)
    return folder


def test_the_same_seed_draws_the_same_picture() -> None:
    first, second = (scene.draw(np.random.default_rng([1, 2])) for _ in range(2))
    assert np.array_equal(first.image, second.image)
    assert [label for label, _ in first.objects] == [label for label, _ in second.objects]


def test_files_are_jpegs_of_the_announced_size(folder: Path) -> None:
    document = json.loads((folder / "annotations.json").read_text())
    assert len(document["images"]) == COUNT
    assert len(list((folder / "try").glob("*.jpg"))) == dataset.HELD_BACK
    for entry in document["images"]:
        with Image.open(folder / "images" / entry["file_name"]) as image:
            assert image.format == "JPEG"
            assert image.size == (entry["width"], entry["height"])


def test_annotations_are_the_drawn_pixels(folder: Path) -> None:
    document = json.loads((folder / "annotations.json").read_text())
    sizes = {entry["id"]: (entry["height"], entry["width"]) for entry in document["images"]}
    drawn = {
        number + 1: [mask for _, mask in scene.draw(np.random.default_rng([dataset.SEED, number])).objects]
        for number in range(COUNT)
    }
    kinds = set()
    for annotation in document["annotations"]:
        segmentation = annotation["segmentation"]
        height, width = sizes[annotation["image_id"]]
        if isinstance(segmentation, dict):
            mask = rle_to_mask(segmentation)
            kinds.add("holes")
        else:
            rings = [np.reshape(ring, (-1, 2)).tolist() for ring in segmentation]
            mask = polygons_to_mask([{"exterior": ring, "holes": []} for ring in rings], height, width)
            kinds.add("plain")
        assert np.array_equal(mask, drawn[annotation["image_id"]].pop(0))
        assert annotation["area"] == area_of(mask) >= scene.SMALLEST
        assert annotation["bbox"] == bbox_of(mask)
    assert kinds == {"holes", "plain"}
    assert not any(drawn.values())


def test_visible_parts_never_overlap() -> None:
    for number in range(COUNT):
        objects = scene.draw(np.random.default_rng([dataset.SEED, number])).objects
        assert np.sum([mask for _, mask in objects], axis=0).max() <= 1


def test_a_whole_data_set_is_not_drawn_again(folder: Path) -> None:
    before = (folder / "annotations.json").stat().st_mtime_ns
    dataset.write(folder, count=COUNT)
    assert (folder / "annotations.json").stat().st_mtime_ns == before
