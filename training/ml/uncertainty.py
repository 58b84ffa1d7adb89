"""How unsure a model is of an image: two numbers from 0 to 1, NumPy only.

Entropy (Shannon 1948) asks how the probability is spread over all answers, margin (Scheffer et al. 2001) how
close the best two are; images on which they are high teach most when they are labelled next (Settles 2009,
"Active Learning Literature Survey", section 3.1).

Pixels: with a pixel's probabilities p over n labels, entropy is -sum p log p / log n, margin is 1 - (p1 - p2)
of the two highest; the image's are the means over its pixels. A model of one label is sure.

Objects: of one with score s, entropy is that of a coin that shows it with probability s, in bits; margin is
1 - |2s - 1|. The image's are the means over the objects that score at least FAINT, however many are shown; 0
where there is none.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from training.ml.reading import Outputs, Reader
from training.ml.runtimes import Floats

# What scores less is background to the model, not a question.
FAINT = 0.1
# Values that are worked on at a time.
BLOCK = 1 << 19
# Lower than any value, and still a number to subtract from.
NOTHING = -1e300
LOWEST = -1e30

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Uncertainty:
    entropy: float = 0.0
    margin: float = 0.0

    def as_dict(self) -> dict[str, float]:
        """As the API shows it."""
        return {"entropy": round(self.entropy, 6), "margin": round(self.margin, 6)}


def of_outputs(reader: Reader, outputs: Outputs) -> Uncertainty:
    """Of one image's outputs: over the grid of the logits, or over the objects in them."""
    if reader.kind == "pixels":
        return of_logits(outputs[0])
    return of_scores(scores_of(reader, outputs))


def of_logits(logits: Floats) -> Uncertainty:
    """Of logits `[labels, h, w]`, over the cells of their own grid."""
    labels, height, width = logits.shape
    tally = Tally(labels)
    rows = max(1, BLOCK // max(1, width))
    for start in range(0, height, rows):
        part = logits[:, start : start + rows]
        tally.begin((part.shape[1], width))
        for label in range(labels):
            tally.add(part[label])
        tally.end()
    return tally.mean()


def scores_of(reader: Reader, outputs: Outputs) -> list[float]:
    """The scores of all objects in one image's outputs that are at least FAINT; masks are looked at at the
    size of the input.
    """
    return [found.score for found in reader.objects(outputs, *reader.size, FAINT)]


def of_scores(scores: Iterable[float]) -> Uncertainty:
    """Of objects' scores, 0…1; those under FAINT do not count."""
    values = np.array([score for score in scores if score >= FAINT], np.float64).clip(0, 1)
    if not len(values):
        return Uncertainty()
    other = 1 - values
    bits = -(values * np.log2(np.maximum(values, 1e-300)) + other * np.log2(np.maximum(other, 1e-300)))
    return Uncertainty(float(bits.mean()), float((1 - np.abs(values - other)).mean()))


class Tally:
    """Sums up pixels block by block, of each block one label after the other, so that an image's values never
    exist together: `begin`, `add` for each label, `end`. Values are logits, or with `probabilities` just
    these.
    """

    def __init__(self, labels: int, probabilities: bool = False) -> None:
        self._labels = labels
        self._probabilities = probabilities
        self._pixels = 0
        self._entropy = 0.0
        self._margin = 0.0

    def begin(self, shape: tuple[int, int]) -> None:
        # The highest value and the one below it, and around the highest: sums of e^v and of v·e^v.
        self._best = np.full(shape, NOTHING)
        self._second = np.full(shape, NOTHING)
        self._sum = np.zeros(shape)
        self._weighed = np.zeros(shape)

    def add(self, values: Floats) -> None:
        """The values `[h, w]` of the next label."""
        exact = np.maximum(values.astype(np.float64), LOWEST)
        if self._probabilities:
            self._weighed -= exact * np.log(np.maximum(exact, 1e-300))
        else:
            self._add_logits(exact)
        np.maximum(self._second, np.minimum(exact, self._best), out=self._second)
        np.maximum(self._best, exact, out=self._best)

    def _add_logits(self, values: Doubles) -> None:
        """Keep sum e^(v - best) and sum (v - best) e^(v - best), whichever is the best so far."""
        best = np.maximum(self._best, values)
        lower = self._best - best
        shrink = np.exp(lower)
        self._weighed = shrink * (self._weighed + lower * self._sum)
        self._sum *= shrink
        own = values - best
        power = np.exp(own)
        self._sum += power
        self._weighed += own * power

    def end(self) -> Doubles:
        """Returns the highest probability of each pixel of the block."""
        self._pixels += self._best.size
        highest = self._best if self._probabilities else 1 / self._sum
        if self._labels < 2:
            return highest
        if self._probabilities:
            entropy, margin = self._weighed, 1 - (self._best - self._second)
        else:
            entropy = np.log(self._sum) - self._weighed / self._sum
            margin = 1 - (1 - np.exp(self._second - self._best)) / self._sum
        self._entropy += float(entropy.sum()) / math.log(self._labels)
        self._margin += float(margin.sum())
        return highest

    def mean(self) -> Uncertainty:
        """Over all pixels so far."""
        count = max(1, self._pixels)
        return Uncertainty(
            min(max(self._entropy / count, 0.0), 1.0), min(max(self._margin / count, 0.0), 1.0)
        )
