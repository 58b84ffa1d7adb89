"""Objects as masks, the plain way: what the targets of set losses are compared with."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from training.ml.data.loader import Batch
from training.ml.set_losses import SetTargets

IGNORE = 255


@dataclass(frozen=True)
class Objects:
    """The objects of one image: labels int64 `[k]` and masks bool `[k, h, w]`, none of them empty."""

    labels: Tensor
    masks: Tensor


def objects_of(batch: Batch, device: torch.device) -> list[Objects]:
    """The objects of each image of a batch, on the device: of a semantic one, each label that is present is
    one. Ignored pixels belong to no object.
    """
    found = []
    for number, target in enumerate(batch.targets):
        present = torch.unique(target)
        if batch.labels is None:
            present = present[present != IGNORE]
            labels = present.long()
        else:
            present = present[present > 0]
            labels = batch.labels[number][present.long() - 1]
        masks = target.to(device).unsqueeze(0) == present.to(device)[:, None, None]  # [k, h, w]
        found.append(Objects(labels.to(device), masks))
    return found


def number(objects: Sequence[Objects]) -> SetTargets:
    """The targets that these objects make; where masks overlap, the first one counts."""
    maps = []
    for item in objects:
        numbers = torch.zeros(item.masks.shape[-2:], dtype=torch.int32, device=item.masks.device)
        for place in reversed(range(len(item.masks))):
            numbers.masked_fill_(item.masks[place], place + 1)
        maps.append(numbers)
    return SetTargets([item.labels for item in objects], torch.stack(maps))
