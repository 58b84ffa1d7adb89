"""Resumable state of a run: a folder `checkpoints/step-00000100/` that appears whole or not at all.

Tensors are kept in safetensors, everything else in JSON; nothing is pickled. The newest two are kept.
"""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.optim import Optimizer

from training.ml.failures import Failure
from training.ml.files import new_folder, remove_drafts, require_room, write_json
from training.ml.optim import MovingAverage

KEPT = 2
CPU_RNG = "cpu"


@dataclass
class Parts:
    """What a run consists of, besides its progress."""

    model: nn.Module
    optimizer: Optimizer
    average: MovingAverage | None
    scaler: torch.amp.GradScaler | None


def folder_of(step: int) -> str:
    """The name of a step's folder; names sort as steps do."""
    return f"step-{step:08d}"


def save_checkpoint(folder: Path, step: int, parts: Parts, progress: Mapping[str, Any]) -> None:
    """Write the state after `step` below `folder` and delete older ones. Raises `OSError` or, from within
    safetensors, `SafetensorError` where the disk is full; the older ones are then whole.
    """
    optimizer = parts.optimizer.state_dict()
    tensors, scalars = split_optimizer(optimizer["state"])
    state = {
        "step": step,
        "progress": dict(progress),
        "groups": [{k: v for k, v in group.items() if is_plain(v)} for group in optimizer["param_groups"]],
        "scalars": scalars,
        "scaler": parts.scaler.state_dict() if parts.scaler else None,
    }
    average = parts.average.state if parts.average is not None else {}
    held = (parts.model.state_dict(), tensors, average)
    folder.mkdir(exist_ok=True)
    require_room(folder, sum(value.nbytes for part in held for value in part.values()))
    with new_folder(folder / folder_of(step)) as draft:
        save_file(stored(parts.model.state_dict()), draft / "model.safetensors")
        save_file(tensors, draft / "optimizer.safetensors")
        save_file(random_states(), draft / "random.safetensors")
        if parts.average is not None:
            save_file(stored(average), draft / "average.safetensors")
        write_json(draft / "state.json", state)
    for old in sorted(folder.glob("step-*"))[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)


def load_checkpoint(folder: Path, parts: Parts, tidy: bool = True) -> tuple[int, dict[str, Any]] | None:
    """Load the newest state below `folder` into `parts`; its step and progress, or None where there is none.
    With `tidy`, what an interrupted writer left is deleted.

    Raises `Failure` where the state does not fit the model, which means that the specification was changed.
    """
    if not folder.is_dir():
        return None
    if tidy:
        remove_drafts(folder)
    found = sorted(folder.glob("step-*"))
    if not found:
        return None
    newest = found[-1]
    try:
        state = json.loads((newest / "state.json").read_text())
        parts.model.load_state_dict(load_file(newest / "model.safetensors"))
        groups = parts.optimizer.state_dict()["param_groups"]
        groups = [{**own, **saved} for own, saved in zip(groups, state["groups"], strict=True)]
        moments = join_optimizer(load_file(newest / "optimizer.safetensors"), state["scalars"])
        parts.optimizer.load_state_dict({"state": moments, "param_groups": groups})
        if parts.average is not None:
            parts.average.state = load_file(newest / "average.safetensors", device=device_of(parts.model))
        if parts.scaler is not None and state["scaler"]:
            parts.scaler.load_state_dict(state["scaler"])
        restore_random(load_file(newest / "random.safetensors"))
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        hint = "Start a new run: this one's specification or files were changed after it began."
        raise Failure("The checkpoint cannot be resumed", f"{newest.name}: {error}", hint) from error
    return int(state["step"]), dict(state["progress"])


def newest_step(folder: Path) -> int | None:
    """The step of the newest state below `folder`."""
    found = sorted(folder.glob("step-*"))
    return int(found[-1].name.removeprefix("step-")) if found else None


def device_of(model: nn.Module) -> str:
    """Where the model's parameters are."""
    return str(next(model.parameters()).device)


def stored(state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """A state dict as safetensors takes it."""
    return {name: value.detach().cpu().contiguous() for name, value in state.items()}


def is_plain(value: Any) -> bool:
    """Whether a value of a parameter group is JSON as it stands."""
    return value is None or isinstance(value, (bool, int, float, str))


def split_optimizer(
    state: Mapping[int, Mapping[str, Any]],
) -> tuple[dict[str, Tensor], dict[str, dict[str, Any]]]:
    """An optimiser's state as tensors named `index.key` and the rest by index."""
    tensors: dict[str, Tensor] = {}
    scalars: dict[str, dict[str, Any]] = {}
    for index, values in state.items():
        for key, value in values.items():
            if isinstance(value, Tensor):
                tensors[f"{index}.{key}"] = value.detach().cpu().contiguous()
            else:
                scalars.setdefault(str(index), {})[key] = value
    return tensors, scalars


def join_optimizer(
    tensors: Mapping[str, Tensor], scalars: Mapping[str, Mapping[str, Any]]
) -> dict[int, dict[str, Any]]:
    """The inverse of `split_optimizer`."""
    state: dict[int, dict[str, Any]] = {int(index): dict(values) for index, values in scalars.items()}
    for name, value in tensors.items():
        index, key = name.split(".", 1)
        state.setdefault(int(index), {})[key] = value
    return state


def random_states() -> dict[str, Tensor]:
    """The states of torch's generators, by device."""
    states = {CPU_RNG: torch.get_rng_state()}
    if torch.cuda.is_available():
        states |= {f"cuda:{i}": state for i, state in enumerate(torch.cuda.get_rng_state_all())}
    return states


def restore_random(states: Mapping[str, Tensor]) -> None:
    """Set the generators to `states`; those of devices that are not here are left out."""
    for name, state in states.items():
        if name == CPU_RNG:
            torch.set_rng_state(state)
        elif torch.cuda.is_available() and int(name.split(":")[1]) < torch.cuda.device_count():
            torch.cuda.set_rng_state(state, name)
