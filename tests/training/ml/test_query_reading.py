"""Queries become objects and segments as the papers' own evaluation makes them."""

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from training.ml.predictor import upsampled_argmax
from training.ml.reading import Found, Reader, painted

HEIGHT, WIDTH = 24, 40


def outputs(seed: int, queries: int = 6, labels: int = 3) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    classes = rng.standard_normal((queries, labels + 1)).astype(np.float32) * 3
    coarse = rng.standard_normal((queries, 3, 5)).astype(np.float32) * 6
    masks = F.interpolate(torch.from_numpy(coarse)[None], size=(6, 10), mode="bilinear")[0].numpy()
    return classes, masks


def reader(task: str, stuff: frozenset[int] = frozenset()) -> Reader:
    return Reader("queries", task, 1, stuff, (24, 40))


def reference_instances(classes: np.ndarray, masks: np.ndarray, limit: int) -> list[tuple[int, float, int]]:
    """Label, score and area of each object, by the formulas as they stand."""
    probabilities = torch.from_numpy(classes).softmax(-1)[:, :-1]
    scores, flat = probabilities.flatten().topk(min(limit, probabilities.numel()))
    large = F.interpolate(torch.from_numpy(masks)[None], size=(HEIGHT, WIDTH), mode="bilinear")[0]
    rows = []
    for score, place in zip(scores.tolist(), flat.tolist(), strict=True):
        query, label = divmod(place, probabilities.shape[1])
        mask = large[query] > 0
        area = int(mask.sum())
        if area:
            quality = float(large[query].sigmoid()[mask].sum() / (area + 1e-6))
            rows.append((label + 1, score * quality, area))
    return sorted(rows, key=lambda row: -row[1])


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), limit=st.integers(1, 20))
def test_instances_equal_the_formulas(seed: int, limit: int) -> None:
    classes, masks = outputs(seed)
    found = list(reader("instance").objects((classes, masks), HEIGHT, WIDTH, limit=limit))
    expected = reference_instances(classes, masks, limit)
    assert [item.score for item in found] == pytest.approx([row[1] for row in expected], abs=1e-5)
    assert sorted(item.label for item in found) == sorted(row[0] for row in expected)
    assert sum(int(item.mask.sum()) for item in found) == pytest.approx(sum(r[2] for r in expected), abs=3)


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), threshold=st.floats(0, 1))
def test_a_threshold_only_leaves_out(seed: int, threshold: float) -> None:
    everything = list(reader("instance").objects(outputs(seed), HEIGHT, WIDTH))
    kept = list(reader("instance").objects(outputs(seed), HEIGHT, WIDTH, threshold))
    assert [k.score for k in kept] == [item.score for item in everything if item.score >= threshold]


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_panoptic_segments_do_not_overlap_and_stuff_is_one(seed: int) -> None:
    found = reader("panoptic", frozenset({1, 2})).shown(outputs(seed), HEIGHT, WIDTH, 0.3)
    cover = sum((item.mask.astype(int) for item in found), np.zeros((HEIGHT, WIDTH), int))
    assert cover.max(initial=0) <= 1
    stuff = [item.label for item in found if item.label in (1, 2)]
    assert len(stuff) == len(set(stuff))
    assert all(item.score >= 0.3 and item.mask.any() for item in found)


def test_the_better_object_is_on_top() -> None:
    low, high = np.ones((4, 4), np.uint8), np.zeros((4, 4), np.uint8)
    high[:2] = 1
    index = painted([Found(2, 0.9, high), Found(1, 0.4, low)], 4, 4)
    assert (index[:2] == 2).all() and (index[2:] == 1).all()


def test_a_semantic_model_of_queries_is_read_as_pixels() -> None:
    from training.ml.models.queries import label_logits

    classes, masks = (torch.from_numpy(item)[None] for item in outputs(0))
    logits = label_logits(classes, masks)[0]
    votes = torch.einsum("ql,qhw->lhw", classes[0].softmax(-1)[:, :-1], masks[0].sigmoid())
    expected = votes / votes.sum(0)
    assert torch.allclose(logits.softmax(0), expected, atol=1e-5)
    assert upsampled_argmax(logits.numpy(), HEIGHT, WIDTH).shape == (HEIGHT, WIDTH)
