"""The loss of models that predict boxes with coefficients of prototype masks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import torch
import torch.nn.functional as F
from torch import Tensor

from training.ml.boxes import boxes_of, centres_of, complete_iou, flattened
from training.ml.data.loader import Batch
from training.ml.losses import mean
from training.ml.task_aligned import assign

if TYPE_CHECKING:
    from training.ml.models.yolov8seg import Raw

CELL = 4


@dataclass(frozen=True)
class DetectionTargets:
    """The objects of each image that have a pixel: `labels` int64 `[k]`, `boxes` float32 `[k, 4]` (corners in
    pixels), `shares` float32 `[k, h / 4, w / 4]`, the part of each cell that is the object's.

    Of the batch: `known` float32 `[b, h / 4, w / 4]`, the part of each cell that counts, and `ignored` bool
    `[b, h, w]`.
    """

    labels: list[Tensor]
    boxes: list[Tensor]
    shares: list[Tensor]
    known: Tensor
    ignored: Tensor


@dataclass(frozen=True)
class Positives:
    """The anchors that have an object: image, anchor and object's place among all of the batch, int64 `[p]`,
    and the score to learn, float32 `[p]`.
    """

    image: Tensor
    anchor: Tensor
    item: Tensor
    score: Tensor


@dataclass(frozen=True)
class DetectionLoss:
    """Binary cross-entropy of the classes, complete IoU and distribution focal loss of the boxes, binary
    cross-entropy of the masks; each is a sum weighed by the scores that the anchors are to learn, over the
    sum of these scores (TOOD, arXiv:2108.07755, section 3.3).

    That sum follows from the model's answers, so it is known only when all of a step's passes are over: the
    last of the terms gathers it (and adds nothing to the loss), the masses of the others are numbers of
    objects, and `scale` turns the one mean into the other, exactly.
    """

    box_gain: float = 7.5
    class_gain: float = 0.5
    dfl_gain: float = 1.5
    mask_gain: float = 7.5
    terms: Sequence[object] = ("box", "class", "dfl", "mask", "scores")

    def targets(self, batch: Batch, device: torch.device) -> DetectionTargets:
        """What the other methods take, of a batch with objects."""
        assert batch.labels is not None, "only images with objects teach detection"
        numbers = batch.targets.to(device, torch.int64)
        found = [
            objects_in(image, labels.to(device)) for image, labels in zip(numbers, batch.labels, strict=True)
        ]
        known = F.avg_pool2d((numbers >= 0).float().unsqueeze(1), CELL).squeeze(1)
        labels, boxes, shares = (list(part) for part in zip(*found, strict=True))
        return DetectionTargets(labels, boxes, shares, known, numbers < 0)

    def masses(self, targets: DetectionTargets, shared: bool = False) -> Tensor:
        """The number of objects, an image without any counting as one, for each term but the last."""
        objects = float(sum(max(len(labels), 1) for labels in targets.labels))
        return torch.tensor([objects] * 4 + [torch.inf], device=targets.known.device)

    def scale(self, totals: Tensor, masses: Tensor) -> Tensor:
        """What the loss of all `totals` and `masses`, and its gradient, are to be multiplied by."""
        return masses[0] / totals[-1].clamp_min(1)

    def totals(self, raw: "Raw", targets: DetectionTargets, shared: bool = False) -> Tensor:
        """What a batch adds to each term's sum, float32 `[5]`."""
        levels = [level.float() for level in raw.sides]
        boxes, classes = boxes_of(levels), flattened(raw.classes).float()
        centres, sides = centres_of(levels)
        found = positives(classes.detach().sigmoid(), boxes.detach(), centres, targets)
        wanted = torch.zeros_like(classes)
        truth = torch.cat(targets.boxes)[found.item]
        wanted[found.image, found.anchor, torch.cat(targets.labels)[found.item]] = found.score
        entropy = F.binary_cross_entropy_with_logits(classes, wanted, reduction="none").sum(-1)
        at = centres.long()
        entropy = entropy * ~(targets.ignored[:, at[:, 1], at[:, 0]] & (wanted.sum(-1) == 0))
        apart = (1 - complete_iou(boxes[found.image, found.anchor], truth)) * found.score
        logits = flattened(levels)[found.image, found.anchor]
        reach = distances_to(truth, centres[found.anchor], sides[found.anchor])
        focal = distribution_focal(logits, reach) * found.score
        masks = mask_entropy(raw, targets, found, truth) * found.score
        sums = [apart.sum(), entropy.sum(), focal.sum(), masks.sum(), found.score.sum()]
        gains = torch.tensor(
            [self.box_gain, self.class_gain, self.dfl_gain, self.mask_gain, 1.0], device=boxes.device
        )
        return torch.stack(sums) * gains

    def __call__(self, raw: "Raw", targets: DetectionTargets) -> Tensor:
        """The loss of a batch, float32 `[]`."""
        totals, masses = self.totals(raw, targets), self.masses(targets)
        return mean(totals, masses) * self.scale(totals.detach(), masses)


def objects_in(numbers: Tensor, labels: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Labels, boxes and shares of cells (see `DetectionTargets`) of the objects that have a pixel, from an
    image's object numbers int64 `[h, w]` and the label of each from 1 on.
    """
    height, width = numbers.shape
    rows, columns, count = height // CELL, width // CELL, len(labels) + 1
    own = numbers.clamp_min(0)
    y = torch.arange(height, device=numbers.device)[:, None].expand_as(own)
    x = torch.arange(width, device=numbers.device).expand_as(own)
    cell = (y // CELL) * columns + x // CELL
    counts = torch.bincount((own * (rows * columns) + cell).flatten(), minlength=count * rows * columns)
    shares = counts.view(count, rows, columns)[1:].float() / CELL**2
    places = torch.stack([x, y, -x - 1, -y - 1], -1).flatten(0, 1)
    index = own.flatten()[:, None].expand_as(places)
    lowest = places.new_full((count, 4), height + width).scatter_reduce(0, index, places, "amin")[1:]
    present = shares.flatten(1).any(1)
    boxes = torch.cat([lowest[:, :2], -lowest[:, 2:]], 1).float()
    return labels[present], boxes[present], shares[present]


def positives(scores: Tensor, boxes: Tensor, centres: Tensor, targets: DetectionTargets) -> Positives:
    """The anchors of a batch that have an object, image after image, from probabilities `[b, a, labels]` and
    boxes `[b, a, 4]`.
    """
    parts, before = [], 0
    for number, (labels, truth) in enumerate(zip(targets.labels, targets.boxes, strict=True)):
        owner, score = assign(scores[number], boxes[number], centres, labels, truth)
        anchor = (owner >= 0).nonzero().squeeze(1)
        image = torch.full_like(anchor, number)
        parts.append((image, anchor, owner[anchor] + before, score[anchor]))
        before += len(labels)
    image, anchor, item, score = (torch.cat(part) for part in zip(*parts, strict=True))
    return Positives(image, anchor, item, score)


def distances_to(boxes: Tensor, centres: Tensor, sides: Tensor) -> Tensor:
    """From anchors' centres to the sides of boxes, in the anchors' cells: `[p, 4]`."""
    before, after = centres - boxes[:, :2], boxes[:, 2:] - centres
    return torch.cat([before, after], 1) / sides[:, None]


def distribution_focal(logits: Tensor, reach: Tensor) -> Tensor:
    """Cross-entropy with the two bins on either side of the distance, by its nearness to each, meaned over
    the four sides: `[p, 4 * bins]` and `[p, 4]` to `[p]` (GFL, arXiv:2006.04388, equation 6). A distance
    beyond the last bin counts as just before it.
    """
    chances = logits.unflatten(-1, (4, -1)).log_softmax(-1)
    reach = reach.clamp(0, chances.shape[-1] - 1 - 0.01)
    lower = reach.long()
    part = reach - lower
    below = chances.gather(-1, lower.unsqueeze(-1)).squeeze(-1)
    above = chances.gather(-1, lower.unsqueeze(-1) + 1).squeeze(-1)
    entropy: Tensor = -(below * (1 - part) + above * part).mean(-1)
    return entropy


def mask_entropy(raw: "Raw", targets: DetectionTargets, found: Positives, truth: Tensor) -> Tensor:
    """Each positive anchor's binary cross-entropy, meaned over the cells that its object's box touches,
    `[p]` (YOLACT, arXiv:1904.02689, section 3.2: cropped to the box and over its area).

    A cell's target is the object's part of its pixels: the loss is that of the pixels, with one logit for
    all pixels of a cell.
    """
    coefficients = flattened(raw.coefficients).float()[found.image, found.anchor]
    left, top, right, bottom = (
        torch.cat([truth[:, :2] / CELL, torch.ceil(truth[:, 2:] / CELL)], 1).long().unbind(1)
    )
    height, width = raw.prototypes.shape[-2:]
    areas = (right - left) * (bottom - top)
    # One place for each cell of each positive's box: its number within the box, then in the image.
    owner = torch.repeat_interleave(areas)
    within = torch.arange(len(owner), device=owner.device) - (areas.cumsum(0) - areas)[owner]
    across = (right - left)[owner]
    cell = (top[owner] + within // across) * width + left[owner] + within % across
    prototypes = raw.prototypes.float().flatten(2)
    logits = in_boxes(coefficients, prototypes, found.image, owner, cell)
    shares = torch.cat([item.flatten(1) for item in targets.shares])[found.item[owner], cell]
    known = targets.known.flatten(1)[found.image[owner], cell]
    entropy = F.softplus(logits) * known - logits * shares
    sums = torch.zeros_like(found.score).index_add(0, owner, entropy)
    return sums / torch.zeros_like(found.score).index_add(0, owner, known).clamp_min(1)


def in_boxes(coefficients: Tensor, prototypes: Tensor, image: Tensor, owner: Tensor, cell: Tensor) -> Tensor:
    """The mask logit of each place `[n]`, which is the `cell` of the positive anchor `owner`: the sum of the
    prototypes `[b, k, cells]` of that one's `image`, times its coefficients `[p, k]`.

    Where boxes are small, only what is inside them is computed, else whole masks.
    """
    count, cells = prototypes.shape[1:]
    if len(owner) * count <= len(image) * cells:
        rows = prototypes.transpose(1, 2).flatten(0, 1).index_select(0, image[owner] * cells + cell)
        return (rows * coefficients.index_select(0, owner)).sum(1)
    counts = torch.bincount(image, minlength=len(prototypes)).tolist()
    whole = [part @ maps for part, maps in zip(coefficients.split(counts), prototypes, strict=True)]
    return torch.cat(whole).flatten().index_select(0, owner * cells + cell)
