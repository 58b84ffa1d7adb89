"""Learning from a larger model: to answer as softly as it does (Hinton et al., 2015, arXiv:1503.02531).

The teacher sees the student's own batch at the student's input size. What is compared are the labels' logits
of each place, which every model of semantic segmentation gives: those that classify masks by how they are
read (`label_logits`).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from training.ml.bundle import Bundle, Label, read_bundle
from training.ml.data.loader import Batch
from training.ml.engine import DTYPES
from training.ml.failures import Failure
from training.ml.losses import IGNORE, Criterion
from training.ml.manifest import Manifest
from training.ml.models import architecture
from training.ml.models.queries import Queries, label_logits
from training.ml.weights import load_bundle_model

Teacher = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Lesson:
    """What the criterion within takes, the images, and which pixels count, bool `[b, h, w]`."""

    own: Any
    images: Tensor
    counts: Tensor


@dataclass(frozen=True)
class Distilled:
    """A criterion and one more term: `weight` of the loss is the divergence of the student's distribution
    over the labels from the teacher's, both at `temperature` (section 2, times its square), meaned over the
    pixels that count; the rest is the criterion's.
    """

    inner: Criterion
    teacher: Teacher
    weight: float
    temperature: float

    @property
    def terms(self) -> Sequence[object]:
        """The criterion's terms and the teacher's."""
        return [*self.inner.terms, "distillation"]

    def targets(self, batch: Batch, device: torch.device) -> Lesson:
        """What the other methods take, of a batch."""
        counts = (batch.targets != IGNORE).to(device, non_blocking=True)
        return Lesson(self.inner.targets(batch, device), batch.images, counts)

    def totals(self, raw: Any, targets: Lesson, shared: bool = False) -> Tensor:
        """What a batch adds to each term's sum, float32 `[terms]`."""
        own = (1 - self.weight) * self.inner.totals(raw, targets.own, shared)
        student = logits_of(raw)
        with torch.no_grad():
            teacher = self.teacher(targets.images.to(student.device, non_blocking=True)).float()
        parted = self.weight * divergence(student, teacher, targets.counts, self.temperature)
        return torch.cat([own, parted.unsqueeze(0)])

    def masses(self, targets: Lesson, shared: bool = False) -> Tensor:
        """What a batch adds to each term's mass, float32 `[terms]`."""
        own = self.inner.masses(targets.own, shared)
        return torch.cat([own, targets.counts.sum().to(own.dtype).unsqueeze(0)])


def logits_of(raw: Any) -> Tensor:
    """The labels' logits `[b, l, h, w]` of what a model gives in training, float32."""
    if isinstance(raw, Queries):
        return label_logits(raw.classes[-1].float(), raw.masks[-1].float())
    assert isinstance(raw, Tensor)
    return raw.float()


def divergence(student: Tensor, teacher: Tensor, counts: Tensor, temperature: float) -> Tensor:
    """Sum over pixels of T^2 KL(teacher || student), `[]`, of logits `[b, l, h, w]`, the teacher's resized to
    the student's; a place stands for those of its pixels `[b, H, W]` that count.
    """
    if teacher.shape[-2:] != student.shape[-2:]:
        teacher = F.interpolate(teacher, size=student.shape[-2:], mode="bilinear", align_corners=False)
    size = (student.shape[2], student.shape[3])
    area = counts.shape[1] * counts.shape[2] / (size[0] * size[1])
    pixels = F.adaptive_avg_pool2d(counts.float().unsqueeze(1), size).squeeze(1) * area
    wanted, given = (F.log_softmax(item / temperature, 1) for item in (teacher, student))
    apart = F.kl_div(given, wanted, reduction="none", log_target=True).sum(1)
    return temperature**2 * (apart * pixels).sum()


def load_teacher(
    given: Mapping[str, Any] | None,
    manifest: Manifest,
    size: tuple[int, int],
    device: torch.device,
    precision: str,
) -> Teacher:
    """The teacher that a specification names, ready to be asked. Raises `Failure` naming `teacher`."""
    if not given or not given.get("path"):
        detail = "hyperparameters.distillation is above 0 and teacher is not given."
        raise Failure("No teacher", detail, "Choose an artifact of the project, or set distillation to 0.")
    bundle = read_bundle(given["path"])
    check(bundle, str(given.get("name") or given["path"]), manifest, size)
    model = load_bundle_model(bundle)
    fold = getattr(model, "fold", None)
    served = (model if fold is None else fold()).to(device).requires_grad_(False)
    dtype = DTYPES.get(precision)
    return served if dtype is None else partial(answered, served, device.type, dtype)


def answered(model: Teacher, kind: str, dtype: torch.dtype, images: Tensor) -> Tensor:
    """The model's answer by autocast."""
    with torch.autocast(kind, dtype):
        return model(images)


def check(bundle: Bundle, name: str, manifest: Manifest, size: tuple[int, int]) -> None:
    """Raise `Failure` where a teacher cannot teach these labels at this input size."""
    hint = "Choose an artifact that was trained on this project with the classes it has now."
    if manifest.task != "semantic" or bundle.task != "semantic":
        other = manifest.task if manifest.task != "semantic" else bundle.task
        detail = f"teacher and student label pixels; this is {other} segmentation."
        raise Failure("Distillation needs semantic segmentation", detail, "Set distillation to 0.")
    if [key(label) for label in bundle.labels] != [key(label) for label in manifest.labels]:
        theirs, ours = (
            ", ".join(label.name for label in labels) for labels in (bundle.labels, manifest.labels)
        )
        raise Failure(
            "The teacher knows other labels", f"teacher {name} knows {theirs}; here are {ours}.", hint
        )
    family = architecture(bundle.architecture)
    if any(side % family.size_multiple for side in size):
        detail = f"teacher {name} is a {family.title}, whose input has sides that are multiples of "
        fitting = f"Choose an input_size of multiples of {family.size_multiple}."
        raise Failure("The teacher cannot take the input size", f"{detail}{family.size_multiple}.", fitting)


def key(label: Label) -> str | None:
    """What tells labels apart whatever they are called by now: the class's id."""
    return label.id
