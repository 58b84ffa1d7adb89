"""What is offered is what the writers can, and what they cannot has a reason."""

from __future__ import annotations

import pytest

from training.ml.export.capabilities import FORMATS, QUANTIZATIONS, capabilities
from training.ml.export.environment import CONVERTERS
from training.ml.export.limits import ABSENT, CANNOT
from training.ml.export.registry import WRITERS
from training.ml.models import ARCHITECTURES
from training.ml.runtimes import QUANTIZATIONS as SERVED
from training.ml.runtimes import READERS


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_what_is_not_available_says_why(name: str) -> None:
    entries = capabilities(ARCHITECTURES[name])
    assert [entry["format"] for entry in entries] == list(FORMATS)
    for entry in entries:
        assert entry["available"] is (entry["reason"] is None)
        for item in entry["quantizations"]:
            assert item["available"] is (item["reason"] is None)
    available = {entry["format"] for entry in entries if entry["available"]}
    assert {"torch", "onnx", "openvino", "torchscript"} <= available


def test_every_format_that_is_written_is_offered_and_opened() -> None:
    assert {*WRITERS, *ABSENT, "torch"} == set(FORMATS)
    assert set(READERS) == set(WRITERS)
    assert {form for form, _ in CANNOT} <= set(WRITERS)
    assert {name for _, name in CANNOT} <= set(ARCHITECTURES)


def test_what_needs_a_converter_has_one() -> None:
    assert {item.needs for item in FORMATS.values() if item.needs} == set(CONVERTERS)


def test_what_a_deployment_can_serve_is_offered_as_an_export() -> None:
    for name, item in FORMATS.items():
        if item.runtime is None:
            continue
        entry = next(e for e in capabilities(ARCHITECTURES["segformer"]) if e["format"] == name)
        offered = {each["name"] for each in entry["quantizations"] if each["available"]}
        # PyTorch's fp16 is for GPUs: what an export measures on a CPU says nothing of it.
        assert set(SERVED[item.runtime]) - offered <= ({"fp16"} if name == "torch" else set())
        assert set(QUANTIZATIONS) >= offered
