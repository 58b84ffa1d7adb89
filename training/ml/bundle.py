"""A bundle: the folder that training, evaluation, export and serving share.

`bundle.json` says what the model is, `model.safetensors` holds its weights, `README.md` is its card. Reading
one needs no torch; `save_bundle` takes a state dict, and `save_random_bundle` makes a small untrained one for
tests and benchmarks.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from training.ml.failures import Failure
from training.ml.files import new_folder, write_json

if TYPE_CHECKING:
    from torch import Tensor

FORMAT = "tessera-bundle/1"
# Beside the bundle's own files: the thresholds that people chose, by class id.
THRESHOLDS = "thresholds.json"
# In an index mask: a pixel of no label.
NOTHING = 255
MEAN = (0.485, 0.456, 0.406)
STD = (0.229, 0.224, 0.225)


@dataclass(frozen=True)
class Label:
    """One label: the value in an index mask, the class's name, id (null for background), colour, and whether
    it is stuff, of which an image holds one segment at most.
    """

    index: int
    name: str
    id: str | None = None
    color: str | None = None
    stuff: bool = False


@dataclass(frozen=True)
class Preprocessing:
    """How an image becomes input: stretched to `size` (height, width), `(value * scale - mean) / std` per
    channel.

    `interpolation` "area" averages where the image shrinks and is bilinear where it grows.
    """

    size: tuple[int, int]
    mean: tuple[float, ...] = MEAN
    std: tuple[float, ...] = STD
    scale: float = 1 / 255
    resize: str = "stretch"
    interpolation: str = "area"


@dataclass(frozen=True)
class Bundle:
    """What `bundle.json` says; `folder` is where it lies."""

    folder: Path
    architecture: str
    variant: str
    task: str
    num_labels: int
    config: dict[str, Any]
    labels: tuple[Label, ...]
    unlabelled: str
    preprocessing: Preprocessing
    metrics: dict[str, float] = field(default_factory=dict)
    lineage: dict[str, Any] = field(default_factory=dict)
    parameters: int = 0
    reading: str = "pixels"
    # By class id, of the classes that have one.
    thresholds: dict[str, float] = field(default_factory=dict)

    @property
    def by_label(self) -> dict[int, float]:
        """The thresholds by label index."""
        known = self.thresholds
        return {label.index: known[label.id] for label in self.labels if label.id and label.id in known}

    @property
    def elsewhere(self) -> int:
        """What pixels are that no class reaches its threshold at: the background, else NOTHING."""
        return next((label.index for label in self.labels if label.id is None), NOTHING)

    @property
    def offset(self) -> int:
        """Labels before the model's first output: of objects, the background has none."""
        return int(self.task != "semantic" and bool(self.labels) and self.labels[0].id is None)

    @property
    def weights(self) -> Path:
        """The safetensors file."""
        return self.folder / "model.safetensors"


def read_bundle(folder: str | Path) -> Bundle:
    """Read `folder/bundle.json`. Raises `Failure` where it is missing, damaged or of another format."""
    folder = Path(folder)
    try:
        values = json.loads((folder / "bundle.json").read_text())
        if values["format"] != FORMAT:
            raise Failure("Unknown bundle format", f"{folder} says {values['format']!r}, not {FORMAT!r}.")
        rules = values["preprocessing"].items()
        preprocessing: dict[str, Any] = {k: tuple(v) if isinstance(v, list) else v for k, v in rules}
        return Bundle(
            folder=folder,
            labels=tuple(Label(**label) for label in values["labels"]),
            preprocessing=Preprocessing(**preprocessing),
            thresholds=_thresholds(folder / THRESHOLDS),
            **{k: v for k, v in values.items() if k not in ("format", "labels", "preprocessing")},
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        hint = "Train or import the model again; a bundle holds bundle.json and model.safetensors."
        raise Failure("Not a readable bundle", f"{folder}: {error}", hint) from error


def _thresholds(file: Path) -> dict[str, float]:
    if not file.exists():
        return {}
    return {str(key): float(value) for key, value in json.loads(file.read_text()).items()}


def save_bundle(
    folder: str | Path,
    *,
    state: Mapping[str, "Tensor"],
    architecture: str,
    variant: str,
    config: Mapping[str, Any],
    labels: Sequence[Label],
    size: tuple[int, int],
    task: str = "semantic",
    unlabelled: str = "background",
    metrics: Mapping[str, float] | None = None,
    lineage: Mapping[str, Any] | None = None,
    parameters: int | None = None,
    reading: str = "pixels",
) -> Bundle:
    """Write a bundle that appears whole or not at all.

    Args: `state` the model's state dict; `config` what the architecture needs to rebuild it; `labels` the
    background, where there is one, and one for each class, in order; `size` the input's height and width;
    `reading` how the architecture's outputs become objects. Raises `OSError` when the disk is full.
    """
    from safetensors.torch import save_file

    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in state.items()}
    bundle = Bundle(
        folder=Path(folder),
        architecture=architecture,
        variant=variant,
        task=task,
        num_labels=len(labels),
        config=dict(config),
        labels=tuple(labels),
        unlabelled=unlabelled,
        preprocessing=Preprocessing(size),
        metrics=dict(metrics or {}),
        lineage=dict(lineage or {}),
        parameters=parameters or sum(tensor.numel() for tensor in tensors.values()),
        reading="pixels" if task == "semantic" else reading,
    )
    values = {k: v for k, v in asdict(bundle).items() if k not in ("folder", "thresholds")}
    with new_folder(bundle.folder) as draft:
        save_file(tensors, draft / "model.safetensors", metadata={"format": "pt"})
        (draft / "README.md").write_text(model_card(bundle))
        write_json(draft / "bundle.json", {"format": FORMAT, **values})
    return bundle


def model_card(bundle: Bundle) -> str:
    """The bundle's README: what it is, what it was trained on, how well it does, how to use it."""
    height, width = bundle.preprocessing.size
    lines = [
        f"# {bundle.architecture} {bundle.variant}, {bundle.task} segmentation",
        "",
        f"{bundle.parameters:,} parameters, input {width} x {height}, labels: "
        + ", ".join(label.name for label in bundle.labels)
        + ".",
        f"Unlabelled pixels were trained as {bundle.unlabelled}.",
        "",
        "## Metrics on the validation split",
        *([f"- {name}: {value:.4f}" for name, value in bundle.metrics.items()] or ["- none recorded"]),
        "",
        "## Lineage",
        *([f"- {name}: {value}" for name, value in bundle.lineage.items()] or ["- none recorded"]),
        "",
        "## Use",
        "```python",
        "from training.ml.images import load_rgb",
        "from training.ml.predictor import Predictor",
        "",
        'predictor = Predictor(".")',
        'mask, scores = predictor.predict(load_rgb("image.jpg"))',
        "```",
        "",
    ]
    return "\n".join(lines)


def save_random_bundle(
    folder: str | Path,
    classes: Sequence[str] = ("squirrel", "butterfly"),
    size: tuple[int, int] = (64, 64),
    variant: str = "b0",
    seed: int = 0,
    architecture: str = "segformer",
    task: str = "semantic",
) -> Bundle:
    """A bundle of an untrained model whose masks vary over the image: for tests and benchmarks of what reads
    bundles.

    Labels are background and `classes`, with ids `class-1`, `class-2`, ….
    """
    import torch

    from training.ml.models import ARCHITECTURES

    names = [
        Label(0, "background"),
        *(Label(i, n, f"class-{i}", "#3b82f6") for i, n in enumerate(classes, 1)),
    ]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        family = ARCHITECTURES[architecture]
        config = family.config(variant, len(names) - (0 if task == "semantic" else 1), task)
        model = family.build(config)
        for name, parameter in model.named_parameters():
            if name.startswith(family.classifier_prefix) and parameter.ndim > 1:
                torch.nn.init.normal_(parameter, std=1.0)
    return save_bundle(
        folder,
        state=model.state_dict(),
        architecture=architecture,
        variant=variant,
        config=config,
        labels=names,
        size=size,
        task=task,
        reading=family.reading,
    )
