"""Augmentations invent no label, move image and mask together, and follow from the seed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.ml.data.augmentations import AUGMENTATIONS, Augment
from training.ml.data.example import Example
from training.ml.failures import Failure
from training.ml.images import resize_index, resize_rgb

NAMES = [item.name for item in AUGMENTATIONS]


def pair(height: int = 40, width: int = 56) -> tuple[np.ndarray, np.ndarray]:
    """An image whose red channel is its mask, in blocks."""
    mask = np.kron(np.arange(height // 8 * width // 8).reshape(height // 8, -1) % 5, np.ones((8, 8))).astype(
        np.uint8
    )
    image = np.stack([mask * 40, np.full_like(mask, 90), np.full_like(mask, 160)], -1)
    return image, mask


def augmented(
    items: list[dict[str, object]],
    image: np.ndarray,
    mask: np.ndarray,
    size: tuple[int, int],
    seed: int | list[int],
) -> tuple[np.ndarray, np.ndarray]:
    out = Augment(items)(Example(image, mask), size, np.random.default_rng(seed))
    return out.image, out.mask


@settings(max_examples=60, deadline=None)
@given(name=st.sampled_from(NAMES), seed=st.integers(0, 2**32 - 1))
def test_no_label_is_invented(name: str, seed: int) -> None:
    image, mask = pair()
    before = image.copy(), mask.copy()
    out, labels = augmented([{"name": name, "p": 1.0}], image, mask, (32, 64), seed)
    assert out.shape == (32, 64, 3) and out.dtype == np.uint8
    assert labels.shape == (32, 64) and labels.dtype == np.uint8
    assert set(np.unique(labels)) <= {*np.unique(mask), 255}
    assert np.array_equal(image, before[0]) and np.array_equal(mask, before[1])


@pytest.mark.parametrize("name", ["horizontal_flip", "vertical_flip"])
def test_flips_move_every_pixel_with_its_label(name: str) -> None:
    image, mask = pair()
    out, labels = augmented([{"name": name, "p": 1.0}], image, mask, mask.shape, 0)
    assert np.array_equal(out[:, :, 0], labels * 40)
    assert not np.array_equal(labels, mask)


@pytest.mark.parametrize("name", ["rotate90", "random_resized_crop", "scale", "rotate"])
def test_geometry_keeps_image_and_mask_together(name: str) -> None:
    image, mask = pair(160, 160)
    for seed in range(8):
        out, labels = augmented([{"name": name, "p": 1.0}], image, mask, (160, 160), seed)
        agree = np.abs(out[:, :, 0].astype(int) - labels * 40.0) < 20
        assert agree[labels != 255].mean() > 0.85


def test_nothing_asked_is_what_the_predictor_does() -> None:
    image, mask = pair()
    out, labels = augmented([], image, mask, (24, 32), 0)
    assert np.array_equal(out, resize_rgb(image, (24, 32)))
    assert np.array_equal(labels, resize_index(mask, (24, 32)))


def test_the_same_seed_gives_the_same_pair() -> None:
    items: list[dict[str, object]] = [{"name": name} for name in NAMES]
    first = augmented(items, *pair(), (32, 32), [1, 2, 3])
    again = augmented(items, *pair(), (32, 32), [1, 2, 3])
    other = augmented(items, *pair(), (32, 32), [1, 2, 4])
    assert np.array_equal(first[0], again[0]) and np.array_equal(first[1], again[1])
    assert not np.array_equal(first[0], other[0])


@pytest.mark.parametrize(
    "item", [{"name": "melt"}, {"name": "rotate", "degree": 3}, {"name": "rotate", "degrees": [20, 10]}]
)
def test_what_is_not_known_is_named(item: dict[str, object]) -> None:
    with pytest.raises(Failure, match="augmentations.0"):
        Augment([item])
