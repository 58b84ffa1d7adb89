"""Losses of models that predict a set of masks: queries are matched with objects, then each has its truth.

Equation 1 and section 3.2 of MaskFormer (Cheng et al., 2021, arXiv:2107.06278); DETR (Carion et al., 2020,
section 3.1) for the matching.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

import torch
import torch.nn.functional as F
from scipy.optimize import linear_sum_assignment
from torch import Tensor

from training.ml.data.loader import Batch
from training.ml.losses import IGNORE, mean
from training.ml.mask_terms import Draw, MaskForm, Matched, PointMasks, wide

if TYPE_CHECKING:
    from training.ml.models.queries import Queries


@dataclass(frozen=True)
class SetTargets:
    """The objects of a batch, which do not overlap: `labels` int64 `[k_i]` of each image, and `numbers` int32
    `[b, h, w]`, 0 for nothing and i for the object of label `labels[i - 1]`.
    """

    labels: list[Tensor]
    numbers: Tensor

    def matched(self, queries: int) -> list[int]:
        """How many objects of each image find a query."""
        return [min(queries, len(labels)) for labels in self.labels]


def renumbered(batch: Batch, device: torch.device) -> SetTargets:
    """The targets of a batch: of a semantic one each label that is present is an object; else those objects
    that have a pixel. Ignored pixels are nothing.

    By a table of each image's values: a mask of each object would be hundreds of maps.
    """
    labels, maps = [], []
    for index, target in enumerate(batch.targets.to(device, non_blocking=True)):
        values = target.long() if batch.labels is None else target.long() + 1
        own = None if batch.labels is None else batch.labels[index].to(device)
        # Semantic values from 0 on, 255 ignored; objects' from 2 on, 0 ignored and 1 nothing.
        seen = torch.bincount(values.flatten(), minlength=IGNORE + 1 if own is None else len(own) + 2) > 0
        if own is None:
            seen[IGNORE] = False
        else:
            seen[:2] = False
        present = seen.nonzero().squeeze(1)
        table = torch.zeros(len(seen), dtype=torch.int32, device=device)
        table[present] = torch.arange(1, len(present) + 1, dtype=torch.int32, device=device)
        labels.append(present if own is None else own[present - 2])
        maps.append(table[values])
    return SetTargets(labels, torch.stack(maps))


def assign(cost: Tensor) -> tuple[Tensor, Tensor]:
    """The queries and the objects, int64 `[min(q, k)]`, of the cheapest matching by costs `[q, k]` on the CPU
    (the Hungarian method).

    A cost that is no number counts as the highest: the loss will say what is wrong.
    """
    highest = torch.finfo(cost.dtype).max
    rows, columns = linear_sum_assignment(torch.nan_to_num(cost, highest, highest, highest).numpy())
    return torch.from_numpy(rows), torch.from_numpy(columns)


@dataclass(frozen=True)
class SetLoss:
    """Three terms: cross-entropy of the queries' classes, mask loss and Dice loss of those with an object.

    `outputs` is the number of classes without "no object", `queries` that of the model's queries. The sums of
    all layers are added up, each layer with its own matching; costs have the terms' weights.
    """

    outputs: int
    queries: int
    class_weight: float = 2.0
    mask_weight: float = 5.0
    dice_weight: float = 5.0
    no_object_weight: float = 0.1
    form: MaskForm = field(default_factory=PointMasks)
    terms: ClassVar[Sequence[object]] = ("class", "mask", "dice")

    def targets(self, batch: Batch, device: torch.device) -> SetTargets:
        """What the other methods take, of a batch."""
        return renumbered(batch, device)

    def masses(self, targets: SetTargets, shared: bool = False) -> Tensor:
        """What a batch adds to each term's mass, float32 `[3]`: the weight of all queries' classes, the
        number of objects, and that again.
        """
        objects = sum(len(labels) for labels in targets.labels)
        matched = sum(targets.matched(self.queries))
        alone = len(targets.labels) * self.queries - matched
        values = [matched + alone * self.no_object_weight, objects, objects]
        return torch.tensor(values, dtype=torch.float32, device=targets.numbers.device)

    def totals(self, raw: "Queries", targets: SetTargets, shared: bool = False) -> Tensor:
        """What a batch adds to each term's sum, over all layers, float32 `[3]`."""
        device = targets.numbers.device
        draw = chance(device, repeatable=not torch.is_grad_enabled())
        layers = [len(raw.classes) - 1, *range(len(raw.classes) - 1)]
        truths, sums = [], []
        for layer in layers:
            classes, masks = raw.classes[layer], raw.masks[layer]
            image, query, item = self.match(classes, masks, targets, draw)
            truths.append(self.truth_of(classes, targets, image, query, item))
            truth = Matched(targets.numbers, image, item + 1)
            sums.append(torch.stack(self.form.sums(masks[image, query], truth, draw)))
        mask, dice = torch.stack(sums).sum(0)
        weight = torch.ones(self.outputs + 1, device=device)
        weight[-1] = self.no_object_weight
        logits = torch.cat([raw.classes[layer] for layer in layers])
        logits = wide(logits).transpose(1, 2)
        entropy = F.cross_entropy(logits, torch.cat(truths), weight.to(logits.dtype), reduction="sum")
        return torch.stack([self.class_weight * entropy, self.mask_weight * mask, self.dice_weight * dice])

    @torch.no_grad()
    def match(
        self, classes: Tensor, masks: Tensor, targets: SetTargets, draw: Draw
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Image, query and object (from 0), each int64 `[n]`, of all that are matched, in the images'
        order.
        """
        counts = [len(labels) for labels in targets.labels]
        most = max(counts, default=0)
        mask, dice = self.form.pairs(masks, targets.numbers, most, draw)
        labels = targets.numbers.new_zeros(len(counts), most, dtype=torch.int64)
        for row, own in zip(labels, targets.labels, strict=True):
            row[: len(own)] = own
        p = wide(classes).softmax(-1).gather(2, labels.unsqueeze(1).expand(-1, classes.shape[1], -1))
        costs = (self.mask_weight * mask + self.dice_weight * dice - self.class_weight * p).cpu()
        found = [assign(cost[:, :count]) for cost, count in zip(costs, counts, strict=True)]
        images = [torch.full_like(query, index) for index, (query, _) in enumerate(found)]
        parts = [images, [query for query, _ in found], [item for _, item in found]]
        image, query, item = torch.stack([torch.cat(part) for part in parts]).to(classes.device)
        return image, query, item

    def truth_of(
        self, classes: Tensor, targets: SetTargets, image: Tensor, query: Tensor, item: Tensor
    ) -> Tensor:
        """The class of each query int64 `[b, q]`: its object's, or `outputs` for no object."""
        truth = torch.full(classes.shape[:2], self.outputs, dtype=torch.int64, device=classes.device)
        starts = torch.tensor([0, *(len(labels) for labels in targets.labels)]).cumsum(0)[:-1]
        truth[image, query] = torch.cat(targets.labels)[starts.to(image.device)[image] + item]
        return truth

    def __call__(self, raw: "Queries", targets: SetTargets) -> Tensor:
        """The loss of a batch, float32 `[]`."""
        return mean(self.totals(raw, targets), self.masses(targets))


def chance(device: torch.device, repeatable: bool) -> Draw:
    """Uniform random numbers of a shape: of torch's own generator, or, where they are to be the same each
    time, of one that starts anew.
    """
    generator = torch.Generator(device).manual_seed(0) if repeatable else None

    def draw(*shape: int) -> Tensor:
        return torch.rand(*shape, generator=generator, device=device)

    return draw
