"""Loading weights into a model, and saying what was loaded."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from training.ml.bundle import Bundle, read_bundle
from training.ml.failures import Failure
from training.ml.models import Architecture, architecture
from training.ml.quantize.aware import without_ranges
from training.ml.weight_sources import find, read_tensors

# Names in a report beyond this many are counted.
MOST_NAMES = 200


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

    def record(self) -> dict[str, Any]:
        """JSON-ready for the run's state."""
        return {
            "source": self.source,
            "matched": len(self.matched),
            "missing": listed(self.missing),
            "remade": listed(self.remade),
            "unused": listed(self.unused),
        }


def listed(names: tuple[str, ...]) -> list[str]:
    """The names; of many the first, and how many there are besides."""
    more = len(names) - MOST_NAMES
    return list(names) if more <= 0 else [*names[:MOST_NAMES], f"and {more} more"]


def shorten(names: tuple[str, ...]) -> str:
    """The first names, with an ellipsis where there are more."""
    return ", ".join(names[:3]) + (", …" if len(names) > 3 else "")


def load_bundle_model(bundle: Bundle) -> nn.Module:
    """The bundle's model with its weights, in eval mode, on the CPU. Raises `Failure` if they do not fit."""
    model = architecture(bundle.architecture).build(bundle.config)
    try:
        model.load_state_dict(without_ranges(load_file(bundle.weights)))
    except (OSError, SafetensorError, RuntimeError) as error:
        raise Failure("The bundle's weights do not load", f"{bundle.weights}: {error}") from error
    return model.eval()


def load_weights(
    model: nn.Module,
    family: Architecture,
    kind: str,
    path: str | None,
    hub_id: str | None,
    revision: str | None = None,
    name: str | None = None,
) -> LoadingReport:
    """Load what a run's specification names: kind "pretrained", "bundle" or "file"; `name` is what people
    call it, for the report. Raises `Failure` with what to do.
    """
    if kind == "pretrained":
        source = find(path, hub_id, revision)
    elif kind == "bundle":
        source = other_bundle(path, family)
    else:
        source = Path(path or "")
    return load_state(model, family, read_tensors(source), name or str(source))


def other_bundle(path: str | None, family: Architecture) -> Path:
    """The weights of an earlier bundle of the same architecture."""
    bundle = read_bundle(path or "")
    if bundle.architecture != family.name:
        detail = f"{path} is a {bundle.architecture}, the run trains a {family.name}."
        raise Failure(
            "Weights of another architecture", detail, "Choose an artifact of the same architecture."
        )
    return bundle.weights


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
