"""The validation images, and a model's predictions of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.utils._pytree import tree_map

from training.ml.data.example import Example
from training.ml.data.loader import collate
from training.ml.data.samples import load_image
from training.ml.data.truth import Truth, truth_of
from training.ml.images import Pixels, normalise, resize_index, resize_rgb
from training.ml.losses import Criterion
from training.ml.manifest import Manifest, Sample
from training.ml.reading import Outputs
from training.ml.runtimes import Floats

# Criteria that draw points draw the same ones at each evaluation.
SEED = 0


class ValidationSet:
    """Images at the input size and truth at the images' own sizes, kept in memory as far as the budget
    allows.
    """

    def __init__(
        self,
        samples: Sequence[Sample],
        manifest: Manifest,
        size: tuple[int, int],
        table: Floats,
        megabytes: float,
    ) -> None:
        self.samples, self.manifest, self.size, self.table = samples, manifest, size, table
        self.room = int(megabytes * 2**20)
        self.kept: dict[int, tuple[Pixels, Truth]] = {}

    def __len__(self) -> int:
        return len(self.samples)

    def load(self, index: int) -> tuple[Pixels, Truth]:
        """Image uint8 `[H, W, 3]` at the input size, and its truth."""
        if index in self.kept:
            return self.kept[index]
        sample = self.samples[index]
        pair = resize_rgb(load_image(sample), self.size), truth_of(sample, self.manifest)
        cost = pair[0].nbytes + pair[1].nbytes
        if cost <= self.room:
            self.room -= cost
            self.kept[index] = pair
        return pair

    def batches(
        self, size: int, rank: int = 0, world: int = 1
    ) -> Iterator[tuple[int, Floats, list[tuple[Pixels, Truth]]]]:
        """The first one's number, normalised images float32 `[n, 3, H, W]`, and what was loaded, in order; of
        `world` ranks each takes every `world`th batch.
        """
        for start in range(rank * size, len(self), size * world):
            pairs = [self.load(i) for i in range(start, min(start + size, len(self)))]
            images = np.empty((len(pairs), 3, *self.size), np.float32)
            for slot, (image, _) in enumerate(pairs):
                normalise(image, self.table, images[slot])
            yield start, images, pairs


@dataclass(frozen=True)
class Predicted:
    """One validation image: the sample's number, its truth, and the model's outputs for it."""

    number: int
    truth: Truth
    outputs: Outputs


def raw_of(model: nn.Module, images: Tensor) -> Any:
    """What the criterion takes of a model in eval mode: its outputs before they are read."""
    outputs = getattr(model, "outputs", None)
    return model(images) if outputs is None else outputs(images)


def read(model: nn.Module, raw: Any) -> tuple[Tensor, ...]:
    """What is served of it."""
    reading = getattr(model, "read", None)
    answer = raw if reading is None else reading(raw)
    return answer if isinstance(answer, tuple) else (answer,)


@torch.inference_mode()
def predict_all(
    model: nn.Module,
    data: ValidationSet,
    batch: int,
    loss: Criterion | None = None,
    losses: list[Tensor] | None = None,
    share: tuple[int, int] = (0, 1),
) -> Iterator[Predicted]:
    """Run the model (in eval mode) over the set, or over a rank's `share` of it; where asked, append the
    totals and masses of each image's loss, `[2, terms]`, to `losses`.
    """
    device = next(model.parameters()).device
    for start, images, pairs in data.batches(batch, *share):
        raw = raw_of(model, torch.from_numpy(images).to(device))
        if loss is not None and losses is not None:
            # Image by image, so that the result does not depend on how the set is cut into batches.
            for slot, pair in enumerate(pairs):
                losses.append(image_loss(loss, raw, slot, *pair, data, device))
        outputs = [np.asarray(item.float().cpu().numpy(), np.float32) for item in read(model, raw)]
        for slot, (_, truth) in enumerate(pairs):
            yield Predicted(start + slot, truth, tuple(item[slot] for item in outputs))


def image_loss(
    loss: Criterion,
    raw: Any,
    slot: int,
    image: Pixels,
    truth: Truth,
    data: ValidationSet,
    device: torch.device,
) -> Tensor:
    """Totals and masses of one image's loss, `[2, terms]`."""
    whole = truth.example(image)
    example = Example(image, resize_index(whole.mask, data.size), whole.labels)
    target = loss.targets(collate([example], data.table), device)
    one = tree_map(lambda item: item[slot : slot + 1] if isinstance(item, Tensor) else item, raw)
    devices = [device] if device.type == "cuda" else []
    with torch.random.fork_rng(devices=devices):
        torch.manual_seed(SEED)
        return torch.stack([loss.totals(one, target), loss.masses(target)])
