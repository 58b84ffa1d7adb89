"""What a training specification may say: checked against the catalogue and completed with its defaults.

Pure: it knows the catalogue and what its caller tells it about the project, and reads no database.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.errors import FieldError
from training import compression_checks
from training.checks import MISSING, Problems, listed
from training.weight_choice import checked

KEYS = (
    "architecture",
    "variant",
    "weights",
    "input_size",
    "augmentations",
    "hyperparameters",
    "evaluation",
    "early_stopping",
    "teacher",
)
SEMANTIC_METRICS = ("val/loss", "val/miou", "val/f1", "val/pixel_accuracy")
INSTANCE_METRICS = (*SEMANTIC_METRICS, "val/map", "val/map50")
METRICS = {
    "semantic": SEMANTIC_METRICS,
    "instance": INSTANCE_METRICS,
    "panoptic": (*INSTANCE_METRICS, "val/pq"),
}
# The metric that a run of a task is judged by where its specification names none.
WATCHED = {"semantic": "val/miou", "instance": "val/map", "panoptic": "val/pq"}
CLASS_METRIC = "val/iou/"
SMALLEST_SIDE = 32
LARGEST_SIDE = 4096
MOST_AUGMENTATIONS = 64

Architectures = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class Context:
    """What the project adds to the check. `artifact_of` gives (architecture, variant) of an artifact of the
    project, or None where there is none of that id; `is_file` whether a weight file of that name is there;
    `cannot_teach` why an artifact's labels are not the project's, None where they are."""

    task: str
    architectures: Architectures
    class_names: Collection[str] = ()
    artifact_of: Callable[[str], tuple[str, str] | None] = field(default=lambda _id: None)
    is_file: Callable[[str], bool] = field(default=lambda _name: False)
    cannot_teach: Callable[[str], str | None] = field(default=lambda _id: None)

    def multiple_of(self, artifact_id: str) -> int | None:
        """What the sides of an artifact's input are multiples of, None where there is no such artifact."""
        found = self.artifact_of(artifact_id)
        if found is None:
            return None
        return int(self.architectures.get(found[0], {}).get("size_multiple", 1))


def resolve(spec: object, context: Context, root: str = "spec") -> dict[str, Any]:
    """The spec with every default filled in.

    Raises BadInput naming each wrong field from `root` on, such as `spec.hyperparameters.learning_rate`.
    """
    problems = Problems()
    if not isinstance(spec, Mapping):
        problems.add(root, "must be an object")
        problems.stop()
    given = problems.mapping(spec, root, KEYS)
    architecture = _architecture(given.get("architecture", MISSING), context, root, problems)
    if architecture is None:
        problems.stop()
        raise AssertionError("an unusable architecture is always reported")
    defaults = architecture.get("defaults", {})
    variants = [variant["name"] for variant in architecture["variants"]]
    variant = problems.choice(
        given.get("variant", defaults.get("variant", variants[0])), f"{root}.variant", variants
    )
    hyperparameters = _hyperparameters(given.get("hyperparameters"), architecture, root, problems)
    resolved = {
        "architecture": architecture["name"],
        "variant": variant,
        "weights": checked(
            given.get("weights", MISSING),
            architecture,
            variant,
            f"{root}.weights",
            problems,
            context.artifact_of,
            context.is_file,
        ),
        "input_size": _input_size(given.get("input_size", MISSING), architecture, root, problems),
        "augmentations": _augmentations(given.get("augmentations", MISSING), architecture, root, problems),
        "hyperparameters": hyperparameters,
        "evaluation": _evaluation(given.get("evaluation"), hyperparameters.get("steps"), root, problems),
        "early_stopping": _early_stopping(given.get("early_stopping"), context, root, problems),
    }
    compression_checks.pruning(hyperparameters, resolved["weights"], root, problems)
    teacher = compression_checks.teacher(
        given.get("teacher"),
        hyperparameters,
        architecture,
        resolved["input_size"],
        context.task,
        root,
        problems,
        context.multiple_of,
        context.cannot_teach,
    )
    problems.stop()
    return resolved if teacher is None else {**resolved, "teacher": teacher}


def merge(spec: Mapping[str, Any], overrides: Mapping[str, Any]) -> dict[str, Any]:
    """The spec with `overrides` laid over it: objects key by key, everything else replaced."""
    merged = dict(spec)
    for key, value in overrides.items():
        below = merged.get(key)
        merged[key] = (
            merge(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
        )
    return merged


def rename_fields(
    errors: Collection[FieldError], overrides: Mapping[str, Any], source: str, target: str
) -> list[FieldError]:
    """The errors with the fields that `overrides` set named as the caller sent them."""
    return [
        FieldError(target + error.field.removeprefix(source), error.message)
        if _sets(overrides, error.field.removeprefix(source).strip(".").split("."))
        else error
        for error in errors
    ]


def _sets(overrides: object, path: list[str]) -> bool:
    for key in path:
        if not isinstance(overrides, Mapping):
            return True
        if key not in overrides:
            return False
        overrides = overrides[key]
    return True


def _architecture(value: object, context: Context, root: str, problems: Problems) -> Mapping[str, Any] | None:
    name = f"{root}.architecture"
    if value is MISSING:
        problems.add(name, f"is required; one of {listed(context.architectures)}")
        return None
    if not isinstance(value, str) or value not in context.architectures:
        problems.add(name, f"must be one of {listed(context.architectures)}")
        return None
    architecture = context.architectures[value]
    if context.task not in architecture["tasks"]:
        fitting = [key for key, entry in context.architectures.items() if context.task in entry["tasks"]]
        hint = f"choose one of {listed(fitting)}" if fitting else "no architecture here does"
        problems.add(name, f"{value} does not do {context.task} segmentation; {hint}")
        return None
    return architecture


def _input_size(
    value: object, architecture: Mapping[str, Any], root: str, problems: Problems
) -> list[int] | None:
    name = f"{root}.input_size"
    if value is MISSING:
        return list(architecture["defaults"]["input_size"])
    if not isinstance(value, list) or len(value) != 2:
        problems.add(name, "must be [height, width]")
        return None
    multiple = int(architecture.get("size_multiple", 1))
    sides = []
    for index, side in enumerate(value):
        number = problems.number(side, f"{name}.{index}", whole=True, low=SMALLEST_SIDE, high=LARGEST_SIDE)
        if number is not None and number % multiple:
            problems.add(f"{name}.{index}", f"must be a multiple of {multiple}")
        sides.append(number)
    return sides


def _hyperparameters(
    value: object, architecture: Mapping[str, Any], root: str, problems: Problems
) -> dict[str, Any]:
    name = f"{root}.hyperparameters"
    known = {entry["name"]: entry for entry in architecture["hyperparameters"]}
    given = problems.mapping(value, name, known)
    filled = {key: entry["default"] for key, entry in known.items()}
    filled.update(architecture["defaults"].get("hyperparameters", {}))
    for key, item in given.items():
        filled[key] = _parameter(item, known[key], f"{name}.{key}", problems)
    return filled


def _parameter(value: object, entry: Mapping[str, Any], name: str, problems: Problems) -> Any:
    if value is None and entry.get("default", MISSING) is None:
        return None
    kind, low, high = entry["type"], entry.get("min"), entry.get("max")
    if kind == "bool":
        return problems.boolean(value, name)
    if kind == "choice":
        return problems.choice(value, name, entry["choices"])
    if kind == "range":
        return _range(value, low, high, name, problems)
    return problems.number(value, name, whole=kind == "int", low=low, high=high)


def _range(value: object, low: Any, high: Any, name: str, problems: Problems) -> list[Any] | None:
    if not isinstance(value, list) or len(value) != 2:
        problems.add(name, "must be [lowest, highest]")
        return None
    pair = [problems.number(item, f"{name}.{index}", low=low, high=high) for index, item in enumerate(value)]
    if None not in pair and pair[0] > pair[1]:
        problems.add(name, "the lowest value comes first")
    return pair


def _augmentations(
    value: object, architecture: Mapping[str, Any], root: str, problems: Problems
) -> list[dict[str, Any]]:
    known = {entry["name"]: entry for entry in architecture["augmentations"]}
    if value is MISSING:
        value = architecture["defaults"].get("augmentations", [])
    return augmentations(value, known, f"{root}.augmentations", problems)


def augmentations(
    value: object, known: Mapping[str, Mapping[str, Any]], name: str, problems: Problems
) -> list[dict[str, Any]]:
    """A list of augmentations, each with its defaults filled in; `known` are the catalogue's by name."""
    if not isinstance(value, list):
        problems.add(name, "must be a list of objects")
        return []
    if len(value) > MOST_AUGMENTATIONS:
        problems.add(name, f"must be at most {MOST_AUGMENTATIONS}")
        return []
    filled = []
    for index, item in enumerate(value):
        where = f"{name}.{index}"
        if not isinstance(item, Mapping):
            problems.add(where, "must be an object with a name")
            continue
        kind = item.get("name")
        if not isinstance(kind, str) or kind not in known:
            problems.add(f"{where}.name", f"must be one of {listed(known)}")
            continue
        filled.append(_augmentation(item, known[kind], where, problems))
    return filled


def _augmentation(
    item: Mapping[str, Any], entry: Mapping[str, Any], where: str, problems: Problems
) -> dict[str, Any]:
    parameters = {parameter["name"]: parameter for parameter in entry["parameters"]}
    given = problems.mapping(item, where, ["name", *parameters])
    filled: dict[str, Any] = {"name": entry["name"]}
    for key, parameter in parameters.items():
        value = given.get(key, MISSING)
        filled[key] = (
            parameter["default"]
            if value is MISSING
            else _parameter(value, parameter, f"{where}.{key}", problems)
        )
    return filled


def _evaluation(value: object, steps: int | None, root: str, problems: Problems) -> dict[str, Any]:
    given = problems.mapping(value, f"{root}.evaluation", ["every"])
    if "every" not in given:
        return {"every": max(1, (steps or 10) // 10)}
    every = problems.number(given["every"], f"{root}.evaluation.every", whole=True, low=1, high=10_000_000)
    return {"every": every}


def _early_stopping(value: object, context: Context, root: str, problems: Problems) -> dict[str, Any] | None:
    if value is None:
        return None
    name = f"{root}.early_stopping"
    given = problems.mapping(value, name, ["metric", "patience"])
    metric = given.get("metric", WATCHED[context.task])
    check_metric(metric, context, f"{name}.metric", problems)
    patience = problems.number(given.get("patience", 5), f"{name}.patience", whole=True, low=1, high=10_000)
    return {"metric": metric, "patience": patience}


def check_metric(metric: object, context: Context, name: str, problems: Problems) -> None:
    """Report at the field `name` what is measured of no run: another task's metric, or an unknown class's."""
    allowed = [*METRICS[context.task], *(CLASS_METRIC + each for each in context.class_names)]
    if metric not in allowed:
        problems.add(name, f"must be one of {listed(allowed)}")
