"""A training image as the model sees it, from the seed, the pass over the set and its number alone. Imports
no torch.
"""

import numpy as np

from training.ml.data.augmentations import Augment, Meaning
from training.ml.data.example import Example
from training.ml.data.samples import SampleStore
from training.ml.manifest import Manifest


def augmented(store: SampleStore, augment: Augment, seed: int, epoch: int, index: int) -> Example:
    """The sample `index` in the pass `epoch`, counted from 0, at the input size. Raises `Failure` where it or
    one it is mixed with cannot be read.
    """
    generator = np.random.default_rng([seed, epoch, index, 1])
    return augment(store.load(index), store.size, generator, store.draw)


def meaning_of(manifest: Manifest) -> Meaning:
    """What the values in the masks of a set mean."""
    offset = manifest.offset
    stuff = frozenset(label.index - offset for label in manifest.labels if label.stuff)
    return Meaning(offset == 1, stuff if manifest.task == "panoptic" else frozenset())
