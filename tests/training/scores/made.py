"""Made counts of an evaluation, and the masks that they are counted of."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

import numpy as np

from training.ml.bundle import Label
from training.ml.data.truth import Truth
from training.ml.predictor import upsampled_argmax
from training.ml.reading import Reader
from training.ml.scoring.scorer import Scorer
from training.scores.store import Scores

NAMES = ("background", "squirrel", "butterfly")


def labels_of(names: Sequence[str] = NAMES) -> list[Label]:
    """Labels, the first of them the background."""
    return [Label(i, name, None if i == 0 else f"class-{i}", "#336699") for i, name in enumerate(names)]


def made_masks(
    images: int, labels: int, seed: int = 0, side: int = 24
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Truths uint8 `[side, side]`, some pixels ignored, and logits float32 `[labels, side / 2, side / 2]`
    that are mostly right.
    """
    chance = np.random.default_rng(seed)
    found = []
    for _ in range(images):
        coarse = chance.integers(0, labels, (side // 6, side // 6)).astype(np.uint8)
        truth = np.kron(coarse, np.ones((6, 6), np.uint8))
        logits = chance.normal(0, 1, (labels, side // 2, side // 2)).astype(np.float32)
        for label in range(labels):
            logits[label] += 1.5 * (truth[::2, ::2] == label)
        truth[chance.random(truth.shape) < 0.02] = 255
        found.append((truth, logits))
    return found


def made_scores(
    assets: Sequence[str] | int = 4, names: Sequence[str] = NAMES, seed: int = 0, labels: Sequence[Label] = ()
) -> Scores:
    """Counts of made images of a model that labels pixels."""
    ids = [str(uuid.UUID(int=i + 1)) for i in range(assets)] if isinstance(assets, int) else list(assets)
    known = list(labels) or labels_of(names)
    scorer = Scorer(known, Reader("pixels", "semantic", 0, frozenset(), (24, 24)))
    for number, (truth, logits) in enumerate(made_masks(len(ids), len(known), seed)):
        prediction = upsampled_argmax(logits, *truth.shape)
        scorer.add(ids[number], f"{number}.png", Truth(truth), prediction, (logits,), [])
    return scorer.result()
