"""What models by mask classification share: queries, each a class and a mask, and how they are read.

MaskFormer (Cheng et al., 2021, arXiv:2107.06278) and Mask2Former (arXiv:2112.01527) and those after them
answer with `q` pairs of a distribution over the classes and "no object", and of a mask.
"""

from typing import NamedTuple

import torch
from torch import Tensor

LEAST = 1e-6


class Queries(NamedTuple):
    """Logits of each decoder layer, the last one's last: `classes` float `[b, q, outputs + 1]` with "no
    object" last, `masks` float `[b, q, h, w]`.
    """

    classes: list[Tensor]
    masks: list[Tensor]


def read_queries(raw: Queries, task: str) -> Tensor | tuple[Tensor, Tensor]:
    """What is served of the last layer: for the task "semantic" logits `[b, outputs, h, w]`, else the pair of
    class logits `[b, q, outputs + 1]` and mask logits `[b, q, h, w]`.
    """
    classes, masks = raw.classes[-1].float(), raw.masks[-1].float()
    if task == "semantic":
        return label_logits(classes, masks)
    return classes, masks


def label_logits(classes: Tensor, masks: Tensor) -> Tensor:
    """Logits of labels whose softmax is each label's share of the queries' votes, `[b, outputs, h, w]`.

    The vote for a label is the sum over the queries of its probability times the mask's (MaskFormer, section
    3.4); its logarithm is taken, and votes below 1e-6 count as that.
    """
    labels = classes.softmax(-1)[..., :-1].transpose(1, 2)
    votes = torch.matmul(labels, masks.sigmoid().flatten(2)).float()
    height, width = masks.shape[-2:]
    return votes.reshape(votes.shape[0], votes.shape[1], height, width).clamp_min(LEAST).log()
