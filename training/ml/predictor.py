"""From an image to a mask: a bundle, a runtime, and the steps before and after the network.

`Steps` is what comes before and after the network, and needs no runtime: a server takes them in one process
and runs forward passes in another. A `Predictor` has both. Importing this module imports no torch; a
`Predictor` does where its runtime is torch.
"""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from training.ml.bundle import Bundle, Label, read_bundle
from training.ml.deciding import decided
from training.ml.describe import describe, describe_objects, is_wanted
from training.ml.images import Pixels, normalise, resize_rgb, table_of
from training.ml.reading import SHOWN, Found, Outputs, Reader, painted
from training.ml.runtimes import Floats, load_runtime

# With so few labels it costs less to try them all than to rule some out.
FEW_LABELS = 4


class Steps:
    """What happens to an image before the network and to its outputs after it.

    `labels` are the model's outputs in order; `size` is the input's height and width. Raises `Failure` where
    the bundle cannot be read.
    """

    def __init__(self, bundle_dir: str | Path) -> None:
        self.bundle = read_bundle(bundle_dir)
        self.labels: tuple[Label, ...] = self.bundle.labels
        rules = self.bundle.preprocessing
        self.size = rules.size
        self._table = table_of(list(rules.mean), list(rules.std), rules.scale)
        self.reader = reader_of(self.bundle)

    def preprocess(self, image: Pixels, out: Floats | None = None) -> Floats:
        """Upright RGB uint8 `[h, w, 3]` to the normalised input float32 `[3, H, W]`, written to `out` where
        given.
        """
        target = np.empty((3, *self.size), np.float32) if out is None else out
        normalise(resize_rgb(image, self.size), self._table, target)
        return target

    def answer(
        self,
        outputs: Outputs,
        height: int,
        width: int,
        shapes: Collection[str] = ("polygons", "mask"),
        threshold: float | None = None,
        classes: Collection[str] | None = None,
    ) -> tuple[Pixels, list[dict[str, Any]]]:
        """The index mask uint8 `[height, width]` and the public predictions of one image's outputs.

        Semantic: the mask is the argmax of the bilinearly upsampled logits, and there is one prediction for
        each class in it; its score is the mean of its softmax over the cells of the logits' grid that it
        wins. Else: one for each object that scores at least `threshold`, 0.5 unless given, and the mask shows
        the better ones on top. Where no threshold is given, classes that have one of their own in the bundle
        go by it.
        """
        own = self.bundle.by_label if threshold is None else {}
        if self.reader.kind == "pixels":
            index, scores = self.index_of(outputs[0], height, width, own), label_scores(outputs[0])
            return index, describe(index, scores, self.labels, shapes, threshold or 0.0, classes)
        found = self.shown(outputs, height, width, threshold)
        # What nobody asked for hides nothing in the mask either.
        found = [item for item in found if is_wanted(self.labels[item.label], classes)]
        index = painted(found, height, width)
        return index, describe_objects(found, self.labels, shapes)

    def index_of(self, logits: Floats, height: int, width: int, own: Mapping[int, float]) -> Pixels:
        """The index mask uint8 `[height, width]` of logits `[labels, h, w]`, by own thresholds."""
        if not own:
            return upsampled_argmax(logits, height, width)

        def upsampled(label: int) -> Floats:
            resized = cv2.resize(logits[label], (width, height), interpolation=cv2.INTER_LINEAR)
            return np.asarray(resized, np.float32)

        return decided(len(logits), upsampled, own, self.bundle.elsewhere)[0]

    def shown(self, outputs: Outputs, height: int, width: int, threshold: float | None) -> list[Found]:
        """The objects that score at least `threshold`; without one at least their class's own, 0.5 where it
        has none.
        """
        if threshold is not None:
            return self.reader.shown(outputs, height, width, threshold)
        own = self.bundle.by_label
        least = min(SHOWN, *own.values()) if own else SHOWN
        found = self.reader.shown(outputs, height, width, least)
        return [item for item in found if item.score >= own.get(item.label, SHOWN)]


class Predictor(Steps):
    """A bundle loaded into a runtime.

    `forward` may be called by `streams` threads at a time, each of which computes on `threads` cores. Raises
    `Failure` where the bundle cannot be read or the runtime, device or quantization is not available.
    """

    def __init__(
        self,
        bundle_dir: str | Path,
        runtime: str = "torch",
        device: str = "cpu",
        threads: int | None = None,
        quantization: str | None = None,
        streams: int = 1,
    ) -> None:
        super().__init__(bundle_dir)
        self._runtime = load_runtime(self.bundle, runtime, device, threads, quantization or "none", streams)

    def forward(self, batch: Floats) -> Outputs:
        """Normalised images float32 `[n, 3, H, W]` to the model's outputs, each `[n, …]` float32; of a
        semantic model logits `[n, labels, h, w]` alone.
        """
        return self._runtime.run(batch)

    def predict(self, image: Pixels) -> tuple[Pixels, list[dict[str, Any]]]:
        """The index mask at the image's own size and the predictions of one upright RGB image uint8 `[h, w,
        3]`.
        """
        outputs = self.forward(self.preprocess(image)[None])
        return self.answer(tuple(item[0] for item in outputs), image.shape[0], image.shape[1])


def reader_of(bundle: Bundle) -> Reader:
    """How a bundle's outputs are read."""
    stuff = frozenset(label.index for label in bundle.labels if label.stuff)
    return Reader(bundle.reading, bundle.task, bundle.offset, stuff, bundle.preprocessing.size)


def upsampled_argmax(logits: Floats, height: int, width: int) -> Pixels:
    """Argmax over labels of the logits `[l, h, w]` upsampled bilinearly (half-pixel centres) to `[height,
    width]`.

    One label at a time against the best so far, so that the upsampled logits never exist together; labels
    that can win nowhere are passed over. Of equal logits the lower label wins.
    """
    first, *rest = contenders(logits).tolist()
    best = cv2.resize(logits[first], (width, height), interpolation=cv2.INTER_LINEAR)
    index = np.full((height, width), first, np.uint8)
    for label in rest:
        candidate = cv2.resize(logits[label], (width, height), interpolation=cv2.INTER_LINEAR)
        np.copyto(index, np.uint8(label), where=candidate > best)
        cv2.max(best, candidate, dst=best)
    return index


def contenders(logits: Floats) -> npt.NDArray[np.intp]:
    """The labels of `[l, h, w]` that may win a pixel of the upsampled logits.

    Between four cells a label is at most as high as in the highest of them, and whoever wins at least as high
    as the label whose lowest cell is highest. Upsampling never leaves that range.
    """
    everyone = np.arange(len(logits))
    if len(logits) <= FEW_LABELS or min(logits.shape[1:]) < 2:
        return everyone
    across = np.maximum(logits[:, :, 1:], logits[:, :, :-1])
    highest = np.maximum(across[:, 1:], across[:, :-1])
    np.minimum(logits[:, :, 1:], logits[:, :, :-1], out=across)
    lowest = np.minimum(across[:, 1:], across[:, :-1]).max(0)
    found = np.flatnonzero((highest >= lowest).any((1, 2)))
    return found if len(found) else everyone


def label_scores(logits: Floats) -> Floats:
    """Mean softmax of each label over the cells it wins, its maximum where it wins none; `[l, h, w]` to
    `[l]`.
    """
    flat = logits.reshape(len(logits), -1)
    top = flat.argmax(0)
    powers = flat - np.take_along_axis(flat, top[None], 0)
    np.exp(powers, out=powers)
    sums = powers.sum(0)
    cells = np.bincount(top, minlength=len(flat))
    # Where a label wins its power is 1.
    won = np.bincount(top, weights=1 / sums, minlength=len(flat))
    means: npt.NDArray[np.float64] = won / np.maximum(cells, 1)
    for label in np.flatnonzero(cells == 0):
        means[label] = (powers[label] / sums).max()
    return means.astype(np.float32)
