"""What a spec's `weights` may say."""

from __future__ import annotations

from typing import Any

import pytest

from core.errors import BadInput
from training.catalogue import architectures
from training.specification import Context, resolve
from training.weight_choice import hub_parts


def resolved(weights: str, **more: Any) -> str:
    context = Context("semantic", architectures(), is_file=lambda name: name == "mine.safetensors")
    spec = {"architecture": "segformer", "weights": weights, **more}
    return str(resolve(spec, context)["weights"])


@pytest.mark.parametrize(
    "weights",
    [
        "pretrained",
        "scratch",
        "file:mine.safetensors",
        "hub:nvidia/mit-b0",
        "hub:nvidia/segformer-b0-finetuned-ade-512-512@main",
        "hub:org_1/name.v2@refs/pr/1",
    ],
)
def test_weights_are_kept_as_they_were_said(weights: str) -> None:
    assert resolved(weights) == weights


@pytest.mark.parametrize(
    ("weights", "says"),
    [
        ("imagenet", "must be"),
        ("file:", "must be"),
        ("file:other.safetensors", "neither uploaded"),
        ("file:mine.bin", ".safetensors"),
        ("file:../mine.safetensors", ".safetensors"),
        ("hub:", "must be"),
        ("hub:mit-b0", "no such id"),
        ("hub:nvidia/mit-b0@", "no such id"),
        ("hub:nvidia/mit-b0@../x", "no such id"),
        ("hub:nvidia/mit-b0@x/", "no such id"),
        ("hub:../../etc", "no such id"),
        ("hub:a/b/c", "no such id"),
        ("hub:-a/b", "no such id"),
        ("hub:a/b.", "no such id"),
        ("hub:a/b--c", "no such id"),
        ("hub:a b/c", "no such id"),
        ("hub:https://example.com/a", "no such id"),
    ],
)
def test_what_is_wrong_with_weights_is_said(weights: str, says: str) -> None:
    with pytest.raises(BadInput) as caught:
        resolved(weights)
    assert [error.field for error in caught.value.errors] == ["spec.weights"]
    assert says in caught.value.errors[0].message


def test_a_hub_id_has_its_revision_behind_an_at_sign() -> None:
    assert hub_parts("nvidia/mit-b0") == ("nvidia/mit-b0", None)
    assert hub_parts("nvidia/mit-b0@v1.0") == ("nvidia/mit-b0", "v1.0")


def test_a_variant_without_published_weights_starts_from_scratch() -> None:
    entry = dict(architectures()["segformer"])
    entry["variants"] = [{**entry["variants"][0], "hub_id": None}, *entry["variants"][1:]]
    context = Context("semantic", {"segformer": entry})
    assert resolve({"architecture": "segformer", "variant": "b0"}, context)["weights"] == "scratch"
    assert resolve({"architecture": "segformer", "variant": "b1"}, context)["weights"] == "pretrained"
    with pytest.raises(BadInput, match="there are none for the variant b0"):
        resolve({"architecture": "segformer", "variant": "b0", "weights": "pretrained"}, context)
