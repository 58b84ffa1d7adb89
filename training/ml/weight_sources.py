"""Where weights lie: a file, a folder in the hub's layout, a repository of the hub; whole or in shards.
Nothing here unpickles: safetensors, or `weights_only`.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import torch
from safetensors.torch import load_file
from torch import Tensor

from training.ml.failures import Failure

INDEX = ".index.json"
# Best first: what a repository or a folder may hold.
WHOLE = ("model.safetensors", "pytorch_model.bin")
FILES = (WHOLE[0], WHOLE[0] + INDEX, WHOLE[1], WHOLE[1] + INDEX)
PICKLES = (".bin", ".pt", ".pth")
# Where a state dict may lie inside a training checkpoint.
NESTED = ("state_dict", "model_state_dict", "model")


def find(path: str | None, hub_id: str | None, revision: str | None = None) -> Path:
    """The weight file, or the index of its shards, of a hub id: at `path`, else under TESSERA_WEIGHTS_DIR,
    else fetched from the hub. Raises `Failure`.
    """
    for folder in [Path(path)] if path else local_folders(hub_id, revision):
        found = weight_file(folder)
        if found is not None:
            return found
    if path:
        raise Failure(
            "No weights there", f"{path} holds no model.safetensors.", "Give a folder in the hub's layout."
        )
    if not hub_id:
        raise Failure(
            "No pretrained weights", "This variant has none.", 'Set weights to "scratch" to train without.'
        )
    return download(hub_id, revision)


def local_folders(hub_id: str | None, revision: str | None = None) -> Iterator[Path]:
    """Folders under TESSERA_WEIGHTS_DIR that may hold a repository: by its id and revision, by its id, by its
    short name, or as the hub's client caches it.
    """
    base = os.environ.get("TESSERA_WEIGHTS_DIR")
    if not base or not hub_id:
        return
    root, short = Path(base), hub_id.rpartition("/")[2]
    if revision:
        yield root / f"{hub_id}@{revision}"
        yield root / f"{short}@{revision}"
    yield root / hub_id
    yield root / short
    cached = root / f"models--{hub_id.replace('/', '--')}"
    named = cached / "refs" / (revision or "main")
    commit = named.read_text(encoding="ascii").strip() if named.is_file() else revision
    if commit:
        yield cached / "snapshots" / commit


def weight_file(folder: Path) -> Path | None:
    """The file, or the index of its shards, in a folder of the hub's layout; a file is itself."""
    if folder.is_file():
        return folder
    return next((folder / name for name in FILES if (folder / name).is_file()), None)


def download(hub_id: str, revision: str | None = None) -> Path:
    """Fetch a repository's weights from the hub, or find them in the hub's cache; the file or the index.
    Raises `Failure`.
    """
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import EntryNotFoundError, RevisionNotFoundError

    shown = f"{hub_id}@{revision}" if revision else hub_id
    try:
        for name in FILES[:-1]:
            try:
                return _with_shards(Path(hf_hub_download(hub_id, name, revision=revision)), hub_id, revision)
            except EntryNotFoundError:
                continue
        return _with_shards(Path(hf_hub_download(hub_id, FILES[-1], revision=revision)), hub_id, revision)
    except RevisionNotFoundError as error:
        raise Failure(
            "Pretrained weights not found",
            f"The repository {hub_id} has no revision {revision}.",
            "Give the name of a branch or a tag, or a whole commit hash.",
        ) from error
    except Exception as error:  # the hub's client raises its own, requests', httpx's and the system's errors
        raise Failure(
            "Pretrained weights not found",
            f"{shown} is neither in TESSERA_WEIGHTS_DIR nor could it be fetched from the model hub "
            f"({type(error).__name__}).",
            f"Put the repository's model.safetensors into $TESSERA_WEIGHTS_DIR/{shown}/ and start again, "
            'or set weights to "scratch" to train without pretrained weights.',
        ) from error


def _with_shards(file: Path, hub_id: str, revision: str | None) -> Path:
    """The file; where it is an index its shards are fetched too, and lie beside it in the client's cache."""
    from huggingface_hub import hf_hub_download

    if file.name.endswith(INDEX):
        for shard in shards_of(file):
            hf_hub_download(hub_id, shard, revision=revision)
    return file


def shards_of(index: Path) -> list[str]:
    """The names of the files that an index names, each once. Raises `Failure`."""
    try:
        names = dict.fromkeys(json.loads(index.read_text(encoding="utf-8"))["weight_map"].values())
        if not names or any(not isinstance(name, str) or Path(name).name != name for name in names):
            raise ValueError("it names no files beside it")
    except (OSError, ValueError, KeyError, AttributeError, TypeError) as error:
        raise Failure(
            "The weight file cannot be read",
            f"{index}: {error}",
            "Give the index that belongs to the shards, or one safetensors file.",
        ) from error
    return list(names)


def read_tensors(file: Path) -> dict[str, Tensor]:
    """The tensors of a safetensors file, of a `.bin` read with `weights_only`, or of all shards of an index.
    Raises `Failure`.
    """
    if not file.name.endswith(INDEX):
        return _read(file)
    tensors: dict[str, Tensor] = {}
    for shard in shards_of(file):
        if not (file.parent / shard).is_file():
            raise Failure(
                "A part of the weights is missing",
                f"{file} names {shard}, which is not beside it.",
                "Put every file of the repository into the folder.",
            )
        tensors.update(_read(file.parent / shard))
    return tensors


def _read(file: Path) -> dict[str, Tensor]:
    try:
        if file.suffix not in PICKLES:
            return load_file(file)
        loaded = torch.load(file, map_location="cpu", weights_only=True)
        for name in NESTED:
            loaded = loaded[name] if isinstance(loaded.get(name), dict) else loaded
        return {name: value for name, value in loaded.items() if isinstance(value, Tensor)}
    except Exception as error:  # damaged files raise anything from KeyError to UnpicklingError
        raise Failure(
            "The weight file cannot be read",
            f"{file}: {str(error).splitlines()[0] if str(error) else type(error).__name__}",
            "Give a safetensors file saved from the same architecture.",
        ) from error
