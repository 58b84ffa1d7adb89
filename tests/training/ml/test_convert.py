"""State dicts become safetensors, and nothing that would run code is opened."""

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import nn

from training.ml.convert import convert, main
from training.ml.failures import Failure


class Trap:
    """Writes a file when it is unpickled."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return Path.touch, (self.file,)  # type: ignore[return-value]


@pytest.mark.parametrize("place", [None, "state_dict", "model"])
def test_the_tensors_are_the_same_wherever_the_checkpoint_keeps_them(
    place: str | None, tmp_path: Path
) -> None:
    state = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4)).half().state_dict()
    torch.save({place: state, "epoch": 3} if place else state, tmp_path / "in.pt")
    assert convert(tmp_path / "in.pt", tmp_path / "out.safetensors") == len(state)
    written = load_file(tmp_path / "out.safetensors")
    assert written.keys() == state.keys()
    for name, tensor in state.items():
        assert torch.equal(written[name], tensor) and written[name].dtype == tensor.dtype


def test_tensors_that_share_memory_or_lie_across_are_written_whole(tmp_path: Path) -> None:
    tensor = torch.arange(6.0).view(2, 3)
    torch.save({"a": tensor, "b": tensor.t(), "c": tensor[0]}, tmp_path / "in.pth")
    convert(tmp_path / "in.pth", tmp_path / "out.safetensors")
    written = load_file(tmp_path / "out.safetensors")
    assert torch.equal(written["b"], tensor.t()) and torch.equal(written["c"], tensor[0])


def test_a_pickled_model_is_refused_and_not_run(tmp_path: Path) -> None:
    torch.save({"model": Trap(tmp_path / "ran")}, tmp_path / "in.pt")
    with pytest.raises(Failure, match="pickled object") as caught:
        convert(tmp_path / "in.pt", tmp_path / "out.safetensors")
    assert "model.state_dict()" in caught.value.hint
    assert not (tmp_path / "ran").exists() and not (tmp_path / "out.safetensors").exists()


@pytest.mark.parametrize("content", [b"", b"no checkpoint", b"PK\x03\x04 cut off"])
def test_what_is_no_checkpoint_is_said_to_be_none(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "in.pt").write_bytes(content)
    with pytest.raises(Failure, match="cannot be read"):
        convert(tmp_path / "in.pt", tmp_path / "out.safetensors")


def test_a_file_without_tensors_is_refused(tmp_path: Path) -> None:
    torch.save({"epoch": 3, "names": ["a"]}, tmp_path / "in.pt")
    with pytest.raises(Failure, match="no tensors"):
        convert(tmp_path / "in.pt", tmp_path / "out.safetensors")


def test_the_command_says_what_it_did(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    torch.save({"weight": torch.ones(2)}, tmp_path / "in.pt")
    assert main([str(tmp_path / "in.pt"), str(tmp_path / "out.safetensors")]) == 0
    assert "1 tensors" in capsys.readouterr().out
    assert main([str(tmp_path / "none.pt"), str(tmp_path / "out.safetensors")]) == 2
    assert "none.pt" in capsys.readouterr().err
