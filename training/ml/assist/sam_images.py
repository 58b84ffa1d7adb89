"""An image as models of the SAM family take it, and their masks as the image's, without torchvision."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional

from training.ml.assist.engine import Box, Mask, Pixels, Point
from training.ml.images import normalise, table_of

MEAN, STD = [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]
PREPARATION = "preprocessor_config.json"


@dataclass(frozen=True)
class Preparation:
    """The model sees squares of `side` pixels: an image is stretched to them, or with `padded` it keeps its
    proportions and the rest is black.
    """

    side: int
    padded: bool
    mean: tuple[float, ...]
    std: tuple[float, ...]
    factor: float

    def shape(self, height: int, width: int) -> tuple[int, int]:
        """What an image's size becomes."""
        if not self.padded:
            return self.side, self.side
        scale = self.side / max(height, width)
        return max(1, int(height * scale + 0.5)), max(1, int(width * scale + 0.5))

    def tensor(self, image: Pixels) -> Tensor:
        """An RGB image uint8 [h, w, 3] as float32 [1, 3, side, side]."""
        height, width = self.shape(*image.shape[:2])
        resized = np.asarray(Image.fromarray(image).resize((width, height), Image.Resampling.BILINEAR))
        planes = np.zeros((3, self.side, self.side), np.float32)
        table = table_of(list(self.mean), list(self.std), self.factor)
        part = np.empty((3, height, width), np.float32)
        normalise(np.asarray(resized, np.uint8), table, part)
        planes[:, :height, :width] = part
        return torch.from_numpy(planes)[None]

    def points(self, points: list[Point], height: int, width: int) -> tuple[Tensor, Tensor]:
        """Clicks and their labels as the prompt encoder takes them, [1, 1, n, 2] and [1, 1, n]."""
        tall, wide = self.shape(height, width)
        places = [[x * wide / width, y * tall / height] for x, y, _ in points]
        return torch.tensor([[places]]), torch.tensor([[[belongs for _, _, belongs in points]]])

    def box(self, box: Box, height: int, width: int) -> Tensor:
        """A box's corners, [1, 1, 4]."""
        tall, wide = self.shape(height, width)
        x, y, w, h = box
        across, down = wide / width, tall / height
        return torch.tensor([[[x * across, y * down, (x + w) * across, (y + h) * down]]])

    def mask(self, logits: Tensor, height: int, width: int) -> Mask:
        """Logits [h, w] of the model as the mask of the image."""
        values = logits.float()[None, None]
        if self.padded:
            tall, wide = self.shape(height, width)
            size = (self.side, self.side)
            values = functional.interpolate(values, size, mode="bilinear", align_corners=False)
            values = values[:, :, :tall, :wide]
        values = functional.interpolate(values, (height, width), mode="bilinear", align_corners=False)
        return np.asarray((values[0, 0] > 0).cpu().numpy())


def preparation_of(folder: Path | None, kind: str, side: int) -> Preparation:
    """How a model's images are prepared: as its folder says, else as its family usually does."""
    file = folder / PREPARATION if folder else None
    told = json.loads(file.read_text(encoding="utf-8")) if file and file.is_file() else {}
    return Preparation(
        side,
        padded=kind in ("sam", "sam_hq"),
        mean=tuple(told.get("image_mean") or MEAN),
        std=tuple(told.get("image_std") or STD),
        factor=float(told.get("rescale_factor") or 1 / 255),
    )
