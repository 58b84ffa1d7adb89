"""The runtimes agree on what they see."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from annotations.geometry import rle_to_mask
from tests.deployments.server.images import encode, pixels
from tests.deployments.server.process import Server


def index_mask(server: Server, model: str, image: bytes) -> np.ndarray:
    answer = server.predict(model, image, output="mask").json()
    mask = np.zeros((answer["image"]["height"], answer["image"]["width"]), np.uint8)
    for prediction in answer["predictions"]:
        mask[rle_to_mask(prediction["mask"]) == 1] = prediction["class"]["index"]
    return mask


@pytest.mark.parametrize("runtime", ["onnxruntime", "openvino"])
def test_every_runtime_agrees_with_torch(server: Server, bundle: Path, runtime: str) -> None:
    server.put(runtime, bundle, runtime=runtime)
    server.wait_ready(runtime)
    for seed in range(3):
        image = encode(pixels(120, 90, seed), kind="PNG")
        expected = index_mask(server, "m", image)
        assert len(np.unique(expected)) > 1
        assert (index_mask(server, runtime, image) == expected).mean() > 0.999
    server.delete(runtime)
