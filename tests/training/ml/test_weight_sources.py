"""Weights are found in a folder of the hub's layout, whole or in shards, by revision where one is asked."""

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from training.ml.failures import Failure
from training.ml.weight_sources import INDEX, find, read_tensors

TENSORS = {"a": torch.arange(3.0), "b": torch.ones(2, 2)}


def put(folder: Path, value: float = 0.0) -> Path:
    folder.mkdir(parents=True)
    save_file({"a": torch.full((1,), value)}, folder / "model.safetensors")
    return folder


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TESSERA_WEIGHTS_DIR", str(tmp_path))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    return tmp_path


def sharded(folder: Path, suffix: str = "safetensors") -> Path:
    folder.mkdir(parents=True)
    files = {}
    for number, (name, tensor) in enumerate(TENSORS.items()):
        files[name] = f"model-{number}.{suffix}"
        if suffix == "bin":
            torch.save({name: tensor}, folder / files[name])
        else:
            save_file({name: tensor}, folder / files[name])
    stem = "pytorch_model.bin" if suffix == "bin" else "model.safetensors"
    (folder / (stem + INDEX)).write_text(json.dumps({"metadata": {}, "weight_map": files}))
    return folder


@pytest.mark.parametrize("suffix", ["safetensors", "bin"])
def test_shards_are_read_together(root: Path, suffix: str) -> None:
    sharded(root / "org" / "name", suffix)
    tensors = read_tensors(find(None, "org/name"))
    assert tensors.keys() == TENSORS.keys()
    assert all(torch.equal(tensors[name], TENSORS[name]) for name in TENSORS)


def test_a_revision_has_a_folder_of_its_own(root: Path) -> None:
    put(root / "org" / "name", 1.0)
    put(root / "org" / "name@v2", 2.0)
    assert read_tensors(find(None, "org/name"))["a"] == 1
    assert read_tensors(find(None, "org/name", "v2"))["a"] == 2
    assert read_tensors(find(None, "org/name", "v3"))["a"] == 1


def test_the_layout_of_the_hubs_cache(root: Path) -> None:
    cached = root / "models--org--name"
    put(cached / "snapshots" / "abc", 1.0)
    put(cached / "snapshots" / "def", 2.0)
    (cached / "refs").mkdir()
    (cached / "refs" / "main").write_text("abc\n")
    (cached / "refs" / "v2").write_text("def")
    assert read_tensors(find(None, "org/name"))["a"] == 1
    assert read_tensors(find(None, "org/name", "v2"))["a"] == 2
    assert read_tensors(find(None, "org/name", "def"))["a"] == 2


def test_a_missing_shard_is_named(root: Path) -> None:
    folder = sharded(root / "org" / "name")
    (folder / "model-1.safetensors").unlink()
    with pytest.raises(Failure, match="part of the weights is missing") as raised:
        read_tensors(find(None, "org/name"))
    assert "model-1.safetensors" in raised.value.detail


@pytest.mark.parametrize(
    "content", ["", "[]", "{}", '{"weight_map": {}}', '{"weight_map": {"a": "../../x"}}']
)
def test_an_index_names_files_beside_it_only(tmp_path: Path, content: str) -> None:
    index = tmp_path / f"model.safetensors{INDEX}"
    index.write_text(content)
    with pytest.raises(Failure, match="cannot be read"):
        read_tensors(index)


def test_weights_that_are_nowhere_say_which_revision_was_wanted(root: Path) -> None:
    with pytest.raises(Failure) as raised:
        find(None, "org/name", "v1")
    assert raised.value.title == "Pretrained weights not found"
    assert "org/name@v1" in raised.value.detail and "org/name@v1/" in raised.value.hint


def test_a_state_dict_inside_a_checkpoint(tmp_path: Path) -> None:
    torch.save({"epoch": 3, "state_dict": {"a": torch.ones(1)}}, tmp_path / "checkpoint.pth")
    assert read_tensors(tmp_path / "checkpoint.pth").keys() == {"a"}
