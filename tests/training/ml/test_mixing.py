"""Mosaics and pasted objects: numbers stay those of whole objects, stuff stays one, all by the seed."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.random import Generator

from tests.training.ml.masks import objects_of
from training.ml.bundle import MEAN, STD
from training.ml.data.augmentations import Augment, Meaning, Others
from training.ml.data.augmented import meaning_of
from training.ml.data.example import Example
from training.ml.data.loader import Order, train_batch
from training.ml.data.samples import SampleStore
from training.ml.images import table_of
from training.ml.manifest import read_manifest

VOID = 65535


def plain(tone: int, labels: tuple[int, ...], side: int = 64) -> Example:
    """Four squares of one tone on black, numbered from 1 on."""
    image, mask = np.zeros((side, side, 3), np.uint8), np.zeros((side, side), np.uint16)
    half = side // 2
    for number in range(1, len(labels) + 1):
        row, column = (number - 1) // 2 * half, (number - 1) % 2 * half
        image[row + 4 : row + half - 4, column + 4 : column + half - 4] = tone
        mask[row + 4 : row + half - 4, column + 4 : column + half - 4] = number
    return Example(image, mask, labels)


def drawing(*examples: Example) -> Others:
    def draw(rng: Generator) -> Example:
        return examples[int(rng.integers(len(examples)))]

    return draw


FIRST = plain(100, (0, 1, 0, 2))
SECOND = plain(200, (1, 1, 2))
STUFF = Meaning(stuff=frozenset({1}))


@pytest.mark.parametrize("name", ["mosaic", "copy_paste"])
def test_each_object_keeps_its_label_and_its_pixels(name: str) -> None:
    augment = Augment([{"name": name, "p": 1.0}])
    tones = {100: {0, 1, 2}, 200: {1, 2}}
    for seed in range(10):
        out = augment(FIRST, (64, 64), np.random.default_rng(seed), drawing(SECOND))
        assert out.labels is not None
        present = [int(v) for v in np.unique(out.mask) if 0 < v < VOID]
        assert present == list(range(1, len(out.labels) + 1))
        for number in present:
            seen = set(np.unique(out.image[out.mask == number]).tolist()) & set(tones)
            assert seen and all(out.labels[number - 1] in tones[tone] for tone in seen)


@pytest.mark.parametrize("name", ["mosaic", "copy_paste"])
def test_stuff_stays_one_object(name: str) -> None:
    augment = Augment([{"name": name, "p": 1.0}], STUFF)
    first = Example(FIRST.image, np.where(FIRST.mask == 3, np.uint16(0), FIRST.mask), (0, 1, 0, 2))
    second = Example(SECOND.image, np.minimum(SECOND.mask, 2).astype(np.uint16), (1, 2))
    several = 0
    for seed in range(10):
        out = augment(first, (64, 64), np.random.default_rng(seed), drawing(second, first))
        assert out.labels is not None and out.labels.count(1) <= 1
        several += len(out.labels) > 2
    assert several


def test_pasted_objects_hide_what_is_under_them() -> None:
    whole = Example(np.full((32, 32, 3), 9, np.uint8), np.ones((32, 32), np.uint16), (0,))
    augment = Augment([{"name": "copy_paste", "p": 1.0, "share": 1.0, "scale": [1, 1]}])
    out = augment(whole, (32, 32), np.random.default_rng(0), drawing(plain(200, (1,), 32)))
    assert out.labels == (0, 1)
    assert np.array_equal(out.image[:, :, 0] == 200, out.mask == 2) and (out.mask == 2).any()
    assert (out.mask[out.image[:, :, 0] == 9] == 1).all()


def semantic(value: int, tone: int) -> Example:
    mask = np.zeros((48, 48), np.uint8)
    mask[4:20, 4:20] = value
    mask[30:40, 30:40] = value
    return Example(np.where(mask[:, :, None] > 0, np.uint8(tone), np.zeros((1, 1, 3), np.uint8)), mask)


def test_regions_of_classes_are_pasted_without_the_background() -> None:
    augment = Augment([{"name": "copy_paste", "p": 1.0, "scale": [1, 1]}])
    areas = set()
    for seed in range(20):
        out = augment(semantic(1, 100), (48, 48), np.random.default_rng(seed), drawing(semantic(2, 200)))
        assert np.array_equal(out.mask == 2, out.image[:, :, 0] == 200)
        assert np.array_equal(out.mask == 1, out.image[:, :, 0] == 100)
        areas.add(int((out.mask == 2).sum()))
    assert areas == {100, 256, 356}


def test_where_there_is_no_background_the_first_class_is_pasted_too() -> None:
    augment = Augment([{"name": "copy_paste", "p": 1.0, "share": 1.0}], Meaning(background=False))
    ones = Example(np.full((16, 16, 3), 5, np.uint8), np.ones((16, 16), np.uint8))
    zeros = Example(np.full((16, 16, 3), 9, np.uint8), np.zeros((16, 16), np.uint8))
    out = augment(ones, (16, 16), np.random.default_rng(0), drawing(zeros))
    assert (out.mask == 0).any() and np.array_equal(out.mask == 0, out.image[:, :, 0] == 9)


def test_a_mosaic_shows_four_examples_and_ignores_what_is_none() -> None:
    tones = [Example(np.full((64, 64, 3), t, np.uint8), np.full((64, 64), t, np.uint8)) for t in (1, 2, 3)]
    augment = Augment([{"name": "mosaic", "p": 1.0, "scale": [0.3, 0.3], "centre": [0.5, 0.5]}])
    seen = set()
    for seed in range(6):
        out = augment(tones[0], (64, 64), np.random.default_rng(seed), drawing(*tones[1:]))
        known = out.mask != 255
        assert np.array_equal(out.mask[known], out.image[known][:, 0]) and not known.all()
        seen |= set(np.unique(out.mask).tolist())
    assert seen == {1, 2, 3, 255}


@pytest.mark.parametrize("name", ["mosaic", "copy_paste"])
def test_examples_of_other_sizes_and_the_seed(name: str) -> None:
    augment = Augment([{"name": name, "p": 1.0}])
    others = drawing(plain(30, (2, 2), 40), plain(60, (0,), 90))
    first, again = (augment(FIRST, (48, 32), np.random.default_rng(7), others) for _ in range(2))
    assert first.image.shape == (48, 32, 3)
    assert np.array_equal(first.image, again.image) and np.array_equal(first.mask, again.mask)
    assert first.labels == again.labels


def test_a_batch_of_mixed_examples_names_every_object(drawn: list[dict[str, Any]], tmp_path: Path) -> None:
    file = tmp_path / "manifest.jsonl"
    file.write_text("".join(json.dumps({**line, "task": "instance"}) + "\n" for line in drawn))
    manifest = read_manifest(file)
    augment = Augment([{"name": name, "p": 1.0} for name in ("mosaic", "copy_paste")], meaning_of(manifest))
    samples = manifest.split("train")
    store = SampleStore(samples, manifest, (64, 64), augment.needs_detail, 10)
    table = table_of(list(MEAN), list(STD), 1 / 255)
    batch = train_batch(store, augment, Order(len(samples), 0), table, 0, 6)
    assert batch.labels is not None
    assert max(len(labels) for labels in batch.labels) > 2
    for target, labels in zip(batch.targets, batch.labels, strict=True):
        assert int(target.max()) <= len(labels) and int(target.min()) >= -1
        assert set(labels.tolist()) <= {0, 1}
    assert [len(found.labels) for found in objects_of(batch, torch.device("cpu"))] == [
        len(set(target.unique().tolist()) - {0, -1}) for target in batch.targets
    ]
