"""The catalogue that the web reads is what the code says now."""

from training.ml.catalogue import FILE, catalogue, rendered
from training.ml.hyperparameters import fill
from training.ml.models import ARCHITECTURES


def test_the_file_is_fresh() -> None:
    assert FILE.read_text() == rendered(), "run: python -m training.ml.catalogue --write"


def test_defaults_are_valid() -> None:
    for item in catalogue()["architectures"]:
        fill(item["defaults"]["hyperparameters"], ARCHITECTURES[item["name"]].fields)
        assert item["defaults"]["input_size"][0] % item["size_multiple"] == 0
        assert item["defaults"]["variant"] in [variant["name"] for variant in item["variants"]]
