"""Loading weights into a model, and saying what was loaded. Nothing here unpickles: safetensors, or
`weights_only`.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from training.ml.bundle import Bundle, read_bundle
from training.ml.failures import Failure
from training.ml.models import Architecture, architecture


@dataclass(frozen=True)
class LoadingReport:
    """Which parameters came from the file, which the file lacks, which were re-made, which the model has no
    use for.
    """

    source: str
    matched: tuple[str, ...]
    missing: tuple[str, ...]
    remade: tuple[str, ...]
    unused: tuple[str, ...]

    def sentence(self) -> str:
        """One line for the log."""
        parts = [f"{len(self.matched)} tensors loaded from {self.source}"]
        if self.missing:
            parts.append(f"{len(self.missing)} not in it and left as initialised ({shorten(self.missing)})")
        if self.remade:
            parts.append(f"{len(self.remade)} re-made for another number of classes ({shorten(self.remade)})")
        if self.unused:
            parts.append(f"{len(self.unused)} not used ({shorten(self.unused)})")
        return "; ".join(parts) + "."


def shorten(names: tuple[str, ...]) -> str:
    """The first names, with an ellipsis where there are more."""
    return ", ".join(names[:3]) + (", …" if len(names) > 3 else "")


def load_bundle_model(bundle: Bundle) -> nn.Module:
    """The bundle's model with its weights, in eval mode, on the CPU. Raises `Failure` if they do not fit."""
    model = architecture(bundle.architecture).build(bundle.config)
    try:
        model.load_state_dict(load_file(bundle.weights))
    except (OSError, SafetensorError, RuntimeError) as error:
        raise Failure("The bundle's weights do not load", f"{bundle.weights}: {error}") from error
    return model.eval()


def load_weights(
    model: nn.Module, family: Architecture, kind: str, path: str | None, hub_id: str | None
) -> LoadingReport:
    """Load what a run's specification names: kind "pretrained", "bundle" or "file". Raises `Failure` with
    what to do.
    """
    if kind == "pretrained":
        source = pretrained_file(path, hub_id)
    elif kind == "bundle":
        source = other_bundle(path, family)
    else:
        source = Path(path or "")
    return load_state(model, family, read_tensors(source), str(source))


def other_bundle(path: str | None, family: Architecture) -> Path:
    """The weights of an earlier bundle of the same architecture."""
    bundle = read_bundle(path or "")
    if bundle.architecture != family.name:
        detail = f"{path} is a {bundle.architecture}, the run trains a {family.name}."
        raise Failure(
            "Weights of another architecture", detail, "Choose an artifact of the same architecture."
        )
    return bundle.weights


def pretrained_file(path: str | None, hub_id: str | None) -> Path:
    """The weight file of a hub id: at `path`, else under TESSERA_WEIGHTS_DIR, else fetched from the hub."""
    folders = [Path(path)] if path else []
    base = os.environ.get("TESSERA_WEIGHTS_DIR")
    if base and hub_id:
        folders += [Path(base) / hub_id, Path(base) / hub_id.rsplit("/", 1)[-1]]
    for folder in folders:
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
    return download(hub_id)


def weight_file(folder: Path) -> Path | None:
    """The file in a folder of the hub's layout, or the path itself if it is a file."""
    if folder.is_file():
        return folder
    for name in ("model.safetensors", "pytorch_model.bin"):
        if (folder / name).is_file():
            return folder / name
    return None


def download(hub_id: str) -> Path:
    """Fetch a repository's weight file from the hub, or find it in the hub's cache."""
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import EntryNotFoundError

    try:
        try:
            return Path(hf_hub_download(hub_id, "model.safetensors"))
        except EntryNotFoundError:
            return Path(hf_hub_download(hub_id, "pytorch_model.bin"))
    except Exception as error:  # the hub's client raises its own, requests', httpx's and the system's errors
        raise Failure(
            "Pretrained weights not found",
            f"{hub_id} is neither in TESSERA_WEIGHTS_DIR nor could it be fetched from the model hub "
            f"({type(error).__name__}).",
            f"Put the repository's model.safetensors into $TESSERA_WEIGHTS_DIR/{hub_id}/ and start again, "
            'or set weights to "scratch" to train without pretrained weights.',
        ) from error


def read_tensors(file: Path) -> dict[str, Tensor]:
    """The tensors of a safetensors file, or of a `.bin` read with `weights_only`. Raises `Failure`."""
    try:
        if file.suffix in (".bin", ".pt", ".pth"):
            loaded = torch.load(file, map_location="cpu", weights_only=True)
            return {name: value for name, value in loaded.items() if isinstance(value, Tensor)}
        return load_file(file)
    except Exception as error:  # damaged files raise anything from KeyError to UnpicklingError
        raise Failure(
            "The weight file cannot be read",
            f"{file}: {str(error).splitlines()[0] if str(error) else type(error).__name__}",
            "Give a safetensors file saved from the same architecture.",
        ) from error


def load_state(
    model: nn.Module, family: Architecture, tensors: Mapping[str, Tensor], source: str
) -> LoadingReport:
    """Copy what fits by name and shape; the classifier alone may differ in shape, and is then left as
    initialised.

    Raises `Failure` where another parameter has another shape or where nothing matches at all.
    """
    own = model.state_dict()
    given = {family.rename(name): tensor for name, tensor in tensors.items()}
    remade = {n for n in own if n in given and own[n].shape != given[n].shape}
    wrong = sorted(n for n in remade if not n.startswith(family.classifier_prefix))
    matched = {n: given[n] for n in own if n in given and n not in remade}
    if wrong:
        name = wrong[0]
        detail = (
            f"{name} is {tuple(given[name].shape)} in {source} and {tuple(own[name].shape)} in the model."
        )
        raise Failure("Weights of another size", detail, "Choose the variant that the weights were made for.")
    if not matched:
        hint = f"Give weights of a {family.title}."
        raise Failure(
            "Weights of another architecture", f"No tensor of {source} belongs to a {family.title}.", hint
        )
    model.load_state_dict(matched, strict=False)
    return LoadingReport(
        source=source,
        matched=tuple(sorted(matched)),
        missing=tuple(sorted(set(own) - set(given))),
        remade=tuple(sorted(remade)),
        unused=tuple(sorted(set(given) - set(own))),
    )
