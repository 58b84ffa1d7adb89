"""Fits how the engine without weights chooses among its candidates: `python -m tests.bench.learn_clicks`.

Objects of the training parts of the photos are clicked on as in `tests.bench.clicks`; of every candidate the
IoU with the object is what the ranking is to tell. Writes `training/ml/assist/ranking.json`.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence

import cv2
import numpy as np
import torch
from torch import nn

from tests.bench.clicks import LEAST_AREA, Photo, facade, next_click, nuclei
from training.ml.assist.candidates import Candidates
from training.ml.assist.classical import Classical, Looked, Previous, outlined, proposals
from training.ml.assist.engine import Point
from training.ml.assist.ranking import FILE, Ranking
from training.ml.images import load_rgb

CLICKS = 4
HIDDEN = (48, 24)
STEPS, BATCH, SEEN = 4000, 48, 96
RATE = 3e-3
# Pictures of shapes in a round, besides the photos.
DRAWN = 60

# The candidates of one prompt: what tells of them, and what they are worth.
Prompted = tuple[np.ndarray, np.ndarray]


def worth(
    state: Looked, truth: np.ndarray, points: list[Point], previous: Previous | None
) -> list[tuple[Candidates, np.ndarray]]:
    """The candidates of every window with their IoU."""
    found = []
    for each in proposals(state, points, None, previous):
        labels = each.window.areas.labels
        shares = each.window.cut(truth)
        inside = np.bincount(labels.ravel(), shares.ravel(), len(each.window.areas.size))
        total = float(truth.sum()) * each.window.scale**2
        both = each.chosen @ inside
        size = each.chosen @ each.window.areas.size
        if each.grown is not None and previous is not None:
            # What is meant beyond the window stays.
            beyond = previous[0].copy()
            beyond[each.window.top : each.window.bottom, each.window.left : each.window.right] = False
            both = both + float((beyond & truth).sum()) * each.window.scale**2
            size = size + float(beyond.sum()) * each.window.scale**2
        ious = both / np.maximum(size + total - both, 1)
        found.append((each, ious.astype(np.float32)))
    return found


def prompts(photos: Sequence[Photo], seed: int, ranking: Ranking | None) -> list[Prompted]:
    """Clicks on every object, with the candidates of each; the mask after a click is one of the better
    candidates, or as often what `ranking` chooses.
    """
    rng = np.random.default_rng(seed)
    engine = Classical(Ranking(()))
    collected: list[Prompted] = []
    loaded = ((load_rgb(photo.path), photo.objects) for photo in photos)
    pictures = [varied(*each, rng) for each in loaded] + [drawn(rng) for _ in range(DRAWN)]
    for image, objects in pictures:
        state = engine.prepare(image)
        for truth in objects:
            points: list[Point] = []
            previous: Previous | None = None
            follow = ranking is not None and rng.random() < 0.5
            for _ in range(CLICKS):
                before = np.zeros_like(truth) if previous is None else previous[0]
                if not (before ^ truth).any():
                    break
                points.append(next_click(before, truth))
                found = worth(state, truth, points, previous)
                if not found:
                    break
                features = np.concatenate([each.features for each, _ in found])
                ious = np.concatenate([ious for _, ious in found])
                collected.append((features, ious))
                if ranking is None or not follow:
                    chances = (ious + 0.02) ** 3
                    number = int(rng.choice(len(ious), p=chances / chances.sum()))
                    score = float(np.clip(ious[number] + rng.normal(0, 0.12), 0, 1))
                else:
                    scores = ranking.scores(features)
                    number = int(scores.argmax())
                    score = float(scores[number])
                for each, values in found:
                    if number < len(values):
                        previous = (outlined(state, each, number, points, previous), score)
                        break
                    number -= len(values)
    return collected


def varied(
    image: np.ndarray, objects: list[np.ndarray], rng: np.random.Generator
) -> tuple[np.ndarray, list[np.ndarray]]:
    """A part of the photo in another size and in other colours, with what is left of its objects: how large
    things are, and what colour, is not to be learnt.
    """
    height, width = image.shape[:2]
    high, wide = (max(96, int(side * rng.uniform(0.4, 1))) for side in (height, width))
    high, wide = min(high, height), min(wide, width)
    top, left = int(rng.integers(0, height - high + 1)), int(rng.integers(0, width - wide + 1))
    scale = float(rng.uniform(0.6, 1.6))
    size = (max(64, int(wide * scale)), max(64, int(high * scale)))
    part = cv2.resize(image[top : top + high, left : left + wide], size, interpolation=cv2.INTER_AREA)
    toned = 255 * (part / 255.0) ** rng.uniform(0.6, 1.6) * rng.uniform(0.8, 1.2, 3)
    if rng.random() < 0.15:
        toned = 255 - toned
    kept = []
    for each in objects:
        cut = each[top : top + high, left : left + wide].astype(np.uint8)
        mask = cv2.resize(cut, size, interpolation=cv2.INTER_NEAREST).astype(bool)
        if LEAST_AREA <= mask.sum() < 0.6 * mask.size:
            kept.append(mask)
    return toned.clip(0, 255).astype(np.uint8), kept


def drawn(rng: np.random.Generator) -> tuple[np.ndarray, list[np.ndarray]]:
    """Shapes of any size and colour on a ground that is not even: neither streets nor cells."""
    height, width = (int(side) for side in rng.integers(140, 560, 2))

    def texture() -> np.ndarray:
        coarse = rng.normal(0, rng.uniform(2, 22), (int(rng.integers(2, 30)), int(rng.integers(2, 30)), 3))
        smooth = cv2.resize(coarse.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
        return np.asarray(rng.uniform(20, 235, 3) + smooth)

    image = texture()
    numbers = np.zeros((height, width), np.int32)
    count = int(rng.integers(2, 8))
    for number in range(1, count + 1):
        radius = float(np.exp(rng.uniform(np.log(8), np.log(0.4 * min(height, width)))))
        corners = int(rng.choice([4, 6, 40]))
        angles = np.linspace(0, 2 * np.pi, corners, endpoint=False) + rng.uniform(0, 6)
        lengths = radius * (1 + rng.uniform(0, 0.35) * np.cos(rng.integers(1, 4) * angles))
        stretch = rng.uniform(0.5, 1.5)
        centre = rng.uniform(0, 1, 2) * (width, height)
        ring = centre + np.stack([lengths * np.cos(angles) * stretch, lengths * np.sin(angles)], axis=1)
        shape = np.zeros((height, width), np.uint8)
        cv2.fillPoly(shape, [np.rint(ring).astype(np.int32)], 1)
        numbers[shape > 0] = number
        image = np.where(shape[:, :, None] > 0, texture(), image)
    image = cv2.GaussianBlur(image.astype(np.float32), (0, 0), float(rng.uniform(0.4, 1.8)))
    image = image + rng.normal(0, rng.uniform(0, 12), image.shape)
    masks = [numbers == number for number in range(1, count + 1)]
    kept = [mask for mask in masks if LEAST_AREA <= mask.sum() < 0.6 * mask.size]
    return image.clip(0, 255).astype(np.uint8), kept[:4]


def fit(data: list[Prompted], steps: int = STEPS) -> Ranking:
    """A ranking that chooses well, and whose scores are IoUs."""
    torch.manual_seed(0)
    sizes = (data[0][0].shape[1], *HIDDEN, 1)
    layers: list[nn.Module] = []
    for inputs, outputs in zip(sizes, sizes[1:], strict=False):
        layers += [nn.Linear(inputs, outputs), nn.ReLU()]
    network = nn.Sequential(*layers[:-1])
    optimiser = torch.optim.AdamW(network.parameters(), RATE, weight_decay=1e-3)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=steps)
    features = torch.from_numpy(np.clip(np.concatenate([each for each, _ in data]), -6, 6))
    ious = torch.from_numpy(np.concatenate([values for _, values in data]))
    counts = torch.tensor([len(values) for _, values in data])
    firsts = torch.cumsum(counts, 0) - counts
    for step in range(steps):
        picked = torch.randint(len(data), (BATCH, 1))
        rows = firsts[picked] + (torch.rand(BATCH, SEEN) * counts[picked]).long()
        logits, wanted = network(features[rows])[:, :, 0], ious[rows]
        chances = torch.softmax(logits * 4, 1)
        missed = wanted.amax(1) - (chances * wanted).sum(1)
        wrong = (torch.sigmoid(logits) - wanted).square().mean(1)
        loss = (missed + 2 * wrong).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        schedule.step()
        if step % 1000 == 0:
            print(f"  step {step}: {loss.item():.4f}", flush=True)
    linear = [layer for layer in network if isinstance(layer, nn.Linear)]
    return Ranking(
        tuple(
            (layer.weight.detach().numpy().T.copy(), layer.bias.detach().numpy().copy()) for layer in linear
        )
    )


def write(ranking: Ranking) -> None:
    layers = [
        {"weights": np.round(weights, 4).tolist(), "biases": np.round(biases, 4).tolist()}
        for weights, biases in ((w.astype(float), b.astype(float)) for w, b in ranking.layers)
    ]
    FILE.write_text(json.dumps({"layers": layers}) + "\n", encoding="utf-8")


def told(name: str, data: list[Prompted], ranking: Ranking) -> None:
    chosen = np.mean([ious[ranking.scores(features).argmax()] for features, ious in data])
    best = np.mean([ious.max() for _, ious in data])
    print(f"{name}: chosen {chosen:.3f}, best {best:.3f} of {len(data)} prompts", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.learn_clicks", description=__doc__)
    parser.add_argument("--each", type=int, default=1)
    parser.add_argument("--photos", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    data: list[Prompted] = []
    ranking: Ranking | None = None
    for number in range(arguments.rounds):
        began = time.perf_counter()
        sets = (facade("train", arguments.each, number), nuclei("train", 4 * arguments.each, number))
        photos = [photo for found in sets for photo in list(found)[: arguments.photos]]
        data += prompts(photos, number, ranking)
        print(f"round {number}: {len(data)} prompts, {time.perf_counter() - began:.0f} s", flush=True)
        ranking = fit(data)
        told("training", data, ranking)
        write(ranking)


if __name__ == "__main__":
    main()
