"""Reading models that predict a set of masks (MaskFormer, Mask2Former, EoMT)."""

from collections.abc import Collection, Iterator

import cv2
import numpy as np

from training.ml.images import Pixels
from training.ml.reading import Found
from training.ml.runtimes import Floats

LEAST = 1e-6
OVERLAP = 0.8


def query_objects(
    classes: Floats, masks: Floats, offset: int, height: int, width: int, threshold: float, limit: int
) -> Iterator[Found]:
    """The best `limit` pairs of a query and a label as objects, by falling score (Cheng et al. 2022, as
    Mask2Former is evaluated for instances).

    A mask is where its upsampled logit is positive; the score is the label's probability times the mean
    foreground probability of the mask. Args: `classes` `[q, outputs + 1]` logits, no-object last; `masks`
    `[q, h, w]` logits.
    """
    probabilities = softmax(classes)[:, :-1]
    outputs = probabilities.shape[1]
    order = np.argsort(-probabilities, axis=None, kind="stable")[:limit]
    # Eight pixels a byte until it is asked for: a hundred whole masks of a photograph are gigabytes.
    known: dict[int, tuple[Pixels, float]] = {}
    found: list[tuple[float, int, int]] = []
    for query, output in zip(*np.divmod(order, outputs), strict=True):
        probability = float(probabilities[query, output])
        # The mask's part of the score is at most 1.
        if probability < threshold or probability <= 0:
            break
        if query not in known:
            mask, quality = binary(masks[query], height, width)
            known[int(query)] = np.packbits(mask), quality
        quality = known[int(query)][1]
        if quality > 0 and probability * quality >= threshold:
            found.append((probability * quality, int(output) + offset, int(query)))
    for score, label, query in sorted(found, key=lambda item: -item[0]):
        bits = np.unpackbits(known[query][0], count=height * width)
        yield Found(label, score, bits.reshape(height, width))


def binary(logits: Floats, height: int, width: int) -> tuple[Pixels, float]:
    """Where the upsampled logits `[h, w]` are positive, uint8 `[height, width]`, and their mean probability
    there.
    """
    large = upsampled(logits, height, width)
    mask = large > 0
    area = int(mask.sum())
    quality = float(sigmoid(large[mask]).sum(dtype=np.float64) / (area + LEAST)) if area else 0.0
    return mask.astype(np.uint8), quality


def segments(
    classes: Floats,
    masks: Floats,
    offset: int,
    stuff: Collection[int],
    height: int,
    width: int,
    threshold: float,
) -> list[Found]:
    """Segments that do not overlap (Cheng et al. 2021, section 3.4, panoptic inference).

    Of the queries whose best label is an object of at least `threshold` each pixel goes to the one with the
    highest probability of label times mask; a segment that keeps too little of its own mask is dropped, and
    those of one stuff label are one.
    """
    probabilities = softmax(classes)
    best, score = probabilities.argmax(1), probabilities.max(1)
    kept = [int(q) for q in np.flatnonzero((best < classes.shape[1] - 1) & (score >= threshold))]
    if not kept:
        return []
    owner = np.full((height, width), -1, np.int32)
    strongest = np.full((height, width), -np.inf, np.float32)
    certain = {}
    for query in kept:
        foreground = sigmoid(upsampled(masks[query], height, width))
        certain[query] = foreground >= 0.5
        weight = foreground * score[query]
        better = weight > strongest
        owner[better] = query
        np.maximum(strongest, weight, out=strongest)
    merged: dict[int, tuple[float, Pixels]] = {}
    found = []
    for query in kept:
        own, mask = owner == query, certain[query]
        original = int(mask.sum())
        mask = mask & own
        if not mask.any() or own.sum() / max(original, 1) < OVERLAP:
            continue
        label, value = int(best[query]) + offset, float(score[query])
        if label not in stuff:
            found.append(Found(label, value, mask.astype(np.uint8)))
            continue
        before = merged.get(label, (0.0, np.zeros((height, width), np.uint8)))
        merged[label] = max(before[0], value), before[1] | mask.astype(np.uint8)
    found += [Found(label, value, mask) for label, (value, mask) in merged.items()]
    return sorted(found, key=lambda item: -item.score)


def upsampled(logits: Floats, height: int, width: int) -> Floats:
    """Bilinear with half-pixel centres, `[h, w]` to `[height, width]`."""
    return np.asarray(cv2.resize(logits, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)


def softmax(logits: Floats) -> Floats:
    """Over the last axis."""
    powers = np.exp(logits - logits.max(-1, keepdims=True))
    return np.asarray(powers / powers.sum(-1, keepdims=True), np.float32)


def sigmoid(logits: Floats) -> Floats:
    """Element by element, without overflow."""
    return np.asarray(0.5 * (1 + np.tanh(0.5 * logits)), np.float32)
