"""Published weights load from a folder in the hub's layout, in old names and new, and say what matched."""

import pickle
from pathlib import Path

import pytest
import torch
import transformers
from safetensors.torch import save_file

from training.ml.failures import Failure
from training.ml.models import architecture
from training.ml.weights import load_weights

OLD_NAMES = (
    ("stages.0.patch_embeddings.", "encoder.patch_embeddings.0."),
    ("stages.0.blocks.1.", "encoder.block.0.1."),
    ("stages.0.layer_norm.", "encoder.layer_norm.0."),
    ("attention.q_proj.", "attention.self.query."),
    ("attention.k_proj.", "attention.self.key."),
    ("attention.v_proj.", "attention.self.value."),
    ("attention.sequence_reduction.sequence_reduction.", "attention.self.sr."),
    ("attention.sequence_reduction.layer_norm.", "attention.self.layer_norm."),
    ("attention.o_proj.", "attention.output.dense."),
    ("mlp.fc1.", "mlp.dense1."),
    ("mlp.fc2.", "mlp.dense2."),
    ("layernorm_before.", "layer_norm_1."),
    ("layernorm_after.", "layer_norm_2."),
    ("decode_head.linear_projections.", "decode_head.linear_c."),
)


def model(labels: int = 3) -> torch.nn.Module:
    family = architecture("segformer")
    return family.build(family.config("b0", labels))


def published(labels: int = 150) -> transformers.SegformerForSemanticSegmentation:
    torch.manual_seed(1)
    return transformers.SegformerForSemanticSegmentation(transformers.SegformerConfig(num_labels=labels))


def test_whole_model_in_the_hubs_layout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    theirs = published()
    theirs.save_pretrained(tmp_path / "nvidia" / "mit-b0")
    monkeypatch.setenv("TESSERA_WEIGHTS_DIR", str(tmp_path))
    ours = model(3)
    report = load_weights(ours, architecture("segformer"), "pretrained", None, "nvidia/mit-b0")
    assert set(report.remade) == {"decode_head.classifier.weight", "decode_head.classifier.bias"}
    assert not report.missing and not report.unused
    assert len(report.matched) == len(ours.state_dict()) - 2
    for name in report.matched:
        assert torch.equal(ours.state_dict()[name], theirs.state_dict()[name])
    assert "2 re-made for another number of classes" in report.sentence()


def test_encoder_alone_by_the_last_part_of_its_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = published().segformer
    (tmp_path / "mit-b0").mkdir()
    old = {}
    for name, value in encoder.state_dict().items():
        stage = name.split(".")[1]
        name = name.replace(f"stages.{stage}.patch_embeddings.", f"encoder.patch_embeddings.{stage}.")
        name = name.replace(f"stages.{stage}.blocks.", f"encoder.block.{stage}.")
        name = name.replace(f"stages.{stage}.layer_norm.", f"encoder.layer_norm.{stage}.")
        for new, legacy in OLD_NAMES[3:]:
            name = name.replace(new, legacy)
        old[f"segformer.{name}"] = value
    old["classifier.weight"] = torch.zeros(1000, 256)
    torch.save(old, tmp_path / "mit-b0" / "pytorch_model.bin")
    monkeypatch.setenv("TESSERA_WEIGHTS_DIR", str(tmp_path))
    ours = model(3)
    report = load_weights(ours, architecture("segformer"), "pretrained", None, "nvidia/mit-b0")
    assert len(report.matched) == len(encoder.state_dict())
    assert all(name.startswith("decode_head.") for name in report.missing)
    assert report.unused == ("classifier.weight",)
    for name, value in encoder.state_dict().items():
        assert torch.equal(ours.state_dict()[f"segformer.{name}"], value)


@pytest.mark.parametrize(("new", "old"), OLD_NAMES)
def test_old_names_become_new_ones(new: str, old: str) -> None:
    rename = architecture("segformer").rename
    prefix = "" if new.startswith("decode_head") else "segformer."
    assert rename(f"{prefix}{old}weight") == f"{prefix}{new}weight"
    assert rename(f"{prefix}{new}weight") == f"{prefix}{new}weight"


def test_absent_weights_say_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TESSERA_WEIGHTS_DIR", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    with pytest.raises(Failure) as raised:
        load_weights(model(), architecture("segformer"), "pretrained", None, "nvidia/mit-b0")
    assert raised.value.title == "Pretrained weights not found"
    assert "TESSERA_WEIGHTS_DIR/nvidia/mit-b0" in raised.value.hint
    assert "scratch" in raised.value.hint


def test_a_pickle_is_not_run(tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (Path.touch, (Path(tmp_path / "ran"),))  # type: ignore[return-value]

    file = tmp_path / "pytorch_model.bin"
    file.write_bytes(pickle.dumps({"weight": Evil()}))
    with pytest.raises(Failure, match="cannot be read"):
        load_weights(model(), architecture("segformer"), "file", str(file), None)
    assert not (tmp_path / "ran").exists()


def test_another_size_is_refused(tmp_path: Path) -> None:
    family = architecture("segformer")
    file = tmp_path / "b1.safetensors"
    save_file(family.build(family.config("b1", 3)).state_dict(), file)
    with pytest.raises(Failure, match="Weights of another size"):
        load_weights(model(), family, "file", str(file), None)


def test_foreign_tensors_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "other.safetensors"
    save_file({"conv1.weight": torch.zeros(3)}, file)
    with pytest.raises(Failure, match="Weights of another architecture"):
        load_weights(model(), architecture("segformer"), "file", str(file), None)
