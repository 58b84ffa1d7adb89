"""What people label is what training sees: both decoders turn and scale a file alike."""

import numpy as np
import pytest

from projects.media.images import read
from tests.projects.media.test_awkward_files import READABLE
from tests.shared import shared
from training.ml.images import load_rgb


@pytest.mark.parametrize("name", READABLE)
def test_displayed_and_trained_pictures_are_one(name):
    path = shared("images", name)
    trained = load_rgb(path)
    shown = np.asarray(read(path.open("rb")).upright.convert("RGB"))

    assert trained.shape == shown.shape
    # Two JPEG decoders round differently by a step or two.
    assert np.abs(trained.astype(int) - shown).mean() < 1.5


@pytest.mark.parametrize("orientation", range(9))
def test_turned_photographs_too(orientation):
    path = shared("images", "exif", f"Landscape_{orientation}.jpg")
    trained = load_rgb(path)
    shown = np.asarray(read(path.open("rb")).upright)

    assert trained.shape == shown.shape
    assert np.abs(trained.astype(int) - shown).mean() < 1.5
