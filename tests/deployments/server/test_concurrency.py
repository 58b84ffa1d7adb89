"""Many clients at a time, each with the answer to its own image."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from annotations.geometry import rle_to_mask
from tests.deployments.server.images import encode, pixels
from tests.deployments.server.process import Server
from training.ml.predictor import Predictor


def test_everyone_gets_the_answer_to_his_own_image(server: Server, bundle: Path) -> None:
    pictures = [pixels(80 + 4 * seed, 60, seed) for seed in range(24)]
    predictor = Predictor(bundle, threads=1)

    def ask(number: int) -> dict[str, object]:
        return server.predict("m", encode(pictures[number], kind="PNG"), output="mask").json()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(len(pictures))))
    assert len({answer["id"] for answer in answers}) == len(pictures)
    for picture, answer in zip(pictures, answers, strict=True):
        expected, _ = predictor.predict(picture)
        assert answer["image"] == {"width": picture.shape[1], "height": picture.shape[0]}
        assert answer["predictions"]
        for prediction in answer["predictions"]:
            mask = rle_to_mask(prediction["mask"])
            assert ((expected == prediction["class"]["index"]) == mask).mean() > 0.999
