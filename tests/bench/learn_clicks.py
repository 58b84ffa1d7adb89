"""Fits how the engine without weights chooses among its candidates: `python -m tests.bench.learn_clicks`.

Objects of the training parts of the photos are clicked on as in `tests.bench.clicks`; of every candidate the
IoU with the object is what the ranking is to tell. Writes `training/ml/assist/ranking.json`.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence

import numpy as np
import torch
from torch import nn

from tests.bench.clicks import Photo, facade, next_click, nuclei
from training.ml.assist.candidates import Candidates
from training.ml.assist.classical import Classical, Looked, outlined, proposals
from training.ml.assist.engine import Point
from training.ml.assist.ranking import FILE, Ranking
from training.ml.images import load_rgb

CLICKS = 4
HIDDEN = (48, 24)
STEPS, BATCH = 6000, 48
RATE = 3e-3

# The candidates of one prompt: what tells of them, and what they are worth.
Prompted = tuple[np.ndarray, np.ndarray]


def worth(
    state: Looked, truth: np.ndarray, points: list[Point], previous: np.ndarray | None
) -> list[tuple[Candidates, np.ndarray]]:
    """The candidates of every window with their IoU."""
    found = []
    for each in proposals(state, points, None, previous):
        labels = each.window.areas.labels
        shares = each.window.cut(truth)
        inside = np.bincount(labels.ravel(), shares.ravel(), len(each.window.areas.size))
        total = float(truth.sum()) * each.window.scale**2
        both = each.chosen @ inside
        ious = both / np.maximum(each.chosen @ each.window.areas.size + total - both, 1)
        found.append((each, ious.astype(np.float32)))
    return found


def prompts(photos: Sequence[Photo], seed: int, ranking: Ranking | None) -> list[Prompted]:
    """Clicks on every object, with the candidates of each; the mask after a click is one of the better
    candidates, or what `ranking` chooses.
    """
    rng = np.random.default_rng(seed)
    engine = Classical(Ranking(()))
    collected: list[Prompted] = []
    for photo in photos:
        state = engine.prepare(load_rgb(photo.path))
        for truth in photo.objects:
            points: list[Point] = []
            mask: np.ndarray | None = None
            for _ in range(CLICKS):
                before = np.zeros_like(truth) if mask is None else mask
                if not (before ^ truth).any():
                    break
                points.append(next_click(before, truth))
                found = worth(state, truth, points, mask)
                features = np.concatenate([each.features for each, _ in found])
                ious = np.concatenate([ious for _, ious in found])
                collected.append((features, ious))
                if ranking is None:
                    chances = (ious + 0.02) ** 3
                    number = int(rng.choice(len(ious), p=chances / chances.sum()))
                else:
                    number = int(ranking.scores(features).argmax())
                for each, values in found:
                    if number < len(values):
                        mask = outlined(state, each.window, each.chosen[number])
                        break
                    number -= len(values)
    return collected


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
    features = [torch.from_numpy(np.clip(each, -6, 6)) for each, _ in data]
    ious = [torch.from_numpy(each) for _, each in data]
    generator = np.random.default_rng(0)
    for step in range(steps):
        picked = generator.integers(0, len(data), BATCH)
        logits = network(torch.cat([features[number] for number in picked]))[:, 0]
        loss = torch.zeros(())
        for number, values in zip(picked, logits.split([len(ious[n]) for n in picked]), strict=True):
            chances = torch.softmax(values * 4, 0)
            loss = loss + ious[number].max() - (chances * ious[number]).sum()
            loss = loss + 2 * (torch.sigmoid(values) - ious[number]).square().mean()
        optimiser.zero_grad()
        (loss / BATCH).backward()
        optimiser.step()
        schedule.step()
        if step % 1000 == 0:
            print(f"  step {step}: {loss.item() / BATCH:.4f}", flush=True)
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
    torch.set_num_threads(2)
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
