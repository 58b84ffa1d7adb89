"""Large pictures in little memory, and few of them at once."""

import io
import threading
import time
import tracemalloc

import numpy as np
import pytest
from PIL import Image

from projects.media import images, turns
from tests.projects.pictures import encoded, png


@pytest.mark.parametrize("mode", ["I;16", "I", "F"])
def test_deep_pictures_scale_as_they_did_whole(mode):
    values = np.random.default_rng(1).integers(0, 65536, (1200, 1500))
    deep = Image.fromarray(values.astype({"I;16": np.uint16, "I": np.int32, "F": np.float32}[mode]))
    shown = np.asarray(images.read(io.BytesIO(encoded(deep, "TIFF"))).upright)
    most = values.max() if mode == "F" else 65535
    assert np.array_equal(shown, np.rint(values * (255 / most)).astype(np.uint8))


def test_a_deep_picture_takes_a_few_bytes_a_pixel():
    side = 3000
    file = io.BytesIO(encoded(Image.fromarray(np.zeros((side, side), np.uint16)), "PNG"))
    tracemalloc.start()
    images.read(file)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8 * side * side


def test_two_pictures_are_decoded_at_once(monkeypatch):
    inside, most = [], []
    look = images._orientation

    def slow(image):
        inside.append(1)
        most.append(len(inside))
        time.sleep(0.05)
        inside.pop()
        return look(image)

    monkeypatch.setattr(images, "_orientation", slow)
    threads = [threading.Thread(target=images.read, args=(io.BytesIO(png(seed=n)),)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == turns.AT_ONCE
