"""What a client asks of a prediction: the query of `POST /models/{id}/predict`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from deployments.server.problems import BadInput
from training.ml.bundle import Label

OUTPUTS = ("polygons", "mask", "png")


@dataclass(frozen=True)
class Options:
    """`outputs` of OUTPUTS; predictions scoring under `threshold` are left out; `classes` are ids, None
    means all of them."""

    outputs: tuple[str, ...] = ("polygons", "mask")
    threshold: float | None = None
    classes: frozenset[str] | None = None


def parse(query: Mapping[str, Sequence[str]], labels: Iterable[Label]) -> Options:
    """The options in a query; classes are named by id, name or index. Raises BadInput naming what is
    wrong.
    """
    errors: list[tuple[str, str]] = []
    errors += [
        (name, "Unknown parameter.") for name in query if name not in ("output", "threshold", "classes")
    ]
    outputs = _items(query.get("output", ()))
    errors += [
        ("output", f"{item!r} is none of {', '.join(OUTPUTS)}.") for item in outputs if item not in OUTPUTS
    ]
    threshold = _threshold(query.get("threshold", ()), errors)
    wanted = _items(query.get("classes", ()))
    classes = None if not wanted else _ids(wanted, list(labels), errors)
    if errors:
        raise BadInput("; ".join(f"{field}: {message}" for field, message in errors[:3]), errors)
    return Options(tuple(dict.fromkeys(outputs)) or Options.outputs, threshold, classes)


def _items(values: Sequence[str]) -> list[str]:
    return [item.strip() for value in values for item in value.split(",") if item.strip()]


def _threshold(values: Sequence[str], errors: list[tuple[str, str]]) -> float | None:
    if not values or not values[-1]:
        return None
    try:
        threshold = float(values[-1])
    except ValueError:
        threshold = -1.0
    if 0.0 <= threshold <= 1.0:
        return threshold
    errors.append(("threshold", "A number from 0 to 1."))
    return None


def _ids(wanted: list[str], labels: list[Label], errors: list[tuple[str, str]]) -> frozenset[str]:
    found: set[str] = set()
    for item in wanted:
        matches = {label.id for label in labels if label.id and item in (label.id, label.name)}
        matches = matches or {label.id for label in labels if label.id and item == str(label.index)}
        if not matches:
            names = ", ".join(label.name for label in labels if label.id)
            errors.append(("classes", f"The model has no class {item!r}; it has {names}."))
        found |= matches
    return frozenset(found)
