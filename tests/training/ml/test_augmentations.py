"""Augmentations invent no label, move image and mask together, and follow from the seed."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from training.ml.data.augmentations import AUGMENTATIONS, KINDS, Augment
from training.ml.data.example import Example, void_of
from training.ml.failures import Failure
from training.ml.images import resize_index, resize_rgb

NAMES = [item.name for item in AUGMENTATIONS]
MOVING = [item.name for item in AUGMENTATIONS if item.geometry]
COLOURS = [item.name for item in AUGMENTATIONS if item.colour]


def semantic(height: int = 40, width: int = 56) -> Example:
    """An image whose red channel is its mask, in blocks."""
    blocks = np.arange(height // 8 * width // 8).reshape(height // 8, -1) % 5
    mask = np.kron(blocks, np.ones((8, 8))).astype(np.uint8)
    image = np.stack([mask * 40, np.full_like(mask, 90), np.full_like(mask, 160)], -1)
    return Example(image, mask)


def with_objects(height: int = 40, width: int = 56) -> Example:
    """The same with a uint16 map of objects, some ignored pixels among them."""
    example = semantic(height, width)
    numbers = example.mask.astype(np.uint16)
    numbers[:3, :3] = 65535
    return Example(example.image, numbers, (0, 1, 0, 2))


def augmented(name: str, example: Example, seed: int, size: tuple[int, int] | None = None) -> Example:
    generator = np.random.default_rng(seed)
    return Augment([{"name": name, "p": 1.0}])(example, size or example.mask.shape, generator)


@settings(max_examples=150, deadline=None)
@given(name=st.sampled_from(NAMES), seed=st.integers(0, 2**32 - 1), objects=st.booleans())
def test_no_label_is_invented(name: str, seed: int, objects: bool) -> None:
    example = with_objects() if objects else semantic()
    before = example.image.copy(), example.mask.copy()
    out = augmented(name, example, seed, (32, 64))
    assert out.image.shape == (32, 64, 3) and out.image.dtype == np.uint8
    assert out.mask.shape == (32, 64) and out.mask.dtype == example.mask.dtype
    assert np.array_equal(example.image, before[0]) and np.array_equal(example.mask, before[1])
    values = set(np.unique(out.mask).tolist()) - {void_of(out.mask)}
    if out.labels is None:
        assert values <= set(np.unique(example.mask).tolist())
        return
    assert values <= set(range(len(out.labels) + 1))
    assert set(out.labels) <= {0, 1, 2}
    if not KINDS[name].mix:
        assert out.labels == example.labels


@settings(max_examples=40, deadline=None)
@given(name=st.sampled_from(COLOURS), seed=st.integers(0, 2**32 - 1))
def test_colours_leave_the_mask(name: str, seed: int) -> None:
    example = semantic()
    assert np.array_equal(augmented(name, example, seed).mask, example.mask)


@settings(max_examples=40, deadline=None)
@given(
    name=st.sampled_from(NAMES),
    height=st.integers(1, 9),
    width=st.integers(1, 9),
    seed=st.integers(0, 2**32 - 1),
)
def test_the_smallest_images_pass(name: str, height: int, width: int, seed: int) -> None:
    mask = np.zeros((height, width), np.uint8)
    mask[0, 0] = 3
    out = augmented(name, Example(np.full((height, width, 3), 7, np.uint8), mask), seed, (32, 32))
    assert out.image.shape == (32, 32, 3) and set(np.unique(out.mask)) <= {0, 3, 255}


@pytest.mark.parametrize("name", ["horizontal_flip", "vertical_flip", "transpose"])
@pytest.mark.parametrize("make", [semantic, with_objects])
def test_a_flip_twice_is_nothing(name: str, make: Callable[..., Example]) -> None:
    example = make()
    shape = example.mask.shape
    turned = shape[::-1] if name == "transpose" else shape
    once = augmented(name, example, 0, turned)
    assert not np.array_equal(once.mask, example.mask)
    twice = augmented(name, once, 0, shape)
    assert np.array_equal(twice.mask, example.mask) and np.array_equal(twice.image, example.image)


@pytest.mark.parametrize("make", [semantic, with_objects])
def test_four_equal_quarter_turns_are_nothing(make: Callable[..., Example]) -> None:
    example = turned = make(48, 48)
    for _ in range(4):
        turned = augmented("rotate90", turned, 5)
    assert np.array_equal(turned.mask, example.mask) and np.array_equal(turned.image, example.image)


@pytest.mark.parametrize("name", MOVING)
def test_geometry_keeps_image_and_mask_together(name: str) -> None:
    example = semantic(160, 160)
    for seed in range(8):
        out = augmented(name, example, seed)
        agree = np.abs(out.image[:, :, 0].astype(int) - out.mask * 40.0) < 20
        assert agree[out.mask != 255].mean() > 0.85


def test_a_shift_is_exact_and_ignores_what_comes_from_outside() -> None:
    example = semantic(48, 64)
    out = augmented("translate", example, 3)
    known = out.mask != 255
    assert 0 < (~known).sum() < known.sum()
    assert np.array_equal(out.image[:, :, 0][known], out.mask[known] * 40)


def test_a_crop_round_a_label_shows_a_label() -> None:
    mask = np.zeros((200, 200), np.uint8)
    mask[150:153, 20:23] = 2
    example = Example(np.zeros((200, 200, 3), np.uint8), mask)
    kind = {"name": "crop_to_labels", "p": 1.0, "scale": [0.05, 0.05]}
    for seed in range(20):
        assert 2 in Augment([kind])(example, (45, 45), np.random.default_rng(seed)).mask


@pytest.mark.parametrize(("target", "ignored"), [("ignored", True), ("kept", False)])
@pytest.mark.parametrize("name", ["cutout", "grid_dropout"])
def test_holes_are_ignored_or_kept(name: str, target: str, ignored: bool) -> None:
    example = with_objects()
    kind = {"name": name, "p": 1.0, "target": target}
    out = Augment([kind])(example, example.mask.shape, np.random.default_rng(1))
    hidden = (out.image != example.image).any(-1)
    assert hidden.any() and not hidden.all()
    assert np.array_equal(out.mask[~hidden], example.mask[~hidden])
    assert (out.mask[hidden] == 65535).all() if ignored else np.array_equal(out.mask, example.mask)


def test_nothing_asked_is_what_the_predictor_does() -> None:
    example = semantic()
    out = Augment([])(example, (24, 32), np.random.default_rng(0))
    assert np.array_equal(out.image, resize_rgb(example.image, (24, 32)))
    assert np.array_equal(out.mask, resize_index(example.mask, (24, 32)))


def test_the_same_seed_gives_the_same_example() -> None:
    augment = Augment([{"name": name} for name in NAMES])
    first, again, other = (
        augment(semantic(), (32, 32), np.random.default_rng(seed))
        for seed in ([1, 2, 3], [1, 2, 3], [1, 2, 4])
    )
    assert np.array_equal(first.image, again.image) and np.array_equal(first.mask, again.mask)
    assert not np.array_equal(first.image, other.image)


@pytest.mark.parametrize(
    "item", [{"name": "melt"}, {"name": "rotate", "degree": 3}, {"name": "rotate", "degrees": [20, 10]}]
)
def test_what_is_not_known_is_named(item: dict[str, object]) -> None:
    with pytest.raises(Failure, match="augmentations.0"):
        Augment([item])
