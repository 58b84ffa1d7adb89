"""Which anchors learn which object: task-aligned assignment (TOOD, Feng et al. 2021, arXiv:2108.07755,
section 3.2).
"""

import torch
from torch import Tensor

from training.ml.boxes import STRIDES, iou_of

NEAREST = 10
ALPHA, BETA = 0.5, 6.0


@torch.no_grad()
def assign(
    scores: Tensor, boxes: Tensor, centres: Tensor, labels: Tensor, truth: Tensor
) -> tuple[Tensor, Tensor]:
    """The object of each anchor of an image, int64 `[a]`, -1 for none, and the score it is to learn, float32
    `[a]`, 0 for none.

    An anchor whose centre lies in an object's box is aligned with it by t = s^0.5 u^6, where s is its score
    for the object's label and u the IoU of the boxes (equation 4, with the exponents that YOLOv8 is published
    with). The ten best of each object are its own; of several objects an anchor takes that of the highest u.
    The score is t, scaled so that an object's best anchor has the object's highest u (section 3.2.2,
    "normalized t").

    Args: probabilities `scores` `[a, labels]`, `boxes` `[a, 4]` and `centres` `[a, 2]`; `labels` int64 `[k]`
    and boxes `truth` `[k, 4]` of the objects.
    """
    count, anchors = len(truth), len(centres)
    owner = torch.full((anchors,), -1, dtype=torch.int64, device=boxes.device)
    score = torch.zeros(anchors, device=boxes.device)
    if not count:
        return owner, score
    inside = within(centres, truth)
    item, anchor = inside.nonzero(as_tuple=True)
    overlap = iou_of(boxes[anchor], truth[item])
    alignment = torch.full((count, anchors), -1.0, device=boxes.device)
    alignment[item, anchor] = scores[anchor, labels[item]] ** ALPHA * overlap**BETA
    overlaps = torch.zeros_like(alignment)
    overlaps[item, anchor] = overlap
    best, which = alignment.topk(min(NEAREST, anchors), 1)
    own = torch.zeros_like(inside).scatter_(1, which, best >= 0)
    rank, holder = torch.where(own, overlaps, -1.0).max(0)
    owner = torch.where(rank >= 0, holder, owner)
    own &= torch.arange(count, device=boxes.device)[:, None] == owner
    alignment, overlaps = alignment * own, overlaps * own
    highest = alignment.amax(1, keepdim=True)
    scaled = alignment / torch.where(highest > 0, highest, 1.0) * overlaps.amax(1, keepdim=True)
    return owner, scaled.sum(0)


def within(centres: Tensor, boxes: Tensor) -> Tensor:
    """Whether each centre `[a, 2]` lies in each box `[k, 4]`: bool `[k, a]`.

    A box narrower than two cells of the finest scale counts as that wide, so that each holds four centres.
    In the paper it may hold none, and then nothing learns the object.
    """
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    reach = ((boxes[:, 2:] - boxes[:, :2]) / 2).clamp_min(STRIDES[0])
    low, high = (middle - reach).unsqueeze(1), (middle + reach).unsqueeze(1)
    return ((centres >= low) & (centres < high)).all(-1)
